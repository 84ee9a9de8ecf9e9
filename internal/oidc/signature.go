package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256" // for crypto.Hash
	_ "crypto/sha512"
	"math/big"
)

// algorithm says how a signature is checked (RFC 7518, section 3.1; RFC 8037).
type algorithm struct {
	hash  crypto.Hash
	check func(a algorithm, key crypto.PublicKey, signed, signature []byte) bool
	curve elliptic.Curve // of ECDSA
}

// algorithms are those that are taken. "none" and those with one key for both sides
// (HS256, …) are not among them: the key that checks them would be public.
var algorithms = map[string]algorithm{
	"RS256": {hash: crypto.SHA256, check: checkPKCS1},
	"RS384": {hash: crypto.SHA384, check: checkPKCS1},
	"RS512": {hash: crypto.SHA512, check: checkPKCS1},
	"PS256": {hash: crypto.SHA256, check: checkPSS},
	"PS384": {hash: crypto.SHA384, check: checkPSS},
	"PS512": {hash: crypto.SHA512, check: checkPSS},
	"ES256": {hash: crypto.SHA256, check: checkECDSA, curve: elliptic.P256()},
	"ES384": {hash: crypto.SHA384, check: checkECDSA, curve: elliptic.P384()},
	"ES512": {hash: crypto.SHA512, check: checkECDSA, curve: elliptic.P521()},
	"EdDSA": {check: checkEd25519},
}

func (a algorithm) digest(signed []byte) []byte {
	h := a.hash.New()
	h.Write(signed)
	return h.Sum(nil)
}

// The checks are false for a key of another kind.

func checkPKCS1(a algorithm, key crypto.PublicKey, signed, signature []byte) bool {
	k, ok := key.(*rsa.PublicKey)
	return ok && rsa.VerifyPKCS1v15(k, a.hash, a.digest(signed), signature) == nil
}

func checkPSS(a algorithm, key crypto.PublicKey, signed, signature []byte) bool {
	k, ok := key.(*rsa.PublicKey)
	return ok && rsa.VerifyPSS(k, a.hash, a.digest(signed), signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
}

// checkECDSA takes the two numbers side by side, each as long as the curve has it
// (RFC 7518, section 3.4).
func checkECDSA(a algorithm, key crypto.PublicKey, signed, signature []byte) bool {
	size := (a.curve.Params().BitSize + 7) / 8
	k, ok := key.(*ecdsa.PublicKey)
	if !ok || k.Curve != a.curve || len(signature) != 2*size {
		return false
	}
	r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
	return ecdsa.Verify(k, a.digest(signed), r, s)
}

func checkEd25519(_ algorithm, key crypto.PublicKey, signed, signature []byte) bool {
	k, ok := key.(ed25519.PublicKey)
	return ok && ed25519.Verify(k, signed, signature)
}
