package main

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// tables reads every row of every table of the read models, sorted. Of the search
// index the words are read and not its own tables, whose rows depend on when they
// were merged.
func tables(t *testing.T, path string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // the temporary table belongs to a connection
	if _, err := db.Exec("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search', 'instance')"); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{"words": rows(t, db, "SELECT term, doc, col, offset FROM temp.words")}
	for _, name := range rows(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
		name = strings.Trim(name, "[]")
		if name != "search" && !strings.HasPrefix(name, "search_") && !strings.HasPrefix(name, "sqlite_") {
			all[name] = rows(t, db, "SELECT * FROM "+name)
		}
	}
	return all
}

func rows(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	found, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for found.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(cells))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// sameTables tells the first row of each table that only one side has.
func sameTables(t *testing.T, incremental, rebuilt map[string][]string) {
	t.Helper()
	if len(incremental) < 10 {
		t.Errorf("there are only the tables %q", slices.Sorted(maps.Keys(incremental)))
	}
	names := maps.Clone(incremental)
	maps.Copy(names, rebuilt)
	for name := range names {
		a, b := incremental[name], rebuilt[name]
		if slices.Equal(a, b) {
			continue
		}
		i := 0
		for i < min(len(a), len(b)) && a[i] == b[i] {
			i++
		}
		t.Errorf("table %s: %d rows, and %d when rebuilt; first\n%s\n%s", name, len(a), len(b), row(a, i), row(b, i))
	}
}

func row(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return "(none)"
}
