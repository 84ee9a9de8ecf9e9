package s3

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"signet/assets"
)

const (
	// attempts is how often a call is made that may succeed another time.
	attempts = 4
	// firstPause is before the second attempt; each further one is twice as
	// long, and a part of it is left to chance, so that nodes do not come back
	// all at once.
	firstPause = 200 * time.Millisecond
)

// errSilent: no byte has moved for as long as the watch has patience.
var errSilent = errors.New("nothing was heard for too long")

// watch bounds the time of a call by its progress and not by its length, since
// no time is right for a blob of any size.
type watch struct {
	patience time.Duration
}

// over makes a call, again if it fails in passing, until it succeeds, the context
// ends, or patience does. The call tells of its progress. Errors are those that
// a caller of the store is told; every call may be made twice.
func (w watch) over(ctx context.Context, call func(ctx context.Context, progress func()) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	watched, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(w.patience, func() { cancel(errSilent) })
	defer silence.Stop()
	err := again(watched, func() error {
		return call(watched, func() { silence.Reset(w.patience) })
	})
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(context.Cause(watched), errSilent):
		return assets.ErrUnavailable.From(ErrUnreachable.from(errSilent))
	}
	return told(err)
}

// again makes the attempts. Bytes that are not those of their name are asked for
// a second time: they may have been damaged on their way.
func again(ctx context.Context, call func() error) error {
	var err error
	doubted := false
	for attempt := range attempts {
		if attempt > 0 && !pause(ctx, firstPause<<(attempt-1)) {
			return err
		}
		err = call()
		switch {
		case errors.Is(err, assets.ErrCorrupt) && !doubted:
			doubted = true
		case !isPassing(err):
			return err
		}
	}
	return err
}

// pause waits between half of d and all of it, or reports that ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d/2 + rand.N(d/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
