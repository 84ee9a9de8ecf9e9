package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"signet/internal/eventlog"
)

// Check reads the whole file and returns what is wrong with it, wrapping
// eventlog.ErrCorrupt: pages or indexes that SQLite finds damaged, streams with
// gaps, and events that an index does not know. What stands in the events is not
// looked at. Progress, if not nil, is told how many of the steps are done.
func (l *Log) Check(ctx context.Context, progress func(done, total int)) error {
	steps := []func(context.Context) error{l.checkFile, l.checkStreams}
	for i, step := range steps {
		if progress != nil {
			progress(i, len(steps))
		}
		if err := step(ctx); err != nil {
			return err
		}
	}
	if progress != nil {
		progress(len(steps), len(steps))
	}
	return nil
}

// checkFile lets SQLite compare every page, row and index entry.
func (l *Log) checkFile(ctx context.Context) error {
	var found string
	if err := l.read.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return l.toldOfReading(ctx, err)
	}
	if found != "ok" {
		return fmt.Errorf("%w: %s", eventlog.ErrCorrupt, found)
	}
	return nil
}

// checkStreams finds streams that are not numbered 0, 1, 2 … in the order of the log.
func (l *Log) checkStreams(ctx context.Context) error {
	var stream string
	var revision int64
	err := l.read.QueryRowContext(ctx, `SELECT stream, revision FROM (
			SELECT stream, revision, position,
				row_number() OVER w - 1 AS number, lag(position, 1, 0) OVER w AS before
			FROM event INDEXED BY event_by_stream WINDOW w AS (PARTITION BY stream ORDER BY revision))
		WHERE revision <> number OR position <= before LIMIT 1`).Scan(&stream, &revision)
	switch {
	case err == nil:
		return fmt.Errorf("%w: stream %q is not in order at revision %d", eventlog.ErrCorrupt, stream, revision)
	case errors.Is(err, sql.ErrNoRows):
		return nil
	default:
		return l.toldOfReading(ctx, err)
	}
}
