package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/assets"
	"signet/assets/disk"
	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/internal/people/peopletest"
	"signet/projections"
)

// world is a whole registry behind its API, with a clock that stands still
// unless it is moved.
type world struct {
	t      *testing.T
	url    string
	runner *commands.Runner
	views  *projections.Views
	store  assets.Store
	tokens map[string]string // by the member's name
	// persons keeps who the members are.
	persons *peopletest.Memory

	mu    sync.Mutex
	now   time.Time
	ticks bool // time goes by whenever somebody looks
}

// member is somebody who acts for an agency.
type member struct {
	name, agency string
	roles        []domain.Role
	locales      []domain.Locale
}

// members of the world: what each may do, and for which agency.
var members = []member{
	{"lan", "culture", []domain.Role{domain.RoleAuthor}, nil},
	{"minh", "culture", []domain.Role{domain.RoleReviewer}, nil},
	{"mai", "foreign", []domain.Role{domain.RoleTranslator}, []domain.Locale{"ja"}},
	{"hoa", "foreign", []domain.Role{domain.RoleReviewer}, nil},
	{"both", "culture", []domain.Role{domain.RoleAuthor, domain.RoleReviewer}, nil},
	{"designer", "press", []domain.Role{domain.RoleDesigner}, nil},
	{"press", "press", []domain.Role{domain.RoleAgency}, nil},
	{"auditor", "foreign", []domain.Role{domain.RoleAuditor}, nil},
	{"admin", "culture", []domain.Role{domain.RoleAdmin}, nil},
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := emptyWorld(t)
	w.people()
	return w
}

// emptyWorld is a world in which nobody is registered.
func emptyWorld(t *testing.T) *world {
	t.Helper()
	store, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	views, err := projections.Open(filepath.Join(t.TempDir(), "views #1 50%?.db"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, views: views, store: store, tokens: map[string]string{}, persons: peopletest.NewMemory(), now: time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)}
	w.runner = &commands.Runner{Log: logtest.NewMemory(), Clock: w.clock}
	auth, err := access.NewAuthenticator(views, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	caughtUp := make(chan struct{})
	go func() {
		defer close(caughtUp)
		if err := views.CatchUp(ctx, w.runner.Log, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	handler := graph.NewHandler(&graph.Resolver{Runner: w.runner, Views: views, Store: store, People: w.persons, MaxUpload: 1 << 20, System: graph.System{Version: "v1", Started: w.now}}, auth, slog.New(slog.NewTextHandler(t.Output(), nil)))
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		viewer, err := auth.FromRequest(r)
		if err != nil {
			http.Error(rw, "bad token", http.StatusUnauthorized)
			return
		}
		rw.Header().Set("X-Request-Id", "request-1")
		handler.ServeHTTP(rw, r.WithContext(access.With(r.Context(), viewer)))
	}))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		cancel()
		<-caughtUp
		if err := views.Close(); err != nil {
			t.Error(err)
		}
	})
	w.url = server.URL
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ticks {
		w.now = w.now.Add(time.Microsecond)
	}
	return w.now
}

// tick lets time go by between any two things that happen.
func (w *world) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ticks = true
}

// pass moves the clock on.
func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// people registers agencies, members with tokens, and a policy of every kind.
func (w *world) people() {
	w.t.Helper()
	for _, key := range []string{"culture", "foreign", "press"} {
		tell(w, domain.Agencies, domain.RegisterAgency{Key: key, Name: domain.Texts{"vi": "Cơ quan " + key, "en": key}})
	}
	w.join(members)
	for _, kind := range domain.Kinds {
		tell(w, domain.Policies, domain.SetPolicy{
			Kind: kind, Terms: domain.PolicyTerms{Leads: []string{"culture"}, Required: []string{"foreign"}}, Reason: "hàng 3",
		})
	}
}

// join makes members of agencies, each with a token.
func (w *world) join(all []member) {
	w.t.Helper()
	for _, m := range all {
		token := access.NewToken()
		tell(w, domain.Agencies, domain.AddMember{Agency: m.agency, Member: idOf(m.name), Roles: m.roles, Locales: m.locales})
		tell(w, domain.Agencies, domain.IssueToken{Agency: m.agency, Member: idOf(m.name), Token: token.ID, Hash: token.Hash})
		w.tokens[m.name] = token.Secret
	}
}

// idOf is the opaque id of a member of the world.
func idOf(name string) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte(name)) }

// tell runs a command as who runs the machine, and waits for its effect.
func tell[S any](w *world, d domain.Decider[S], c domain.Command[S]) {
	w.t.Helper()
	result, err := commands.Run(context.Background(), w.runner, d, c, commands.Request{Actor: kit.Operator})
	if err == nil {
		err = w.views.WaitFor(context.Background(), result.Position)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// head is how long the log is: nothing was written if it stays.
func (w *world) head() eventlog.Position {
	w.t.Helper()
	head, err := w.runner.Log.Head(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return head
}

// blobs counts what is stored.
func (w *world) blobs() int {
	n := 0
	for _, err := range w.store.List(context.Background()) {
		if err != nil {
			w.t.Fatal(err)
		}
		n++
	}
	return n
}

// response is an answer of the API.
type response struct {
	status int
	media  string
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code, Reason, Field, RequestID string }
	}
	raw string
}

// code and reason are those of the first error; empty if there is none.
func (r response) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Extensions.Code
}

func (r response) reason() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Extensions.Reason
}

func (r response) field() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Extensions.Field
}

// at follows names and indexes into the data.
func (r response) at(path string) any {
	var at any = r.Data
	for name := range strings.SplitSeq(path, ".") {
		switch within := at.(type) {
		case map[string]any:
			at = within[name]
		case []any:
			n := 0
			for _, digit := range name {
				n = 10*n + int(digit-'0')
			}
			if n >= len(within) {
				return nil
			}
			at = within[n]
		default:
			return nil
		}
	}
	return at
}

// rows writes some fields of each element of a list, separated by spaces, and the
// elements by "; ". What is null is "-".
func (r response) rows(path string, fields ...string) string {
	list, _ := r.at(path).([]any)
	out := make([]string, len(list))
	for i := range list {
		words := make([]string, len(fields))
		for j, field := range fields {
			words[j] = "-"
			if v := r.at(path + "." + strconv.Itoa(i) + "." + field); v != nil {
				words[j] = fmt.Sprint(v)
			}
		}
		out[i] = strings.Join(words, " ")
	}
	return strings.Join(out, "; ")
}

type vars = map[string]any

// ask sends a document as a member; "" is nobody in particular.
func (w *world) ask(who, query string, variables vars) response {
	w.t.Helper()
	body, err := json.Marshal(vars{"query": query, "variables": variables})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.send(who, http.MethodPost, "application/json", body)
}

// must is ask that fails the test unless all is well.
func (w *world) must(who, query string, variables vars) response {
	w.t.Helper()
	r := w.ask(who, query, variables)
	if len(r.Errors) > 0 || r.status != http.StatusOK {
		w.t.Fatalf("%d %s", r.status, r.raw)
	}
	return r
}

func (w *world) send(who, method, contentType string, body []byte) response {
	w.t.Helper()
	return w.do(w.request(who, method, contentType, bytes.NewReader(body)))
}

func (w *world) request(who, method, contentType string, body io.Reader) *http.Request {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url, body)
	if err != nil {
		w.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+w.tokens[who])
	}
	return req
}

func (w *world) do(req *http.Request) response {
	w.t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	r := response{status: res.StatusCode, media: res.Header.Get("Content-Type"), raw: string(raw)}
	if req.Method != http.MethodHead {
		if err := json.Unmarshal(raw, &r); err != nil {
			w.t.Fatalf("%d %q: %v", res.StatusCode, raw, err)
		}
	}
	return r
}
