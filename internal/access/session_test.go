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

// Where the registry has no name of its own a page is ours that the same host has made.
func TestWithoutAnOriginTheHostOfARequestCounts(t *testing.T) {
	f := newFixture(t)
	if err := f.UseSessions(access.Sessions{Cookie: "signet"}); err != nil {
		t.Fatal(err)
	}
	token := f.issue(nil)
	for name, c := range map[string]struct {
		headers []string
		own     bool
	}{
		"a page of ours":             {[]string{"Sec-Fetch-Site", "same-origin", "Origin", "http://registry.lan:8080"}, true},
		"one of an older browser":    {[]string{"Origin", "http://registry.lan:8080"}, true},
		"another port":               {[]string{"Origin", "http://registry.lan:8081"}, false},
		"another site":               {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, false},
		"another one, older":         {[]string{"Origin", "https://evil.example"}, false},
		"one that hides":             {[]string{"Origin", "null"}, false},
		"who says nothing of itself": {nil, false},
	} {
		r := httptest.NewRequest(http.MethodPost, "/session", http.NoBody)
		r.Host = "registry.lan:8080"
		for i := 0; i < len(c.headers); i += 2 {
			r.Header.Set(c.headers[i], c.headers[i+1])
		}
		if got := f.OwnPage(r); got != c.own {
			t.Errorf("%s, without a cookie: %t", name, got)
		}
		r.AddCookie(&http.Cookie{Name: "signet", Value: token.Secret})
		if viewer, err := f.FromRequest(r); viewer.Anonymous() == c.own || c.own != (err == nil) {
			t.Errorf("%s, with one: %+v, %v", name, viewer, err)
		}
	}
}

func TestASessionIsGoodAsLongAsTheTokenThatItWasBegunWith(t *testing.T) {
	f := newFixture(t)
	expires, soon := noon.Add(2*time.Hour), noon.Add(time.Hour)
	for name, end := range map[string]func(*fixture, access.Token, access.Token){
		"it is revoked": func(f *fixture, _, session access.Token) {
			f.run(domain.RevokeToken{Agency: agency, Token: session.ID})
		},
		"the token is":      func(f *fixture, first, _ access.Token) { f.run(domain.RevokeToken{Agency: agency, Token: first.ID}) },
		"the token expires": func(f *fixture, _, _ access.Token) { f.now = expires },
		"the session does":  func(f *fixture, _, _ access.Token) { f.now = soon },
		"the token is replaced": func(f *fixture, first, _ access.Token) {
			other := access.NewToken()
			f.run(domain.RotateToken{Agency: agency, Replaces: first.ID, Token: other.ID, Hash: other.Hash})
		},
		"it is replaced for later, and that is over": func(f *fixture, first, _ access.Token) {
			other := access.NewToken()
			f.run(domain.RotateToken{Agency: agency, Replaces: first.ID, Token: other.ID, Hash: other.Hash, Overlap: time.Minute})
			f.now = noon.Add(time.Minute)
		},
		"the member leaves, and comes back": func(f *fixture, _, _ access.Token) {
			f.run(domain.RemoveMember{Agency: agency, Member: member})
			f.run(domain.AddMember{Agency: agency, Member: member, Roles: []domain.Role{domain.RoleAuthor}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			f.now = noon
			first := f.issue(&expires)
			session := access.NewSession(first.ID)
			f.run(domain.IssueToken{Agency: agency, Member: member, Token: session.ID, Hash: session.Hash, Expires: &soon})
			viewer := f.accepted(session.Secret)
			if err := f.Still(t.Context(), viewer); err != nil {
				t.Error(err)
			}
			end(f, first, session)
			f.refused(session.Secret)
			if err := f.Still(t.Context(), viewer); !errors.Is(err, access.ErrBadToken) {
				t.Error(err)
			}
		})
	}
}

func TestASessionTellsWhatItWasBegunWith(t *testing.T) {
	for range 20 {
		first := access.NewToken()
		session := access.NewSession(first.ID)
		if access.BegunWith(session.ID) != first.ID || access.BegunWith(first.ID) != first.ID || session.ID == first.ID {
			t.Errorf("%s of %s", session.ID, first.ID)
		}
	}
	for _, id := range []string{"", "jwt:a0b"} {
		if got := access.BegunWith(id); got != id {
			t.Errorf("%q of %q", got, id)
		}
	}
	f := newFixture(t)
	first := f.issue(nil)
	guess := access.NewSession(first.ID)
	f.refused(guess.Secret) // there is none
	for _, secret := range []string{"signet_" + first.ID + "0_a", "signet_0" + first.ID + "_a", "signet_0_a", "signet_a0b0c_a", "signet_a_0"} {
		f.refused(secret)
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
