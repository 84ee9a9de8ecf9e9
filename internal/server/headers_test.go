package server_test

import (
	"net/http"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/server"
	"signet/internal/testneeds/browser"
)

// guarded sees that an answer has the headers that every one has.
func (a answer) guarded(t *testing.T, what string) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if name == "Referrer-Policy" && strings.Contains(a.header.Get("Content-Security-Policy"), "form-action 'self'") {
			want = "same-origin"
		}
		if got := a.header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s is %q", what, name, got)
		}
	}
	policies := a.header.Values("Content-Security-Policy")
	policy := strings.Join(policies, ",")
	file := strings.HasPrefix(policy, "sandbox;")
	if len(policies) != 1 || !strings.Contains(policy, "default-src 'none'") || !file && (!strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "base-uri 'none'")) {
		t.Errorf("%s: %q", what, policies)
	}
	for _, lax := range []string{"unsafe-eval", "*", "http:", "https:"} {
		if strings.Contains(policy, lax) {
			t.Errorf("%s: %s", what, policy)
		}
	}
	if !file && (strings.Contains(policy, "unsafe-inline") || strings.Contains(policy, "data:") && !strings.Contains(policy, "img-src 'self' data:")) {
		t.Errorf("%s: %s", what, policy)
	}
	if got := a.header.Get("Permissions-Policy"); !strings.Contains(got, "camera=()") || !strings.Contains(got, "geolocation=()") {
		t.Errorf("%s: Permissions-Policy is %q", what, got)
	}
	if got := a.header.Get("Cross-Origin-Resource-Policy"); got != "same-origin" && (got != "cross-origin" || !file) {
		t.Errorf("%s: Cross-Origin-Resource-Policy is %q", what, got)
	}
	if !file && strings.HasPrefix(a.header.Get("Content-Type"), "text/html") == (policy == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'") {
		t.Errorf("%s: the policy of a page is that of what is none, or the other way round", what)
	}
	if a.header.Get("Server") != "" || a.header.Get("X-Powered-By") != "" {
		t.Errorf("%s: it tells what it runs on", what)
	}
}

func (r *registry) everyAnswerIsGuarded() {
	for _, pattern := range r.server.Patterns() {
		for method, accept := range map[string]string{http.MethodGet: "text/html", http.MethodHead: "application/json", http.MethodPost: "application/json", http.MethodDelete: "text/html"} {
			if pattern == "/catalogue.json" && method != http.MethodDelete {
				continue // it takes the prints of all pictures
			}
			if a := r.ask(method, addressOf(pattern), "", nil, "Accept", accept); method != http.MethodHead {
				a.guarded(r.t, method+" "+pattern+" as "+accept)
			}
		}
	}
}

func (r *registry) pagesAndFilesAreGuarded() {
	t := r.t
	svg := logo("current")
	for path, media := range map[string]string{
		"/": "text/html", "/graphql": "text/html", "/first-login?code=x": "text/html", "/status/logo-sample/1": "text/html",
		"/reports?period=2026-H2&format=html": "text/html", "/reports?period=2026-H2&format=csv": "text/csv",
		svg: "image/svg+xml", svg + "?stamp=1": "image/svg+xml", "/kit.zip": "application/zip", "/feeds/changes.atom": "application/atom+xml",
		"/graphql/explorer/explorer.js": "text/javascript", "/graphql/explorer/nothing.js": "text/plain",
	} {
		a := r.ask("GET", path, domain.RoleAuditor, nil, "Accept", "text/html")
		a.guarded(t, path)
		if !strings.HasPrefix(a.header.Get("Content-Type"), media) {
			t.Errorf("%s is %s", path, a.header.Get("Content-Type"))
		}
	}
	if a := r.ask("GET", svg, "", nil); !strings.HasPrefix(a.header.Get("Content-Security-Policy"), "sandbox;") || a.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" ||
		!strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("a public file: %v", a.header)
	}
}

func (r *registry) tlsIsAskedFor() {
	t := r.t
	n := r.node(server.Options{})
	if a := n.ask("GET", "/healthz", "", nil, from, "192.0.2.1", "X-Forwarded-Proto", "https"); a.header.Get("Strict-Transport-Security") == "" {
		t.Error("a trusted proxy says so, and it is not asked for")
	}
	if a := n.ask("GET", "/healthz", "", nil, from, "192.0.2.1", "X-Forwarded-Proto", "http"); a.header.Get("Strict-Transport-Security") != "" {
		t.Error("there is none at the proxy")
	}
	if a := r.ask("GET", "/healthz", "", nil, "X-Forwarded-Proto", "https"); a.header.Get("Strict-Transport-Security") != "" {
		t.Error("somebody says so who is no proxy")
	}
	if a := n.ask("GET", "/feeds/changes.atom", "", nil, from, "192.0.2.1", "X-Forwarded-Proto", "https"); !strings.Contains(string(a.body), `href="https://127.0.0.1`) {
		t.Errorf("%s", a.body)
	}
	if a := r.ask("GET", "/feeds/changes.atom", "", nil, "X-Forwarded-Proto", "https"); strings.Contains(string(a.body), `href="https://127.0.0.1`) {
		t.Errorf("%s", a.body)
	}
}

// The explorer and the home page are looked at by TestPagesInABrowser, the report by
// package report.
func (r *registry) pagesKeepToTheirPolicy() {
	t := r.t
	empty := newRegistry(t).follow()
	code, _, err := empty.server.FirstLogin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	styled := `document.querySelector("h1") && getComputedStyle(document.querySelector("main")).maxWidth !== "none"`
	status := browser.Open(t, r.url+"/status/logo-sample/1", 900, 700)
	status.Wait(styled)
	page := browser.Open(t, empty.url+"/first-login?code="+code, 900, 700)
	page.Wait(`document.querySelector("form") && ` + styled)
	if problems := append(status.Problems(), page.Problems()...); len(problems) > 0 {
		t.Errorf("%q", problems)
	}
	// What a page has in it that is not ours does not run.
	page.Eval(`document.body.append(Object.assign(document.createElement("script"), {textContent: "document.title = 'taken over'"}))`, nil)
	var title string
	page.Eval(`document.title`, &title)
	if title == "taken over" || len(page.Problems()) == 0 {
		t.Errorf("a script ran, or the browser says nothing of it: %q, %q", title, page.Problems())
	}
}
