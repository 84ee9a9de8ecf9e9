package access_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/access"
)

const registry = "https://registry.example"

func (f *fixture) withSessions() *fixture {
	f.t.Helper()
	guarded := func(r *http.Request) bool { return r.URL.Path == "/graphql" }
	if err := f.UseSessions(access.Sessions{Cookie: "__Host-signet", Origin: registry, Guarded: guarded}); err != nil {
		f.t.Fatal(err)
	}
	return f
}

func TestASessionCountsForPagesOfTheRegistry(t *testing.T) {
	f := newFixture(t).withSessions()
	token := f.issue(nil)
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		err          error
	}{
		"a link that somebody follows":         {"GET", "/files/a", []string{"Sec-Fetch-Site", "cross-site"}, nil},
		"a link, from an older browser":        {"GET", "/files/a", nil, nil},
		"a query of a page":                    {"GET", "/graphql", []string{"Sec-Fetch-Site", "same-origin"}, nil},
		"a query that somebody has typed":      {"GET", "/graphql", []string{"Sec-Fetch-Site", "none"}, nil},
		"a query from elsewhere":               {"GET", "/graphql", []string{"Sec-Fetch-Site", "cross-site"}, access.ErrCrossSite},
		"a query by HEAD from elsewhere":       {"HEAD", "/graphql", []string{"Sec-Fetch-Site", "same-site"}, access.ErrCrossSite},
		"a query of who says nothing":          {"GET", "/graphql", nil, access.ErrCrossSite},
		"a write of a page":                    {"POST", "/xliff", []string{"Sec-Fetch-Site", "same-origin", "Origin", registry}, nil},
		"a write, from an older browser":       {"POST", "/xliff", []string{"Origin", registry}, nil},
		"a write, by another name of the host": {"POST", "/xliff", []string{"Origin", "https://example.com"}, nil}, // the Host of httptest
		"a form that hides where it is":        {"POST", "/logout", []string{"Sec-Fetch-Site", "same-origin", "Origin", "null"}, nil},
		"a write from elsewhere":               {"POST", "/xliff", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, access.ErrCrossSite},
		"a write from a neighbour":             {"POST", "/xliff", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://other.example"}, access.ErrCrossSite},
		"a write from elsewhere, older":        {"POST", "/xliff", []string{"Origin", "https://evil.example"}, access.ErrCrossSite},
		"a write from nowhere":                 {"POST", "/xliff", []string{"Origin", "null"}, access.ErrCrossSite},
		"a write of who says nothing":          {"POST", "/xliff", nil, access.ErrCrossSite},
		"deleting, of who says nothing":        {"DELETE", "/files/a", nil, access.ErrCrossSite},
		"a WebSocket of a page":                {"GET", "/graphql", []string{"Upgrade", "websocket", "Origin", registry}, nil},
		"a WebSocket from elsewhere":           {"GET", "/files/a", []string{"Upgrade", "websocket", "Origin", "https://evil.example"}, access.ErrCrossSite},
		"a WebSocket of who says nothing":      {"GET", "/files/a", []string{"Upgrade", "websocket"}, access.ErrCrossSite},
	} {
		r := httptest.NewRequest(c.method, c.path, http.NoBody)
		r.AddCookie(&http.Cookie{Name: "__Host-signet", Value: token.Secret})
		for i := 0; i < len(c.headers); i += 2 {
			r.Header.Set(c.headers[i], c.headers[i+1])
		}
		viewer, err := f.FromRequest(r)
		if !errors.Is(err, c.err) || viewer.Anonymous() != (c.err != nil) {
			t.Errorf("%s: %+v, %v", name, viewer, err)
		}
	}
}

func TestCookiesThatAreNoSession(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	from := func(name, value, header string) (access.Viewer, error) {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.AddCookie(&http.Cookie{Name: name, Value: value})
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		return f.FromRequest(r)
	}
	if viewer, err := from("__Host-signet", token.Secret, ""); err != nil || !viewer.Anonymous() {
		t.Errorf("before there are sessions: %+v, %v", viewer, err)
	}
	f.withSessions()
	if err := f.UseForeign(func(_ context.Context, token string) (access.Bearer, error) {
		if token != "a.b.c" {
			return access.Bearer{}, access.ErrBadToken
		}
		return access.Bearer{Agency: agency, Member: member, Expires: noon.Add(time.Hour)}, nil
	}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		cookie, value, header string
		err                   error
	}{
		"another name":              {"signet", token.Secret, "", nil},
		"empty":                     {"__Host-signet", "", "", nil},
		"a token that is none":      {"__Host-signet", "signet_a_b", "", access.ErrBadToken},
		"a header goes before it":   {"__Host-signet", token.Secret, "Bearer x", access.ErrBadToken},
		"also one of another kind":  {"__Host-signet", token.Secret, "Basic x", access.ErrBadToken},
		"the token of another home": {"__Host-signet", "a.b.c", "", access.ErrBadToken},
	} {
		if viewer, err := from(c.cookie, c.value, c.header); !errors.Is(err, c.err) || !viewer.Anonymous() {
			t.Errorf("%s: %+v, %v", name, viewer, err)
		}
	}
	if err := f.UseSessions(access.Sessions{Cookie: "a", Origin: "registry.example"}); err == nil {
		t.Error("an origin that is none is taken")
	}
}

func TestTokensOfAnotherServer(t *testing.T) {
	f := newFixture(t)
	asked, expires := 0, noon.Add(time.Hour)
	if err := f.UseForeign(func(_ context.Context, token string) (access.Bearer, error) {
		asked++
		if token != "a.b.c" {
			return access.Bearer{}, access.ErrBadToken
		}
		return access.Bearer{Agency: agency, Member: member, Roles: domain.Roles{domain.RoleAuthor}, Expires: expires}, nil
	}); err != nil {
		t.Fatal(err)
	}
	see := func(name string, more int) {
		t.Helper()
		before := asked
		viewer := f.accepted("a.b.c")
		if asked != before+more || !viewer.Can(domain.DraftVersions) || viewer.Can(domain.SetPolicies) {
			t.Errorf("%s: asked %d times, %v", name, asked-before, viewer.Roles)
		}
	}
	see("the first time", 1)
	see("again", 0)
	f.run(domain.ChangeMemberRoles{Agency: agency, Member: member, Roles: []domain.Role{domain.RoleAuthor, domain.RoleAdmin}})
	see("after it has changed who may do what, and for more than the token says", 1)
	see("and again", 0)
	f.now = expires
	see("when it expires", 1)
	see("and each time afterwards", 1)

	f.run(domain.ChangeMemberRoles{Agency: agency, Member: member, Roles: []domain.Role{domain.RoleAdmin}})
	if viewer := f.accepted("a.b.c"); viewer.Can(domain.DraftVersions) || viewer.Can(domain.SetPolicies) {
		t.Errorf("what the member and the token don't have in common: %v", viewer.Roles)
	}
	f.refused("d.e.f")
	before := asked
	f.refused(string(make([]byte, 20<<10)))
	f.refused("signet_a_b")
	if asked != before {
		t.Error("tokens that can't be another server's are asked for")
	}
	f.run(domain.RemoveMember{Agency: agency, Member: member})
	f.refused("a.b.c")
}
