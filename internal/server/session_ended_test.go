package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/server"
)

func (g *guest) isLimited() {
	upload := func() string {
		return g.send("POST", "/files", nil, "Content-Type", "image/png", "Accept", "application/json").problem()
	}
	g.comeIn(g.token(domain.ReadApproved, domain.ReadUnapproved).Secret)
	if got := upload(); got != "FORBIDDEN not_permitted" {
		g.t.Errorf("by a token that may read: %s", got)
	}
	g.comeIn(g.token().Secret)
	if got := upload(); got == "FORBIDDEN not_permitted" {
		g.t.Error("by one that may do what the author may")
	}
}

func (g *guest) hasLapsed() {
	t := g.t
	token := g.token()
	g.comeIn(token.Secret)
	kept := g.cookies()
	g.settled(domain.RevokeToken{Agency: "so-ngoai-vu", Token: token.ID})
	for _, c := range []struct {
		name, method, path string
		headers            []string
		status             int
		says               string // the page, where to, or the reason
		cookie             bool   // is taken away
	}{
		{"a page", "GET", "/vi/me", nil, 200, `GET of ""`, true},
		{"a page that is not there", "HEAD", "/en/me", nil, 200, "", true},
		{"a form", "POST", "/vi/items/a", nil, 303, "/vi/login?problem=session_ended&return=%2Fvi%2Fitems%2Fa", true},
		{"a form of a page", "POST", "/en/items/a/sign", []string{"Referer", g.url.String() + "/en/items/a?tab=1"}, 303, "/en/login?problem=session_ended&return=%2Fen%2Fitems%2Fa%3Ftab%3D1", true},
		{"a form of no page of ours", "POST", "/en/items/a", []string{"Referer", "https://evil.example/en/x"}, 303, "/en/login?problem=session_ended&return=%2Fen%2Fitems%2Fa", true},
		{"a form of the login page", "POST", "/vi/me", []string{"Referer", g.url.String() + "/vi/login"}, 303, "/vi/login?problem=session_ended", true},
		{"a form of another site", "POST", "/vi/items/a", []string{"Sec-Fetch-Site", "cross-site"}, 403, "FORBIDDEN cross_site", false},
		{"a program", "GET", "/vi/me", []string{"Accept", "application/json"}, 401, "UNAUTHENTICATED unauthenticated", true},
		{"a token beside it", "GET", "/vi/me", []string{"Authorization", "Bearer " + token.Secret}, 401, "UNAUTHENTICATED unauthenticated", false},
		{"what is for no page", "GET", "/feeds/changes.atom", nil, 401, "UNAUTHENTICATED unauthenticated", true},
	} {
		g.client.Jar.SetCookies(g.url, kept)
		a := g.send(c.method, c.path, nil, c.headers...)
		says := string(a.body)
		switch {
		case a.status == http.StatusSeeOther:
			says = a.header.Get("Location")
		case a.status >= http.StatusBadRequest:
			says = a.problem()
		}
		if a.status != c.status || says != c.says || !a.varies("Cookie") {
			t.Errorf("%s: %d %s %v", c.name, a.status, says, a.header)
		}
		if taken := a.cookie(t); (taken != nil) != c.cookie || taken != nil && (taken.MaxAge >= 0 || taken.Name != "signet" || taken.Value != "") {
			t.Errorf("%s: %v", c.name, taken)
		}
	}
}

func (g *guest) leaves() {
	t := g.t
	for lang, to := range map[string]string{"": "/vi/", "en": "/en/", "//evil.example": "/vi/"} {
		token := g.token()
		g.comeIn(token.Secret)
		kept := g.cookies()
		a := g.send("POST", "/logout", url.Values{"lang": {lang}})
		if a.status != http.StatusSeeOther || a.header.Get("Location") != to || len(g.cookies()) != 0 {
			t.Errorf("%q: %d %v %v", lang, a.status, a.header, g.cookies())
		}
		g.client.Jar.SetCookies(g.url, kept)
		if a := g.send("GET", "/vi/me", nil, "Accept", "application/json"); a.status != http.StatusUnauthorized {
			t.Errorf("the session is still good: %d", a.status)
		}
		g.comeIn(token.Secret) // the token is
	}
	if a := g.guest().send("POST", "/logout", nil); a.status != http.StatusSeeOther {
		t.Errorf("who is not in: %d", a.status)
	}
}

func (g *guest) comesAgain() {
	g.comeIn(g.token().Secret)
	former := g.cookies()
	g.comeIn(g.token().Secret)
	g.looks("so-ngoai-vu")
	g.client.Jar.SetCookies(g.url, former)
	g.looks("")
}

func (g *guest) isRefused() {
	t := g.t
	token := g.token().Secret
	if a := g.send("POST", "/session", url.Values{"token": {token}, "return": {strings.Repeat("a", 20<<10)}}); a.problem() != "BAD_USER_INPUT invalid_form" || a.status != http.StatusBadRequest {
		t.Errorf("a long form: %d %s", a.status, a.body)
	}
	if a := g.send("GET", "/session", nil); a.status != http.StatusMethodNotAllowed {
		t.Errorf("%d", a.status)
	}
	g.log.refuse.Store(true)
	defer g.log.refuse.Store(false)
	if a := g.send("POST", "/session", url.Values{"token": {token}}); a.status != http.StatusServiceUnavailable || !strings.Contains(string(a.body), "log_unavailable") || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := g.send("POST", "/session", url.Values{"token": {token}}, "Accept", "application/json"); a.problem() != "UNAVAILABLE log_unavailable" || a.cookie(t) != nil {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func (g *guest) guesses() {
	t := g.t
	g = g.node(server.Options{Limits: few(160)}).guest() // three guesses, and what the requests cost
	guess := access.NewToken().Secret
	form := func(address string) answer {
		return g.send("POST", "/session", url.Values{"token": {guess}}, from, address)
	}
	page := func(address string) answer {
		return g.send("GET", "/vi/me", nil, from, address, "Cookie", "signet="+guess)
	}
	for i, tried := range []func(string) answer{form, page} {
		address := fmt.Sprintf("192.0.2.%d", i)
		for range 3 {
			if a := tried(address); a.status != http.StatusSeeOther && a.status != http.StatusOK {
				t.Errorf("%d", a.status)
			}
		}
		if a := tried(address); !a.limited(t) {
			t.Errorf("%d", a.status)
		}
	}
	if a := form("192.0.2.9"); a.status != http.StatusSeeOther {
		t.Errorf("another address: %d", a.status)
	}
}

func (g *guest) isCharged() {
	t := g.t
	limits := few(1000)
	limits.Token.Burst = 12 // a session begins, which costs 10, and two pages
	g = g.node(server.Options{Limits: limits}).guest()
	token := g.token().Secret
	g.comeIn(token)
	g.looks("so-ngoai-vu")
	if a := g.send("GET", "/vi/me", nil); a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("RateLimit"), `"token";r=0;`) {
		t.Errorf("%d %v", a.status, a.header)
	}
	if a := g.send("GET", "/vi/me", nil, "Cookie", "", "Authorization", "Bearer "+token); !a.limited(t) {
		t.Errorf("the token: %d", a.status)
	}
	if a := g.guest().send("POST", "/session", url.Values{"token": {token}}); !a.limited(t) {
		t.Errorf("another session: %d", a.status)
	}
}
