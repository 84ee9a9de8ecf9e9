package projections

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"signet/domain"
)

// approved answers what is in force, at any instant.
//
// Every fact that begins or ends validity is an effect or an ending; standing
// holds the intervals that follow from them, and listing the same intervals once
// for each way in which they are asked for, in the order in which they are
// listed. A listing's pillar, audience and locale are empty for "any".
var approved = projection{
	schema: `
CREATE TABLE effect (
	item TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, edition INTEGER NOT NULL, position INTEGER NOT NULL,
	PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE ending (
	item TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, position INTEGER NOT NULL,
	PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE standing (
	item TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL, version INTEGER NOT NULL, edition INTEGER NOT NULL,
	PRIMARY KEY (item, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_by_version ON standing (item, version);
CREATE TABLE listing (
	public INTEGER NOT NULL, kind TEXT NOT NULL, locale TEXT NOT NULL, pillar TEXT NOT NULL, audience TEXT NOT NULL, item TEXT NOT NULL,
	valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL, version INTEGER NOT NULL, edition INTEGER NOT NULL, content INTEGER NOT NULL,
	PRIMARY KEY (public, kind, locale, pillar, audience, item, valid_from)
) STRICT, WITHOUT ROWID;
CREATE TABLE notice (
	item TEXT NOT NULL, version INTEGER NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL, position INTEGER NOT NULL,
	PRIMARY KEY (item, version, what, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_by_at ON notice (at);
CREATE INDEX notice_by_position ON notice (position);
`,
	apply: applyApproved,
}

// interval is a time during which a version of an item is in force.
type interval struct {
	version, edition int
	from, until      int64
	superseded       bool // ended by the next interval
}

// begin and end are what validity follows from.
type begin struct {
	version, edition int
	at, position     int64
}

type end struct {
	version      int // 0: whatever is in force
	at, position int64
}

// intervals derives when which version is in force. Of two that begin, the later
// one supersedes; what begins when it is already withdrawn never begins; what
// ended is not followed by what it had superseded.
func intervals(begins []begin, ends []end) []interval {
	withdrawn := map[int]int64{}
	for _, e := range ends {
		if at, ok := withdrawn[e.version]; e.version != 0 && (!ok || e.at < at) {
			withdrawn[e.version] = e.at
		}
	}
	begins = slices.DeleteFunc(slices.Clone(begins), func(b begin) bool {
		at, ok := withdrawn[b.version]
		return ok && at <= b.at
	})
	slices.SortFunc(begins, func(a, b begin) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.position, b.position))
	})
	var out []interval
	for i, b := range begins {
		v := interval{version: b.version, edition: b.edition, from: b.at, until: Forever}
		if i+1 < len(begins) {
			v.until, v.superseded = begins[i+1].at, true
		}
		if at, ok := withdrawn[b.version]; ok && at < v.until {
			v.until, v.superseded = at, false
		}
		for _, e := range ends {
			if e.version == 0 && e.at < v.until && (e.at > v.from || e.at == v.from && e.position > b.position) {
				v.until, v.superseded = e.at, false
			}
		}
		if v.from < v.until {
			out = append(out, v)
		}
	}
	return out
}

func applyApproved(w *writer, f fact) error {
	position := int64(f.position)
	switch e := f.event.(type) {
	case domain.VersionApproved:
		if err := w.notice(e.Key, e.Version, ChangeApproved, f.at(), position); err != nil || e.From == nil {
			return err
		}
		return w.revalue(e.Key, position, func() error {
			return w.exec("INSERT INTO effect VALUES (?,?,?,0,?)", e.Key, e.Version, micros(*e.From), position)
		})
	case domain.VersionWithdrawn:
		if err := w.exec("DELETE FROM notice WHERE item = ? AND version = ? AND what = ?", e.Key, e.Version, ChangeWithdrawn); err != nil {
			return err
		}
		if err := w.notice(e.Key, e.Version, ChangeWithdrawn, micros(e.From), position); err != nil {
			return err
		}
		return w.revalue(e.Key, position, func() error {
			return w.exec("INSERT INTO ending VALUES (?,?,?,?)", e.Key, e.Version, micros(e.From), position)
		})
	case domain.EditionIssued:
		return w.issue(e, position)
	case domain.ItemVisibilityChanged:
		return w.relist(e)
	}
	return nil
}

func (w *writer) issue(e domain.EditionIssued, position int64) error {
	for _, entry := range e.Entries {
		if err := w.revalue(entry.Item, position, func() error {
			return w.exec("INSERT INTO effect VALUES (?,?,?,?,?)", entry.Item, entry.Version, micros(e.From), e.Number, position)
		}); err != nil {
			return err
		}
	}
	for _, key := range e.Retired {
		if err := w.revalue(key, position, func() error {
			return w.exec("INSERT INTO ending VALUES (?,0,?,?)", key, micros(e.From), position)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) notice(key string, version int, what Change, at, position int64) error {
	return w.exec("INSERT OR IGNORE INTO notice VALUES (?,?,?,?,?)", key, version, what, at, position)
}

// revalue lets change enter a new effect or ending of an item, and then writes
// the difference between the intervals before and after.
func (w *writer) revalue(key string, position int64, change func() error) error {
	before, err := w.intervals(key)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	after, err := w.intervals(key)
	if err != nil {
		return err
	}
	for _, i := range before {
		if !slices.Contains(after, i) {
			if err := w.unlist(key, i); err != nil {
				return err
			}
		}
	}
	for _, i := range after {
		if !slices.Contains(before, i) {
			if err := w.list(key, i); err != nil {
				return err
			}
		}
	}
	return w.renotice(key, position, before, after)
}

// told is a notice that follows from an interval.
type told struct {
	version int
	what    Change
	at      int64
}

func toldOf(in []interval) []told {
	var out []told
	for _, i := range in {
		out = append(out, told{i.version, ChangeInForce, i.from})
		if i.superseded {
			out = append(out, told{i.version, ChangeSuperseded, i.until})
		}
	}
	return out
}

// renotice takes back what has become untrue and enters what is new; a notice
// that stays true keeps its position, so that nobody is told twice.
func (w *writer) renotice(key string, position int64, before, after []interval) error {
	old, now := toldOf(before), toldOf(after)
	for _, n := range old {
		if slices.Contains(now, n) {
			continue
		}
		if err := w.exec("DELETE FROM notice WHERE item = ? AND version = ? AND what = ? AND at = ?", key, n.version, n.what, n.at); err != nil {
			return err
		}
	}
	for _, n := range now {
		if slices.Contains(old, n) {
			continue
		}
		if err := w.notice(key, n.version, n.what, n.at, position); err != nil {
			return err
		}
	}
	return nil
}

// intervals reads an item's effects and endings, and derives its intervals.
func (w *writer) intervals(key string) ([]interval, error) {
	var begins []begin
	err := w.each(func(rows *sql.Rows) error {
		var b begin
		begins = append(begins, b)
		b2 := &begins[len(begins)-1]
		return rows.Scan(&b2.version, &b2.at, &b2.edition, &b2.position)
	}, "SELECT version, at, edition, position FROM effect WHERE item = ?", key)
	if err != nil {
		return nil, err
	}
	var ends []end
	err = w.each(func(rows *sql.Rows) error {
		var e end
		if err := rows.Scan(&e.version, &e.at, &e.position); err != nil {
			return err
		}
		ends = append(ends, e)
		return nil
	}, "SELECT version, at, position FROM ending WHERE item = ?", key)
	return intervals(begins, ends), err
}

func (w *writer) list(key string, i interval) error {
	if err := w.exec("INSERT INTO standing VALUES (?,?,?,?,?)", key, i.from, i.until, i.version, i.edition); err != nil {
		return err
	}
	id, content, err := w.content(key, i.version)
	if err != nil {
		return err
	}
	for _, facet := range facets(content) {
		if err := w.exec("INSERT INTO listing SELECT public, kind, ?, ?, ?, key, ?, ?, ?, ?, ? FROM item WHERE key = ?",
			facet[0], facet[1], facet[2], i.from, i.until, i.version, i.edition, id, key); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) unlist(key string, i interval) error {
	if err := w.exec("DELETE FROM standing WHERE item = ? AND valid_from = ?", key, i.from); err != nil {
		return err
	}
	_, content, err := w.content(key, i.version)
	if err != nil {
		return err
	}
	for _, facet := range facets(content) {
		if err := w.exec(`DELETE FROM listing WHERE public = (SELECT public FROM item WHERE key = ?) AND kind = (SELECT kind FROM item WHERE key = ?)
			AND locale = ? AND pillar = ? AND audience = ? AND item = ? AND valid_from = ?`,
			key, key, facet[0], facet[1], facet[2], key, i.from); err != nil {
			return err
		}
	}
	return nil
}

// relist moves an item's listings between the public ones and the others.
func (w *writer) relist(e domain.ItemVisibilityChanged) error {
	standing, err := w.intervals(e.Key)
	if err != nil {
		return err
	}
	for _, i := range standing {
		_, content, err := w.content(e.Key, i.version)
		if err != nil {
			return err
		}
		for _, facet := range facets(content) {
			if err := w.exec(`UPDATE listing SET public = ? WHERE public = ? AND kind = (SELECT kind FROM item WHERE key = ?)
				AND locale = ? AND pillar = ? AND audience = ? AND item = ? AND valid_from = ?`,
				e.Public, !e.Public, e.Key, facet[0], facet[1], facet[2], e.Key, i.from); err != nil {
				return err
			}
		}
	}
	return nil
}

// facets are the ways in which a content can be asked for: locale, pillar and
// audience, each also empty for any.
func facets(c domain.Content) [][3]string {
	seen := map[[3]string]bool{{}: true}
	for _, l := range c.Locales() {
		seen[[3]string{string(l)}] = true
	}
	for _, u := range c.Units {
		if u.Pillar == "" && u.Audience == "" {
			continue
		}
		for l := range u.Text {
			for _, locale := range []string{"", string(l)} {
				seen[[3]string{locale, u.Pillar, ""}] = true
				seen[[3]string{locale, "", u.Audience}] = true
				seen[[3]string{locale, u.Pillar, u.Audience}] = true
			}
		}
	}
	out := make([][3]string, 0, len(seen))
	for f := range seen {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	return out
}

// Standing is a version that is in force during an interval.
type Standing struct {
	Item    string
	Kind    domain.Kind
	Version int
	Public  bool
	// From and Until bound the interval; Until is zero when it has not ended.
	From    time.Time
	Until   time.Time
	Edition int             // the edition that put it in force, or 0
	Content *domain.Content // shared: not to be changed
}

// ApprovedFilter says what is asked for; empty fields mean any.
type ApprovedFilter struct {
	Kind     domain.Kind
	Item     string
	Locale   domain.Locale
	Pillar   string
	Audience string
	AsOf     time.Time // required
	Public   bool      // only what may be read without a token
}

// Approved returns what is in force at the instant, in order of the items' keys,
// those that follow after, at most limit.
func (v *Views) Approved(ctx context.Context, f ApprovedFilter, after string, limit int) ([]*Standing, error) {
	kinds := domain.Kinds
	if f.Kind != "" {
		kinds = []domain.Kind{f.Kind}
	}
	scopes := []int{0, 1}
	if f.Public {
		scopes = []int{1}
	}
	at := micros(f.AsOf)
	var parts []string
	var args []any
	for _, public := range scopes {
		for _, kind := range kinds {
			part := selectListing
			args = append(args, public, kind, f.Locale, f.Pillar, f.Audience)
			if f.Item != "" {
				part += " AND item = ?"
				args = append(args, f.Item)
			} else {
				part += " AND item > ?"
				args = append(args, after)
			}
			args = append(args, at, at)
			parts = append(parts, part+" AND valid_from <= ? AND valid_until > ?")
		}
	}
	query := strings.Join(parts, " UNION ALL ") + " ORDER BY item LIMIT ?"
	rows, err := many(v, ctx, scanStanding, query, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	out := make([]*Standing, len(rows))
	for i, r := range rows {
		if r.Content, err = v.content(ctx, r.contentID); err != nil {
			return nil, err
		}
		out[i] = &r.Standing
	}
	return out, nil
}

const selectListing = `SELECT item, kind, version, public, valid_from, valid_until, edition, content FROM listing
	WHERE public = ? AND kind = ? AND locale = ? AND pillar = ? AND audience = ?`

type standingRow struct {
	Standing

	contentID int64
}

func scanStanding(rows *sql.Rows) (*standingRow, error) {
	var r standingRow
	var from, until int64
	err := rows.Scan(&r.Item, &r.Kind, &r.Version, &r.Public, &from, &until, &r.Edition, &r.contentID)
	r.From, r.Until = fromMicros(from), orForever(until)
	return &r, err
}

func orForever(us int64) time.Time {
	if us == Forever {
		return time.Time{}
	}
	return fromMicros(us)
}

// InForce returns what is in force of one item at the instant, or ErrNotFound.
func (v *Views) InForce(ctx context.Context, key string, at time.Time) (*Standing, error) {
	item, err := v.Item(ctx, key)
	if err != nil {
		return nil, err
	}
	rows, err := v.Approved(ctx, ApprovedFilter{Kind: item.Kind, Item: key, AsOf: at}, "", 1)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	return rows[0], nil
}

// Validity is one interval in which a version is in force.
type Validity struct {
	From    time.Time
	Until   time.Time // zero: has not ended
	Edition int
}

// Validities returns the intervals in which a version was, is or will be in
// force, in order; usually one or none.
func (v *Views) Validities(ctx context.Context, key string, version int) ([]*Validity, error) {
	return many(v, ctx, func(rows *sql.Rows) (*Validity, error) {
		var r Validity
		var from, until int64
		err := rows.Scan(&from, &until, &r.Edition)
		r.From, r.Until = fromMicros(from), orForever(until)
		return &r, err
	}, "SELECT valid_from, valid_until, edition FROM standing WHERE item = ? AND version = ? ORDER BY valid_from", key, version)
}
