package webhooks

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

const (
	application = 0x53474E57 // marks the file as ours: "SGNW"
	shape       = 1          // the version of the tables
)

// The body stands last, so that a list of deliveries reads none. A sequence is
// never given twice, also when the last row has gone: an outcome that comes late
// must not hit another message. Instants are microseconds since 1970.
const create = `
CREATE TABLE message (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	receiver TEXT NOT NULL,
	id TEXT NOT NULL,
	topic TEXT NOT NULL,
	created INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
	attempts INTEGER NOT NULL DEFAULT 0,
	next INTEGER NOT NULL DEFAULT 0,
	tried INTEGER,
	code INTEGER NOT NULL DEFAULT 0,
	failure TEXT NOT NULL DEFAULT '',
	body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_by_id ON message (receiver, id);
CREATE INDEX message_by_receiver ON message (receiver, seq);
CREATE INDEX message_by_status ON message (receiver, status, seq);
CREATE INDEX message_by_age ON message (status, tried);
CREATE TABLE mark (
	receiver TEXT PRIMARY KEY,
	position INTEGER NOT NULL,
	at TEXT NOT NULL
) STRICT;
`

// openFile opens the file, and makes the tables in a new one.
func openFile(path string) (*sql.DB, error) {
	// For this user alone; SQLite would make it for everybody to read, and gives its
	// companions the mode of the file.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("webhooks: %w", err)
	}
	if err := errors.Join(file.Chmod(0o600), file.Close()); err != nil {
		return nil, fmt.Errorf("webhooks: %w", err)
	}
	// One connection, which holds the lock of the file as long as it lives: the
	// lock goes with the process, however that ends. Nobody else is waited for
	// longer than a predecessor takes to end.
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+
		"?_pragma=busy_timeout(500)&_pragma=locking_mode(EXCLUSIVE)&_pragma=trusted_schema(0)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return nil, told(err)
	}
	db.SetMaxOpenConns(1)
	if err := prepare(context.Background(), db, path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// prepare sees whose file it is, takes its lock, and makes the tables in an empty
// one. What is not ours is left as it is.
func prepare(ctx context.Context, db *sql.DB, path string) error {
	var id, version, objects int
	err := db.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)").
		Scan(&id, &version, &objects)
	fresh := id == 0 && version == 0 && objects == 0
	switch {
	case err != nil:
		return told(err)
	case id != application && !fresh:
		return fmt.Errorf("%w: %s", ErrForeign, path)
	case version > shape:
		return fmt.Errorf("%w: %s has version %d, this program knows %d", ErrNewer, path, version, shape)
	}
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return told(err)
	}
	if mode != "wal" {
		return fmt.Errorf("webhooks: no write-ahead log is possible for %s", path)
	}
	tx, err := db.BeginTx(ctx, nil) // for writing, which takes the lock
	if err != nil {
		return told(err)
	}
	defer tx.Rollback()
	if fresh {
		if _, err := tx.ExecContext(ctx, create+fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", application, shape)); err != nil {
			return told(err)
		}
	}
	return told(tx.Commit())
}
