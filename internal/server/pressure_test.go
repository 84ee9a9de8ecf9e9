package server_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/pressure"
	"signet/internal/server"
)

// node serves the registry a second time, otherwise: from loopback through a proxy that
// is trusted, so that requests can come from anywhere.
func (r *registry) node(o server.Options) *registry {
	r.t.Helper()
	o.Runner, o.Views, o.Renditions, o.MaxUpload, o.Proxies = r.runner, r.views, r.renditions, 1<<20, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	if o.Store == nil {
		o.Store = r.store
	}
	other := *r
	var err error
	if other.server, err = server.New(o); err != nil {
		r.t.Fatal(err)
	}
	web := httptest.NewServer(other.server)
	other.url = web.URL
	r.t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	return &other
}

// in is the same registry for a subtest.
func (r registry) in(t *testing.T) *registry { //nolint:thelper // it is no step of a test
	r.t = t
	return &r
}

// few lets an address ask for a cost of so much, and a token for twice that, for hours.
func few(burst int) pressure.Limits {
	return pressure.Limits{Address: pressure.Limit{Rate: .01, Burst: burst}, Token: pressure.Limit{Rate: .01, Burst: 2 * burst}}
}

// limited tells whether an answer is one to who asks for too much, as it has to be.
func (a answer) limited(t *testing.T) bool {
	t.Helper()
	if a.status != http.StatusTooManyRequests {
		return false
	}
	wait, err := strconv.Atoi(a.header.Get("Retry-After"))
	if err != nil || wait < 1 || a.header.Get("RateLimit") == "" || a.header.Get("RateLimit-Policy") == "" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", a.header)
	}
	return true
}

const from = "X-Forwarded-For"

// A registry with its kit is made once for what stands in this file and headers_test.go.
func TestAServerThatAnybodyCanReach(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	for title, story := range map[string]func(*registry){
		"who asks for too much is told when to come back":         (*registry).tooMuch,
		"guesses are counted against their address alone":         (*registry).guesses,
		"every address has a limit but those that tell of health": (*registry).everyAddressHasALimit,
		"what requests cost":                             (*registry).costs,
		"what operations cost":                           (*registry).operations,
		"reads go on while heavy work hangs":             (*registry).readsGoOn,
		"every answer is guarded":                        (*registry).everyAnswerIsGuarded,
		"pages and files are guarded by what suits them": (*registry).pagesAndFilesAreGuarded,
		"pages keep to their policy in a browser":        (*registry).pagesKeepToTheirPolicy,
		"TLS is asked for where it is there":             (*registry).tlsIsAskedFor,
	} {
		t.Run(title, func(t *testing.T) { story(r.in(t)) })
	}
}

func (r *registry) tooMuch() {
	t := r.t
	r = r.node(server.Options{Limits: few(3)})
	for range 3 {
		if a := r.ask("GET", "/status/logo-sample/1", "", nil, from, "192.0.2.1"); a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	a := r.ask("GET", "/status/logo-sample/1", "", nil, from, "192.0.2.1")
	if !a.limited(t) || a.problem() != "RATE_LIMITED rate_limited" || a.header.Get("RateLimit-Policy") != `"address";q=3;w=300` || !strings.HasPrefix(a.header.Get("RateLimit"), `"address";r=0;t=`) {
		t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
	for title, c := range map[string]struct {
		address string
		role    domain.Role
		header  string // the policy that is told
		limited bool
	}{
		"the same one":               {address: "192.0.2.1", limited: true, header: `"address";q=3;w=300`},
		"another one":                {address: "192.0.2.2", header: `"address";q=3;w=300`},
		"with a token from the same": {address: "192.0.2.1", role: domain.RoleAuditor, header: `"token";q=6;w=600`},
		"the machine itself":         {},
		"one that nobody can tell":   {address: "unknown", header: `"address";q=3;w=300`},
	} {
		t.Run(title, func(t *testing.T) {
			var headers []string
			if c.address != "" {
				headers = []string{from, c.address}
			}
			a := r.ask("GET", "/status/logo-sample/1", c.role, nil, headers...)
			if a.limited(t) != c.limited || a.header.Get("RateLimit-Policy") != c.header {
				t.Errorf("%d %v", a.status, a.header)
			}
		})
	}
	a = r.ask("POST", "/graphql", "", strings.NewReader(`{"query": "{ __typename }"}`), from, "192.0.2.1", "Content-Type", "application/json")
	var body struct {
		Errors []struct {
			Extensions struct{ Code, Reason, RequestID string }
		}
	}
	if err := json.Unmarshal(a.body, &body); err != nil || !a.limited(t) || len(body.Errors) != 1 || body.Errors[0].Extensions.Code != "RATE_LIMITED" ||
		body.Errors[0].Extensions.RequestID != a.header.Get("X-Request-Id") || !strings.HasPrefix(a.header.Get("Content-Type"), "application/graphql-response+json") {
		t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
}

func (r *registry) guesses() {
	t := r.t
	limits := few(150)
	limits.Token.Rate, limits.Token.Burst = 1000, 1000
	r = r.node(server.Options{Limits: limits})
	secret := r.tokens[domain.RoleAuditor]
	id, _, _ := strings.Cut(strings.TrimPrefix(secret, "signet_"), "_")
	guess := func(address string) answer {
		return r.ask("GET", "/status/logo-sample/1", "", nil, from, address, "Authorization", "Bearer signet_"+id+"_"+strings.Repeat("a", 52))
	}
	for range 3 {
		if a := guess("192.0.2.1"); a.status != http.StatusUnauthorized {
			t.Errorf("%d", a.status)
		}
	}
	if a := guess("192.0.2.1"); !a.limited(t) || a.header.Get("WWW-Authenticate") != "" {
		t.Errorf("%d %v", a.status, a.header)
	}
	if a := r.ask("GET", "/status/logo-sample/1", "", nil, from, "192.0.2.1"); !a.limited(t) {
		t.Errorf("the address goes on: %d", a.status)
	}
	for _, address := range []string{"192.0.2.1", "192.0.2.2"} {
		if a := r.ask("GET", "/status/logo-sample/1", domain.RoleAuditor, nil, from, address); a.status != http.StatusOK {
			t.Errorf("the token that was guessed at, from %s: %d", address, a.status)
		}
	}
	if a := guess("192.0.2.2"); a.status != http.StatusUnauthorized {
		t.Errorf("another address: %d", a.status)
	}
}

// addressOf is an address that a pattern of http.ServeMux stands for.
func addressOf(pattern string) string {
	if strings.HasSuffix(pattern, "/") {
		return pattern + "nothing"
	}
	return strings.NewReplacer(
		"{$}", "", "{item}", "logo-sample", "{version}", "1", "{locale}", "ja", "{name}", strings.TrimPrefix(logo("1"), "/files/logo-sample/1/"),
		"{finding}", "0190a1b2-0000-7000-8000-000000000000",
	).Replace(pattern)
}

func (r *registry) everyAddressHasALimit() {
	t := r.t
	r = r.node(server.Options{Limits: few(1), Prints: nil})
	patterns := r.server.Patterns()
	if len(patterns) < 15 {
		t.Fatalf("only %q", patterns)
	}
	for i, pattern := range patterns {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			address := fmt.Sprintf("198.51.%d.%d", len(method), i)
			r.ask(method, addressOf(pattern), "", nil, from, address)
			a := r.ask(method, addressOf(pattern), "", nil, from, address)
			healthy := strings.HasSuffix(pattern, "z")
			if a.limited(t) == (healthy || a.status == http.StatusMethodNotAllowed) {
				t.Errorf("%s %s: %d", method, pattern, a.status)
			}
		}
	}
}

const (
	manyFields = `{"query": "{ approved(first: 100) { edges { node { key number kind validFrom validUntil a: key b: key c: key d: key e: key } } } }"}`
	// nobody in particular may do what they do
	twoMutations = `{"query": "mutation { a: revokeToken(input: {agency: \"x\", token: \"x\"}) { position } b: revokeToken(input: {agency: \"x\", token: \"y\"}) { position } }"}`
)

// What an operation asks for is charged before it is executed; an answer that was kept
// is not executed.
func (r *registry) operations() {
	t := r.t
	r = r.node(server.Options{Limits: few(30)})
	send := func(address, body string) answer {
		return r.ask("POST", "/graphql", "", strings.NewReader(body), from, address, "Content-Type", "application/json")
	}
	if a := send("198.51.100.1", twoMutations); a.status != http.StatusOK || strings.Count(string(a.body), "UNAUTHENTICATED") != 2 {
		t.Error(a.status, string(a.body))
	}
	if a := send("198.51.100.1", twoMutations); !a.limited(t) || !strings.Contains(string(a.body), "RATE_LIMITED") {
		t.Error(a.status, string(a.body))
	}
	for _, left := range []int{27, 26, 25} {
		if a := send("198.51.100.2", manyFields); a.status != http.StatusOK || !strings.Contains(a.header.Get("RateLimit"), fmt.Sprintf(";r=%d;", left)) {
			t.Error(left, a.status, a.header.Get("RateLimit"))
		}
	}
}

func (r *registry) costs() {
	t := r.t
	r = r.node(server.Options{Limits: few(1000), StampedDir: t.TempDir()})
	query := `{"query": "{ __typename }"}`
	svg := logo("1")
	for i, c := range []struct {
		title, method, path, body string
		cost                      int
		media                     string
	}{
		{title: "a page", method: "GET", path: "/vi/login", cost: 1},
		{title: "a form", method: "POST", path: "/vi/nothing", body: "a=b", cost: 1, media: "application/x-www-form-urlencoded"},
		{title: "a form with files", method: "POST", path: "/en/nothing", body: "x", cost: 20, media: "multipart/form-data; boundary=x"},
		{"nothing", "GET", "/nowhere", "", 1, ""},
		{"a query", "POST", "/graphql", query, 1, ""},
		{"a query for much", "POST", "/graphql", manyFields, 3, ""},
		{"two mutations", "POST", "/graphql", twoMutations, 21, ""},
		{"a long query", "POST", "/graphql", query + strings.Repeat(" ", 100_000), 20, ""},
		{"a file as it is", "GET", svg, "", 1, ""},
		{"a file that is stamped", "GET", svg + "?stamp=1", "", 20, ""},
		{"the same again", "GET", svg + "?stamp=1", "", 1, ""},
		{"a report that is refused", "GET", "/reports", "", 20, ""},
		{"the kit", "HEAD", "/kit.zip", "", 20, ""},
		{"a file of which it is asked what it is", "POST", "/identify", "x", 20, ""},
		{"a digest of which it is asked", "GET", "/identify?digest=x", "", 1, ""},
	} {
		a := r.ask(c.method, c.path, "", strings.NewReader(c.body), from, fmt.Sprintf("198.51.100.%d", i), "Content-Type", cmp.Or(c.media, "application/json"))
		if want := fmt.Sprintf(`"address";r=%d;t=%d`, 1000-c.cost, 100*c.cost); a.header.Get("RateLimit") != want {
			t.Errorf("%s: %d, %s, want %s", c.title, a.status, a.header.Get("RateLimit"), want)
		}
	}
}
