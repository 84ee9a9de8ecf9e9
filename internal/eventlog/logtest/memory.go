package logtest

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"sync"

	"signet/internal/eventlog"
)

// Memory is a log in memory. It passes the suite, but for keeping what was
// written when it is closed.
type Memory struct {
	mu      sync.Mutex
	all     []eventlog.Recorded
	streams map[string][]int // indexes into all
	grown   chan struct{}    // closed when all grows
	stop    chan struct{}    // closed by Close
	closed  bool
}

var _ eventlog.Log = (*Memory)(nil)

// NewMemory returns an empty log.
func NewMemory() *Memory {
	return &Memory{streams: map[string][]int{}, grown: make(chan struct{}), stop: make(chan struct{})}
}

// Append implements eventlog.Log.
func (l *Memory) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if err := eventlog.Check(stream, records); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usable(ctx); err != nil {
		return 0, err
	}
	s := l.streams[stream]
	end := eventlog.Revision(len(s) - 1)
	if end != expected {
		if n := int(expected) + 1 + len(records); expected >= eventlog.NoStream && n <= len(s) && l.same(s[int(expected)+1:n], records) {
			return l.all[s[n-1]].Position, nil
		}
		return 0, &eventlog.ConflictError{Stream: stream, Expected: expected, Actual: end}
	}
	for _, r := range records {
		if slices.ContainsFunc(s, func(i int) bool { return l.all[i].ID == r.ID }) {
			return 0, &eventlog.ConflictError{Stream: stream, Expected: expected, Actual: end}
		}
	}
	for i, r := range records {
		r.Data, r.Meta = bytes.Clone(r.Data), bytes.Clone(r.Meta)
		l.streams[stream] = append(l.streams[stream], len(l.all))
		l.all = append(l.all, eventlog.Recorded{
			Record: r, Stream: stream, Revision: expected + 1 + eventlog.Revision(i), Position: eventlog.Position(len(l.all) + 1),
		})
	}
	close(l.grown)
	l.grown = make(chan struct{})
	return eventlog.Position(len(l.all)), nil
}

func (l *Memory) same(at []int, records []eventlog.Record) bool {
	for i, r := range records {
		if l.all[at[i]].ID != r.ID {
			return false
		}
	}
	return true
}

func (l *Memory) usable(ctx context.Context) error {
	if l.closed {
		return eventlog.ErrClosed
	}
	return ctx.Err()
}

// lent is a copy that the caller may change.
func lent(r eventlog.Recorded) eventlog.Recorded {
	r.Data, r.Meta = bytes.Clone(r.Data), bytes.Clone(r.Meta)
	return r
}

// Read implements eventlog.Log.
func (l *Memory) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		l.mu.Lock()
		at, all, err := l.streams[stream], l.all, l.usable(ctx)
		l.mu.Unlock()
		for i := int(max(0, from)); err == nil && i < len(at); i++ {
			if err = ctx.Err(); err == nil && !yield(lent(all[at[i]]), nil) {
				return
			}
		}
		if err != nil {
			yield(eventlog.Recorded{}, err)
		}
	}
}

// Last implements eventlog.Log.
func (l *Memory) Last(ctx context.Context, stream string) (eventlog.Revision, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return eventlog.Revision(len(l.streams[stream]) - 1), l.usable(ctx)
}

// Follow implements eventlog.Log.
func (l *Memory) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		next := int(after) //nolint:gosec // positions in memory fit
		for {
			l.mu.Lock()
			all, grown, err := l.all, l.grown, l.usable(ctx)
			l.mu.Unlock()
			for ; err == nil && next < len(all); next++ {
				if err = ctx.Err(); err == nil && !yield(lent(all[next]), nil) {
					return
				}
			}
			if err != nil {
				yield(eventlog.Recorded{}, err)
				return
			}
			if !yield(eventlog.Recorded{Position: eventlog.Position(next), CaughtUp: true}, nil) { //nolint:gosec // as before
				return
			}
			select {
			case <-grown:
			case <-l.stop:
			case <-ctx.Done():
			}
		}
	}
}

// Head implements eventlog.Log.
func (l *Memory) Head(ctx context.Context) (eventlog.Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return eventlog.Position(len(l.all)), l.usable(ctx)
}

// Close implements eventlog.Log.
func (l *Memory) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		close(l.stop)
	}
	return nil
}
