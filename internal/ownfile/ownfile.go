// Package ownfile opens SQLite files that belong to one process at a time and to one
// purpose: they can be read by their user alone, are locked as long as they are open, and
// say whose they are.
package ownfile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

var (
	// ErrInUse: somebody else, mostly another process, has the file open.
	ErrInUse = errors.New("the file is in use")
	// ErrForeign: the file is for something else, or none of SQLite.
	ErrForeign = errors.New("not a file of this program, or for something else")
	// ErrNewer: the file was written by a newer program.
	ErrNewer = errors.New("written by a newer version of this program")
)

// File says what is in a file.
type File struct {
	// Application marks the file (PRAGMA application_id), Shape is the version of its
	// tables (PRAGMA user_version).
	Application, Shape int
	// Create is the SQL that makes the tables in an empty file.
	Create string
	// Settings are added to the address of the file, as "&_pragma=secure_delete(1)".
	Settings string
}

// Open opens a file, which is made when it is not there. It has one connection, which
// holds the lock of the file as long as it lives: the lock goes with the process, however
// that ends. Nobody else is waited for longer than a predecessor takes to end. What is
// committed is on the disk. Errors: ErrInUse, ErrForeign, ErrNewer, or that of the file
// system.
func (f File) Open(path string) (*sql.DB, error) {
	// For this user alone; SQLite would make it for everybody to read, and gives its
	// companions the mode of the file.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, err
	}
	if err := errors.Join(file.Chmod(0o600), file.Close()); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+
		"?_pragma=busy_timeout(500)&_pragma=locking_mode(EXCLUSIVE)&_pragma=trusted_schema(0)&_pragma=synchronous(FULL)&_txlock=immediate"+f.Settings)
	if err != nil {
		return nil, Told(err)
	}
	db.SetMaxOpenConns(1)
	if err := f.prepare(context.Background(), db, path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// prepare sees whose file it is, takes its lock, and makes the tables in an empty
// one. What is not ours is left as it is.
func (f File) prepare(ctx context.Context, db *sql.DB, path string) error {
	var id, version, objects int
	err := db.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)").
		Scan(&id, &version, &objects)
	fresh := id == 0 && version == 0 && objects == 0
	switch {
	case err != nil:
		return Told(err)
	case id != f.Application && !fresh:
		return fmt.Errorf("%w: %s", ErrForeign, path)
	case version > f.Shape:
		return fmt.Errorf("%w: %s has version %d, this program knows %d", ErrNewer, path, version, f.Shape)
	}
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return Told(err)
	}
	if mode != "wal" {
		return fmt.Errorf("no write-ahead log is possible for %s", path)
	}
	tx, err := db.BeginTx(ctx, nil) // for writing, which takes the lock
	if err != nil {
		return Told(err)
	}
	defer tx.Rollback()
	if fresh {
		if _, err := tx.ExecContext(ctx, f.Create+fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", f.Application, f.Shape)); err != nil {
			return Told(err)
		}
	}
	return Told(tx.Commit())
}

// Primary result codes, see https://www.sqlite.org/rescode.html.
const (
	codeBusy   = 5
	codeNotADB = 26
)

// Told gives an error of SQLite its meaning, ErrInUse or ErrForeign; others are passed on.
func Told(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xFF {
	case codeBusy:
		return fmt.Errorf("%w: %w", ErrInUse, err)
	case codeNotADB:
		return fmt.Errorf("%w: %w", ErrForeign, err)
	}
	return err
}
