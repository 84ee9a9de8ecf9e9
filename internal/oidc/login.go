package oidc

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	goidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// LoginLasts is how long somebody may take to log in at the provider.
const LoginLasts = 10 * time.Minute

// maxReturn is the length of the longest path to return to, in bytes.
const maxReturn = 2000

// sealedFor tells what is sealed from other things that a key may seal one day.
var sealedFor = []byte("signet-login")

// begun is a login that has begun, as it waits in the browser.
type begun struct {
	State    string    `json:"s"` // comes back with the answer
	Nonce    string    `json:"n"` // comes back in the ID token
	Verifier string    `json:"v"` // of PKCE
	Return   string    `json:"r"`
	Until    time.Time `json:"u"`
}

// The reasons for which a login is refused.
const (
	reasonExpired = "login_expired"
	reasonState   = "login_mismatch"
	reasonRefused = "login_refused"
	reasonCode    = "login_failed"
)

// Begin begins a login: it returns the address at the provider to which a browser is
// sent, and what it has to keep meanwhile, sealed. The path is where the person wanted
// to go; one that is not on this server is passed over. The error is ErrUnavailable.
func (p *Provider) Begin(ctx context.Context, path string) (address, sealed string, err error) {
	// Nobody is sent to a provider that is away: the page that says so is ours.
	m, err := p.metadata.alive(ctx)
	if err != nil {
		return "", "", err
	}
	b := begun{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Return: Local(path), Until: p.Clock().Add(LoginLasts)}
	plain, err := json.Marshal(b)
	if err != nil {
		return "", "", err
	}
	sealed = base64.RawURLEncoding.EncodeToString(p.seal.Seal(nil, nil, plain, sealedFor))
	return p.client(m).AuthCodeURL(b.State, oauth2.S256ChallengeOption(b.Verifier), goidc.Nonce(b.Nonce)), sealed, nil
}

// open opens what Begin sealed.
func (p *Provider) open(sealed string) (begun, error) {
	var b begun
	text, err := strictBase64.DecodeString(sealed)
	if err == nil {
		text, err = p.seal.Open(nil, nil, text, sealedFor)
	}
	if err != nil || json.Unmarshal(text, &b) != nil || b.State == "" || !p.Clock().Before(b.Until) {
		return b, refuse(reasonExpired, "the login was begun in another browser, or too long ago; begin again")
	}
	return b, nil
}

// Finish ends a login by what the provider has sent back in the query, and returns who
// it is and the path where they wanted to go. Errors are refusals: login_expired,
// login_mismatch (the answer is not to this login, or of another provider: RFC 9207),
// login_refused (the provider says no), login_failed (the code is not good), and
// those of tokens, "jwt_…"; and ErrUnavailable.
func (p *Provider) Finish(ctx context.Context, sealed string, query url.Values) (Identity, string, error) {
	b, err := p.open(sealed)
	if err != nil {
		return Identity{}, "", err
	}
	m, err := p.metadata.get(ctx)
	if err != nil {
		return Identity{}, "", err
	}
	code, err := p.answered(b, m, query)
	if err != nil {
		return Identity{}, "", err
	}
	raw, access, err := p.exchange(ctx, m, code, b.Verifier)
	if err != nil {
		return Identity{}, "", err
	}
	t, i, err := p.verify(ctx, raw, p.ClientID)
	if err == nil {
		err = p.checkLogin(t, i.Claims, access, b.Nonce)
	}
	if err != nil {
		return Identity{}, "", err
	}
	return i, b.Return, nil
}

// checkLogin sees that an ID token is of this login (Core, section 3.1.3.7).
func (p *Provider) checkLogin(t *token, claims object, access, nonce string) error {
	party, toldParty := claims["azp"]
	_, toldHash := claims["at_hash"]
	switch {
	case toldParty && party != p.ClientID, !toldParty && len(claims.audience()) > 1:
		return refuse(reasonAudience, "it was made for another client")
	case !same(claims.text("nonce"), nonce):
		return refuse(reasonNonce, "it is of another login")
	case toldHash && t.id.VerifyAccessToken(access) != nil: // it may be left out
		return refuse(reasonHash, "it came with the access token of another login")
	}
	return nil
}

// answered sees that an answer is to the login, that it is the provider's and the
// first one, and returns its code.
func (p *Provider) answered(b begun, m *metadata, query url.Values) (string, error) {
	for name, values := range query {
		if len(values) > 1 { // RFC 6749, section 3.1
			return "", refuse(reasonState, "the answer has the parameter %.20q twice", name)
		}
	}
	if !same(query.Get("state"), b.State) {
		return "", refuse(reasonState, "the answer is not to the login that was begun here")
	}
	if query.Has("iss") && query.Get("iss") != p.Issuer || m.TellsIssuer && !query.Has("iss") {
		return "", refuse(reasonState, "the answer is of another provider")
	}
	// A code is good once, says the provider; this holds even if it does not.
	if before, _ := p.used.ContainsOrAdd(b.State, struct{}{}); before {
		return "", refuse(reasonExpired, "the login has ended already; begin again")
	}
	if query.Has("error") {
		return "", refuse(reasonRefused, "the provider says %.100q", query.Get("error"))
	}
	code := query.Get("code")
	if code == "" {
		return "", refuse(reasonCode, "the answer has no code")
	}
	return code, nil
}

// exchange returns the ID token for a code, and the access token beside it.
func (p *Provider) exchange(ctx context.Context, m *metadata, code, verifier string) (id, access string, err error) {
	ctx, cancel := context.WithTimeout(goidc.ClientContext(ctx, p.HTTP), patience)
	defer cancel()
	token, err := p.client(m).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	var answered *oauth2.RetrieveError
	switch {
	case errors.As(err, &answered) && answered.Response != nil && answered.Response.StatusCode < http.StatusInternalServerError:
		return "", "", refuse(reasonCode, "the provider does not take the code: %.100q", answered.ErrorCode)
	case answered != nil && answered.Response != nil: // without its body, which is nobody's business
		return "", "", fmt.Errorf("%w: it answers %s for a code", ErrUnavailable, answered.Response.Status)
	case err != nil:
		return "", "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	id, ok := token.Extra("id_token").(string)
	if !ok {
		return "", "", refuse(reasonMalformed, "the provider has sent no ID token")
	}
	return id, token.AccessToken, nil
}

// Local returns a path with its query, if a browser that is sent to it stays on this
// server; "/" otherwise. Browsers take "//host" and "/\host" for another server. They
// leave out tabs and line breaks before they look, but with those it is no URL for us.
func Local(path string) string {
	u, err := url.Parse(path)
	switch {
	case len(path) > maxReturn, !utf8.ValidString(path), err != nil,
		!strings.HasPrefix(path, "/"), strings.HasPrefix(path, "//"), strings.Contains(path, `\`):
		return "/"
	case u.Scheme != "", u.Host != "", u.User != nil:
		return "/"
	}
	return path
}
