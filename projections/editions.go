package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"signet/domain"
	"signet/internal/eventlog"
)

// editions answers how the biennial updates went: what each added, changed and
// retired, when it was due, and whether it was on time.
var editions = projection{
	name: "editions",
	schema: `
CREATE TABLE edition (
	number INTEGER PRIMARY KEY, title TEXT NOT NULL, due TEXT NOT NULL, agency TEXT NOT NULL, opened INTEGER NOT NULL,
	issued INTEGER NOT NULL, decision TEXT NOT NULL, decided TEXT NOT NULL, next_due TEXT NOT NULL, revision INTEGER NOT NULL,
	basis TEXT NOT NULL, basis_decided TEXT NOT NULL
) STRICT;
CREATE TABLE edition_entry (
	edition INTEGER NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (edition, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE edition_change (
	edition INTEGER NOT NULL, item TEXT NOT NULL, what TEXT NOT NULL, before INTEGER NOT NULL, after INTEGER NOT NULL,
	PRIMARY KEY (edition, item)
) STRICT, WITHOUT ROWID;
`,
	apply: applyEditions,
}

func applyEditions(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.EditionOpened:
		title, err := asJSON(e.Title)
		if err != nil {
			return err
		}
		var basis domain.LegalBasis
		if e.Basis != nil {
			basis = *e.Basis
		}
		return w.exec("INSERT INTO edition VALUES (?,?,?,?,?,0,'','','',?,?,?)", e.Number, title, e.Due, e.Agency, f.at(), f.envelope.Revision, basis.Decision, basis.Decided)
	case domain.EditionIncluded:
		return errors.Join(w.exec("INSERT OR REPLACE INTO edition_entry VALUES (?,?,?,?)", e.Number, e.Item, e.Version, f.at()), w.touchEdition(f, e.Number))
	case domain.EditionRetired:
		return errors.Join(w.exec("INSERT OR REPLACE INTO edition_entry VALUES (?,?,0,?)", e.Number, e.Item, f.at()), w.touchEdition(f, e.Number))
	case domain.EditionExcluded:
		return errors.Join(w.exec("DELETE FROM edition_entry WHERE edition = ? AND item = ?", e.Number, e.Item), w.touchEdition(f, e.Number))
	case domain.EditionIssued:
		if err := w.exec("UPDATE edition SET issued = ?, decision = ?, decided = ?, next_due = ? WHERE number = ?",
			micros(e.From), e.Decision, e.Decided, e.NextDue, e.Number); err != nil {
			return err
		}
		return errors.Join(w.compareEdition(e), w.touchEdition(f, e.Number))
	}
	return nil
}

func (w *writer) touchEdition(f fact, number int) error {
	return w.exec("UPDATE edition SET revision = ? WHERE number = ?", f.envelope.Revision, number)
}

// compareEdition enters what an edition does to each item, against what was in
// force just before; this projection sees an event before approved does.
func (w *writer) compareEdition(e domain.EditionIssued) error {
	before := func(key string) (version int, err error) {
		err = w.row("SELECT version FROM standing WHERE item = ? AND valid_from <= ? AND valid_until > ?", key, micros(e.From), micros(e.From)).Scan(&version)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, nil
		}
		return version, err
	}
	enter := func(key string, what EditionChangeKind, before, after int) error {
		return w.exec("INSERT INTO edition_change VALUES (?,?,?,?,?)", e.Number, key, what, before, after)
	}
	for _, entry := range e.Entries {
		old, err := before(entry.Item)
		if err != nil {
			return err
		}
		what := EditionChanged
		if old == 0 {
			what = EditionAdded
		}
		if err := enter(entry.Item, what, old, entry.Version); err != nil {
			return err
		}
	}
	for _, key := range e.Retired {
		old, err := before(key)
		if err != nil {
			return err
		}
		if err := enter(key, EditionRetired, old, 0); err != nil {
			return err
		}
	}
	return nil
}

// EditionChangeKind is what an edition did to an item.
type EditionChangeKind string

// What an edition did to an item.
const (
	EditionAdded   EditionChangeKind = "added"
	EditionChanged EditionChangeKind = "changed"
	EditionRetired EditionChangeKind = "retired"
)

// Edition is one biennial update of the kit.
type Edition struct {
	Number   int
	Title    domain.Texts
	Due      domain.Date
	Agency   string
	Opened   time.Time
	Issued   time.Time // zero: still open
	Decision string
	Decided  domain.Date
	NextDue  domain.Date // of the edition that must follow; empty while open
	Revision eventlog.Revision
	// Basis is the decision that orders the edition; empty where none was named.
	Basis domain.LegalBasis
}

// DaysLate is by how many days the edition was, or at the instant is, late;
// 0 when on time.
func (e *Edition) DaysLate(now time.Time) int {
	on := e.Issued
	if on.IsZero() {
		on = now
	}
	return max(0, domain.DateOf(on).DaysAfter(e.Due))
}

// EditionEntry is a version that an edition holds, or (Version 0) an item that
// it retires.
type EditionEntry struct {
	Item    string
	Version int
	At      time.Time
}

// EditionChange is what an issued edition did to an item.
type EditionChange struct {
	Item   string
	What   EditionChangeKind
	Before int // version, 0: none
	After  int
}

const selectEdition = "SELECT number, title, due, agency, opened, issued, decision, decided, next_due, revision, basis, basis_decided FROM edition "

// Editions returns the editions with numbers above after, in order, at most limit.
func (v *Views) Editions(ctx context.Context, after, limit int) ([]*Edition, error) {
	return many(ctx, v, scanEdition, selectEdition+"WHERE number > ? ORDER BY number LIMIT ?", after, limit)
}

// IssuedEditions returns those of Editions that were issued.
func (v *Views) IssuedEditions(ctx context.Context, after, limit int) ([]*Edition, error) {
	return many(ctx, v, scanEdition, selectEdition+"WHERE number > ? AND issued > 0 ORDER BY number LIMIT ?", after, limit)
}

// Edition returns one edition, or ErrNotFound.
func (v *Views) Edition(ctx context.Context, number int) (*Edition, error) {
	return one(ctx, v, scanEdition, selectEdition+"WHERE number = ?", number)
}

func scanEdition(rows columns) (*Edition, error) {
	var e Edition
	var title string
	var opened, issued int64
	if err := rows.Scan(&e.Number, &title, &e.Due, &e.Agency, &opened, &issued, &e.Decision, &e.Decided, &e.NextDue, &e.Revision, &e.Basis.Decision, &e.Basis.Decided); err != nil {
		return nil, err
	}
	e.Opened, e.Issued = fromMicros(opened), orZero(issued)
	return &e, json.Unmarshal([]byte(title), &e.Title)
}

// EditionEntries returns what an edition holds, by item after a key, at most limit.
func (v *Views) EditionEntries(ctx context.Context, number int, after string, limit int) ([]*EditionEntry, error) {
	return many(ctx, v, func(rows columns) (*EditionEntry, error) {
		var e EditionEntry
		var at int64
		err := rows.Scan(&e.Item, &e.Version, &at)
		e.At = fromMicros(at)
		return &e, err
	}, "SELECT item, version, at FROM edition_entry WHERE edition = ? AND item > ? ORDER BY item LIMIT ?", number, after, limit)
}

// EditionChanges returns what an issued edition did, by item after a key, at
// most limit.
func (v *Views) EditionChanges(ctx context.Context, number int, after string, limit int) ([]*EditionChange, error) {
	return many(ctx, v, func(rows columns) (*EditionChange, error) {
		var c EditionChange
		return &c, rows.Scan(&c.Item, &c.What, &c.Before, &c.After)
	}, "SELECT item, what, before, after FROM edition_change WHERE edition = ? AND item > ? ORDER BY item LIMIT ?", number, after, limit)
}

// EditionCounts counts what an issued edition did, by kind of change.
func (v *Views) EditionCounts(ctx context.Context, number int) (map[EditionChangeKind]int, error) {
	type row struct {
		what EditionChangeKind
		n    int
	}
	rows, err := many(ctx, v, func(rows columns) (*row, error) {
		var r row
		return &r, rows.Scan(&r.what, &r.n)
	}, "SELECT what, count(*) FROM edition_change WHERE edition = ? GROUP BY what", number)
	out := map[EditionChangeKind]int{}
	for _, r := range rows {
		out[r.what] = r.n
	}
	return out, err
}
