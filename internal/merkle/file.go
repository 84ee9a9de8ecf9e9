package merkle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
	"signet/internal/ownfile"
)

// readers is how many reads run at once.
const readers = 4

// file is the form of the file. Unlike other files of a process, this one can be read by
// others, so SQLite locks it for a transaction only. The tiles of the last moments may
// be lost with the machine, since the log still has their events; checkpoints may not.
var file = ownfile.File{
	Application: 0x53474E4D, // "SGNM"
	Shape:       1,
	Create: `
CREATE TABLE tile (
	level INTEGER NOT NULL,
	number INTEGER NOT NULL,
	hashes BLOB NOT NULL,
	first INTEGER,
	positions BLOB,
	PRIMARY KEY (level, number)
) STRICT;
CREATE UNIQUE INDEX tile_by_first ON tile (first) WHERE first IS NOT NULL;
CREATE TABLE head (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	size INTEGER NOT NULL,
	root BLOB NOT NULL,
	position INTEGER NOT NULL
) STRICT;
CREATE TABLE checkpoint (
	reason TEXT NOT NULL,
	size INTEGER NOT NULL,
	at INTEGER NOT NULL,
	note BLOB NOT NULL,
	PRIMARY KEY (reason, size)
) STRICT;
`,
	Settings: "&_pragma=locking_mode(NORMAL)&_pragma=synchronous(NORMAL)&_pragma=wal_autocheckpoint(4000)&_pragma=journal_size_limit(67108864)",
}

// own takes the lock of the file.
func own(path string) (*flock.Flock, error) {
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, err
	case !got:
		return nil, fmt.Errorf("%w: %s", ErrInUse, path)
	}
	return lock, nil
}

// openReaders opens the file for looking. What is missing is not made.
func openReaders(path string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+
		"?mode=ro&_pragma=busy_timeout(10000)&_pragma=query_only(1)&_pragma=trusted_schema(0)")
	if err != nil {
		return nil, told(err)
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return db, nil
}

// isTree tells whether the file that was opened for looking is a tree. One that is empty
// is being made: it is told as one that is not there.
func isTree(ctx context.Context, db *sql.DB, path string) error {
	var id, version, objects int
	err := db.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)").
		Scan(&id, &version, &objects)
	switch {
	case err != nil:
		return told(err)
	case id == 0 && version == 0 && objects == 0:
		return fmt.Errorf("merkle: %s is empty: %w", path, os.ErrNotExist)
	case id != file.Application:
		return fmt.Errorf("%w: %s", ErrForeign, path)
	case version > file.Shape:
		return fmt.Errorf("%w: %s has version %d, this program knows %d", ErrNewer, path, version, file.Shape)
	}
	return nil
}

// readHead reads where the tree ends; a new file has no row yet.
func readHead(ctx context.Context, db *sql.DB) (Head, error) {
	var size, position int64
	var root []byte
	err := db.QueryRowContext(ctx, "SELECT size, root, position FROM head").Scan(&size, &root, &position)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return (&edge{}).head(), nil
	case err != nil:
		return Head{}, told(err)
	case size <= 0 || position <= 0 || len(root) != tlog.HashSize:
		return Head{}, fmt.Errorf("%w: its head is of %d leaves at position %d", ErrCorrupt, size, position)
	}
	return Head{Size: size, Root: tlog.Hash(root), Position: eventlog.Position(position)}, nil
}

// readRow reads a tile.
func readRow(ctx context.Context, db *sql.DB, level, number int64) (row, error) {
	r := row{level: level, number: number}
	err := db.QueryRowContext(ctx, "SELECT hashes, positions FROM tile WHERE level = ? AND number = ?", level, number).Scan(&r.hashes, &r.positions)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return row{}, fmt.Errorf("%w: number %d of level %d", ErrNoTile, number, level)
	case err != nil:
		return row{}, told(err)
	}
	err = r.whole()
	return r, err
}

// whole tells whether a row can be a tile.
func (r *row) whole() error {
	hashes, places := len(r.hashes)/tlog.HashSize, 0
	if r.level == 0 {
		places = hashes
	}
	if hashes == 0 || hashes > width || len(r.hashes)%tlog.HashSize != 0 || len(r.positions) != places*placeBytes {
		return fmt.Errorf("%w: tile %d of level %d has %d bytes of hashes and %d of positions", ErrCorrupt, r.number, r.level, len(r.hashes), len(r.positions))
	}
	return nil
}
