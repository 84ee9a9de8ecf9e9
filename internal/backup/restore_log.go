package backup

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
	"signet/internal/merkle"
)

// orderly is a log that can be given many events at once, and keeps their order across
// streams; one append after the other waits for the disk each time.
type orderly interface {
	AppendOrdered(ctx context.Context, events ...eventlog.Recorded) (eventlog.Position, error)
}

const (
	// chunkEvents and chunkBytes bound what is appended at once.
	chunkEvents = 4096
	chunkBytes  = 4 << 20
)

// log writes the events, in their order.
func (r *restoring) log(ctx context.Context) error {
	w := &writing{to: r.to.Log, have: r.has, events: make([]eventlog.Recorded, 0, chunkEvents)}
	for _, segment := range r.snapshot.Segments {
		if segment.First >= r.end {
			break
		}
		for event, err := range events(ctx, r.repo, segment) {
			if err != nil {
				return err
			}
			if w.tree.Size() == r.end {
				break
			}
			if err := w.take(ctx, event); err != nil {
				return err
			}
			if w.tree.Size()%toldEvery == 0 {
				r.o.tell(PhaseLog, w.tree.Size(), r.end)
			}
		}
	}
	if err := w.flush(ctx); err != nil {
		return err
	}
	if w.tree.Size() != r.end || w.tree.Root() != r.root {
		return refuse(RepositoryDamaged, "the log was read twice, and was not the same")
	}
	return nil
}

// writing is the log on its way.
type writing struct {
	to     eventlog.Log
	have   int64 // that stand there already
	tree   merkle.Frontier
	events []eventlog.Recorded
	bytes  int
}

func (w *writing) take(ctx context.Context, event eventlog.Recorded) error {
	w.tree.Add(tlog.Hash(event.Digest()))
	if w.tree.Size() <= w.have {
		return nil
	}
	w.events = append(w.events, event)
	w.bytes += len(event.Data) + len(event.Meta)
	if len(w.events) < chunkEvents && w.bytes < chunkBytes {
		return nil
	}
	return w.flush(ctx)
}

func (w *writing) flush(ctx context.Context) error {
	if len(w.events) == 0 {
		return ctx.Err()
	}
	var err error
	if log, ok := w.to.(orderly); ok {
		_, err = log.AppendOrdered(ctx, w.events...)
	} else {
		err = w.inTurn(ctx)
	}
	clear(w.events)
	w.events, w.bytes = w.events[:0], 0
	return err
}

// inTurn appends what stands in one stream together, and one after the other.
func (w *writing) inTurn(ctx context.Context) error {
	for rest := w.events; len(rest) > 0; {
		n, size := 0, 0
		var records []eventlog.Record
		for n < len(rest) && rest[n].Stream == rest[0].Stream {
			size += len(rest[n].Data) + len(rest[n].Meta)
			if n > 0 && size > eventlog.MaxBatchBytes {
				break
			}
			records = append(records, rest[n].Record)
			n++
		}
		if _, err := w.to.Append(ctx, rest[0].Stream, rest[0].Revision-1, records...); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}
