package main

import (
	"context"
	"iter"

	"signet/internal/eventlog"
	"signet/internal/merkle"
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

// untilSize is a tree as it was when it was looked at, before the log was: a server that
// runs lets it grow, and it counts nothing that the log did not hold.
type untilSize struct {
	*merkle.Tree

	head merkle.Head
	kept []merkle.Checkpoint
	err  error // of reading those that are kept
}

// Head is that of then.
func (t untilSize) Head() merkle.Head { return t.head }

// Kept are the checkpoints of then, whatever the reason.
func (t untilSize) Kept(context.Context, string) ([]merkle.Checkpoint, error) { return t.kept, t.err }
