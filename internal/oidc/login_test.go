package oidc_test

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signet/internal/oidc"
)

// begin begins a login, and returns what the browser was sent to the provider with.
func begin(t *testing.T, p *oidc.Provider, path string) (asked url.Values, sealed string) {
	t.Helper()
	address, sealed, err := p.Begin(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query(), sealed
}

// honest lets the provider give an ID token for the code "code" of a login, with claims
// changed.
func (f *fake) honest(asked url.Values, change ...any) {
	f.gives(asked, func() string {
		return sign(good("typ", "JWT"), f.idClaims(asked, change...), rsaKeys()[0])
	})
}

func (f *fake) idClaims(asked url.Values, change ...any) object {
	base := []any{"aud", clientID, "nonce", asked.Get("nonce"), "name", "Nguye\u0302\u0303n Thị Hòa Bình", "email", "hoa@example.vn"}
	return f.claims(append(base, change...)...)
}

// gives sees to PKCE as a provider does.
func (f *fake) gives(asked url.Values, idToken func() string) {
	token := idToken()
	f.set(func() {
		f.token = func(form url.Values) (int, object) {
			sum := sha256.Sum256([]byte(form.Get("code_verifier")))
			if form.Get("code") != "code" || form.Get("grant_type") != "authorization_code" || form.Get("redirect_uri") != asked.Get("redirect_uri") ||
				base64Encoder.EncodeToString(sum[:]) != asked.Get("code_challenge") {
				return http.StatusBadRequest, object{"error": "invalid_grant"}
			}
			return http.StatusOK, object{"access_token": "a", "token_type": "Bearer", "id_token": token}
		}
	})
}

func back(asked url.Values, change ...string) url.Values {
	q := url.Values{"state": {asked.Get("state")}, "code": {"code"}}
	for i := 0; i < len(change); i += 2 {
		q.Set(change[i], change[i+1])
	}
	return q
}

func TestWhoLogsInAtTheProviderIsKnown(t *testing.T) {
	f, p := newFake(t)
	asked, sealed := begin(t, p, "/graphql?a=b")
	if asked.Get("response_type") != "code" || asked.Get("client_id") != clientID || asked.Get("code_challenge_method") != "S256" ||
		asked.Get("redirect_uri") != public+oidc.CallbackPath || !strings.HasPrefix(asked.Get("scope"), "openid ") {
		t.Errorf("%v", asked)
	}
	for _, secret := range []string{asked.Get("state"), asked.Get("nonce"), "graphql"} {
		if secret == "" || strings.Contains(sealed, secret) {
			t.Error("what waits in the browser can be read")
		}
	}
	f.honest(asked)
	i, path, err := p.Finish(t.Context(), sealed, back(asked, "iss", f.URL, "session_state", "x"))
	if err != nil || path != "/graphql?a=b" || i.Subject != "hoa" || i.Issuer != f.URL || i.Name != "Nguyễn Thị Hòa Bình" || i.Mail != "hoa@example.vn" || !i.Issued.Equal(noon) {
		t.Errorf("%+v, %q, %v", i, path, err)
	}
	another, _ := begin(t, p, "/")
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if another.Get(name) == asked.Get(name) {
			t.Errorf("two logins have the same %s", name)
		}
	}
}

func TestHostileAnswersToALoginAreRefused(t *testing.T) {
	f, p := newFake(t)
	foreign, err := oidc.New(oidc.Options{Issuer: f.URL, ClientID: clientID, ClientSecret: "secret", PublicURL: public, Key: []byte(strings.Repeat("k", 32)), Clock: f.clock})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		reason string
		do     func(asked url.Values, sealed string) (string, url.Values)
	}{
		"without what waits in the browser": {"login_expired", func(asked url.Values, _ string) (string, url.Values) { return "", back(asked) }},
		"what waits is damaged": {"login_expired", func(asked url.Values, sealed string) (string, url.Values) {
			return sealed[:20] + "A" + sealed[21:len(sealed)-1], back(asked)
		}},
		"sealed by another key": {"login_expired", func(url.Values, string) (string, url.Values) {
			asked, sealed := begin(t, foreign, "/")
			return sealed, back(asked)
		}},
		"too late": {"login_expired", func(asked url.Values, sealed string) (string, url.Values) {
			f.later(oidc.LoginLasts)
			return sealed, back(asked)
		}},
		"the state of another login": {"login_mismatch", func(_ url.Values, sealed string) (string, url.Values) {
			other, _ := begin(t, p, "/")
			return sealed, back(other)
		}},
		"no state": {"login_mismatch", func(asked url.Values, sealed string) (string, url.Values) { return sealed, back(asked, "state", "") }},
		"two states": {"login_mismatch", func(asked url.Values, sealed string) (string, url.Values) {
			q := back(asked)
			q.Add("state", "x")
			return sealed, q
		}},
		"two codes": {"login_mismatch", func(asked url.Values, sealed string) (string, url.Values) {
			q := back(asked)
			q.Add("code", "x")
			return sealed, q
		}},
		"from another provider (mix-up)": {"login_mismatch", func(asked url.Values, sealed string) (string, url.Values) {
			return sealed, back(asked, "iss", "https://evil.example")
		}},
		"an issuer that is empty": {"login_mismatch", func(asked url.Values, sealed string) (string, url.Values) { return sealed, back(asked, "iss", "") }},
		"the provider says no": {"login_refused", func(asked url.Values, sealed string) (string, url.Values) {
			return sealed, back(asked, "error", "access_denied")
		}},
		"no code": {"login_failed", func(asked url.Values, sealed string) (string, url.Values) { return sealed, back(asked, "code", "") }},
		"a code of another login (injection)": {"login_failed", func(asked url.Values, sealed string) (string, url.Values) {
			other, _ := begin(t, p, "/") // the provider holds the challenge of that one for the code
			f.honest(other)
			return sealed, back(asked)
		}},
		"a code that is none": {"login_failed", func(asked url.Values, sealed string) (string, url.Values) { return sealed, back(asked, "code", "x") }},
	} {
		asked, sealed := begin(t, p, "/")
		f.honest(asked)
		with, query := c.do(asked, sealed)
		if i, _, err := p.Finish(t.Context(), with, query); reason(err) != c.reason || i.Subject != "" {
			t.Errorf("%s: %v; want %s", name, err, c.reason)
		}
	}
}

func TestALoginEndsOnce(t *testing.T) {
	f, p := newFake(t)
	asked, sealed := begin(t, p, "/")
	f.honest(asked)
	if _, _, err := p.Finish(t.Context(), sealed, back(asked)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Finish(t.Context(), sealed, back(asked)); reason(err) != "login_expired" {
		t.Errorf("a second time: %v", err)
	}
}

func TestAProviderThatNamesItselfMustDoSo(t *testing.T) {
	f, p := newFake(t)
	f.metadata = object{"authorization_response_iss_parameter_supported": true}
	asked, sealed := begin(t, p, "/")
	f.honest(asked)
	if _, _, err := p.Finish(t.Context(), sealed, back(asked)); reason(err) != "login_mismatch" {
		t.Errorf("left out: %v", err)
	}
	if _, _, err := p.Finish(t.Context(), sealed, back(asked, "iss", f.URL)); err != nil {
		t.Error(err)
	}
}

func TestHostileIDTokensAreRefused(t *testing.T) {
	f, p := newFake(t)
	for name, c := range map[string]struct {
		reason string
		token  func(asked url.Values) string
	}{
		"no algorithm":              {"jwt_algorithm", func(asked url.Values) string { return sign(good("alg", "none"), f.idClaims(asked), nil) }},
		"HMAC by the client secret": {"jwt_algorithm", func(asked url.Values) string { return sign(good("alg", "HS256"), f.idClaims(asked), []byte("secret")) }},
		"another key":               {"jwt_signature", func(asked url.Values) string { return sign(good(), f.idClaims(asked), rsaKeys()[1]) }},
		"the nonce of another login": {"jwt_nonce", func(url.Values) string {
			other, _ := begin(t, p, "/")
			return sign(good(), f.idClaims(other), rsaKeys()[0])
		}},
		"no nonce":           {"jwt_nonce", func(asked url.Values) string { return sign(good(), f.idClaims(asked, "nonce", nil), rsaKeys()[0]) }},
		"for another client": {"jwt_audience", func(asked url.Values) string { return sign(good(), f.idClaims(asked, "aud", "other"), rsaKeys()[0]) }},
		"an access token":    {"jwt_audience", func(asked url.Values) string { return sign(good(), f.idClaims(asked, "aud", audience), rsaKeys()[0]) }},
		"made for another client": {"jwt_audience", func(asked url.Values) string {
			return sign(good(), f.idClaims(asked, "aud", []string{clientID, "other"}, "azp", "other"), rsaKeys()[0])
		}},
		"for several, and nobody says who asked": {"jwt_audience", func(asked url.Values) string {
			return sign(good(), f.idClaims(asked, "aud", []string{clientID, "other"}), rsaKeys()[0])
		}},
		"another issuer": {"jwt_issuer", func(asked url.Values) string {
			return sign(good(), f.idClaims(asked, "iss", "https://evil.example"), rsaKeys()[0])
		}},
		"expired": {"jwt_time", func(asked url.Values) string {
			return sign(good(), f.idClaims(asked, "exp", noon.Add(-2*time.Minute).Unix()), rsaKeys()[0])
		}},
		"none": {"jwt_malformed", func(url.Values) string { return "" }},
	} {
		asked, sealed := begin(t, p, "/")
		f.gives(asked, func() string { return c.token(asked) })
		if i, _, err := p.Finish(t.Context(), sealed, back(asked)); reason(err) != c.reason || i.Subject != "" {
			t.Errorf("%s: %v; want %s", name, err, c.reason)
		}
	}
}

func TestAnUnverifiedAddressIsNotTaken(t *testing.T) {
	f, p := newFake(t)
	asked, sealed := begin(t, p, "/")
	f.honest(asked, "email_verified", false)
	if i, _, err := p.Finish(t.Context(), sealed, back(asked)); err != nil || i.Mail != "" || i.Name == "" {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestAProviderThatIsAwayCanBeTriedAgain(t *testing.T) {
	f, p := newFake(t)
	f.set(func() { f.down = true })
	if _, _, err := p.Begin(t.Context(), "/"); !errors.Is(err, oidc.ErrUnavailable) {
		t.Fatal(err)
	}
	f.set(func() { f.down = false })
	f.later(5 * time.Second)
	asked, sealed := begin(t, p, "/")
	begin(t, p, "/")
	if n := f.count("/.well-known/openid-configuration"); n != 2 {
		t.Errorf("each login asks whether the provider is there: %d times", n)
	}
	f.honest(asked)
	f.set(func() { f.down = true })
	if _, _, err := p.Finish(t.Context(), sealed, back(asked)); !errors.Is(err, oidc.ErrUnavailable) {
		t.Errorf("away when the code is to be exchanged: %v", err)
	}
	f.later(5 * time.Second)
	if _, _, err := p.Begin(t.Context(), "/"); !errors.Is(err, oidc.ErrUnavailable) {
		t.Errorf("away again, though it is known: %v", err)
	}
}

func TestWhatIsNoProviderIsUnavailable(t *testing.T) {
	for name, metadata := range map[string]object{
		"another issuer":         {"issuer": "https://evil.example"},
		"tokens without TLS":     {"token_endpoint": "http://evil.example/token"},
		"keys without TLS":       {"jwks_uri": "http://evil.example/keys"},
		"no keys":                {"jwks_uri": ""},
		"no page to log in":      {"authorization_endpoint": ""},
		"a page that is no page": {"authorization_endpoint": "javascript:alert(1)"},
		"a number":               {"issuer": 7},
	} {
		f, p := newFake(t)
		f.metadata = metadata
		if _, _, err := p.Begin(t.Context(), "/"); !errors.Is(err, oidc.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOptionsThatCanNotBeRightAreRefused(t *testing.T) {
	for name, change := range map[string]func(*oidc.Options){
		"an issuer without TLS":      func(o *oidc.Options) { o.Issuer = "http://login.example" },
		"no issuer":                  func(o *oidc.Options) { o.Issuer = "" },
		"an issuer with a query":     func(o *oidc.Options) { o.Issuer = "https://login.example?x" },
		"no public URL":              func(o *oidc.Options) { o.PublicURL = "" },
		"a public URL without TLS":   func(o *oidc.Options) { o.PublicURL = "http://registry.example" },
		"a public URL with a path":   func(o *oidc.Options) { o.PublicURL = "https://registry.example/signet" },
		"a public URL with a person": func(o *oidc.Options) { o.PublicURL = "https://a:b@registry.example" },
		"no client":                  func(o *oidc.Options) { o.ClientID = "" },
		"the audience of ID tokens":  func(o *oidc.Options) { o.Audience = clientID },
		"a short key":                func(o *oidc.Options) { o.Key = o.Key[1:] },
	} {
		o := oidc.Options{Issuer: "https://login.example", ClientID: clientID, PublicURL: public, Key: make([]byte, oidc.KeySize)}
		if _, err := oidc.New(o); err != nil {
			t.Fatal(err)
		}
		change(&o)
		if _, err := oidc.New(o); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestPathsToReturnToStayHere(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/graphql": "/graphql", "/a?b=//c#d": "/a?b=//c#d", "/t%E1%BB%87p": "/t%E1%BB%87p", "/a:b": "/a:b", "/tệp": "/tệp",
		"": "/", "graphql": "/", "//evil.example": "/", "///evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/", "https://evil.example/": "/",
		"javascript:alert(1)": "/", "/\t/evil.example": "/", "/\n/evil.example": "/", "/a\x00": "/", "/\xff": "/", "/%": "/", "http:/evil.example": "/",
		"/" + strings.Repeat("a", 2000): "/",
	} {
		if got := oidc.Local(path); got != want {
			t.Errorf("%q: %q", path, got)
		}
	}
	f, p := newFake(t)
	asked, sealed := begin(t, p, "//evil.example")
	f.honest(asked)
	if _, path, err := p.Finish(t.Context(), sealed, back(asked)); err != nil || path != "/" {
		t.Errorf("%q, %v", path, err)
	}
}

func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/", "//a", `/\a`, "/a?b#c", "/\t/a", "https://a", "/%2f/a", "/a/../../b"} {
		f.Add(seed)
	}
	here, _ := url.Parse(public + oidc.CallbackPath)
	f.Fuzz(func(t *testing.T, path string) {
		got := oidc.Local(path)
		to, err := here.Parse(got)
		if err != nil || to.Scheme != here.Scheme || to.Host != here.Host || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("%q leads to %v, %v", path, to, err)
		}
	})
}

func FuzzSealed(f *testing.F) {
	// Each process has a key of its own: what another one sealed is a stranger's.
	fake, p := newFake(f, func(o *oidc.Options) { o.Key = []byte(rand.Text() + rand.Text()) })
	_, sealed, err := p.Begin(f.Context(), "/")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add("")
	f.Add(sealed + "A")
	f.Fuzz(func(t *testing.T, text string) {
		// The right one gets as far as its state.
		_, _, err := p.Finish(t.Context(), text, url.Values{"iss": {fake.URL}})
		if got := reason(err); got != "login_expired" && text != sealed {
			t.Errorf("%q is opened: %s", text, got)
		}
	})
}
