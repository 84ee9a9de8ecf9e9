package logcopy

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"signet/internal/eventlog"
)

// Pauses between two attempts grow from the first to the longest.
const (
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
)

// persist does something until the log is not unavailable, or patience is at its
// end. What it does must be harmless to do again.
func (c *copying) persist(ctx context.Context, side Side, do func() error) error {
	deadline := time.Now().Add(c.options.Patience)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := do()
		left := time.Until(deadline)
		if !errors.Is(err, eventlog.ErrUnavailable) || left <= 0 {
			return failed(ctx, side, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(pause, left)):
		}
	}
}

// reader reads one log from a position, one event at a time.
type reader struct {
	c     *copying
	log   eventlog.Log
	side  Side
	after eventlog.Position
	next  func() (eventlog.Recorded, error, bool)
	stop  func()
}

func (c *copying) reader(side Side, after eventlog.Position) *reader {
	log := c.from
	if side == Target {
		log = c.to
	}
	return &reader{c: c, log: log, side: side, after: after}
}

// read returns the next event, or a marker. After an interruption it goes on
// behind the last event that it returned.
func (r *reader) read(ctx context.Context) (eventlog.Recorded, error) {
	var e eventlog.Recorded
	err := r.c.persist(ctx, r.side, func() error {
		if r.next == nil {
			r.next, r.stop = iter.Pull2(r.log.Follow(ctx, r.after))
		}
		var err error
		var more bool
		e, err, more = r.next()
		if !more {
			err = errors.New("following has ended without an error")
		}
		if err != nil {
			r.close()
		}
		return err
	})
	switch {
	case err != nil:
		return eventlog.Recorded{}, err
	case e.CaughtUp:
		return e, nil
	case e.Position <= r.after:
		return e, at(string(r.side)+"_corrupt", r.side, e, fmt.Errorf("%w: position %d after %d", eventlog.ErrCorrupt, e.Position, r.after))
	}
	r.after = e.Position
	return e, nil
}

func (r *reader) close() {
	if r.next != nil {
		r.stop()
		r.next, r.stop = nil, nil
	}
}
