package server_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
)

// guest is a browser that looks at a registry with one page for people, which says who
// looks. It follows no redirect.
type guest struct {
	*registry

	url    *url.URL
	client http.Client
}

// whoLooks is the page.
var whoLooks = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	viewer := access.From(r.Context())
	_, _ = fmt.Fprintf(w, "%s of %q", r.Method, viewer.Agency)
})

// guest comes to the registry.
func (r *registry) guest() *guest {
	r.t.Helper()
	web := httptest.NewServer(r.server.WithPages(whoLooks))
	r.t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	at, err := url.Parse(web.URL)
	if err != nil {
		r.t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return &guest{r, at, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// send sends a request as the browser; pairs are headers, an empty one is left out.
func (g *guest) send(method, path string, form url.Values, headers ...string) answer {
	g.t.Helper()
	r, err := http.NewRequestWithContext(g.t.Context(), method, g.url.String()+path, strings.NewReader(form.Encode()))
	if err != nil {
		g.t.Fatal(err)
	}
	headers = append([]string{"Accept", "text/html", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"}, headers...)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	return (&office{t: g.t}).read(g.client.Do(r))
}

// comeIn sends the form of the login page with a token.
func (g *guest) comeIn(secret string) {
	g.t.Helper()
	if a := g.send("POST", "/session", url.Values{"token": {secret}}); a.status != http.StatusSeeOther || a.header.Get("Location") != "/vi/me" {
		g.t.Fatalf("%d %v", a.status, a.header)
	}
}

// looks fails unless the page says that somebody of an agency looks, or nobody ("").
func (g *guest) looks(agency string) {
	g.t.Helper()
	a := g.send("GET", "/vi/me", nil)
	if a.status != http.StatusOK || string(a.body) != fmt.Sprintf("GET of %q", agency) || a.header.Get("Referrer-Policy") != "same-origin" {
		g.t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
}

func (g *guest) cookies() []*http.Cookie { return g.client.Jar.Cookies(g.url) }

// cookie is the one that an answer sets; nil if it sets none.
func (a answer) cookie(t *testing.T) *http.Cookie {
	t.Helper()
	all := (&http.Response{Header: a.header}).Cookies()
	if len(all) == 0 {
		return nil
	}
	if len(all) > 1 {
		t.Errorf("%v", all)
	}
	return all[0]
}

// withAuthor adds an agency with an author.
func (r *registry) withAuthor() *registry {
	r.t.Helper()
	r.run(domain.RegisterAgency{Key: "so-ngoai-vu", Name: domain.Texts{"vi": "Sở Ngoại vụ"}})
	r.run(domain.AddMember{Agency: "so-ngoai-vu", Member: sessionAuthor, Roles: []domain.Role{domain.RoleAuthor}})
	return r
}

var sessionAuthor = uuid.UUID{6: 0x70, 8: 0x80, 15: 1}

// token gives the author a token, which is limited to permissions, if any.
func (r *registry) token(scopes ...domain.Permission) access.Token {
	r.t.Helper()
	token := access.NewToken()
	r.settled(domain.IssueToken{Agency: "so-ngoai-vu", Member: sessionAuthor, Token: token.ID, Hash: token.Hash, Scopes: scopes})
	return token
}

// settled runs a command, and returns when the read models tell of it.
func (r *registry) settled(c domain.Command[domain.Agency]) {
	r.t.Helper()
	if err := r.views.WaitFor(r.t.Context(), r.run(c)); err != nil {
		r.t.Fatal(err)
	}
}
