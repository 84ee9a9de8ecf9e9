package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"signet/domain"
	"signet/internal/eventlog"
)

// writer is the one connection that writes. It is used by one goroutine.
type writer struct {
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*writing
	open  bool // a transaction is open
	// tables are known once they are there; changed are those that were written to
	// since advance looked.
	tables  *tables
	changed tableSet
	// contents remembers those that were read or written last.
	contents *lru.Cache[int64, *content]
	state    *state
	// touched is the position of the last event that changed who may do what.
	touched eventlog.Position
}

func openWriter(path string) (*writer, error) {
	// For this user alone; SQLite would make it for everybody to read.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	db, err := sql.Open("sqlite", dsn(path)+"&_pragma=wal_autocheckpoint(4000)")
	if err != nil {
		return nil, fmt.Errorf("projections: open %s: %w", path, err)
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("projections: open %s: %w", path, err), db.Close())
	}
	contents, err := lru.New[int64, *content](cachedContents)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("projections: %w", err), conn.Close(), db.Close())
	}
	return &writer{db: db, conn: conn, stmts: map[string]*writing{}, contents: contents, state: newState()}, nil
}

func (w *writer) close() error {
	var errs []error
	for _, s := range w.stmts {
		errs = append(errs, s.Close())
	}
	w.stmts = map[string]*writing{}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

// prepareTables creates the tables in an empty file, and returns the shape of
// those that are there.
func (w *writer) prepareTables() (int, error) {
	var version, tables int
	if err := w.row("PRAGMA user_version").Scan(&version); err != nil {
		return 0, fmt.Errorf("projections: read models: %w", err)
	}
	if err := w.row("SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return 0, fmt.Errorf("projections: read models: %w", err)
	}
	if tables > 0 {
		return version, nil
	}
	ctx := context.Background()
	schema := "CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL) STRICT;\nINSERT INTO checkpoint VALUES (1, 0);\n"
	for _, p := range all {
		schema += p.schema
	}
	schema = fmt.Sprintf("BEGIN;\n%s\nPRAGMA user_version = %d;\nCOMMIT;", schema, shape)
	if _, err := w.conn.ExecContext(ctx, schema); err != nil {
		return 0, fmt.Errorf("projections: create tables: %w", err)
	}
	return shape, nil
}

func (w *writer) checkpoint() (eventlog.Position, error) {
	var p int64
	if err := w.row("SELECT position FROM checkpoint").Scan(&p); err != nil {
		return 0, fmt.Errorf("projections: checkpoint: %w", err)
	}
	return eventlog.Position(p), nil
}

// applyAll gives an event to every projection, in the open transaction.
func (w *writer) applyAll(ctx context.Context, r eventlog.Recorded) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := decode(r)
	if errors.Is(err, eventlog.ErrErased) {
		return nil
	}
	if err != nil {
		return err
	}
	if !w.open {
		if err := w.exec("BEGIN IMMEDIATE"); err != nil {
			return err
		}
		w.open = true
	}
	if strings.HasPrefix(r.Stream, domain.Agencies.Category+"-") {
		w.touched = r.Position
	}
	began := time.Now()
	for i, p := range all {
		if err := p.apply(w, f); err != nil {
			return fmt.Errorf("projections: position %d, %s: %w", f.position, f.envelope.Type, err)
		}
		began = w.state.applied(i, began)
	}
	w.state.event(f.envelope.Recorded)
	return nil
}

func (w *writer) commit(p eventlog.Position) error {
	if err := w.exec("UPDATE checkpoint SET position = ?", int64(p)); err != nil {
		return err
	}
	if err := w.exec("COMMIT"); err != nil {
		return err
	}
	w.open = false
	return nil
}

func (w *writer) rollback() {
	if w.open {
		w.contents.Purge()
		_ = w.exec("ROLLBACK") // the connection is broken if this fails; the next BEGIN says so
		w.open = false
	}
}

// writing is a prepared statement, and the tables that it writes to.
type writing struct {
	*sql.Stmt

	writes tableSet
}

func (w *writer) prepare(query string, args []any) (*writing, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	prepared := &writing{}
	var err error
	if w.tables != nil {
		if _, prepared.writes, err = w.tables.of(context.Background(), w.conn, query, args); err != nil {
			return nil, err
		}
	}
	if prepared.Stmt, err = w.conn.PrepareContext(context.Background(), query); err != nil {
		return nil, fmt.Errorf("projections: prepare: %w", err)
	}
	w.stmts[query] = prepared
	return prepared, nil
}

// exec notes which tables have changed; a statement that found no row has changed
// none.
func (w *writer) exec(query string, args ...any) error {
	s, err := w.prepare(query, args)
	if err != nil {
		return err
	}
	result, err := s.ExecContext(context.Background(), args...)
	if err != nil || s.writes.empty() {
		return err
	}
	if rows, err := result.RowsAffected(); err != nil || rows > 0 {
		w.changed.join(s.writes)
	}
	return nil
}

func (w *writer) row(query string, args ...any) *sql.Row {
	s, err := w.prepare(query, args)
	if err != nil {
		return w.conn.QueryRowContext(context.Background(), query, args...) // fails alike, and says so in Scan
	}
	w.changed.join(s.writes) // with RETURNING
	return s.QueryRowContext(context.Background(), args...)
}

// each calls scan for every row.
func (w *writer) each(scan func(*sql.Rows) error, query string, args ...any) error {
	s, err := w.prepare(query, args)
	if err != nil {
		return err
	}
	w.changed.join(s.writes)
	rows, err := s.QueryContext(context.Background(), args...)
	if err != nil {
		return err
	}
	return drain(rows, scan)
}

func drain(rows *sql.Rows, scan func(*sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func asJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
