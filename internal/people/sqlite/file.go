package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"

	"signet/internal/people"
)

const (
	application = 0x53474E50 // marks the file as ours: "SGNP"
	shape       = 1          // the version of the tables
)

// An id is a UUID in lower case, changed is milliseconds since 1970, or 0. A row of
// erased is clean once no byte of the person is in the file.
const create = `
CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL, changed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE identity (issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (issuer, subject)) STRICT, WITHOUT ROWID;
CREATE INDEX identity_by_person ON identity (person);
CREATE TABLE erased (id TEXT PRIMARY KEY, clean INTEGER NOT NULL CHECK (clean IN (0, 1))) STRICT, WITHOUT ROWID;
`

var (
	// ErrInUse: another process has the file open.
	ErrInUse = errors.New("people: the file is in use")
	// ErrForeign: the file is not one of this package.
	ErrForeign = errors.New("people: not a file of this package")
	// ErrNewer: the file was written by a newer program.
	ErrNewer = errors.New("people: written by a newer version of this program")
)

// Primary result codes, see https://www.sqlite.org/rescode.html.
const (
	codeBusy   = 5
	codeNotADB = 26
)

// told gives an error of SQLite its meaning; others are passed on.
func told(err error) error {
	var e *sqlite.Error
	switch {
	case err == nil:
		return nil
	case err.Error() == "sql: database is closed": // database/sql has no name for it
		return people.ErrClosed
	case !errors.As(err, &e):
		return err
	}
	switch e.Code() & 0xFF {
	case codeBusy:
		return fmt.Errorf("%w: %w", ErrInUse, err)
	case codeNotADB:
		return fmt.Errorf("%w: %w", ErrForeign, err)
	}
	return fmt.Errorf("%w: %w", people.ErrUnavailable, err)
}

// openFile opens the file, and makes the tables in a new one.
func openFile(path string) (*sql.DB, error) {
	// For this user alone; SQLite would make it for everybody to read, and gives its
	// companions the mode of the file.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	if err := errors.Join(file.Chmod(0o600), file.Close()); err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	// The one connection holds the lock of the file as long as it lives, so that
	// nobody reads beside it and keeps the write-ahead log from being emptied. What
	// VACUUM and sorting set aside stays in memory, and out of other files.
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+
		"?_pragma=busy_timeout(500)&_pragma=locking_mode(EXCLUSIVE)&_pragma=trusted_schema(0)&_pragma=secure_delete(1)&_pragma=temp_store(MEMORY)"+
		"&_pragma=synchronous(FULL)&_txlock=immediate")
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
		return fmt.Errorf("people: no write-ahead log is possible for %s", path)
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
