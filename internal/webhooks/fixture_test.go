package webhooks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/internal/webhooks"
)

var master = []byte("thirty-two bytes of a master key")

// arrival is one request, as the receivers' side saw it.
type arrival struct {
	receiver string // the host of its URL
	id       string
	at       time.Time
	header   http.Header
	body     string
}

// world is a queue, and receivers that answer as each test says. All of it lives in
// a bubble of testing/synctest: time passes only when everything waits.
type world struct {
	*webhooks.Queue

	t    *testing.T
	path string
	o    webhooks.Options
	end  func() // stops Run, and waits for it

	mu       sync.Mutex
	list     []webhooks.Receiver // guarded by mu
	broken   error               // guarded by mu: instead of the list
	answer   func(arrival) any   // guarded by mu: a status, a *http.Response, an error, or a delay before 200
	arrivals []arrival           // guarded by mu
	now, max map[string]int      // guarded by mu: requests under way by receiver, and "" for all
}

func newWorld(t *testing.T, o webhooks.Options, receivers ...string) *world {
	t.Helper()
	w := &world{t: t, path: filepath.Join(t.TempDir(), "webhooks.db"), now: map[string]int{}, max: map[string]int{}}
	w.answer = func(arrival) any { return 200 }
	for _, id := range receivers {
		w.list = append(w.list, receiver(id))
	}
	o.Transport = w
	w.o = o
	w.open()
	t.Cleanup(w.close)
	return w
}

func receiver(id string) webhooks.Receiver {
	return webhooks.Receiver{ID: id, URL: "https://" + id + "/in", Secrets: []string{webhooks.Secret(master, id, 1)}}
}

func (w *world) open() {
	w.t.Helper()
	var err error
	if w.Queue, err = webhooks.Open(w.path, w.o); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) close() {
	w.stop()
	if err := w.Close(); err != nil {
		w.t.Error(err)
	}
}

// run starts Run.
func (w *world) run() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx, w.receivers) }()
	w.end = func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			w.t.Error(err)
		}
		w.end = nil
	}
}

func (w *world) stop() {
	if w.end != nil {
		w.end()
	}
}

func (w *world) receivers(context.Context) ([]webhooks.Receiver, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.list), w.broken
}

// set changes what the receivers' side does.
func (w *world) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

// RoundTrip is the network.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	a := arrival{receiver: r.URL.Host, id: r.Header.Get("webhook-id"), at: time.Now(), header: r.Header, body: string(body)}
	w.mu.Lock()
	w.arrivals = append(w.arrivals, a)
	answer := w.answer
	for _, who := range []string{a.receiver, ""} {
		w.now[who]++
		w.max[who] = max(w.max[who], w.now[who])
	}
	w.mu.Unlock()
	defer w.set(func() { w.now[a.receiver]--; w.now[""]-- })
	switch said := answer(a).(type) {
	case int:
		return response(said), nil
	case *http.Response:
		return said, nil
	case error:
		return nil, said
	case time.Duration:
		select {
		case <-time.After(said):
			return response(200), nil
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	default:
		return nil, fmt.Errorf("no answer: %v", said)
	}
}

func response(status int) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("thanks"))}
}

// seen tells what arrived at a receiver, in order: "a b b c".
func (w *world) seen(receiver string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ids []string
	for _, a := range w.arrivals {
		if a.receiver == receiver {
			ids = append(ids, a.id)
		}
	}
	return strings.Join(ids, " ")
}

// arrived returns all requests up to now.
func (w *world) arrived() []arrival {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.arrivals)
}

// most tells how many requests were under way at once, to a receiver or ("") to all.
func (w *world) most(receiver string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.max[receiver]
}

// times tells when things arrived at a receiver.
func (w *world) times(receiver string) []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	var at []time.Time
	for _, a := range w.arrivals {
		if a.receiver == receiver {
			at = append(at, a.at)
		}
	}
	return at
}

func (w *world) wants(receiver, ids string) {
	w.t.Helper()
	if got := w.seen(receiver); got != ids {
		w.t.Errorf("%s saw %q, not %q", receiver, got, ids)
	}
}

// enqueue enqueues messages with the ids of a list, "a b c".
func (w *world) enqueue(receiver, ids string) {
	w.t.Helper()
	var messages []webhooks.Message
	for _, id := range strings.Fields(ids) {
		messages = append(messages, message(id))
	}
	if err := w.Enqueue(w.t.Context(), receiver, webhooks.Mark{}, messages...); err != nil {
		w.t.Fatal(err)
	}
}

func message(id string) webhooks.Message {
	return webhooks.Message{ID: id, Topic: "item.changed", Body: []byte(`{"id":` + strconv.Quote(id) + `}`), Created: time.Now()}
}

// delivery returns how a message stands.
func (w *world) delivery(receiver, id string) webhooks.Delivery {
	w.t.Helper()
	all, err := w.Deliveries(w.t.Context(), receiver, "", 0, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range all {
		if d.MessageID == id {
			return d
		}
	}
	w.t.Fatalf("%s has no message %s", receiver, id)
	return webhooks.Delivery{}
}

func (w *world) backlog(pending, failed int) {
	w.t.Helper()
	b, err := w.Backlog(w.t.Context())
	if err != nil || b.Pending != pending || b.Failed != failed || b.Retrying > pending || b.Oldest.IsZero() != (pending == 0) {
		w.t.Errorf("%+v, %v; want %d pending and %d failed", b, err, pending, failed)
	}
}
