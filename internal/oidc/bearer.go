package oidc

import (
	"context"
	"strings"
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
	t, err := parseJWT(text)
	if err != nil {
		return Identity{}, err
	}
	if !isAccessToken(t) {
		return Identity{}, refuse(reasonType, "it is no access token that anybody may bear")
	}
	if err := p.verify(ctx, t); err != nil {
		return Identity{}, err
	}
	return p.check(t.claims, p.Audience)
}

// isAccessToken tells by its type what a token is, and by its claims where providers
// say no more than "JWT" (as Keycloak does, which has the type among the claims).
func isAccessToken(t *jwt) bool {
	switch typ := t.header["typ"].(type) {
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
		if _, there := t.claims[of]; there {
			return false
		}
	}
	kind, told := t.claims["typ"]
	return !told || kind == "Bearer"
}
