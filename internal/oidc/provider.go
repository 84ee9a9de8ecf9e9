package oidc

import (
	"cmp"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	goidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/oauth2"
)

const (
	// patience is how long the provider may take for one answer.
	patience = 10 * time.Second
	// maxAnswer bounds an answer of the provider, in bytes.
	maxAnswer = 1 << 20
	// freshFor is how long what the provider says of itself, and its keys, count
	// without asking.
	freshFor = time.Hour
	// refetch is the least time between two looks at the provider's keys. A token can
	// name any key, so that whoever sends tokens could make us ask.
	refetch = time.Minute
	// usedLogins is how many logins are remembered as used at this node.
	usedLogins = 10_000
)

// CallbackPath is where the provider sends people back to, below the public URL.
const CallbackPath = "/login/callback"

// KeySize is the least number of bytes of the key that seals logins.
const KeySize = 32

// Options are what a Provider works with.
type Options struct {
	// Issuer is the provider, exactly as it calls itself: an https URL, or http on
	// this machine.
	Issuer string
	// ClientID and ClientSecret are how the provider knows the registry. Without a
	// secret it is a public client, which only PKCE protects.
	ClientID, ClientSecret string
	// PublicURL is where people find the registry, without a path: an https URL, or
	// http on this machine. The provider must allow PublicURL + CallbackPath.
	PublicURL string
	// Scopes are asked for beside "openid"; nil means profile and email.
	Scopes []string
	// Audience is what access tokens for the API must be for; empty takes none of
	// them. It may not be ClientID: ID tokens are for that one.
	Audience string
	// Key seals logins that have begun: at least KeySize random bytes, the same at
	// all nodes.
	Key []byte
	// HTTP reaches the provider; nil means a client of our own.
	HTTP *http.Client
	// Clock tells the time; nil means time.Now.
	Clock func() time.Time
}

// Provider is a provider of OpenID Connect. It may be used by several goroutines at
// once.
type Provider struct {
	Options

	host     string // of PublicURL
	seal     cipher.AEAD
	metadata *kept[*metadata]
	keys     *kept[[]jose.JSONWebKey]
	used     *lru.Cache[string, struct{}] // states of logins that have ended here
}

// metadata is what the provider says of itself (OpenID Connect Discovery 1.0,
// section 3).
type metadata struct {
	oauth2.Endpoint `json:"-"`

	Keys        string   `json:"jwks_uri"`
	Methods     []string `json:"token_endpoint_auth_methods_supported"`
	TellsIssuer bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
}

// New makes a provider without asking it anything. It fails when an option can't be
// right.
func New(o Options) (*Provider, error) {
	if _, err := trusted(o.Issuer); err != nil {
		return nil, fmt.Errorf("oidc: the issuer: %w", err)
	}
	public, err := trusted(o.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("oidc: the public URL: %w", err)
	}
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	switch {
	case public.Path != "" && public.Path != "/":
		return nil, errors.New("oidc: the public URL has a path")
	case o.ClientID == "":
		return nil, errors.New("oidc: there is no client id")
	case o.Audience == o.ClientID:
		return nil, errors.New("oidc: the audience of access tokens is the client id, for which ID tokens are")
	case len(o.Key) < KeySize:
		return nil, fmt.Errorf("oidc: the key has less than %d bytes", KeySize)
	}
	if o.Scopes == nil {
		o.Scopes = []string{"profile", "email"}
	}
	if o.HTTP == nil {
		// An endpoint that sends us elsewhere is none: what we send is secret.
		o.HTTP = &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	client := *o.HTTP
	client.Transport = bounded{cmp.Or(client.Transport, http.DefaultTransport)}
	o.HTTP = &client
	if o.Clock == nil {
		o.Clock = time.Now
	}
	p := &Provider{Options: o, host: public.Host}
	if p.seal, err = sealer(o.Key); err != nil {
		return nil, err
	}
	if p.used, err = lru.New[string, struct{}](usedLogins); err != nil {
		return nil, err
	}
	p.metadata = newKept(o.Clock, freshFor, again, p.discover)
	p.keys = newKept(o.Clock, freshFor, refetch, p.fetchKeys)
	return p, nil
}

// sealer derives the key of logins, so that the one in the file may serve for other
// things too.
func sealer(secret []byte) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, secret, nil, "signet login v1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Secure tells whether people reach the registry by https, and cookies can say so.
func (p *Provider) Secure() bool { return strings.HasPrefix(p.PublicURL, "https:") }

// trusted reads a URL to which secrets may go: https, or http that does not leave this
// machine.
func trusted(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%q is not a URL of a place", text)
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return nil, fmt.Errorf("%q does not begin with https://", text)
	}
	return u, nil
}

// discover reads what the provider says of itself.
func (p *Provider) discover(ctx context.Context) (*metadata, error) {
	provider, err := goidc.NewProvider(goidc.ClientContext(ctx, p.HTTP), p.Issuer)
	if err != nil { // it may hold a whole page
		return nil, fmt.Errorf("%w: %.300s", ErrUnavailable, err.Error())
	}
	m := metadata{Endpoint: provider.Endpoint()}
	if err := provider.Claims(&m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	for _, endpoint := range []string{m.TokenURL, m.Keys} {
		if _, err := trusted(endpoint); err != nil {
			return nil, fmt.Errorf("%w: an endpoint: %w", ErrUnavailable, err)
		}
	}
	if u, err := url.Parse(m.AuthURL); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("%w: there is no page to log in at", ErrUnavailable)
	}
	return &m, nil
}

// bounded makes an error of the part of an answer that is too long: go-oidc reads on
// while anything comes.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxAnswer)
	}
	return response, err
}

// fetch reads a document of the provider.
func (p *Provider) fetch(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	response, err := p.HTTP.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s answers %s", ErrUnavailable, address, response.Status)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrUnavailable, address, err)
	}
	return text, nil
}

// client is how the registry asks for tokens.
func (p *Provider) client(m *metadata) *oauth2.Config {
	endpoint := m.Endpoint
	endpoint.AuthStyle = oauth2.AuthStyleInHeader // the default of Core, section 9
	if p.ClientSecret == "" || len(m.Methods) > 0 && !slices.Contains(m.Methods, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, RedirectURL: p.PublicURL + CallbackPath,
		Scopes:   append([]string{goidc.ScopeOpenID}, p.Scopes...),
		Endpoint: endpoint,
	}
}
