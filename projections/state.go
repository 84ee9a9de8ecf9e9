package projections

import (
	"sync/atomic"
	"time"

	"signet/internal/eventlog"
)

// State is how far one read model has come, for who watches the program.
type State struct {
	Name     string            // one of a fixed few
	Position eventlog.Position // of the last event that can be read
	// Lag is how long ago the last event that was applied was recorded, while there
	// are later ones; 0 when all were applied.
	Lag time.Duration
	// Applying is how long applying events has taken since the program began.
	Applying time.Duration
	// Events is how many were applied since the program began.
	Events uint64
}

// States tells of all read models. They are filled in one transaction, so that
// positions and lags are the same.
func (v *Views) States(now time.Time) []State {
	position := v.Position()
	out := make([]State, len(all))
	for i, p := range all {
		out[i] = State{
			Name: p.name, Position: position, Lag: v.state.lag(now),
			Applying: time.Duration(v.state.applying[i].Load()), Events: v.state.events.Load(),
		}
	}
	return out
}

// state counts what the filling does. It is written by the goroutine that fills.
type state struct {
	applying []atomic.Int64 // nanoseconds, by read model
	events   atomic.Uint64
	recorded atomic.Int64 // when the last applied event was; microseconds
	late     atomic.Bool  // there are later ones
}

func newState() *state { return &state{applying: make([]atomic.Int64, len(all))} }

// applied counts the time since an instant for a read model, and returns now.
func (s *state) applied(i int, since time.Time) time.Time {
	now := time.Now()
	s.applying[i].Add(int64(now.Sub(since)))
	return now
}

func (s *state) event(recorded time.Time) {
	s.events.Add(1)
	s.recorded.Store(micros(recorded))
}

func (s *state) behind(is bool) { s.late.Store(is) }

func (s *state) lag(now time.Time) time.Duration {
	recorded := s.recorded.Load()
	if !s.late.Load() || recorded == 0 {
		return 0
	}
	return max(0, now.Sub(fromMicros(recorded)))
}
