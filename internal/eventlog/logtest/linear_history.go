package logtest

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"signet/internal/eventlog"
)

type kind int

const (
	appendCall kind = iota
	readCall
	lastCall
	headCall
	followCall // up to the first marker
)

// call is what a client asks of a log.
type call struct {
	kind   kind
	stream string
	// at is the revision that an append expects, or a read begins from.
	at    eventlog.Revision
	after eventlog.Position // of a follower
	// events are what an append writes, as numbers in history.sent.
	events []int
}

type outcome int

const (
	done outcome = iota
	partly
	conflict
	unknown
)

// answer is what a client was told.
type answer struct {
	outcome  outcome
	revision eventlog.Revision // of Last, or where the stream was instead
	position eventlog.Position // of an append, the head or a marker
	// events were read, as numbers in history.sent, and stand at positions.
	events    []int
	positions []eventlog.Position
}

// history is what clients did at once, and what they were told.
type history struct {
	seed    uint64
	log     Reached
	streams []string
	base    eventlog.Position // the head before anything was done
	began   time.Time
	strike  chan struct{} // hears that it is time for a fault

	mu         sync.Mutex // guards what is below until all clients have ended
	operations []porcupine.Operation
	failed     int                           // reads that told nothing
	faults     []porcupine.Annotation        // that have struck
	wrong      []string                      // what can't be, in whatever order it happened
	sent       []eventlog.Record             // by number
	numbers    map[uuid.UUID]int             // into sent
	appends    []call                        // that were made
	usual      [followCall + 1]time.Duration // how long a call takes, about
	clients    int                           // how many there have been
	end        []eventlog.Recorded           // the whole log when all was over
}

// record lets clients use a log until each has done its part.
func record(t testing.TB, log Reached, seed uint64) *history {
	t.Helper()
	h := &history{seed: seed, log: log, began: time.Now(), strike: make(chan struct{}), numbers: map[uuid.UUID]int{}}
	for _, name := range []string{"a", "b", "c"} {
		h.streams = append(h.streams, fmt.Sprintf("linear-%d-%s", seed, name))
	}
	var err error
	if h.base, err = log.Client(0).Head(t.Context()); err != nil {
		t.Fatal(err)
	}
	var clients, injector sync.WaitGroup
	injector.Go(h.strikes)
	for i := range Clients {
		clients.Go(h.client(i).run)
	}
	clients.Wait()
	close(h.strike)
	injector.Wait()
	if log.Heal != nil {
		log.Heal()
	}
	h.client(0).settle(t)
	return h
}

// strikes has a fault strike whenever a client says so.
func (h *history) strikes() {
	r := rand.New(rand.NewPCG(h.seed, math.MaxUint64)) //nolint:gosec // must be repeatable
	for range h.strike {
		if len(h.log.Faults) == 0 {
			continue
		}
		fault, began := h.log.Faults[r.IntN(len(h.log.Faults))], h.now()
		fault.Strike(r)
		h.mu.Lock()
		h.faults = append(h.faults, porcupine.Annotation{Tag: "faults", Start: began, End: h.now(), Description: fault.Name})
		h.mu.Unlock()
	}
}

func (h *history) now() int64 { return int64(time.Since(h.began)) }

// complain keeps what is wrong whatever else happened.
func (h *history) complain(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wrong = append(h.wrong, fmt.Sprintf(format, args...))
}

// fresh makes new events and returns their numbers.
func (h *history) fresh(n int) []int {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]int, n)
	for i := range out {
		out[i] = len(h.sent)
		r := Event(fmt.Sprint(len(h.sent)))
		h.numbers[r.ID] = len(h.sent)
		h.sent = append(h.sent, r)
	}
	return out
}

func (h *history) records(numbers []int) []eventlog.Record {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]eventlog.Record, len(numbers))
	for i, n := range numbers {
		out[i] = h.sent[n]
	}
	return out
}

// number recognizes an event that was read; -1 if nobody has sent it.
func (h *history) number(r eventlog.Recorded) int {
	h.mu.Lock()
	n, ok := h.numbers[r.ID]
	same := false
	if ok {
		s := h.sent[n]
		same = s.Type == r.Type && bytes.Equal(s.Data, r.Data) && bytes.Equal(s.Meta, r.Meta)
	}
	h.mu.Unlock()
	switch {
	case !ok:
		h.complain("event %s of stream %q was never sent", r.ID, r.Stream)
		return -1
	case !same:
		h.complain("event %d of stream %q is not as it was sent", n, r.Stream)
	}
	return n
}
