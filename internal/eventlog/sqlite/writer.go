package sqlite

import (
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
	head   eventlog.Position
	// ends remembers the last revision of streams. Nobody else writes, so it
	// is true until a transaction fails.
	ends *lru.Cache[string, eventlog.Revision]
}

func openWriter(path string) (*writer, error) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", dsn(path, "_txlock=immediate", "journal_mode(WAL)", "synchronous(FULL)",
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
	} {
		s, err := w.db.PrepareContext(ctx, text)
		if err != nil {
			return told(ctx, err)
		}
		*into = s
	}
	return nil
}

func (w *writer) close() error { return w.db.Close() }

// commit writes a group in one transaction and sets the outcome of each of its
// appends: written, standing there already, or refused. When the transaction
// fails nothing of the group is written, and each is told so.
func (w *writer) commit(group []*appending) {
	head := w.head
	err := w.try(group)
	if err == nil {
		return
	}
	w.forget(head)
	if code(err) == codeConstraint && len(group) > 1 {
		// One of them holds an id that stands elsewhere in its stream: the
		// others must not suffer from it.
		for i := range group {
			w.commit(group[i : i+1])
		}
		return
	}
	for _, a := range group {
		a.position, a.err = 0, told(context.Background(), err)
		if code(err) == codeConstraint {
			a.err = w.conflict(a)
		}
	}
}

// forget goes back to what was before a transaction that failed. Whether its
// commit was heard of by the disk is not known, so that the file is asked.
func (w *writer) forget(head eventlog.Position) {
	w.ends.Purge()
	now, err := headOf(context.Background(), w.db)
	if err != nil {
		now = head
	}
	w.head = now
}

func (w *writer) try(group []*appending) error {
	ctx := context.Background()
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	insert, last, at := tx.StmtContext(ctx, w.insert), tx.StmtContext(ctx, w.last), tx.StmtContext(ctx, w.at)
	written := false
	for _, a := range group {
		end, err := w.end(last, a.stream)
		if err != nil {
			return err
		}
		if end != a.expected {
			if a.position, a.err = standing(at, a, end); a.err != nil && !errors.Is(a.err, eventlog.ErrConflict) {
				return a.err
			}
			continue
		}
		if err := w.add(insert, a); err != nil {
			return err
		}
		written = true
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
func (w *writer) end(last *sql.Stmt, stream string) (eventlog.Revision, error) {
	if end, ok := w.ends.Get(stream); ok {
		return end, nil
	}
	var end eventlog.Revision
	if err := last.QueryRow(stream).Scan(&end); err != nil {
		return 0, fmt.Errorf("end of a stream: %w", err)
	}
	w.ends.Add(stream, end)
	return end, nil
}

// add inserts an append's records.
func (w *writer) add(insert *sql.Stmt, a *appending) error {
	for i, r := range a.records {
		w.head++
		revision := a.expected + 1 + eventlog.Revision(i)
		if _, err := insert.Exec(int64(w.head), a.stream, int64(revision), r.ID[:], r.Type, orEmpty(r.Data), orEmpty(r.Meta)); err != nil { //nolint:gosec // positions fit
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
func standing(at *sql.Stmt, a *appending, end eventlog.Revision) (eventlog.Position, error) {
	conflict := &eventlog.ConflictError{Stream: a.stream, Expected: a.expected, Actual: end}
	if a.expected < eventlog.NoStream || a.expected+eventlog.Revision(len(a.records)) > end {
		return 0, conflict
	}
	var position int64
	for i, r := range a.records {
		var id []byte
		if err := at.QueryRow(a.stream, int64(a.expected)+1+int64(i)).Scan(&id, &position); err != nil {
			return 0, fmt.Errorf("an earlier append: %w", err)
		}
		if string(id) != string(r.ID[:]) {
			return 0, conflict
		}
	}
	return eventlog.Position(position), nil //nolint:gosec // positions are counted from 1
}

// conflict tells of an append whose id stands elsewhere in its stream.
func (w *writer) conflict(a *appending) error {
	end, err := w.end(w.last, a.stream)
	if err != nil {
		return told(context.Background(), err)
	}
	return &eventlog.ConflictError{Stream: a.stream, Expected: a.expected, Actual: end}
}
