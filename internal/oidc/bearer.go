package oidc

import (
	"context"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// Bearer returns whom an access token of the provider is of: a JWT for the audience
// of the options (RFC 9068). Tokens that are bound to a key of their sender (RFC 7800)
// are not taken, since nobody could prove it here, and ID tokens are not, which
// are not meant to be passed on. Errors are refusals with a reason that begins with
// "jwt_", and ErrUnavailable when the provider's keys can't be had.
func (p *Provider) Bearer(ctx context.Context, text string) (Identity, error) {
	if p.Audience == "" {
		return Identity{}, refuse(reasonAudience, "access tokens of a provider are not taken")
	}
	t, i, err := p.verify(ctx, text, p.Audience)
	switch {
	case err != nil:
		return Identity{}, err
	case !isAccessToken(t.protected, i.Claims):
		return Identity{}, refuse(reasonType, "it is no access token that anybody may bear")
	}
	return i, nil
}

// isAccessToken tells by its type what a token is, and by its claims where providers
// say no more than "JWT" (as Keycloak does, which has the type among the claims).
func isAccessToken(header jose.Header, claims object) bool {
	switch typ := header.ExtraHeaders[jose.HeaderType].(type) {
	case nil:
	case string:
		name := strings.TrimPrefix(strings.ToLower(typ), "application/") // RFC 7515, section 4.1.9
		if name != "at+jwt" && name != "jwt" {
			return false
		}
	default:
		return false
	}
	for _, of := range []string{"nonce", "at_hash", "c_hash", "cnf", "events"} { // of ID tokens, bound ones and of logout tokens
		if _, there := claims[of]; there {
			return false
		}
	}
	kind, told := claims["typ"]
	return !told || kind == "Bearer"
}
