package sqlite

import (
	"context"
	"fmt"
	"sync/atomic"

	"signet/internal/eventlog"
)

const (
	// queued is how many appends wait for the writer; more wait for a place.
	queued = 1024
	// groupAppends and groupBytes bound what shares one transaction.
	groupAppends = 512
	groupBytes   = 8 << 20
)

// appending is one append on its way through the writer.
type appending struct {
	stream   string
	expected eventlog.Revision
	records  []eventlog.Record
	bytes    int
	// taken is set by whoever comes first: the writer that takes it into a
	// group, or the caller who gives up.
	taken atomic.Bool
	done  chan struct{} // closed when position and err are what is to be told
	// position and err are the outcome.
	position eventlog.Position
	err      error
}

// Append implements eventlog.Log. If the context ends before the writer has
// taken the append, nothing is written; after that the outcome is waited for.
func (l *Log) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if err := eventlog.Check(stream, records); err != nil {
		return 0, err
	}
	switch {
	case l.closed():
		return 0, eventlog.ErrClosed
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case l.appends == nil:
		return 0, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, ErrReadOnly)
	}
	a := &appending{stream: stream, expected: expected, records: records, done: make(chan struct{})}
	for _, r := range records {
		a.bytes += len(r.Data) + len(r.Meta)
	}
	select {
	case l.appends <- a:
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-l.stop:
		return 0, eventlog.ErrClosed
	}
	select {
	case <-a.done:
		return a.position, a.err
	case <-ctx.Done():
		if a.taken.CompareAndSwap(false, true) {
			return 0, ctx.Err()
		}
	case <-l.stopped:
		if a.taken.CompareAndSwap(false, true) {
			return 0, eventlog.ErrClosed
		}
	}
	<-a.done
	return a.position, a.err
}

// write is the writer: it takes what waits, commits it as a group, and tells
// everybody, until the log is closed.
func (l *Log) write() {
	defer close(l.stopped)
	for {
		var group []*appending
		select {
		case a := <-l.appends:
			group = l.gather(a)
		case <-l.stop:
			// What had been accepted before Close is written still.
			select {
			case a := <-l.appends:
				group = l.gather(a)
			default:
				return
			}
		}
		if len(group) == 0 {
			continue
		}
		l.writer.commit(group)
		l.advance(l.writer.head)
		for _, a := range group {
			close(a.done)
		}
	}
}

// gather takes the first append and what waits behind it.
func (l *Log) gather(first *appending) []*appending {
	group := make([]*appending, 0, len(l.appends)+1)
	bytes := 0
	for a := first; ; {
		if a.taken.CompareAndSwap(false, true) {
			group = append(group, a)
			bytes += a.bytes
		}
		if len(group) >= groupAppends || bytes >= groupBytes {
			return group
		}
		select {
		case a = <-l.appends:
		default:
			return group
		}
	}
}

// advance tells readers that the log has grown.
func (l *Log) advance(head eventlog.Position) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if head == l.head {
		return
	}
	l.head = head
	close(l.grown)
	l.grown = make(chan struct{})
}
