package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"math/big"
)

// maxKeys is how many keys of a provider are looked at.
const maxKeys = 100

// key is a public key of the provider.
type key struct {
	id, algorithm string // empty where the provider does not say
	public        crypto.PublicKey
}

// parseKeys reads a JWK Set (RFC 7517, section 5). A key that is of no use here, by its
// kind, its use or its size, is passed over, as section 5 asks.
func parseKeys(text []byte) ([]key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, err
	}
	if set.Keys == nil {
		return nil, errors.New("there are no keys")
	}
	var keys []key
	for _, raw := range set.Keys[:min(len(set.Keys), maxKeys)] {
		o, err := readObject(raw)
		if err != nil || !forSignatures(o) {
			continue
		}
		if public := publicKey(o); public != nil {
			keys = append(keys, key{o.text("kid"), o.text("alg"), public})
		}
	}
	return keys, nil
}

func forSignatures(o object) bool {
	use, told := o["use"]
	return !told || use == "sig"
}

// publicKey reads a key (RFC 7518, section 6; RFC 8037, section 2); nil if it is none
// that may be used.
func publicKey(o object) crypto.PublicKey {
	switch o.text("kty") {
	case "RSA":
		return rsaKey(o)
	case "EC":
		return ecKey(o)
	case "OKP":
		x, err := strictBase64.DecodeString(o.text("x"))
		if err == nil && len(x) == ed25519.PublicKeySize && o.text("crv") == "Ed25519" {
			return ed25519.PublicKey(x)
		}
	}
	return nil
}

// Bits of a modulus: fewer are not safe (RFC 7518, section 3.3), and more take long.
const minModulus, maxModulus = 2048, 8192

func rsaKey(o object) crypto.PublicKey {
	n, err := strictBase64.DecodeString(o.text("n"))
	e, err2 := strictBase64.DecodeString(o.text("e"))
	if err != nil || err2 != nil || len(e) == 0 || len(e) > 4 {
		return nil
	}
	k := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if bits := k.N.BitLen(); bits < minModulus || bits > maxModulus || k.E < 3 || k.E%2 == 0 || k.E > 1<<31-1 {
		return nil
	}
	return k
}

func ecKey(o object) crypto.PublicKey {
	curve := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}[o.text("crv")]
	x, err := strictBase64.DecodeString(o.text("x"))
	y, err2 := strictBase64.DecodeString(o.text("y"))
	if curve == nil || err != nil || err2 != nil {
		return nil
	}
	k, err := ecdsa.ParseUncompressedPublicKey(curve, append(append([]byte{4}, x...), y...)) // SEC 1, section 2.3.3
	if err != nil {
		return nil
	}
	return k
}

// verify checks the signature of a token by the keys of the provider. A token that
// names no key is good only where one key alone can be meant.
func verify(t *jwt, keys []key) error {
	name := t.header.text("alg")
	a, ok := algorithms[name]
	if !ok {
		return refuse(reasonAlgorithm, "the algorithm %.20q is not taken", name)
	}
	kid, named := t.header["kid"].(string)
	var fit []key
	for _, k := range keys {
		if (k.algorithm == "" || k.algorithm == name) && (!named || k.id == kid) {
			fit = append(fit, k)
		}
	}
	if len(fit) == 0 || !named && len(fit) > 1 {
		return refuse(reasonKey, "the provider has no such key")
	}
	for _, k := range fit {
		if a.check(a, k.public, t.signed, t.signature) {
			return nil
		}
	}
	return refuse(reasonSignature, "the signature is not the provider's")
}
