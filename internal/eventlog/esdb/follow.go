package esdb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"signet/internal/eventlog"
)

// How the server looks for what is ours: at so many events before it says how far
// it has come, even if it found nothing.
const (
	searchWindow       = 512
	checkpointInterval = 4
)

// silences is how many heartbeats in a row may find something new that the
// subscription has not told, before another one takes its place.
const silences = 2

var errSilent = errors.New("the subscription tells nothing, though there is something new")

// Follow implements eventlog.Log. When the server is away it waits, and subscribes
// again after the last event.
func (l *Log) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		f := &follower{l: l, last: after, resume: after, yield: yield}
		defer f.live(true)
		for wait := soon; ; {
			k, err := l.await(ctx)
			if err == nil {
				began := f.last
				err = f.on(ctx, k)
				if f.last > began {
					wait = soon
				}
			}
			switch {
			case f.left:
				return
			case ctx.Err() != nil:
				err = ctx.Err()
			case l.isClosed():
				err = eventlog.ErrClosed
			case !isFinal(err):
				l.o.Log.Debug("subscribing again", "after", f.resume, "error", err)
				wait = f.pause(ctx, wait)
				continue
			}
			yield(eventlog.Recorded{}, meaning(err))
			return
		}
	}
}

// follower is one who follows.
type follower struct {
	l      *Log
	yield  func(eventlog.Recorded, error) bool
	last   eventlog.Position // of the last event that was yielded
	resume eventlog.Position // from where to subscribe again
	left   bool              // the caller has left
	behind bool              // it is counted as being behind
	silent int               // heartbeats in a row that found something untold
	head   eventlog.Position // of the log, when that was asked last
}

// live counts a follower as one who hears at once what is new, or not.
func (f *follower) live(is bool) {
	if f.behind == is {
		f.behind = !is
		if is {
			f.l.behind.Add(-1)
		} else {
			f.l.behind.Add(1)
		}
	}
}

// pause waits before the next attempt, and returns how long to wait after that.
func (f *follower) pause(ctx context.Context, wait time.Duration) time.Duration {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-f.l.stop:
	}
	return min(2*wait, late)
}

// on follows on one client until that, the caller or the context ends it. The
// error says why; it has no meaning if the caller has left.
func (f *follower) on(ctx context.Context, k *link) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(k.ctx, cancel)()
	f.live(false)
	f.silent = 0
	if err := f.l.enter(); err != nil {
		return err
	}
	defer f.l.running.Done()
	heard := f.l.subscribe(ctx, k, f.resume)
	beat := time.NewTimer(f.l.o.Heartbeat)
	defer beat.Stop()
	for {
		select {
		case m := <-heard.messages:
			heard.taken(m)
			beat.Reset(f.l.o.Heartbeat)
			err := f.hear(m)
			if err == nil && !f.left && !f.behind && len(heard.messages) == 0 {
				err = f.pausing(ctx, m)
			}
			if err != nil {
				if m.err != nil && !isFinal(err) && ctx.Err() == nil {
					f.l.broken(k, err)
				}
				return err
			}
		case <-beat.C:
			if err := f.beat(ctx, k); err != nil {
				return err
			}
			beat.Reset(f.l.o.Heartbeat)
		case <-ctx.Done():
			return ctx.Err()
		case <-f.l.stop:
			return eventlog.ErrClosed
		}
		if f.left {
			return nil
		}
	}
}

// hear tells the caller what was heard.
func (f *follower) hear(m message) error {
	switch {
	case m.err != nil:
		if isInvalid(m.err) {
			return fmt.Errorf("%w: position %d is none of this log: %w", eventlog.ErrCorrupt, f.resume, m.err)
		}
		return m.err
	case m.caughtUp:
		f.live(true)
	case m.fellBehind:
		f.live(false)
	case m.checkpoint > 0:
		f.resume = max(f.resume, m.checkpoint)
		f.l.scan.note(m.checkpoint, f.last)
		return nil
	case m.event.Position > f.last:
		f.silent = 0
		f.last, f.resume = m.event.Position, max(f.resume, m.event.Position)
		f.l.scan.note(f.last, f.last)
		f.left = !f.yield(m.event, nil)
	}
	return nil
}

// pausing is called when nothing more is heard for now. That is not yet the end: the
// rest of an append may still be on its way. So the log is asked where it ends.
func (f *follower) pausing(ctx context.Context, m message) error {
	if f.last < f.head {
		return nil // what is missing will be heard
	}
	if m.event.Position != f.head || f.head == 0 {
		var err error
		if f.head, err = f.l.Head(ctx); err != nil {
			return err
		}
	}
	if f.last >= f.head {
		f.marker()
	}
	return nil
}

// marker says that everything was told.
func (f *follower) marker() {
	f.left = !f.yield(eventlog.Recorded{Position: f.last, CaughtUp: true}, nil)
}

// beat makes sure that the server is there, and that nothing was missed.
func (f *follower) beat(ctx context.Context, k *link) error {
	head, err := f.l.Head(ctx)
	if err != nil {
		return err
	}
	f.head = head
	if head <= f.last {
		f.silent = 0
		if !f.behind {
			f.marker()
		}
		return nil
	}
	if f.silent++; f.silent > silences {
		f.l.broken(k, errSilent)
		return errSilent
	}
	return nil
}

// message is what a subscription tells: one of these.
type message struct {
	event                eventlog.Recorded
	size                 int64 // of the event, in bytes
	checkpoint           eventlog.Position
	caughtUp, fellBehind bool
	err                  error // the last one
}

// from is where a subscription begins.
func from(after eventlog.Position) client.AllPosition {
	if after == 0 {
		return client.Start{}
	}
	return client.Position{Commit: uint64(after), Prepare: uint64(after)}
}
