package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/google/uuid"

	"signet/internal/eventlog"
)

const (
	// pageRows and pageBytes bound what is read at once and held in memory.
	pageRows  = 1024
	pageBytes = 4 << 20
)

const columns = "SELECT position, stream, revision, id, type, data, meta FROM event "

// Read implements eventlog.Log.
func (l *Log) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		end, err := l.Last(ctx, stream)
		for next := max(from, 0); err == nil && next <= end; {
			var rows []eventlog.Recorded
			rows, err = l.page(ctx, columns+"WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision LIMIT ?", stream, int64(next), int64(end), pageRows)
			for _, r := range rows {
				if r.Revision != next {
					err = fmt.Errorf("%w: stream %q has no revision %d", eventlog.ErrCorrupt, stream, next)
					break
				}
				next++
				if !yield(r, nil) {
					return
				}
			}
			if err == nil && len(rows) == 0 {
				err = fmt.Errorf("%w: stream %q ends at %d, not %d", eventlog.ErrCorrupt, stream, next-1, end)
			}
		}
		if err != nil {
			yield(eventlog.Recorded{}, err)
		}
	}
}

// Last implements eventlog.Log.
func (l *Log) Last(ctx context.Context, stream string) (eventlog.Revision, error) {
	if l.closed() {
		return 0, eventlog.ErrClosed
	}
	var last eventlog.Revision
	err := l.read.QueryRowContext(ctx, "SELECT coalesce(max(revision), -1) FROM event WHERE stream = ?", stream).Scan(&last)
	if err != nil {
		return 0, l.toldOfReading(ctx, err)
	}
	return last, nil
}

// Head implements eventlog.Log.
func (l *Log) Head(ctx context.Context) (eventlog.Position, error) {
	head, _, err := l.grownSince(ctx)
	return head, err
}

// Follow implements eventlog.Log.
func (l *Log) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for {
			head, grown, err := l.grownSince(ctx)
			for err == nil && after < head {
				var rows []eventlog.Recorded
				rows, err = l.page(ctx, columns+"WHERE position > ? AND position <= ? ORDER BY position LIMIT ?", int64(after), int64(head), pageRows) //nolint:gosec // positions fit
				for _, r := range rows {
					after = r.Position
					if !yield(r, nil) {
						return
					}
				}
				if len(rows) == 0 {
					after = head // positions may have gaps
				}
			}
			if err != nil {
				yield(eventlog.Recorded{}, err)
				return
			}
			if !yield(eventlog.Recorded{Position: after, CaughtUp: true}, nil) {
				return
			}
			select {
			case <-grown:
			case <-ctx.Done():
				yield(eventlog.Recorded{}, ctx.Err())
				return
			case <-l.stop:
				yield(eventlog.Recorded{}, eventlog.ErrClosed)
				return
			}
		}
	}
}

// grownSince returns the head, and what is closed when there is a later one. The
// file is asked, for readers see there what was committed before the writer tells
// of it: nobody may have read what the head does not count yet. Of what another
// process appends nobody tells.
func (l *Log) grownSince(ctx context.Context) (eventlog.Position, <-chan struct{}, error) {
	switch {
	case l.closed():
		return 0, nil, eventlog.ErrClosed
	case ctx.Err() != nil:
		return 0, nil, ctx.Err()
	}
	l.mu.Lock()
	grown := l.grown // before the file is asked: what is appended since then closes it
	l.mu.Unlock()
	head, err := headOf(ctx, l.read)
	if err != nil && l.closed() {
		err = eventlog.ErrClosed
	}
	return head, grown, err
}

// toldOfReading is told, and knows that a log that was closed fails so.
func (l *Log) toldOfReading(ctx context.Context, err error) error {
	if l.closed() {
		return eventlog.ErrClosed
	}
	return told(ctx, err)
}

// page reads rows until there are no more, or enough. No transaction is open
// between two pages, so that a slow caller does not hold up the checkpoint.
func (l *Log) page(ctx context.Context, query string, args ...any) ([]eventlog.Recorded, error) {
	if l.closed() {
		return nil, eventlog.ErrClosed
	}
	rows, err := l.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, l.toldOfReading(ctx, err)
	}
	defer func() { _ = rows.Close() }()
	out := make([]eventlog.Recorded, 0, 64)
	bytes := 0
	var row scanned
	for bytes < pageBytes && rows.Next() {
		if err := rows.Scan(&row.position, &row.stream, &row.revision, &row.id, &row.kind, &row.data, &row.meta); err != nil {
			return nil, fmt.Errorf("%w: %w", eventlog.ErrCorrupt, err)
		}
		r, err := row.recorded()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
		bytes += len(r.Data) + len(r.Meta)
	}
	if err := rows.Err(); err != nil {
		return nil, l.toldOfReading(ctx, err)
	}
	return out, nil
}

// scanned is a row as the driver lends it.
type scanned struct {
	position, revision int64
	stream, kind       string
	id, data, meta     sql.RawBytes
}

// recorded copies a row: payload and envelope share one allocation.
func (s *scanned) recorded() (eventlog.Recorded, error) {
	id, err := uuid.FromBytes(s.id)
	if err != nil {
		return eventlog.Recorded{}, fmt.Errorf("%w: position %d has no id", eventlog.ErrCorrupt, s.position)
	}
	both := make([]byte, len(s.data)+len(s.meta))
	n := copy(both, s.data)
	copy(both[n:], s.meta)
	return eventlog.Recorded{
		Record: eventlog.Record{ID: id, Type: s.kind, Data: both[:n:n], Meta: both[n:]},
		Stream: s.stream, Revision: eventlog.Revision(s.revision), Position: eventlog.Position(s.position), //nolint:gosec // positions are counted from 1
	}, nil
}
