package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/notify"
	"signet/internal/webhooks"
	"signet/projections"
)

// The agencies of the stories: one leads, one coordinates, one only listens.
const (
	party   = "ban-tuyen-giao"
	foreign = "so-ngoai-vu"
	culture = "so-van-hoa"
)

func person(n byte, agency string, roles ...domain.Role) domain.Actor {
	return domain.Actor{Member: uuid.UUID{6: 0x70, 8: 0x80, 15: n}, Agency: agency, Roles: roles}
}

var (
	operator = domain.Actor{Roles: domain.Roles{domain.RoleOperator}}
	an       = person(1, party, domain.RoleAdmin)
	hoa      = person(2, party, domain.RoleReviewer)
	binh     = person(3, foreign, domain.RoleReviewer)
	lan      = person(4, culture, domain.RoleAuthor)
)

var master = []byte("thirty-two bytes of a master key")

// arrival is one request, as a receiver saw it.
type arrival struct {
	receiver string // the host of its URL
	id       string
	at       time.Time // by the registry's clock
	header   http.Header
	raw      []byte
	body     notify.Body
}

// world is a registry and its notifier, in a bubble of testing/synctest, and
// receivers that answer as each test says.
type world struct {
	t        *testing.T
	log      eventlog.Log
	runner   *commands.Runner
	views    *projections.Views
	queue    *webhooks.Queue
	notifier *notify.Notifier
	path     string
	end      func() // stops what was started, and waits for it

	mu       sync.Mutex
	ahead    time.Duration     // guarded by mu: how far the clock was put forward
	answer   func(arrival) int // guarded by mu: a status, or 0 for no answer
	arrivals []arrival         // guarded by mu
}

// story runs a test in a bubble, with a world that is running.
func story(t *testing.T, tell func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.start()
		tell(w)
	})
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, log: logtest.NewMemory(), path: t.TempDir(), answer: func(arrival) int { return 200 }}
	w.runner = &commands.Runner{Log: w.log, Clock: w.clock}
	var err error
	if w.views, err = projections.Open(filepath.Join(w.path, "views.db")); err != nil {
		t.Fatal(err)
	}
	w.open()
	t.Cleanup(func() {
		w.stop()
		if err := errors.Join(w.queue.Close(), w.views.Close()); err != nil {
			t.Error(err)
		}
	})
	for _, key := range []string{party, foreign, culture} {
		do(w, domain.Agencies, domain.RegisterAgency{Key: key, Name: domain.Texts{"vi": key}}, operator)
	}
	do(w, domain.Policies, domain.SetPolicy{Kind: domain.Slogan, Reason: "Đề án, dòng 3", Terms: domain.PolicyTerms{
		Leads: []string{party}, Required: []string{foreign}, LeadLast: true, CoordinatingDays: 3, LeadDays: 5, RevisionDays: 2,
	}}, an)
	return w
}

// open opens the queue, and makes a notifier for it, as a start of the program does.
func (w *world) open() {
	w.t.Helper()
	rules := webhooks.Options{Clock: w.clock, Transport: w, Log: slog.New(slog.DiscardHandler)}
	var err error
	if w.queue, err = webhooks.Open(filepath.Join(w.path, "webhooks.db"), rules); err != nil {
		w.t.Fatal(err)
	}
	w.notifier, err = notify.New(notify.Options{Runner: w.runner, Views: w.views, Queue: w.queue, Rules: rules, Master: master, Log: slog.New(slog.NewTextHandler(w.t.Output(), nil))})
	if err != nil {
		w.t.Fatal(err)
	}
}

// start lets the read models follow the log, and the notifier run.
func (w *world) start() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- w.views.CatchUp(ctx, w.log, nil) }()
	go func() { ended <- w.notifier.Run(ctx) }()
	w.end = func() {
		cancel()
		for range 2 {
			if err := <-ended; !errors.Is(err, context.Canceled) {
				w.t.Error(err)
			}
		}
		w.end = nil
	}
}

func (w *world) stop() {
	if w.end != nil {
		w.end()
	}
}

// restart ends the program, and starts it again on its files.
func (w *world) restart() {
	w.t.Helper()
	w.stop()
	if err := w.queue.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
	w.start()
}

// catchUp brings the read models of a world that is not running to the end of the log.
func (w *world) catchUp() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	head, err := w.log.Head(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	err = w.views.CatchUp(ctx, w.log, func(reached eventlog.Position) {
		if reached >= head {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		w.t.Fatal(err)
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

// pass lets time go by as it does, and everything happen that is due.
func (w *world) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// settle lets what is told now arrive.
func (w *world) settle() { w.pass(time.Second) }

// leap puts the clock forward, as if the days between had been quiet, and lets
// everything happen that is due then.
func (w *world) leap(d time.Duration) {
	w.mu.Lock()
	w.ahead += d - 2*time.Minute
	w.mu.Unlock()
	w.pass(2 * time.Minute) // nobody looks at the clock less often
}

// RoundTrip is the network.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	a := arrival{receiver: r.URL.Hostname(), id: r.Header.Get(webhooks.HeaderID), at: w.clock(), header: r.Header, raw: raw}
	if err := json.Unmarshal(raw, &a.body); err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.arrivals = append(w.arrivals, a)
	answer := w.answer
	w.mu.Unlock()
	status := answer(a)
	if status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(""))}, nil
}

// answers says how receivers answer from now on.
func (w *world) answers(answer func(arrival) int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = answer
}

func always(status int) func(arrival) int { return func(arrival) int { return status } }

// at returns what arrived at a receiver, in order.
func (w *world) at(receiver string) []arrival {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.arrivals), func(a arrival) bool { return a.receiver != receiver })
}

// hears sees what has arrived at a receiver since the last time, each as "topic
// item/version", or "topic edition".
func (w *world) hears(receiver string, want ...string) []arrival {
	w.t.Helper()
	all := w.at(receiver)
	var got []string
	for _, a := range all {
		about := fmt.Sprint(a.body.Data.Edition)
		if a.body.Data.Item != "" {
			about = fmt.Sprintf("%s/%d", a.body.Data.Item, a.body.Data.Version)
		}
		got = append(got, string(a.body.Topic)+" "+about)
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("%s heard\n\t%s\nwant\n\t%s", receiver, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.arrivals = slices.DeleteFunc(w.arrivals, func(a arrival) bool { return a.receiver == receiver })
	return all
}
