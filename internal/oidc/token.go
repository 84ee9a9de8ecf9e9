package oidc

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	goidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	strictjson "github.com/go-jose/go-jose/v4/json"
)

// MaxToken is the length of the longest token that is looked at, in bytes.
const MaxToken = 16 << 10

// algorithms are those that are taken (RFC 7518, section 3.1; RFC 8037). "none" and those
// with one key for both sides (HS256, …) are not among them: the key that checks them
// would be public.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// algorithmNames are the same for go-oidc.
var algorithmNames = func() []string {
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = string(a)
	}
	return names
}()

var strictBase64 = base64.RawURLEncoding.Strict()

// token is one that was taken apart. To go-oidc it is the set of keys (goidc.KeySet) that
// this token is checked by, because only so can it tell why it was refused: go-oidc makes
// text of the errors of a set.
type token struct {
	protected jose.Header
	id        *goidc.IDToken // nil until it was verified

	jws     *jose.JSONWebSignature
	keys    *kept[[]jose.JSONWebKey]
	signed  []byte // the claims; nil until the signature was found good
	refused error
}

// verify returns a token that is the provider's, for the audience and of now, and whom it
// is of.
func (p *Provider) verify(ctx context.Context, text, audience string) (*token, Identity, error) {
	t, err := p.takeApart(text)
	if err != nil {
		return nil, Identity{}, err
	}
	// Times are left to check: go-oidc has no leeway for the end, another one for the
	// beginning, and takes text for a number.
	config := &goidc.Config{ClientID: audience, SupportedSigningAlgs: algorithmNames, SkipExpiryCheck: true}
	var failed error
	t.id, failed = goidc.NewVerifier(p.Issuer, t, config).Verify(ctx, text)
	if t.refused != nil {
		return nil, Identity{}, t.refused
	}
	// go-oidc takes "ISS" for "iss", and the last of two; go-jose's JSON takes neither.
	var claims object
	if strictjson.Unmarshal(t.signed, &claims) != nil || claims == nil {
		return nil, Identity{}, refuse(reasonMalformed, "its claims are no JSON object")
	}
	i, err := p.check(claims, audience)
	if err == nil && failed != nil {
		err = refuse(reasonMalformed, "it is no token of OpenID Connect")
	}
	return t, i, err
}

// takeApart sees to the form of a token (RFC 7515, section 7.1). go-jose passes over
// spaces, line breaks and spare bits, by which one token could be written in many ways.
func (p *Provider) takeApart(text string) (*token, error) {
	if len(text) > MaxToken {
		return nil, refuse(reasonMalformed, "a token has at most %d bytes", MaxToken)
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 || parts[0] == "" {
		return nil, refuse(reasonMalformed, "a signed token has three parts")
	}
	for _, part := range parts {
		if _, err := strictBase64.DecodeString(part); err != nil || strings.ContainsAny(part, "\r\n") {
			return nil, refuse(reasonMalformed, "a part of it is not base64url")
		}
	}
	jws, err := jose.ParseSignedCompact(text, algorithms)
	var other *jose.ErrUnexpectedSignatureAlgorithm
	switch {
	case errors.As(err, &other):
		return nil, refuse(reasonAlgorithm, "the algorithm %.20q is not taken", other.Got)
	case err != nil:
		return nil, refuse(reasonMalformed, "its header is none of a signed token")
	}
	t := &token{protected: jws.Signatures[0].Protected, jws: jws, keys: p.keys}
	// go-jose understands "b64", which JWTs may not have (RFC 7797, section 7), and
	// obeys it even where it is not said to be critical.
	for _, extension := range []jose.HeaderKey{"crit", "b64"} {
		if _, there := t.protected.ExtraHeaders[extension]; there {
			return nil, refuse(reasonMalformed, "it has extensions that must be understood")
		}
	}
	return t, nil
}

// VerifySignature checks the signature of the token, whose text it knows already. A token
// that names a key that is not known makes the provider's keys be looked at again, at
// most once in refetch.
func (t *token) VerifySignature(ctx context.Context, _ string) ([]byte, error) {
	keys, err := t.keys.get(ctx)
	if err == nil {
		t.signed, err = verifyBy(keys, t.jws)
	}
	if isReason(err, reasonKey) {
		if keys, err = t.keys.renew(ctx); err == nil {
			t.signed, err = verifyBy(keys, t.jws)
		}
	}
	t.refused = err
	return t.signed, err
}
