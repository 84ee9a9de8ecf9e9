// Package memlog is a log in memory.
package memlog

import (
	"bytes"
	"context"
	"iter"
	"sync"

	"signet/internal/eventlog"
)

// Log is a log in memory.
type Log struct {
	mu      sync.Mutex
	all     []eventlog.Recorded
	streams map[string][]int
	grown   chan struct{}
	closed  bool
}

// NewMemory returns an empty log.
func NewMemory() *Log { return &Log{streams: map[string][]int{}, grown: make(chan struct{})} }

// Append implements eventlog.Log.
func (l *Log) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := eventlog.Check(stream, records); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return 0, eventlog.ErrClosed
	}
	s := l.streams[stream]
	if at := eventlog.Revision(len(s) - 1); at != expected {
		if int(expected) < len(s) && expected >= -1 && len(s)-int(expected)-1 >= len(records) {
			same := true
			for i, r := range records {
				same = same && l.all[s[int(expected)+1+i]].ID == r.ID
			}
			if same {
				return l.all[s[int(expected)+len(records)]].Position, nil
			}
		}
		return 0, &eventlog.ConflictError{Stream: stream, Expected: expected, Actual: at}
	}
	for i, r := range records {
		r.Data, r.Meta = bytes.Clone(r.Data), bytes.Clone(r.Meta)
		l.streams[stream] = append(l.streams[stream], len(l.all))
		l.all = append(l.all, eventlog.Recorded{Record: r, Stream: stream, Revision: expected + 1 + eventlog.Revision(i), Position: eventlog.Position(len(l.all) + 1)})
	}
	close(l.grown)
	l.grown = make(chan struct{})
	return eventlog.Position(len(l.all)), nil
}

// Read implements eventlog.Log.
func (l *Log) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		l.mu.Lock()
		idx, all := l.streams[stream], l.all
		l.mu.Unlock()
		for i := max(0, int(from)); i < len(idx); i++ {
			if err := ctx.Err(); err != nil {
				yield(eventlog.Recorded{}, err)
				return
			}
			if !yield(all[idx[i]], nil) {
				return
			}
		}
	}
}

// Last implements eventlog.Log.
func (l *Log) Last(ctx context.Context, stream string) (eventlog.Revision, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return eventlog.Revision(len(l.streams[stream]) - 1), ctx.Err()
}

// Follow implements eventlog.Log.
func (l *Log) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		next := int(after)
		for {
			l.mu.Lock()
			all, grown := l.all, l.grown
			l.mu.Unlock()
			for ; next < len(all); next++ {
				if err := ctx.Err(); err != nil {
					yield(eventlog.Recorded{}, err)
					return
				}
				if !yield(all[next], nil) {
					return
				}
			}
			if !yield(eventlog.Recorded{Position: eventlog.Position(next), CaughtUp: true}, nil) {
				return
			}
			select {
			case <-grown:
			case <-ctx.Done():
				yield(eventlog.Recorded{}, ctx.Err())
				return
			}
		}
	}
}

// Head implements eventlog.Log.
func (l *Log) Head(ctx context.Context) (eventlog.Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return eventlog.Position(len(l.all)), ctx.Err()
}

// Close implements eventlog.Log.
func (l *Log) Close() error { return nil }
