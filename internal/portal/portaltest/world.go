// Package portaltest is a small registry with the sample kit, for tests of the portal's
// areas: pages are asked for as members of it, and read as HTML.
package portaltest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"signet/assets"
	"signet/assets/disk"
	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/internal/notify"
	"signet/internal/people/peopletest"
	"signet/internal/portal/frame"
	"signet/internal/sample"
	"signet/internal/testneeds"
	"signet/internal/webhooks"
	"signet/projections"
)

// Lead is the agency that leads for slogans, logos and message sets; it has a member of
// each role. Reviewers are there of every other agency.
const Lead = "ban-tuyen-giao-dan-van"

// World is a registry and its portal. Its clock stands still until it is set.
type World struct {
	Site   *frame.Site
	Views  *projections.Views
	Runner *commands.Runner
	// Queue is what webhooks are to be told; nothing is sent.
	Queue *webhooks.Queue
	// Now is what the registry's clock says.
	Now time.Time

	tb      testing.TB
	handler http.Handler
	members map[Who]uuid.UUID
}

// Who asks: a member of an agency by the role that is held there. The zero value is
// nobody in particular.
type Who struct {
	Agency string
	Role   domain.Role
}

// Open makes a registry with the sample kit and the portal of some areas.
func Open(tb testing.TB, areas ...frame.Area) *World {
	tb.Helper()
	testneeds.PlainInCI(tb) // pages are asked for one after another; the server's tests ask at the same time
	store, err := disk.Open(tb.TempDir())
	must(tb, err)
	views, err := projections.Open(filepath.Join(tb.TempDir(), "views.db"))
	must(tb, err)
	w := &World{tb: tb, Views: views, Now: time.Now(), members: map[Who]uuid.UUID{}}
	log := logtest.NewMemory()
	w.Runner = &commands.Runner{Log: log, Clock: func() time.Time { return w.Now }}
	w.Queue, err = webhooks.Open(filepath.Join(tb.TempDir(), "queue.db"), webhooks.Options{Clock: w.Runner.Clock})
	must(tb, err)
	tb.Cleanup(func() { must(tb, errors.Join(views.Close(), store.Close(), w.Queue.Close())) })
	notifier, err := notify.New(notify.Options{Runner: w.Runner, Views: views, Queue: w.Queue, Master: make([]byte, 32)})
	must(tb, err)
	w.follow(log)
	w.fill(store)
	auth, err := access.NewAuthenticator(views, w.Runner.Clock)
	must(tb, err)
	logger := slog.New(slog.NewTextHandler(tb.Output(), nil))
	api := graph.NewHandler(&graph.Resolver{
		Runner: w.Runner, Views: views, Store: store, People: peopletest.NewMemory(), Notifier: notifier, MaxUpload: 1 << 20,
		System: graph.System{Version: "test", Started: w.Now, Backlog: w.Queue.Backlog},
	}, auth, logger)
	w.Site, err = frame.New(frame.Options{
		API: api, Links: true, Log: logger,
		Receive: func(ctx context.Context, from io.Reader) (assets.Info, error) {
			if err := access.From(ctx).Require(domain.UploadAssets); err != nil {
				return assets.Info{}, err
			}
			return assets.Receive(ctx, store, from, 1<<20)
		},
		Origin: func(*http.Request) string { return "https://registry.example" },
	}, areas...)
	must(tb, err)
	w.handler = w.Site.Handler()
	return w
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func (w *World) follow(log eventlog.Log) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := w.Views.CatchUp(ctx, log, nil); !errors.Is(err, context.Canceled) {
			w.tb.Error(err)
		}
	}()
	w.tb.Cleanup(func() { cancel(); <-ended })
}

// fill imports the kit and adds members.
func (w *World) fill(store assets.Store) {
	report, err := kit.Import(context.Background(), sample.HaiPhong(), kit.Target{Runner: w.Runner, Store: store, Future: true}, nil)
	must(w.tb, err)
	last := report.Position
	for _, role := range domain.MemberRoles {
		last = w.add(Who{Lead, role})
	}
	for _, agency := range []string{"so-ngoai-vu", "so-vhttdl", "bao-ptth", "so-cong-thuong", "ban-ql-kkt", "so-nnmt"} {
		last = w.add(Who{agency, domain.RoleReviewer})
	}
	last = max(last, w.add(Who{"so-cong-thuong", domain.RoleAgency}), w.add(Who{"so-ngoai-vu", domain.RoleAdmin}))
	must(w.tb, w.Views.WaitFor(context.Background(), last))
}

func (w *World) add(who Who) eventlog.Position {
	id := uuid.New()
	w.members[who] = id
	c := domain.AddMember{Agency: who.Agency, Member: id, Roles: []domain.Role{who.Role}}
	if who.Role == domain.RoleTranslator {
		c.Locales = []domain.Locale{"ja"}
	}
	result, err := commands.Run(context.Background(), w.Runner, domain.Agencies, c, commands.Request{Actor: kit.Operator})
	must(w.tb, err)
	return result.Position
}

// Issue gives a member of an agency a token that lasts for some time.
func (w *World) Issue(agency string, token access.Token, member uuid.UUID, lasts time.Duration) {
	w.tb.Helper()
	expires := w.Now.Add(lasts)
	c := domain.IssueToken{Agency: agency, Member: member, Token: token.ID, Hash: token.Hash, Expires: &expires}
	result, err := commands.Run(context.Background(), w.Runner, domain.Agencies, c, commands.Request{Actor: kit.Operator})
	must(w.tb, err)
	must(w.tb, w.Views.WaitFor(context.Background(), result.Position))
}

// Viewer is a member as the API knows one.
func (w *World) Viewer(who Who) access.Viewer {
	if who == (Who{}) {
		return access.Viewer{}
	}
	id, ok := w.members[who]
	if !ok {
		w.tb.Fatalf("the world has no %s of %s", who.Role, who.Agency)
	}
	a := domain.Actor{Member: id, Agency: who.Agency, Roles: domain.Roles{who.Role}, Token: "test-" + id.String()}
	if who.Role == domain.RoleTranslator {
		a.Locales = []domain.Locale{"ja"}
	}
	return access.Viewer{Actor: a}
}

// In is the same world within another test, such as a subtest, which fails in its place.
// Its clock goes on by what is set in the one that was opened.
func (w *World) In(tb testing.TB) *World {
	tb.Helper()
	within := *w
	within.tb = tb
	return &within
}

// Get asks for a page.
func (w *World) Get(who Who, path string) *Answer {
	w.tb.Helper()
	return w.Do(who, httptest.NewRequestWithContext(w.tb.Context(), http.MethodGet, path, http.NoBody))
}

// Post sends a form. After a change the read models know of it.
func (w *World) Post(who Who, path string, form url.Values) *Answer {
	w.tb.Helper()
	r := httptest.NewRequestWithContext(w.tb.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.Do(who, r)
}

// Do sends any request.
func (w *World) Do(who Who, r *http.Request) *Answer {
	w.tb.Helper()
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r.WithContext(access.With(r.Context(), w.Viewer(who))))
	a := &Answer{tb: w.tb, Status: recorder.Code, Header: recorder.Header(), Body: recorder.Body.String()}
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		var err error
		a.Page, err = html.Parse(strings.NewReader(a.Body))
		must(w.tb, err)
	}
	return a
}

// Ask asks the API as somebody, to prepare what a page shows or to see what it did.
func (w *World) Ask(who Who, document string, variables frame.Vars, into any) error {
	return w.Site.Ask(access.With(context.Background(), w.Viewer(who)), document, variables, into)
}
