package logcopy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"signet/internal/eventlog"
)

// batch are events of one stream that follow each other in the source, and are
// appended together.
type batch struct {
	events []eventlog.Recorded
	bytes  int64
}

// takes tells whether an event can be in the same append.
func (b *batch) takes(r eventlog.Recorded, most int) bool {
	n := len(b.events)
	return n == 0 || n < most && b.events[0].Stream == r.Stream && b.bytes+size(r) <= eventlog.MaxBatchBytes
}

func (b *batch) add(r eventlog.Recorded) {
	b.events = append(b.events, r)
	b.bytes += size(r)
}

// drop forgets the first events.
func (b *batch) drop(n int) (bytes int64) {
	for _, r := range b.events[:n] {
		bytes += size(r)
	}
	b.events = slices.Delete(b.events, 0, n)
	b.bytes -= bytes
	return bytes
}

// copy appends to the target what the source has more, up to a marker.
func (p *pass) copy(ctx context.Context) error {
	p.phase = PhaseCopy
	p.progress()
	b := &batch{}
	for {
		s, err := p.source.read(ctx)
		if err != nil {
			return err
		}
		if s.CaughtUp || !b.takes(s, p.c.options.MaxEvents) {
			if err := p.flush(ctx, b); err != nil {
				return err
			}
		}
		if s.CaughtUp {
			break
		}
		if err := p.seen.take(s); err != nil {
			return err
		}
		b.add(s)
		if p.seen.events%told == 0 {
			p.progress()
		}
	}
	p.progress()
	if p.seen.last < p.c.result.SourceHead {
		return &Error{Code: CodeSourceCorrupt, Side: Source, Err: fmt.Errorf("%w: its head was %d, its last event is at %d", eventlog.ErrCorrupt, p.c.result.SourceHead, p.seen.last)}
	}
	return nil
}

// flush writes the batch. Whether an append whose answer was lost has happened
// need not be known: it is made again, and its ids make it one.
func (p *pass) flush(ctx context.Context, b *batch) error {
	for len(b.events) > 0 {
		first := b.events[0]
		records := make([]eventlog.Record, len(b.events))
		for i, r := range b.events {
			records[i] = r.Record
		}
		var position eventlog.Position
		err := p.c.persist(ctx, Target, func() (err error) {
			position, err = p.c.to.Append(ctx, first.Stream, first.Revision-1, records...)
			return err
		})
		if errors.Is(err, eventlog.ErrConflict) {
			if err = p.written(ctx, b, err); err == nil {
				continue
			}
		}
		if err != nil {
			var e *Error
			if errors.As(err, &e) && e.Position == 0 {
				e.Position, e.Stream, e.Revision = first.Position, first.Stream, first.Revision
				e.Side = Source // where the position is; the code tells who failed
			}
			return err
		}
		p.copied(b, len(b.events), position)
	}
	return nil
}

// copied forgets events of the batch, of which the last is at a position in the target.
func (p *pass) copied(b *batch, n int, position eventlog.Position) {
	end := b.events[n-1].Position
	p.c.result.Copied += int64(n)
	p.common(int64(n), b.drop(n), end, position)
}

// written finds out, after a conflict, whether the first events of the batch are
// there: an append of an earlier run, with other bounds, may have come in late.
func (p *pass) written(ctx context.Context, b *batch, conflict error) error {
	target := p.c.reader(Target, p.c.result.TargetEnd)
	defer target.close()
	n := 0
	for n < len(b.events) {
		t, err := target.read(ctx)
		if err != nil {
			return err
		}
		if t.CaughtUp {
			break
		}
		if field := differs(b.events[n], t); field != "" {
			e := at(CodeDiffers, Source, b.events[n], conflict)
			e.Field = field
			return e
		}
		n++
	}
	if n == 0 {
		return at(CodeConflict, Source, b.events[0], conflict)
	}
	p.copied(b, n, target.after)
	return nil
}
