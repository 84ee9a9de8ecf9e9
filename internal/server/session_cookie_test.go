package server_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"signet/internal/server"
)

// How a cookie is set, by where people find the registry and how they have come.
func TestTheCookieOfASession(t *testing.T) {
	r := newRegistry(t).follow().withAuthor()
	for title, c := range map[string]struct {
		public  string
		headers []string
		name    string // none: it is refused
		secure  bool
	}{
		"by https, at its own name":            {"https://registry.example", []string{"Origin", "https://registry.example", "X-Forwarded-Proto", "https"}, "__Host-signet", true},
		"with a stroke at the end":             {"https://registry.example/", []string{"Origin", "https://registry.example"}, "__Host-signet", true},
		"by https, without a name":             {"", []string{"Sec-Fetch-Site", "same-origin", "X-Forwarded-Proto", "https"}, "signet", true},
		"by http, without a name":              {"", []string{"Sec-Fetch-Site", "same-origin"}, "signet", false},
		"by http, at its own name":             {"http://registry.lan", []string{"Origin", "http://registry.lan"}, "signet", false},
		"at another name than that it goes by": {"", []string{"Origin", "https://registry.example"}, "", false},
	} {
		t.Run(title, func(t *testing.T) {
			in := r.in(t)
			g := in.node(server.Options{PublicURL: c.public}).guest()
			a := g.send("POST", "/session", url.Values{"token": {in.token().Secret}}, append([]string{"Sec-Fetch-Site", ""}, c.headers...)...)
			set := a.cookie(t)
			if c.name == "" {
				if set != nil || a.problem() != "FORBIDDEN cross_site" {
					t.Errorf("%d %s %v", a.status, a.body, set)
				}
				return
			}
			if set == nil || set.Name != c.name || set.Secure != c.secure || !set.HttpOnly || set.SameSite != http.SameSiteLaxMode || set.Path != "/" || set.Domain != "" {
				t.Fatalf("%d %s %v", a.status, a.body, set)
			}
			if a := g.send("GET", "/vi/me", nil, "Cookie", c.name+"="+set.Value); string(a.body) != `GET of "so-ngoai-vu"` {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
}

func TestWithoutAProviderOneLogsInWithAToken(t *testing.T) {
	g := newRegistry(t).guest()
	for path, want := range map[string]string{
		"/login":                               "/vi/login",
		"/login?lang=en":                       "/en/login",
		"/login?return=/en/items%3Fa":          "/en/login?return=%2Fen%2Fitems%3Fa",
		"/login?return=/vi/items&lang=en":      "/en/login?return=%2Fvi%2Fitems",
		"/login?return=//evil.example":         "/vi/login",
		"/login?return=https://evil.example/":  "/vi/login",
		"/login?return=/login%3Freturn=/login": "/vi/login",
	} {
		if a := g.send("GET", path, nil); a.status != http.StatusSeeOther || a.header.Get("Location") != want {
			t.Errorf("%s: %d %s", path, a.status, a.header.Get("Location"))
		}
	}
}

func TestSessionsThatCanNotBeRightAreRefused(t *testing.T) {
	r := newRegistry(t)
	for name, o := range map[string]server.Options{
		"an address with a path": {PublicURL: "https://registry.example/signet"}, "a bare name": {PublicURL: "registry.example"},
		"a month": {Session: 720 * time.Hour}, "a second": {Session: time.Second},
	} {
		o.Runner, o.Views, o.Store, o.Renditions = r.runner, r.views, r.store, r.renditions
		if _, err := server.New(o); err == nil {
			t.Error(name)
		}
	}
}
