package webhooks

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

const (
	// refreshEvery is how often the receivers are asked for without a call of
	// Changed, and the longest sleep: a clock may be put forward.
	refreshEvery = time.Minute
	pruneEvery   = time.Hour
	// holdOff is how long nothing is tried after an error of the file or of the
	// list of receivers.
	holdOff = 5 * time.Second
	// slow is from when on an attempt counts as slow, see Options.Parallel.
	slow = 2 * time.Second
)

// Run delivers until the context ends, and returns its error; attempts that are
// under way are broken off then, and made again by the next Run. One message of a
// receiver is sent at a time, strictly in order: while the first waits for its next
// attempt, all wait. Receivers are served in parallel. Those that the function does
// not list get nothing; if it fails, the last list stands. Errors of the file are
// logged, and what was under way is tried again. It may run once at a time:
// ErrRunning.
func (q *Queue) Run(ctx context.Context, receivers func(context.Context) ([]Receiver, error)) error {
	if !q.running.CompareAndSwap(false, true) {
		return ErrRunning
	}
	defer q.running.Store(false)
	d := &dispatcher{q: q, list: receivers, lines: map[string]*line{}, ended: make(chan finished, q.o.Parallel)}
	defer d.wait()
	for ctx.Err() == nil {
		sleep := d.round(ctx)
		select {
		case <-ctx.Done():
		case <-q.wake:
		case e := <-d.ended:
			d.release(e)
		case <-q.o.After(sleep):
		}
	}
	return ctx.Err()
}

// dispatcher decides who is served next. It is used by one goroutine.
type dispatcher struct {
	q         *Queue
	list      func(context.Context) ([]Receiver, error)
	lines     map[string]*line // by receiver
	ended     chan finished    // holds one for each attempt that is under way
	busy      int              // attempts under way
	suspects  int              // of them with receivers that were suspect before
	turn      uint64           // counts attempts
	refreshed time.Time        // when the receivers were asked for; zero if they must be
	pruned    time.Time
}

// line is the queue of one receiver, as the dispatcher sees it.
type line struct {
	receiver Receiver
	gone     bool      // it is no longer listed, but an attempt is under way
	busy     bool      // an attempt is under way
	counted  bool      // that attempt is one of a suspect
	suspect  bool      // the last attempt failed or was slow
	turn     uint64    // of the last attempt
	known    bool      // what follows is what the file says
	waiting  bool      // there is a message
	next     int64     // microseconds; when it is due
	held     time.Time // before which nothing is tried, after an error of the file
}

// finished is an attempt that has ended.
type finished struct {
	line   *line
	failed bool
	err    error // of the file
	took   time.Duration
}

// round does all that can be done now, and returns for how long to sleep if nothing
// else happens.
func (d *dispatcher) round(ctx context.Context) time.Duration {
	now := d.q.o.Clock()
	touched, changed := d.q.news()
	for receiver := range touched {
		if l := d.lines[receiver]; l != nil {
			l.known = false
		} else {
			changed = true // perhaps it is new
		}
	}
	if changed || past(d.refreshed, refreshEvery, now) {
		d.refresh(ctx, now)
	}
	sleep := d.refreshed.Add(refreshEvery).Sub(now)
	if past(d.pruned, pruneEvery, now) {
		more, err := d.q.prune(ctx, now)
		if d.pruned = now; err != nil {
			d.report(ctx, d.q.o.What+"s are not pruned", err)
		} else if more {
			d.pruned, sleep = time.Time{}, 0 // in small steps, between deliveries
		}
	}
	ready, soonest := d.ready(ctx, now)
	for _, l := range ready {
		d.start(ctx, l)
	}
	return min(sleep, soonest)
}

// past tells whether so much time has gone by, or the clock was put back.
func past(last time.Time, every time.Duration, now time.Time) bool {
	return last.IsZero() || now.Before(last) || now.Sub(last) >= every
}

// refresh asks for the receivers.
func (d *dispatcher) refresh(ctx context.Context, now time.Time) {
	d.refreshed = now
	list, err := d.list(ctx)
	if err != nil {
		d.report(ctx, "the receivers of "+d.q.o.What+"s are not known", err)
		d.refreshed = now.Add(holdOff - refreshEvery)
		return
	}
	listed := make(map[string]bool, len(list))
	for _, r := range list {
		l := d.lines[r.ID]
		if l == nil {
			l = &line{}
			d.lines[r.ID] = l
		}
		l.receiver, l.gone = r, false
		listed[r.ID] = true
	}
	for id, l := range d.lines {
		if listed[id] {
			continue
		}
		if l.gone = true; !l.busy {
			delete(d.lines, id)
		}
	}
}

// ready returns the receivers that can be served now, those first that have waited
// longest, and how long until there will be another one.
func (d *dispatcher) ready(ctx context.Context, now time.Time) ([]*line, time.Duration) {
	var all []*line
	soonest := refreshEvery
	for _, l := range d.lines {
		if l.busy {
			continue
		}
		if wait := l.held.Sub(now); wait > 0 && wait <= holdOff {
			soonest = min(soonest, wait)
			continue
		}
		if !l.known {
			d.peek(ctx, l, now)
		}
		switch {
		case !l.known, !l.waiting:
		case due(l.next, now):
			all = append(all, l)
		default:
			soonest = min(soonest, fromMicros(l.next).Sub(now))
		}
	}
	slices.SortFunc(all, func(a, b *line) int {
		return cmp.Or(cmp.Compare(a.turn, b.turn), cmp.Compare(a.receiver.ID, b.receiver.ID))
	})
	return all, soonest
}

// peek reads when the first message of a receiver is due.
func (d *dispatcher) peek(ctx context.Context, l *line, now time.Time) {
	err := d.q.db.QueryRowContext(ctx, "SELECT next FROM message WHERE receiver = ? AND status = 'pending' ORDER BY seq LIMIT 1", l.receiver.ID).Scan(&l.next)
	switch {
	case err == nil:
		l.known, l.waiting = true, true
	case errors.Is(err, sql.ErrNoRows):
		l.known, l.waiting = true, false
	default:
		l.held = now.Add(holdOff)
		d.report(ctx, d.q.o.What+"s can't be read", err)
	}
}

// start begins an attempt, if there is room for it.
func (d *dispatcher) start(ctx context.Context, l *line) {
	parallel := d.q.o.Parallel
	if d.busy == parallel || l.suspect && d.suspects >= max(parallel/2, 1) {
		return // it is looked at again when an attempt has ended
	}
	d.turn++
	l.busy, l.counted, l.turn = true, l.suspect, d.turn
	d.busy++
	if l.counted {
		d.suspects++
	}
	receiver := l.receiver
	go func() {
		began := d.q.o.Clock()
		failed, err := d.q.attempt(ctx, receiver)
		d.ended <- finished{line: l, failed: failed, err: err, took: d.q.o.Clock().Sub(began)}
	}()
}

// release takes note of an attempt that has ended.
func (d *dispatcher) release(e finished) {
	l := e.line
	d.busy--
	if l.counted {
		d.suspects--
	}
	l.busy, l.known = false, false
	l.suspect = e.failed || e.took >= slow
	if e.err != nil {
		l.held = d.q.o.Clock().Add(holdOff)
		d.report(context.Background(), "what came of a "+d.q.o.What+" can't be kept", e.err)
	}
	if l.gone {
		delete(d.lines, l.receiver.ID)
	}
}

// wait returns when no attempt is under way.
func (d *dispatcher) wait() {
	for d.busy > 0 {
		d.release(<-d.ended)
	}
}

// report logs an error, unless the end has come and is its cause.
func (d *dispatcher) report(ctx context.Context, what string, err error) {
	if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		d.q.o.Log.ErrorContext(ctx, what, "error", err.Error())
	}
}
