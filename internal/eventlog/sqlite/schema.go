package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"signet/internal/eventlog"
)

// SchemaVersion is the version of the file's shape that this program writes.
const SchemaVersion = shape

const (
	// application marks the file as a log: "SGNT".
	application = 0x53474E54
	// shape is the version of the tables.
	shape = 2
)

// create makes the tables. An id is looked for within its stream; it stands
// first in its index because ids grow with time, so that the index grows at one
// end.
const create = `
CREATE TABLE event (
	position INTEGER PRIMARY KEY,
	stream TEXT NOT NULL,
	revision INTEGER NOT NULL,
	id BLOB NOT NULL,
	type TEXT NOT NULL,
	data BLOB NOT NULL,
	meta BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_by_stream ON event (stream, revision);
CREATE UNIQUE INDEX event_by_id ON event (id, stream);
`

// migrations lead from a version of the shape to the next one.
var migrations = map[int]string{
	// Version 1 kept ids as text, and did not keep an id unique in its stream.
	1: `ALTER TABLE event RENAME TO event_v1;
DROP INDEX event_v1_by_stream;` + create + `
INSERT INTO event SELECT position, stream, revision, unhex(replace(id, '-', '')), type, data, meta FROM event_v1 ORDER BY position;
DROP TABLE event_v1;`,
}

// querier is what *sql.DB, *sql.Conn and *sql.Tx have in common.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// shapeOf tells which version the file has; known is false when it is no log.
// A file without any table is one of which the creation was interrupted.
func shapeOf(ctx context.Context, db querier) (version int, known bool, err error) {
	var id, objects int
	err = db.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)").Scan(&id, &version, &objects)
	if err != nil {
		return 0, false, told(ctx, err)
	}
	return version, id == application || id == 0 && version == 0 && objects == 0, nil
}

func newer(path string, version int) error {
	return fmt.Errorf("%w: %s has version %d, this program knows %d", ErrNewer, path, version, shape)
}

// prepare makes the tables, or brings them to the present version, in one
// transaction. A file that is foreign or newer is left as it is.
func prepare(ctx context.Context, db *sql.DB, path string) error {
	version, known, err := shapeOf(ctx, db)
	switch {
	case err != nil:
		if code(err) == codeNotADB {
			return fmt.Errorf("%w: %s", ErrForeign, path)
		}
		return err
	case !known:
		return fmt.Errorf("%w: %s", ErrForeign, path)
	case version > shape:
		return newer(path, version)
	}
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return told(ctx, err)
	}
	if mode != "wal" {
		return fmt.Errorf("%w: no write-ahead log is possible for %s", eventlog.ErrUnavailable, path)
	}
	if version == shape {
		return nil
	}
	return migrate(ctx, db, version)
}

// migrate makes the tables, or brings them from a version to the present one.
func migrate(ctx context.Context, db *sql.DB, version int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return told(ctx, err)
	}
	defer func() { _ = tx.Rollback() }()
	steps := create
	if version > 0 {
		steps = ""
		for v := version; v < shape; v++ {
			steps += migrations[v]
		}
	}
	if _, err := tx.ExecContext(ctx, steps+fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", application, shape)); err != nil {
		return told(ctx, err)
	}
	return told(ctx, tx.Commit())
}

func headOf(ctx context.Context, db querier) (eventlog.Position, error) {
	var head int64
	if err := db.QueryRowContext(ctx, "SELECT coalesce(max(position), 0) FROM event").Scan(&head); err != nil {
		return 0, told(ctx, err)
	}
	return eventlog.Position(head), nil //nolint:gosec // positions are counted from 1
}
