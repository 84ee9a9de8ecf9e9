package sqlite

import (
	"context"
	"fmt"

	"signet/internal/eventlog"
)

// AppendOrdered appends events, as they were read from a log, in their order, each at
// the revision that it says, and returns the position of the last one. Those of several
// streams share one wait for the disk, as appends of several writers do; but nobody
// else's come between, if nobody else appends. It is for putting a log together again:
// an error, which is that of the first append that failed, leaves what came before it,
// and perhaps some of what came behind it.
func (l *Log) AppendOrdered(ctx context.Context, events ...eventlog.Recorded) (eventlog.Position, error) {
	switch {
	case l.closed():
		return 0, eventlog.ErrClosed
	case l.appends == nil:
		return 0, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, ErrReadOnly)
	case len(events) == 0:
		return 0, fmt.Errorf("%w: no records", eventlog.ErrInvalid)
	}
	group, err := inTurn(events)
	if err != nil {
		return 0, err
	}
	sent := 0
	err = l.send(ctx, group, &sent)
	for _, a := range group[:sent] {
		select {
		case <-a.done:
		case <-l.stopped:
			if a.taken.CompareAndSwap(false, true) {
				return 0, eventlog.ErrClosed
			}
			<-a.done
		}
		if a.err != nil {
			return 0, a.err
		}
	}
	if err != nil {
		return 0, err
	}
	return group[len(group)-1].position, nil
}

// send hands the appends to the writer, which takes them in this order.
func (l *Log) send(ctx context.Context, group []*appending, sent *int) error {
	for _, a := range group {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		select {
		case l.appends <- a:
			*sent++
		case <-ctx.Done():
			return ctx.Err()
		case <-l.stop:
			return eventlog.ErrClosed
		}
	}
	return nil
}

// inTurn makes one append of events that follow each other in one stream.
func inTurn(events []eventlog.Recorded) ([]*appending, error) {
	var group []*appending
	for _, e := range events {
		size := len(e.Data) + len(e.Meta)
		var last *appending
		if len(group) > 0 {
			last = group[len(group)-1]
		}
		if last == nil || last.stream != e.Stream || last.bytes+size > eventlog.MaxBatchBytes || last.expected+1+eventlog.Revision(len(last.records)) != e.Revision {
			last = &appending{stream: e.Stream, expected: e.Revision - 1, done: make(chan struct{})}
			group = append(group, last)
		}
		last.records = append(last.records, e.Record)
		last.bytes += size
	}
	for _, a := range group {
		if err := eventlog.Check(a.stream, a.records); err != nil {
			return nil, err
		}
	}
	return group, nil
}
