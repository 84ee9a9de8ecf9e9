package commands

import (
	"context"
	"errors"
	"sync"

	"signet/domain"
	"signet/internal/eventlog"
)

// batchDownloads bounds how many downloads of one stream share an append.
const batchDownloads = 200

// Downloads records downloads. Nothing is decided on them and they are many, so
// unlike Run it does not read the stream: it remembers its revision, and the
// downloads of one stream that arrive together are appended together.
type Downloads struct {
	runner *Runner

	mu      sync.Mutex
	streams map[string]*downloadStream // guarded by mu
}

type downloadStream struct {
	waiting []waitingDownload // guarded by Downloads.mu
	writing bool              // guarded by Downloads.mu: somebody appends
	known   bool              // owned by who writes
	at      eventlog.Revision // owned by who writes
}

type waitingDownload struct {
	record domain.AssetDownloaded
	actor  domain.Actor
	done   chan outcome
}

type outcome struct {
	position eventlog.Position
	err      error
}

// NewDownloads records by way of the runner's log and clock.
func NewDownloads(r *Runner) *Downloads {
	return &Downloads{runner: r, streams: map[string]*downloadStream{}}
}

// Record writes that the actor was sent a file, and returns when it is durable.
// If the context ends first, the download may have been recorded all the same.
func (d *Downloads) Record(ctx context.Context, actor domain.Actor, c domain.RecordDownload) (eventlog.Position, error) {
	permission, scope := c.Needs()
	if !actor.May(permission, scope) {
		return 0, domain.Refuse(domain.Forbidden, "not_permitted", "this needs the permission %s%s", permission, within(scope))
	}
	now := Instant(d.runner.Clock())
	c.Month = now
	events, err := c.Decide(domain.Downloads{}, domain.Call{Actor: actor, At: now})
	if err != nil {
		return 0, err
	}
	record, ok := events[0].(domain.AssetDownloaded)
	if !ok {
		return 0, errors.New("commands: a download decided on something else")
	}
	w := waitingDownload{record: record, actor: actor, done: make(chan outcome, 1)}
	if d.enqueue(c.Stream(), w) {
		go d.drain(context.WithoutCancel(ctx), c.Stream())
	}
	select {
	case o := <-w.done:
		return o.position, o.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// enqueue adds a download and tells whether the caller must start to write.
func (d *Downloads) enqueue(name string, w waitingDownload) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.streams[name]
	if s == nil {
		s = &downloadStream{}
		d.streams[name] = s
	}
	s.waiting = append(s.waiting, w)
	start := !s.writing
	s.writing = true
	return start
}

// drain appends what waits for the stream until nothing does.
func (d *Downloads) drain(ctx context.Context, name string) {
	for {
		d.mu.Lock()
		s := d.streams[name]
		batch := s.waiting[:min(len(s.waiting), batchDownloads)]
		s.waiting = s.waiting[len(batch):]
		if len(batch) == 0 {
			s.writing, s.waiting = false, nil
			d.mu.Unlock()
			return
		}
		d.mu.Unlock()
		o := d.append(ctx, name, s, batch)
		for _, w := range batch {
			w.done <- o
		}
	}
}

// append writes one batch, finding the stream's revision anew when it has moved.
func (d *Downloads) append(ctx context.Context, name string, s *downloadStream, batch []waitingDownload) outcome {
	for range attempts {
		if !s.known {
			last, err := d.runner.Log.Last(ctx, name)
			if err != nil {
				return outcome{err: err}
			}
			s.at, s.known = last, true
		}
		records := make([]eventlog.Record, 0, len(batch))
		for i, w := range batch {
			sealed, err := seal(name, s.at+eventlog.Revision(i), []domain.Event{w.record}, Request{Actor: w.actor}, w.record.At, w.record.At, "")
			if err != nil {
				return outcome{err: err}
			}
			records = append(records, sealed...)
		}
		position, err := d.runner.Log.Append(ctx, name, s.at, records...)
		if err == nil {
			s.at += eventlog.Revision(len(records))
			return outcome{position: position}
		}
		s.known = false
		if !errors.Is(err, eventlog.ErrConflict) {
			return outcome{err: err}
		}
	}
	return outcome{err: domain.Refuse(domain.Conflict, "busy", "others are writing to the same thing; try again")}
}
