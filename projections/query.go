package projections

import (
	"context"
	"database/sql"
	"fmt"
)

// reading is a prepared query, and the tables that it reads.
type reading struct {
	*sql.Stmt

	reads tableSet
}

// stmt returns the prepared statement of a query on the reading connections.
func (v *Views) stmt(ctx context.Context, query string, args []any) (*reading, error) {
	if s, ok := v.stmts.Load(query); ok {
		return s.(*reading), nil //nolint:forcetypeassert // only these are stored
	}
	reads, _, err := v.tables.of(ctx, v.read, query, args)
	if err != nil {
		return nil, readError(err)
	}
	s, err := v.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, readError(fmt.Errorf("projections: prepare: %w", err))
	}
	if other, raced := v.stmts.LoadOrStore(query, &reading{s, reads}); raced {
		return other.(*reading), s.Close() //nolint:forcetypeassert,sqlclosecheck // only these are stored; this one lost
	}
	return &reading{s, reads}, nil
}

// columns is a row of which the columns can be read, as of sql.Rows.
type columns interface{ Scan(into ...any) error }

// many runs a query whose text is one of a fixed set, and scans its rows.
func many[T any](ctx context.Context, v *Views, scan func(columns) (*T, error), query string, args ...any) ([]*T, error) {
	var out []*T
	take := func(rows columns) error {
		row, err := scan(rows)
		out = append(out, row)
		return err
	}
	if err := v.ask(ctx, take, query, args); err != nil {
		return nil, err
	}
	return out, nil
}

// ask runs a query, with others like it if the context says so, and lets each of its
// rows be taken.
func (v *Views) ask(ctx context.Context, take func(columns) error, query string, args []any) error {
	if t := togetherOf(ctx); t != nil {
		return t.ask(ctx, v, take, query, args)
	}
	return v.askAlone(ctx, take, query, args)
}

func (v *Views) askAlone(ctx context.Context, take func(columns) error, query string, args []any) error {
	s, err := v.stmt(ctx, query, args)
	if err != nil {
		return err
	}
	readsOf(ctx).note(s.reads)
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return readError(fmt.Errorf("projections: query: %w", err))
	}
	if err := drain(rows, func(rows *sql.Rows) error { return take(rows) }); err != nil {
		return readError(fmt.Errorf("projections: query: %w", err))
	}
	return nil
}

// one is many for at most one row; ErrNotFound if there is none.
func one[T any](ctx context.Context, v *Views, scan func(columns) (*T, error), query string, args ...any) (*T, error) {
	rows, err := many(ctx, v, scan, query, args...)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	return rows[0], nil
}
