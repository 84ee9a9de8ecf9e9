package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	"signet/internal/eventlog"
)

// known is how many streams' ends the writer remembers, at about 200 bytes each.
const known = 100_000

// writer owns the one connection that writes. It is for one goroutine.
type writer struct {
	path   string
	db     *sql.DB
	insert *sql.Stmt
	last   *sql.Stmt
	at     *sql.Stmt
	undo   *sql.Stmt
	head   eventlog.Position
	// unsure: a transaction has failed, and the file could not be asked since
	// what it holds.
	unsure bool
	// ends remembers the last revision of streams. Nobody else writes, so it
	// is true until a transaction fails.
	ends *lru.Cache[string, eventlog.Revision]
}

func openWriter(path string) (*writer, error) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", dsn(path, "_txlock=immediate", "synchronous(FULL)",
		"wal_autocheckpoint(4000)", "journal_size_limit(67108864)", "cache_size(-32768)"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
	}
	db.SetMaxOpenConns(1)
	w := &writer{path: path, db: db}
	if err = prepare(ctx, db, path); err == nil {
		w.head, err = headOf(ctx, db)
	}
	if err == nil {
		err = w.statements(ctx)
	}
	if err == nil {
		w.ends, err = lru.New[string, eventlog.Revision](known)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return w, nil
}

func (w *writer) statements(ctx context.Context) error {
	for text, into := range map[string]**sql.Stmt{
		"INSERT INTO event VALUES (?,?,?,?,?,?,?)":                         &w.insert,
		"SELECT coalesce(max(revision), -1) FROM event WHERE stream = ?":   &w.last,
		"SELECT id, position FROM event WHERE stream = ? AND revision = ?": &w.at,
		"DELETE FROM event WHERE position > ?":                             &w.undo,
	} {
		s, err := w.db.PrepareContext(ctx, text) //nolint:sqlclosecheck // ends with the writer
		if err != nil {
			return told(ctx, err)
		}
		*into = s
	}
	return nil
}

func (w *writer) close() error { return w.db.Close() }

// merge writes what stands in the write-ahead log into the file. Whoever looks at
// the file meanwhile is not waited for: then the log beside it stays, and the next
// owner merges it.
func (w *writer) merge() error {
	ctx := context.Background()
	_, err := w.db.ExecContext(ctx, "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)")
	return told(ctx, err)
}

// commit writes a group in one transaction and sets the outcome of each of its
// appends: written, standing there already, or refused. When the transaction
// fails nothing of the group is written, and each is told so.
func (w *writer) commit(group []*appending) {
	before := w.head
	err := w.try(group)
	if err == nil {
		return
	}
	ctx := context.Background()
	w.ends.Purge()
	w.head = before
	now, headErr := headOf(ctx, w.db)
	if w.unsure = headErr != nil; !w.unsure {
		w.head = now
	}
	for _, a := range group {
		a.position, a.err = 0, told(ctx, err)
		// A commit may fail and have been made: only the file knows.
		if position, ok := w.stands(ctx, a); ok {
			a.position, a.err = position, nil
		}
	}
}

// stands finds out whether an append is in the file, whatever was told of its
// transaction.
func (w *writer) stands(ctx context.Context, a *appending) (eventlog.Position, bool) {
	if w.unsure {
		return 0, false
	}
	end, err := w.end(ctx, w.last, a.stream)
	if err != nil {
		return 0, false
	}
	position, err := standing(ctx, w.at, a, end)
	return position, err == nil
}

func (w *writer) try(group []*appending) error {
	ctx := context.Background()
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if w.unsure {
		if w.head, err = headOf(ctx, tx); err != nil {
			return err
		}
		w.unsure = false
	}
	insert, last, at := tx.StmtContext(ctx, w.insert), tx.StmtContext(ctx, w.last), tx.StmtContext(ctx, w.at)
	written := false
	for _, a := range group {
		end, err := w.end(ctx, last, a.stream)
		if err != nil {
			return err
		}
		if end != a.expected {
			if a.position, a.err = standing(ctx, at, a, end); a.err != nil && !errors.Is(a.err, eventlog.ErrConflict) {
				return a.err
			}
			continue
		}
		if err := w.add(ctx, tx, insert, a); err != nil {
			return err
		}
		written = written || a.err == nil
	}
	if !written {
		return nil
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// end is the last revision of a stream.
func (w *writer) end(ctx context.Context, last *sql.Stmt, stream string) (eventlog.Revision, error) {
	if end, ok := w.ends.Get(stream); ok {
		return end, nil
	}
	var end eventlog.Revision
	if err := last.QueryRowContext(ctx, stream).Scan(&end); err != nil {
		return 0, fmt.Errorf("end of a stream: %w", err)
	}
	w.ends.Add(stream, end)
	return end, nil
}

// add inserts an append's records. If one of them holds an id that stands
// elsewhere in the stream, those before it are taken back: the append is refused,
// and the others of its group don't suffer from it.
func (w *writer) add(ctx context.Context, tx *sql.Tx, insert *sql.Stmt, a *appending) error {
	before := w.head
	for i, r := range a.records {
		w.head++
		revision := a.expected + 1 + eventlog.Revision(i)
		_, err := insert.ExecContext(ctx, int64(w.head), a.stream, int64(revision), r.ID[:], r.Type, orEmpty(r.Data), orEmpty(r.Meta)) //nolint:gosec // positions fit
		switch {
		case isTwice(err):
			a.err = &eventlog.ConflictError{Stream: a.stream, Expected: a.expected, Actual: a.expected}
			w.head = before
			if _, err := tx.StmtContext(ctx, w.undo).ExecContext(ctx, int64(before)); err != nil { //nolint:gosec,sqlclosecheck // positions fit; it ends with the transaction
				return fmt.Errorf("take back: %w", err)
			}
			return nil
		case err != nil:
			return fmt.Errorf("insert: %w", err)
		}
	}
	a.position = w.head
	w.ends.Add(a.stream, a.expected+eventlog.Revision(len(a.records)))
	return nil
}

// orEmpty keeps a nil slice from becoming NULL.
func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// standing finds out whether the very records of an append stand directly after
// the revision that it expected: then it has been made before.
func standing(ctx context.Context, at *sql.Stmt, a *appending, end eventlog.Revision) (eventlog.Position, error) {
	conflict := &eventlog.ConflictError{Stream: a.stream, Expected: a.expected, Actual: end}
	if a.expected < eventlog.NoStream || a.expected+eventlog.Revision(len(a.records)) > end {
		return 0, conflict
	}
	var position int64
	for i, r := range a.records {
		var id []byte
		if err := at.QueryRowContext(ctx, a.stream, int64(a.expected)+1+int64(i)).Scan(&id, &position); err != nil {
			return 0, fmt.Errorf("an earlier append: %w", err)
		}
		if !bytes.Equal(id, r.ID[:]) {
			return 0, conflict
		}
	}
	return eventlog.Position(position), nil //nolint:gosec // positions are counted from 1
}
