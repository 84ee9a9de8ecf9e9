// Package oidc lets people in who have logged in elsewhere: at a provider of OpenID
// Connect, such as the one that a city has for its officers.
//
// It is the relying party of OpenID Connect Core 1.0 by the authorization code flow with
// PKCE (RFC 7636), and a resource server that takes the provider's JWT access tokens
// (RFC 9068). Nothing is asked of the provider before somebody needs it, so that the
// registry starts and serves while the provider is away.
//
// Discovery, keys, signatures and ID tokens are read by github.com/coreos/go-oidc and the
// go-jose below it. What is here is stricter than those: only algorithms with two keys,
// tokens written in one way, keys that are safe and asked for seldom, claims by their
// exact names, and a reason for each refusal.
package oidc

import (
	"errors"

	"signet/domain"
)

// ErrUnavailable: the provider does not answer, or not as a provider does. It may help
// to try again.
var ErrUnavailable = errors.New("oidc: the provider is unavailable")

// The reasons of refusals. Those of tokens are for logs: who sends one is told no
// more than that it is not good.
const (
	reasonMalformed = "jwt_malformed"
	reasonAlgorithm = "jwt_algorithm"
	reasonKey       = "jwt_key"
	reasonSignature = "jwt_signature"
	reasonIssuer    = "jwt_issuer"
	reasonAudience  = "jwt_audience"
	reasonTime      = "jwt_time"
	reasonType      = "jwt_type"
	reasonNonce     = "jwt_nonce"
	reasonSubject   = "jwt_subject"
	reasonHash      = "jwt_hash"
)

func refuse(reason, sentence string, args ...any) error {
	return domain.Refuse(domain.Forbidden, reason, sentence, args...)
}
