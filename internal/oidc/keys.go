package oidc

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	strictjson "github.com/go-jose/go-jose/v4/json"
)

// The set of keys is not go-oidc's RemoteKeySet. That asks the provider again for every
// signature that is not good, never lets go of a key that the provider has taken away,
// has no keys at all when one of them is damaged, and takes those that are for encryption,
// for another algorithm or too small. None of that can be seen from outside of it.

// fetchKeys reads the provider's JWK Set (RFC 7517, section 5). A key that is of no use
// here is passed over, as section 5 asks.
func (p *Provider) fetchKeys(ctx context.Context) ([]jose.JSONWebKey, error) {
	m, err := p.metadata.get(ctx)
	if err != nil {
		return nil, err
	}
	text, err := p.fetch(ctx, m.Keys)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []strictjson.RawMessage `json:"keys"`
	}
	if strictjson.Unmarshal(text, &set) != nil || set.Keys == nil {
		return nil, fmt.Errorf("%w: %s is no set of keys", ErrUnavailable, m.Keys)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) == nil && (k.Use == "" || k.Use == "sig") && isSafe(k, raw) {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// Bits of a modulus: fewer are not safe (RFC 7518, section 3.3), and more take long.
const minModulus, maxModulus = 2048, 8192

// isSafe tells whether a key is public and has the right size, to which go-jose does not
// see but for curves: it would fill up a short Ed25519 key with zeroes.
func isSafe(k jose.JSONWebKey, raw []byte) bool {
	switch public := k.Key.(type) {
	case *rsa.PublicKey:
		bits := public.N.BitLen()
		return minModulus <= bits && bits <= maxModulus && public.E >= 3 && public.E%2 == 1 && public.E <= 1<<31-1
	case *ecdsa.PublicKey:
		return true
	case ed25519.PublicKey:
		var told struct {
			X string `json:"x"`
		}
		return strictjson.Unmarshal(raw, &told) == nil && len(told.X) == base64.RawURLEncoding.EncodedLen(ed25519.PublicKeySize)
	}
	return false
}

// verifyBy checks the signature of a token by the keys of the provider, and returns what
// was signed. A token that names no key is good only where one key alone can be meant.
func verifyBy(keys []jose.JSONWebKey, jws *jose.JSONWebSignature) ([]byte, error) {
	said := jws.Signatures[0].Protected
	var fit []jose.JSONWebKey
	for _, k := range keys {
		if (k.Algorithm == "" || k.Algorithm == said.Algorithm) && (said.KeyID == "" || k.KeyID == said.KeyID) {
			fit = append(fit, k)
		}
	}
	if len(fit) == 0 || said.KeyID == "" && len(fit) > 1 {
		return nil, refuse(reasonKey, "the provider has no such key")
	}
	for _, k := range fit {
		if signed, err := jws.Verify(&k); err == nil {
			return signed, nil
		}
	}
	return nil, refuse(reasonSignature, "the signature is not the provider's")
}
