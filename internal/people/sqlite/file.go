package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"

	"signet/internal/ownfile"
	"signet/internal/people"
)

// An id is a UUID in lower case, changed is milliseconds since 1970, or 0. A row of
// erased is clean once no byte of the person is in the file.
const create = `
CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL, changed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE identity (issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (issuer, subject)) STRICT, WITHOUT ROWID;
CREATE INDEX identity_by_person ON identity (person);
CREATE TABLE erased (id TEXT PRIMARY KEY, clean INTEGER NOT NULL CHECK (clean IN (0, 1))) STRICT, WITHOUT ROWID;
`

// later came after there were files, which are opened with it all the same. A program
// from before does not know of it and leaves the watches of whom it erases.
const later = `
CREATE TABLE IF NOT EXISTS watch (person TEXT NOT NULL, what TEXT NOT NULL, PRIMARY KEY (person, what)) STRICT, WITHOUT ROWID;
DELETE FROM watch WHERE person IN (SELECT id FROM erased);
`

// own is the file. Nobody reads beside its one connection and keeps the write-ahead log
// from being emptied. What VACUUM and sorting set aside stays in memory, and out of other
// files.
var own = ownfile.File{
	Application: 0x53474E50, // "SGNP"
	Shape:       1, Create: create, Settings: "&_pragma=secure_delete(1)&_pragma=temp_store(MEMORY)",
}

var (
	// ErrInUse: another process has the file open.
	ErrInUse = ownfile.ErrInUse
	// ErrForeign: the file is not one of this package.
	ErrForeign = ownfile.ErrForeign
	// ErrNewer: the file was written by a newer program.
	ErrNewer = ownfile.ErrNewer
)

// openFile opens the file, and makes the tables in a new one.
func openFile(path string) (*sql.DB, error) {
	db, err := own.Open(path)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	if _, err := db.ExecContext(context.Background(), later); err != nil {
		return nil, errors.Join(told(err), db.Close())
	}
	return db, nil
}

// told gives an error of SQLite its meaning; others are passed on.
func told(err error) error {
	switch {
	case err == nil:
		return nil
	case err.Error() == "sql: database is closed": // database/sql has no name for it
		return people.ErrClosed
	}
	meant := ownfile.Told(err)
	if errors.As(err, new(*sqlite.Error)) && !errors.Is(meant, ErrInUse) && !errors.Is(meant, ErrForeign) {
		return fmt.Errorf("%w: %w", people.ErrUnavailable, err)
	}
	return meant
}
