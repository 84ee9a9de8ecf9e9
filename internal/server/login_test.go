package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"signet/assets/disk"
	"signet/assets/rendition"
	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/internal/oidc"
	"signet/internal/oidc/oidctest"
	people "signet/internal/people/sqlite"
	"signet/internal/server"
	"signet/internal/signin"
	"signet/internal/testneeds"
	"signet/internal/testneeds/tool"
	"signet/projections"
)

const loginRules = `
- {claim: groups, value: signet-authors, agency: so-ngoai-vu, roles: [author]}
- {claim: groups, value: signet-reviewers, agency: so-ngoai-vu, roles: [reviewer]}
- {claim: realm_access.roles, value: signet-designers, agency: bao-ptth, roles: [designer]}
- {claim: groups, value: signet-translators, agency: bao-ptth, roles: [translator], locales: [ja]}
- {claim: groups, value: signet-lost, agency: no-such-agency, roles: [designer]}
`

// abroad is where another program of the same client is sent back to; nothing is there.
const abroad = "http://127.0.0.1:9/callback"

// office is a registry of two nodes behind one address, where people log in at a provider.
type office struct {
	t        *testing.T
	url      string
	provider *oidctest.Provider
	runner   *commands.Runner
	nodes    [2]*projections.Views
	node     atomic.Int32 // that answers
	later    atomic.Int64 // by how many nanoseconds the clock of OpenID Connect is ahead
	client   *http.Client // as a browser, with its cookies
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, runner: &commands.Runner{Log: logtest.NewMemory(), Clock: time.Now}}
	var handlers [2]http.Handler
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handlers[o.node.Load()].ServeHTTP(w, r)
	}))
	o.url = front.URL
	t.Cleanup(func() { front.CloseClientConnections(); front.Close() })
	o.provider = oidctest.Start(t, testneeds.Missing, o.url+oidc.CallbackPath, abroad)
	rules, err := oidc.ParseRules([]byte(loginRules))
	if err != nil {
		t.Fatal(err)
	}
	store, err := people.Open(filepath.Join(t.TempDir(), "people.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for i := range handlers {
		provider, err := oidc.New(oidc.Options{
			Issuer: o.provider.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, Audience: oidctest.Audience,
			PublicURL: o.url, Key: make([]byte, oidc.KeySize),
			Clock: func() time.Time { return time.Now().Add(time.Duration(o.later.Load())) },
		})
		if err != nil {
			t.Fatal(err)
		}
		o.nodes[i] = o.views()
		door, err := signin.New(signin.Options{Runner: o.runner, Views: o.nodes[i], People: store, Provider: provider, Rules: rules})
		if err != nil {
			t.Fatal(err)
		}
		handlers[i] = o.handler(o.nodes[i], door)
	}
	for _, agency := range []string{"so-ngoai-vu", "bao-ptth"} {
		o.run(domain.RegisterAgency{Key: agency, Name: domain.Texts{"vi": "Cơ quan " + agency}})
	}
	o.client = o.browser()
	return o
}

func (o *office) views() *projections.Views {
	views, err := projections.Open(filepath.Join(o.t.TempDir(), "views.db"))
	if err != nil {
		o.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- views.CatchUp(ctx, o.runner.Log, nil) }()
	o.t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, views.Close()); !errors.Is(err, context.Canceled) {
			o.t.Error(err)
		}
	})
	return views
}

func (o *office) handler(views *projections.Views, door *signin.Door) http.Handler {
	store, err := disk.Open(o.t.TempDir())
	if err != nil {
		o.t.Fatal(err)
	}
	renditions, err := rendition.New(store, tool.Renditions(o.t), rendition.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = errors.Join(renditions.Close(context.Background()), store.Close()) })
	s, err := server.New(server.Options{Runner: o.runner, Views: views, Store: store, Renditions: renditions, Door: door, Log: slog.New(slog.NewTextHandler(o.t.Output(), nil))})
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// browser keeps cookies, and follows redirects but those abroad.
func (o *office) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), abroad) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

// run runs a command, and waits until both nodes have read of it.
func (o *office) run(c domain.Command[domain.Agency]) {
	o.t.Helper()
	result, err := commands.Run(o.t.Context(), o.runner, domain.Agencies, c, commands.Request{Actor: kit.Operator})
	if err != nil {
		o.t.Fatal(err)
	}
	o.await(result.Position)
}

func (o *office) await(position eventlog.Position) {
	o.t.Helper()
	for _, views := range o.nodes {
		if err := views.WaitFor(o.t.Context(), position); err != nil {
			o.t.Fatal(err)
		}
	}
}

// ask sends a request as the browser; pairs are headers.
func (o *office) ask(method, path, body string, headers ...string) answer {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), method, o.url+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return o.read(o.client.Do(r))
}

func (o *office) read(response *http.Response, err error) answer {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	response.Header.Set("Test-Path", response.Request.URL.RequestURI())
	return answer{response.StatusCode, response.Header, text}
}

// login logs in as somebody, who wants to go to a path.
func (o *office) login(user, path string) answer {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.url+"/login?return="+url.QueryEscape(path), http.NoBody)
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	page, err := o.client.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.read(o.provider.Login(o.client, page, user))
}

// viewer asks the API who calls: "AGENCY ROLES", or the reason of a refusal.
func (o *office) viewer(headers ...string) string {
	o.t.Helper()
	a := o.ask("POST", "/graphql", `{"query": "{ viewer { agency roles } }"}`, append([]string{"Content-Type", "application/json", "Accept", "application/json"}, headers...)...)
	var body struct {
		Data struct {
			Viewer *struct {
				Agency string
				Roles  []string
			}
		}
	}
	if a.status != http.StatusOK {
		return strings.TrimSpace(a.problem())
	}
	if err := json.Unmarshal(a.body, &body); err != nil || body.Data.Viewer == nil {
		return string(a.body)
	}
	return body.Data.Viewer.Agency + " " + strings.ToLower(strings.Join(body.Data.Viewer.Roles, " "))
}

// ownPage is what a browser says of a request that a page of the registry makes.
var ownPage = []string{"Sec-Fetch-Site", "same-origin"}

// token gets an access token for somebody, as another program of the agency does.
func (o *office) token(user string) string {
	o.t.Helper()
	config := oauth2.Config{ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, RedirectURL: abroad, Scopes: []string{"openid"}, Endpoint: oauth2.Endpoint{
		AuthURL: o.provider.Issuer + "/auth", TokenURL: o.provider.Issuer + "/oauth/token", AuthStyle: oauth2.AuthStyleInHeader,
	}}
	client := o.browser()
	page, err := client.Get(config.AuthCodeURL("state"))
	if err != nil {
		o.t.Fatal(err)
	}
	back, err := o.provider.Login(client, page, user)
	if err != nil {
		o.t.Fatal(err)
	}
	_ = back.Body.Close()
	to, err := back.Location()
	if err != nil {
		o.t.Fatal(err)
	}
	token, err := config.Exchange(o.t.Context(), to.Query().Get("code"))
	if err != nil {
		o.t.Fatal(err)
	}
	return token.AccessToken
}

// logged counts the events of some type that the log holds.
func (o *office) logged(kind string) int {
	o.t.Helper()
	n := 0
	for _, agency := range []string{"so-ngoai-vu", "bao-ptth"} {
		for r, err := range o.runner.Log.Read(o.t.Context(), domain.AgencyStream(agency), 0) {
			if err != nil {
				o.t.Fatal(err)
			}
			if r.Type == kind {
				n++
			}
		}
	}
	return n
}

// oneMember adds an auditor by hand.
func oneMember(o *office) uuid.UUID {
	o.t.Helper()
	id := uuid.New()
	o.run(domain.AddMember{Agency: "so-ngoai-vu", Member: id, Roles: []domain.Role{domain.RoleAuditor}})
	return id
}

// lonely is a server whose provider has an issuer, and whose browsers come by https.
func lonely(t *testing.T, issuer string) http.Handler {
	t.Helper()
	provider, err := oidc.New(oidc.Options{Issuer: issuer, ClientID: "signet", PublicURL: "https://registry.example", Audience: oidctest.Audience, Key: make([]byte, oidc.KeySize)})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, runner: &commands.Runner{Log: logtest.NewMemory(), Clock: time.Now}}
	views := o.views()
	door, err := signin.New(signin.Options{Runner: o.runner, Views: views, Provider: provider})
	if err != nil {
		t.Fatal(err)
	}
	return o.handler(views, door)
}
