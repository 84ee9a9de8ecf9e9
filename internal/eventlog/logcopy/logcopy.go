// Package logcopy copies a log into another one, event by event in the one order
// that the source has, and proves that they are equal. Read models depend on that
// order, not only on the order within streams.
//
// A copy that was interrupted anywhere is begun again with the same two logs: both
// are read in lock step, and it goes on where the target ends. A target that holds
// anything but the beginning of the source is refused before anything is written.
//
// Events are copied as they stand: also one whose payload has been erased. If the
// source erases a payload that is in the target already, they differ.
package logcopy

import (
	"context"
	"fmt"
	"time"

	"signet/internal/eventlog"
)

const (
	// batchEvents is how many events one append has at most, unless Options says.
	batchEvents = 500
	// patience is how long an unavailable log is asked again, unless Options says.
	patience = time.Minute
	// told is after how many events progress is told.
	told = 1000
)

// Options say how to copy. The zero value will do.
type Options struct {
	// MaxEvents is how many events of a stream share one append; 0 means 500. It
	// is what makes a target fast that answers slowly, for appends can't overtake
	// each other.
	MaxEvents int
	// Patience is how long a log that is unavailable is asked again, with growing
	// pauses, before that is told; 0 means a minute. It begins anew with every answer.
	Patience time.Duration
	// VerifyOnly writes nothing: it tells whether the target equals the source.
	VerifyOnly bool
	// Progress, if there is one, is told how far it is: when a phase begins and
	// ends, and every 1000 events. The copy waits for it.
	Progress func(Progress)
}

// Phase is a part of the work.
type Phase string

// The phases, in order. With VerifyOnly there is but PhaseCompare.
const (
	PhaseCompare Phase = "compare" // what the target has already
	PhaseCopy    Phase = "copy"
	PhaseVerify  Phase = "verify" // both, from their beginning
)

// Progress tells how far a phase is.
type Progress struct {
	Phase Phase
	// Events and Bytes are counted from the beginning of the log, as in Result.
	Events, Bytes int64
	// Position is that of the last event in the source, Head where the source
	// ended when all began.
	Position, Head eventlog.Position
}

// Result tells what the two logs have in common; after an error, what both have
// as far as it came, without Streams and Digest.
type Result struct {
	// Events, Streams and Bytes (of data and envelopes) are in both logs.
	Events, Streams, Bytes int64
	// Copied is how many of the events this run has written.
	Copied int64
	// Digest is that of the events in order, in hexadecimal: the SHA-256 over, for
	// each event, its stream, revision, id, type, data and meta. Each of the six
	// comes after its length in bytes, which is a big-endian integer of 64 bits; so
	// is the revision itself. The id is its 16 bytes, text is UTF-8. Positions
	// don't count: each log has its own.
	Digest string
	// SourceHead is where the source ended when all began, SourceEnd the position
	// up to which it was copied: that, or later, if events were appended meanwhile.
	// TargetEnd is the position of the same event in the target. All are 0 in an
	// empty log.
	SourceHead, SourceEnd, TargetEnd eventlog.Position
}

// Copy appends to the log to what it lacks of the log from, and then reads both
// again from the beginning. Events that are appended to the source meanwhile are
// copied too, up to when all were yielded that there were. Nobody else may write
// to the target meanwhile. Memory grows with the number of streams, by about a
// hundred bytes for each, and not with that of events.
//
// The error is an [*Error], or the context's.
func Copy(ctx context.Context, from, to eventlog.Log, o Options) (Result, error) {
	if o.MaxEvents < 0 || o.Patience < 0 {
		return Result{}, &Error{Code: CodeInvalidOption, Err: fmt.Errorf("MaxEvents %d, Patience %v", o.MaxEvents, o.Patience)}
	}
	if o.MaxEvents == 0 {
		o.MaxEvents = batchEvents
	}
	if o.Patience == 0 {
		o.Patience = patience
	}
	c := &copying{from: from, to: to, options: o}
	err := c.all(ctx)
	return c.result, err
}

// copying is one run.
type copying struct {
	from, to eventlog.Log
	options  Options
	result   Result
}

func (c *copying) all(ctx context.Context) error {
	err := c.persist(ctx, Source, func() (err error) {
		c.result.SourceHead, err = c.from.Head(ctx)
		return err
	})
	if err != nil {
		return err
	}
	first := c.pass(PhaseCompare)
	defer first.close()
	if err := first.compare(ctx, -1); err != nil {
		return err
	}
	if c.options.VerifyOnly {
		if err := first.ended(ctx, first.source); err != nil {
			return err
		}
		return c.streams(ctx, first)
	}
	first.target.close() // it must not hold what is appended now
	if err := first.copy(ctx); err != nil {
		return err
	}
	first.source.close()
	return c.verify(ctx, first)
}

// verify reads both logs again, up to where they were copied.
func (c *copying) verify(ctx context.Context, copied *pass) error {
	again := c.pass(PhaseVerify)
	defer again.close()
	if err := again.compare(ctx, copied.seen.events); err != nil {
		return err
	}
	if again.seen.events < copied.seen.events {
		// The target ends too soon: name the first event that it lacks.
		if err := again.ended(ctx, again.source); err != nil {
			return err
		}
	} else if err := again.ended(ctx, again.target); err != nil {
		return err
	}
	if was, is := copied.seen.digest(), again.seen.digest(); was != is {
		return &Error{Code: CodeSourceChanged, Side: Source, Err: fmt.Errorf("digest %s, and then %s", was, is)}
	}
	return c.streams(ctx, again)
}
