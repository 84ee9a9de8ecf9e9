package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/access"
)

func TestASessionByAToken(t *testing.T) {
	r := newRegistry(t).follow().withAuthor()
	for title, story := range map[string]func(*guest){
		"who shows a token is in":                     (*guest).isIn,
		"where one goes then":                         (*guest).goesOn,
		"a token that is none":                        (*guest).showsNone,
		"pages of others log nobody in or out":        (*guest).isSentByOthers,
		"a session of a limited token is limited":     (*guest).isLimited,
		"the session of a token that has ended":       (*guest).hasLapsed,
		"who leaves":                                  (*guest).leaves,
		"who comes in again":                          (*guest).comesAgain,
		"forms that are none, and a log that is away": (*guest).isRefused,
		"guesses are limited, in forms and cookies":   (*guest).guesses,
		"a session and its token are charged as one":  (*guest).isCharged,
	} {
		t.Run(title, func(t *testing.T) {
			story(r.in(t).guest())
		})
	}
}

func (g *guest) isIn() {
	t := g.t
	g.looks("")
	a := g.send("POST", "/session", url.Values{"token": {" " + g.token().Secret + "\n"}, "return": {"/vi/items?q=biểu+trưng"}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/vi/items?q=bi%e1%bb%83u+tr%c6%b0ng" || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	c := a.cookie(t)
	if c == nil || c.Name != "signet" || !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Fatalf("%+v", c)
	}
	if lasts := time.Duration(c.MaxAge) * time.Second; lasts > 8*time.Hour || lasts < 8*time.Hour-time.Minute {
		t.Errorf("it lasts %v", lasts)
	}
	g.looks("so-ngoai-vu")
	if a := g.send("POST", "/graphql", nil, "Content-Type", "application/json", "Accept", "application/json"); a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
		t.Errorf("the API: %d %s", a.status, a.body)
	}
	if a := g.send("POST", "/graphql", nil, "Sec-Fetch-Site", "cross-site", "Accept", "application/json"); a.problem() != "FORBIDDEN cross_site" {
		t.Errorf("from another site: %d %s", a.status, a.body)
	}
}

func (g *guest) goesOn() {
	secret := g.token().Secret
	for _, c := range [][3]string{ // lang, return, where to
		{"", "", "/vi/me"},
		{"vi", "", "/vi/me"},
		{"en", "", "/en/me"},
		{"fr", "", "/vi/me"},
		{"", "/en/items", "/en/items"},
		{"vi", "/en/items", "/en/items"},
		{"", "/graphql?query=x", "/graphql?query=x"},
		{"", "/", "/vi/me"},
		{"", "/login", "/vi/me"},
		{"", "/vi/login?return=/vi/items", "/vi/me"},
		{"en", "/en/login", "/en/me"},
		{"", "//evil.example/vi/", "/vi/me"},
		{"", `/\evil.example`, "/vi/me"},
		{"", `\\evil.example`, "/vi/me"},
		{"", "/\t/evil.example", "/vi/me"},
		{"", "https://evil.example/vi/", "/vi/me"},
		{"en", "javascript:alert(1)", "/en/me"},
		{"../..//evil.example", "", "/vi/me"},
	} {
		a := g.send("POST", "/session", url.Values{"token": {secret}, "lang": {c[0]}, "return": {c[1]}})
		if got := a.header.Get("Location"); a.status != http.StatusSeeOther || got != c[2] {
			g.t.Errorf("%q, %q: %d %q", c[0], c[1], a.status, got)
		}
	}
}

func (g *guest) showsNone() {
	t := g.t
	token, other := g.token(), access.NewToken()
	g.comeIn(g.token().Secret)
	session := g.cookies()[0].Value
	revoked := g.token()
	g.settled(domain.RevokeToken{Agency: "so-ngoai-vu", Token: revoked.ID})
	for name, secret := range map[string]string{
		"nothing": "", "what could be one": other.Secret, "another secret": "signet_" + token.ID + other.Secret[len("signet_")+len(other.ID):],
		"one of another server": "eyJhbGciOiJSUzI1NiJ9.e30.AA", "that of a session": session, "one that was revoked": revoked.Secret, "with its scheme": "Bearer " + token.Secret,
	} {
		for want, form := range map[string]url.Values{
			"/vi/login?problem=bad_token":                          {},
			"/en/login?problem=bad_token":                          {"lang": {"en"}},
			"/en/login?problem=bad_token&return=%2Fen%2Fitems%3Fa": {"return": {"/en/items?a"}},
			"/vi/login?problem=bad_token&return=%2Fen%2Fitems":     {"return": {"/en/items"}, "lang": {"vi"}},
		} {
			form.Set("token", secret)
			a := g.send("POST", "/session", form)
			if a.status != http.StatusSeeOther || a.header.Get("Location") != want || a.cookie(t) != nil {
				t.Errorf("%s: %d %v, want %s", name, a.status, a.header, want)
			}
		}
	}
	if a := g.send("POST", "/session?token="+token.Secret, nil); !strings.Contains(a.header.Get("Location"), "bad_token") {
		t.Errorf("a token in the address: %v", a.header)
	}
	g.looks("so-ngoai-vu") // who was in stays in
}

func (g *guest) isSentByOthers() {
	t := g.t
	token, in := g.token(), g.guest()
	in.comeIn(g.token().Secret)
	for name, headers := range map[string][]string{
		"another site":                {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
		"another site, by its origin": {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
		"a neighbour":                 {"Sec-Fetch-Site", "same-site"},
		"an origin that is hidden":    {"Sec-Fetch-Site", "", "Origin", "null"},
		"who says nothing":            {"Sec-Fetch-Site", ""},
	} {
		for path, form := range map[string]url.Values{"/session": {"token": {token.Secret}}, "/logout": nil} {
			for _, from := range []*guest{g, in} { // without and with a cookie
				a := from.send("POST", path, form, append(headers, "Accept", "application/json")...)
				if a.problem() != "FORBIDDEN cross_site" || a.cookie(t) != nil {
					t.Errorf("%s to %s: %d %s %v", name, path, a.status, a.body, a.header)
				}
			}
		}
	}
	in.looks("so-ngoai-vu")
	g.looks("")
}
