package main

import (
	"context"
	"iter"

	"signet/internal/eventlog"
)

// untilHead is a log as it was when head was its last position. Blobs come before
// the events that point at them, so blobs that are listed later hold all that
// these events need, even if somebody goes on writing.
type untilHead struct {
	eventlog.Log

	head eventlog.Position
}

// Follow yields the events up to the head, the marker, and ends.
func (l untilHead) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if err != nil {
				yield(r, err)
				return
			}
			if r.CaughtUp || r.Position > l.head {
				break
			}
			after = r.Position
			if !yield(r, nil) {
				return
			}
			if after == l.head {
				break
			}
		}
		yield(eventlog.Recorded{Position: after, CaughtUp: true}, nil)
	}
}
