package logcopy

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"signet/internal/eventlog"
)

// pass goes once through both logs, from their beginning.
type pass struct {
	c              *copying
	phase          Phase
	source, target *reader
	seen           *seen // of the source
}

func (c *copying) pass(phase Phase) *pass {
	return &pass{c: c, phase: phase, source: c.reader(Source, 0), target: c.reader(Target, 0), seen: newSeen()}
}

func (p *pass) close() {
	p.source.close()
	p.target.close()
}

// progress tells how far the pass is.
func (p *pass) progress() {
	if p.c.options.Progress != nil {
		p.c.options.Progress(Progress{Phase: p.phase, Events: p.seen.events, Bytes: p.seen.bytes, Position: p.seen.last, Head: p.c.result.SourceHead})
	}
}

// common takes an event that both logs are known to have, at a position in the
// target.
func (p *pass) common(events, bytes int64, end, position eventlog.Position) {
	if p.phase == PhaseVerify {
		return // the result tells of it already
	}
	r := &p.c.result
	r.Events += events
	r.Bytes += bytes
	r.SourceEnd, r.TargetEnd = end, position
}

// compare reads both logs in lock step until the target ends, or after so many
// events, unless that is negative.
func (p *pass) compare(ctx context.Context, events int64) error {
	p.progress()
	for p.seen.events != events {
		t, err := p.target.read(ctx)
		if err != nil {
			return err
		}
		if t.CaughtUp {
			break
		}
		s, err := p.counterpart(ctx, t)
		if err != nil {
			return err
		}
		if field := differs(s, t); field != "" {
			e := at(CodeDiffers, Source, s, nil)
			e.Field = field
			return e
		}
		if err := p.seen.take(s); err != nil {
			return err
		}
		p.common(1, size(s), s.Position, t.Position)
		if p.seen.events%told == 0 {
			p.progress()
		}
	}
	p.progress()
	return nil
}

// counterpart reads the event of the source that one of the target should equal.
func (p *pass) counterpart(ctx context.Context, t eventlog.Recorded) (eventlog.Recorded, error) {
	for {
		s, err := p.source.read(ctx)
		if err != nil || !s.CaughtUp {
			return s, err
		}
		// A marker may have been true for a while only.
		var head eventlog.Position
		err = p.c.persist(ctx, Source, func() (err error) {
			head, err = p.c.from.Head(ctx)
			return err
		})
		if err != nil {
			return s, err
		}
		if head <= p.source.after {
			return s, at(CodeLonger, Target, t, nil)
		}
	}
}

// ended makes sure that one of the logs has no more events.
func (p *pass) ended(ctx context.Context, r *reader) error {
	e, err := r.read(ctx)
	switch {
	case err != nil || e.CaughtUp:
		return err
	case r.side == Source:
		return at(CodeShorter, Source, e, nil)
	}
	return at(CodeLonger, Target, e, nil)
}

// asked is how many streams of the target are asked for their end at once.
const asked = 8

// streams makes sure that each stream of the target ends where its events do. As
// all events are equal, and revisions have no gaps, so many are in it.
func (c *copying) streams(ctx context.Context, p *pass) error {
	all, within := errgroup.WithContext(ctx)
	all.SetLimit(asked)
	for stream, end := range p.seen.ends {
		if within.Err() != nil {
			break
		}
		all.Go(func() error {
			var last eventlog.Revision
			err := c.persist(within, Target, func() (err error) {
				last, err = c.to.Last(within, stream)
				return err
			})
			if err == nil && last != end {
				err = &Error{Code: CodeStream, Side: Target, Stream: stream, Revision: last, Err: fmt.Errorf("stream %q ends at %d, its events at %d", stream, last, end)}
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	c.result.Streams, c.result.Digest = int64(len(p.seen.ends)), p.seen.digest()
	return ctx.Err() // then not all were asked
}
