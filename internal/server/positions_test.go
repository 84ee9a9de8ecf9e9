package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"signet/internal/eventlog"
	"signet/internal/kit"
	"signet/internal/sample"
)

// elsewhere is a log that can be away.
type elsewhere struct {
	eventlog.Log

	away atomic.Bool
}

func (l *elsewhere) Health() eventlog.Health {
	if l.away.Load() {
		return eventlog.Health{Err: errors.New("connection refused")}
	}
	return eventlog.Health{Up: true}
}

func (l *elsewhere) Head(ctx context.Context) (eventlog.Position, error) {
	if l.away.Load() {
		return 0, eventlog.ErrUnavailable
	}
	return l.Log.Head(ctx)
}

// remote puts the registry's log elsewhere, before anybody follows it.
func (r *registry) remote() *elsewhere {
	l := &elsewhere{Log: r.log}
	r.runner.Log = l
	return l
}

// readiness is what /readyz calls it.
func (a answer) readiness() string {
	var body struct{ Status string }
	_ = json.Unmarshal(a.body, &body) // then it is none
	return body.Status
}

type nodeState struct {
	Position string
	AsOf     *time.Time
	Writable bool
}

func (r *registry) state() nodeState {
	r.t.Helper()
	var data struct{ NodeState nodeState }
	r.query("", `{ nodeState { position asOf writable } }`, &data)
	return data.NodeState
}

func TestAnswersSayHowFarTheNodeHasRead(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	a := r.ask("GET", "/feeds/changes.atom", "", nil)
	position, err := strconv.Atoi(a.header.Get("Signet-Position"))
	if err != nil || position == 0 || a.header.Get("Signet-As-Of") != "" {
		t.Fatalf("%v", a.header)
	}
	for header, want := range map[string]string{
		fmt.Sprint(position): "200", "0": "200",
		"-1": "400 BAD_USER_INPUT invalid_position Signet-Position", "x": "400 BAD_USER_INPUT invalid_position Signet-Position",
		"18446744073709551615": "400 BAD_USER_INPUT invalid_position Signet-Position",
	} {
		a := r.ask("GET", "/feeds/changes.atom", "", nil, "Signet-Position", header)
		if got := strings.TrimSpace(fmt.Sprint(a.status, " ", strings.TrimPrefix(a.problem(), "none"))); got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
}

// Who has seen more at another node waits for this one, and not for ever.
func TestACallerWaitsForWhatItHasSeen(t *testing.T) {
	r := newRegistry(t)
	if _, err := kit.Import(t.Context(), sample.HaiPhong(), kit.Target{Runner: r.runner, Store: r.store, Future: true}, nil); err != nil {
		t.Fatal(err)
	}
	head, err := r.log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ask := func(ctx context.Context) *httptest.ResponseRecorder {
		req := httptest.NewRequestWithContext(ctx, http.MethodGet, "/feeds/changes.atom", nil)
		req.Header.Set("Signet-Position", fmt.Sprint(head))
		w := httptest.NewRecorder()
		r.server.ServeHTTP(w, req)
		return w
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if w := ask(short); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	answered := make(chan int, 1)
	go func() { answered <- ask(t.Context()).Code }()
	r.follow()
	if code := <-answered; code != http.StatusOK {
		t.Fatal(code)
	}
}

func TestANodeWithoutItsLogServesReads(t *testing.T) {
	r := newRegistry(t)
	log := r.remote()
	r.follow().withSample()
	log.away.Store(true)
	if a := r.ask("GET", "/readyz", "", nil); a.status != 200 || a.readiness() != "reading" || a.header.Get("Signet-As-Of") == "" {
		t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
	if a := r.ask("GET", "/readyz?for=writes", "", nil); a.status != 503 || a.problem() != "UNAVAILABLE log_unavailable" {
		t.Errorf("%d %s", a.status, a.body)
	}
	a := r.ask("GET", "/feeds/changes.atom", "", nil)
	if at, err := time.Parse(time.RFC3339, a.header.Get("Signet-As-Of")); a.status != 200 || err != nil || time.Since(at) > time.Minute {
		t.Errorf("%d %v", a.status, a.header)
	}
	if state := r.state(); state.Writable || state.AsOf == nil || state.Position == "0" {
		t.Errorf("%+v", state)
	}
	log.away.Store(false)
	if a := r.ask("GET", "/readyz", "", nil); a.status != 200 || a.readiness() != "serving" || a.header.Get("Signet-As-Of") != "" {
		t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
	if state := r.state(); !state.Writable {
		t.Errorf("%+v", state)
	}
}

// A node that has read nothing has nothing to serve.
func TestAnEmptyNodeWithoutItsLogIsNotReady(t *testing.T) {
	r := newRegistry(t)
	r.remote().away.Store(true)
	if a := r.ask("GET", "/readyz", "", nil); a.status != 503 || a.problem() != "UNAVAILABLE log_unavailable" || a.header.Get("Signet-As-Of") != "never" {
		t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
}
