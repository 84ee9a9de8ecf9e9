package projections

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// tableSet is a set of tables, by their place in tables.names.
type tableSet [2]uint64

// maxTables is how many tables a set can tell apart.
const maxTables = 128

func (s *tableSet) add(i int)       { s[i/64] |= 1 << (i % 64) }
func (s *tableSet) join(o tableSet) { s[0], s[1] = s[0]|o[0], s[1]|o[1] }
func (s tableSet) has(i int) bool   { return s[i/64]&(1<<(i%64)) != 0 }
func (s tableSet) empty() bool      { return s == tableSet{} }

// tables knows the tables of the read models, and which of them a statement reads
// and writes. SQLite itself is asked, by EXPLAIN: what it does not open, it does not
// read (https://www.sqlite.org/opcode.html).
type tables struct {
	names   []string
	byRoot  map[int64]int  // by root page of the table or of one of its indexes
	virtual map[string]int // by name; these have no root page
}

// asker is a connection, or a pool of them.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func readTables(ctx context.Context, db asker) (*tables, error) {
	t := &tables{byRoot: map[int64]int{}, virtual: map[string]int{}}
	places := map[string]int{}
	rows, err := db.QueryContext(ctx, "SELECT tbl_name, coalesce(rootpage, 0) FROM sqlite_schema WHERE type IN ('table', 'index') ORDER BY rowid")
	if err != nil {
		return nil, fmt.Errorf("projections: tables: %w", err)
	}
	err = drain(rows, func(rows *sql.Rows) error {
		var name string
		var root int64
		if err := rows.Scan(&name, &root); err != nil {
			return err
		}
		at, known := places[name]
		if !known {
			at = len(t.names)
			places[name] = at
			t.names = append(t.names, name)
		}
		if root == 0 {
			t.virtual[name] = at
		} else {
			t.byRoot[root] = at
		}
		return nil
	})
	if err == nil && len(t.names) > maxTables {
		err = fmt.Errorf("%d tables are more than %d", len(t.names), maxTables)
	}
	if err != nil {
		return nil, fmt.Errorf("projections: tables: %w", err)
	}
	return t, nil
}

// of tells what a statement reads and writes.
func (t *tables) of(ctx context.Context, db asker, query string, args []any) (read, written tableSet, err error) {
	rows, err := db.QueryContext(ctx, "EXPLAIN "+query, args...)
	if err != nil {
		return read, written, fmt.Errorf("projections: explain: %w", err)
	}
	err = drain(rows, func(rows *sql.Rows) error {
		var opcode string
		var p1, p2 int64
		var rest any
		if err := rows.Scan(&rest, &opcode, &p1, &p2, &rest, &rest, &rest, &rest); err != nil {
			return err
		}
		switch opcode {
		case "OpenRead", "ReopenIdx":
			return t.opened(&read, p2)
		case "OpenWrite":
			return t.opened(&written, p2)
		case "Clear": // DELETE without WHERE
			return t.opened(&written, p1)
		case "VOpen":
			t.named(&read, query)
		case "VUpdate":
			t.named(&written, query)
		}
		return nil
	})
	if err != nil {
		return read, written, fmt.Errorf("projections: explain: %w", err)
	}
	return read, written, nil
}

func (t *tables) opened(set *tableSet, root int64) error {
	at, known := t.byRoot[root]
	if !known {
		if root == 1 { // sqlite_schema itself
			return nil
		}
		return fmt.Errorf("no table has its root at page %d", root)
	}
	set.add(at)
	return nil
}

// named adds the virtual tables that a statement names: EXPLAIN does not.
func (t *tables) named(set *tableSet, query string) {
	for name, at := range t.virtual {
		if strings.Contains(query, name) {
			set.add(at)
		}
	}
}
