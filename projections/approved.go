package projections

import (
	"cmp"
	"database/sql"
	"slices"

	"signet/domain"
)

// approved answers what is in force, at any instant.
//
// Every fact that begins or ends validity is an effect or an ending; standing
// holds the intervals that follow from them, and listing the same intervals once
// for each way in which they are asked for, in the order in which they are
// listed. A listing's pillar, audience and locale are empty for "any".
var approved = projection{
	name: "approved",
	schema: `
CREATE TABLE effect (
	item TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, edition INTEGER NOT NULL, position INTEGER NOT NULL,
	PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX effect_by_at ON effect (at, item);
CREATE TABLE ending (
	item TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, position INTEGER NOT NULL,
	PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX ending_by_at ON ending (at, item);
CREATE TABLE standing (
	item TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL, version INTEGER NOT NULL, edition INTEGER NOT NULL,
	PRIMARY KEY (item, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_by_version ON standing (item, version);
CREATE TABLE listing (
	public INTEGER NOT NULL, kind TEXT NOT NULL, locale TEXT NOT NULL, pillar TEXT NOT NULL, audience TEXT NOT NULL, item TEXT NOT NULL,
	valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL, version INTEGER NOT NULL, edition INTEGER NOT NULL, content INTEGER NOT NULL,
	texts INTEGER NOT NULL,
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
		return w.begin(e.Key, begin{version: e.Version, at: micros(*e.From), position: position})
	case domain.VersionWithdrawn:
		if err := w.exec("DELETE FROM notice WHERE item = ? AND version = ? AND what = ?", e.Key, e.Version, ChangeWithdrawn); err != nil {
			return err
		}
		if err := w.notice(e.Key, e.Version, ChangeWithdrawn, micros(e.From), position); err != nil {
			return err
		}
		return w.end(e.Key, end{version: e.Version, at: micros(e.From), position: position})
	case domain.EditionIssued:
		return w.issue(e, position)
	case domain.ItemVisibilityChanged:
		return w.relist(e)
	}
	return nil
}

func (w *writer) issue(e domain.EditionIssued, position int64) error {
	for _, entry := range e.Entries {
		if err := w.begin(entry.Item, begin{version: entry.Version, edition: e.Number, at: micros(e.From), position: position}); err != nil {
			return err
		}
	}
	for _, key := range e.Retired {
		if err := w.end(key, end{at: micros(e.From), position: position}); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) notice(key string, version int, what Change, at, position int64) error {
	return w.exec("INSERT OR IGNORE INTO notice VALUES (?,?,?,?,?)", key, version, what, at, position)
}

// begin enters a new effect of an item, and what follows from it.
func (w *writer) begin(key string, b begin) error {
	begins, ends, err := w.turns(key)
	if err != nil {
		return err
	}
	if err := w.exec("INSERT INTO effect VALUES (?,?,?,?,?)", key, b.version, b.at, b.edition, b.position); err != nil {
		return err
	}
	return w.revalue(key, b.position, intervals(begins, ends), intervals(append(begins, b), ends))
}

// end enters a new ending of an item, and what follows from it.
func (w *writer) end(key string, e end) error {
	begins, ends, err := w.turns(key)
	if err != nil {
		return err
	}
	if err := w.exec("INSERT INTO ending VALUES (?,?,?,?)", key, e.version, e.at, e.position); err != nil {
		return err
	}
	return w.revalue(key, e.position, intervals(begins, ends), intervals(begins, append(ends, e)))
}

// revalue writes the difference between an item's intervals before and after.
// One that only ends at another instant, as most do, is not listed anew.
func (w *writer) revalue(key string, position int64, before, after []interval) error {
	for _, i := range before {
		if !slices.ContainsFunc(after, i.sameBeginning) {
			if err := w.unlist(key, i); err != nil {
				return err
			}
		}
	}
	for _, i := range after {
		was := slices.IndexFunc(before, i.sameBeginning)
		var err error
		switch {
		case was < 0:
			err = w.list(key, i)
		case before[was].until != i.until:
			err = w.relistUntil(key, i)
		}
		if err != nil {
			return err
		}
	}
	return w.renotice(key, position, before, after)
}

// sameBeginning tells whether two intervals differ at most in their end.
func (i interval) sameBeginning(o interval) bool {
	return i.version == o.version && i.edition == o.edition && i.from == o.from
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

// turns reads an item's effects and endings.
func (w *writer) turns(key string) (begins []begin, ends []end, err error) {
	err = w.each(func(rows *sql.Rows) error {
		var b begin
		err := rows.Scan(&b.version, &b.at, &b.edition, &b.position)
		begins = append(begins, b)
		return err
	}, "SELECT version, at, edition, position FROM effect WHERE item = ?", key)
	if err != nil {
		return nil, nil, err
	}
	err = w.each(func(rows *sql.Rows) error {
		var e end
		err := rows.Scan(&e.version, &e.at, &e.position)
		ends = append(ends, e)
		return err
	}, "SELECT version, at, position FROM ending WHERE item = ?", key)
	return begins, ends, err
}

// intervals reads when which version of an item is in force.
func (w *writer) intervals(key string) ([]interval, error) {
	begins, ends, err := w.turns(key)
	return intervals(begins, ends), err
}

func (w *writer) list(key string, i interval) error {
	if err := w.exec("INSERT INTO standing VALUES (?,?,?,?,?)", key, i.from, i.until, i.version, i.edition); err != nil {
		return err
	}
	return w.eachListing(key, i, func(c *content, public bool, kind domain.Kind, f counted) error {
		return w.exec("INSERT INTO listing VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
			public, kind, f.locale, f.pillar, f.audience, key, i.from, i.until, i.version, i.edition, c.id, f.texts)
	})
}

// atListing is the whole key of a listing.
const atListing = " WHERE public = ? AND kind = ? AND locale = ? AND pillar = ? AND audience = ? AND item = ? AND valid_from = ?"

func (w *writer) unlist(key string, i interval) error {
	if err := w.exec("DELETE FROM standing WHERE item = ? AND valid_from = ?", key, i.from); err != nil {
		return err
	}
	return w.eachListing(key, i, func(_ *content, public bool, kind domain.Kind, f counted) error {
		return w.exec("DELETE FROM listing"+atListing, public, kind, f.locale, f.pillar, f.audience, key, i.from)
	})
}

// relistUntil lets an interval that stands end at another instant.
func (w *writer) relistUntil(key string, i interval) error {
	if err := w.exec("UPDATE standing SET valid_until = ? WHERE item = ? AND valid_from = ?", i.until, key, i.from); err != nil {
		return err
	}
	return w.eachListing(key, i, func(_ *content, public bool, kind domain.Kind, f counted) error {
		return w.exec("UPDATE listing SET valid_until = ?"+atListing, i.until, public, kind, f.locale, f.pillar, f.audience, key, i.from)
	})
}

// relist moves an item's listings between the public ones and the others.
func (w *writer) relist(e domain.ItemVisibilityChanged) error {
	standing, err := w.intervals(e.Key)
	if err != nil {
		return err
	}
	for _, i := range standing {
		err := w.eachListing(e.Key, i, func(_ *content, _ bool, kind domain.Kind, f counted) error {
			return w.exec("UPDATE listing SET public = ?"+atListing, e.Public, !e.Public, kind, f.locale, f.pillar, f.audience, e.Key, i.from)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachListing calls write for every listing that an interval has.
func (w *writer) eachListing(key string, i interval, write func(c *content, public bool, kind domain.Kind, f counted) error) error {
	var public bool
	var kind domain.Kind
	var id int64
	err := w.row("SELECT i.public, i.kind, v.content FROM item i JOIN version v ON v.item = i.key WHERE i.key = ? AND v.number = ?", key, i.version).
		Scan(&public, &kind, &id)
	if err != nil {
		return err
	}
	c, err := w.content(id)
	if err != nil {
		return err
	}
	for _, f := range c.facets {
		if err := write(c, public, kind, f); err != nil {
			return err
		}
	}
	return nil
}

// facet is a way in which a content can be asked for; empty means any.
type facet struct {
	locale           domain.Locale
	pillar, audience string
}

// counted is a facet with how many texts there are to it: those in its locale, or
// in the source where it has none. Titles count for logos only, as in
// domain.Content.Locales.
type counted struct {
	facet

	texts int
}

// facets are all ways in which a content can be asked for, sorted.
func facets(c domain.Content) []counted {
	texts := map[facet]int{{}: 0}
	for _, u := range c.Units {
		for l := range u.Text {
			if u.Role != domain.UnitName || len(c.Files) > 0 {
				texts[facet{locale: l}]++
			}
		}
		if u.Role != domain.UnitName || len(c.Files) > 0 {
			texts[facet{}]++
		}
		if u.Pillar == "" && u.Audience == "" {
			continue
		}
		for _, l := range append(u.Text.Locales(), "") {
			for _, f := range targetsOf(u) {
				f.locale = l
				texts[f]++
			}
		}
	}
	out := make([]counted, 0, len(texts))
	for f, n := range texts {
		out = append(out, counted{f, n})
	}
	slices.SortFunc(out, func(a, b counted) int {
		return cmp.Or(cmp.Compare(a.locale, b.locale), cmp.Compare(a.pillar, b.pillar), cmp.Compare(a.audience, b.audience))
	})
	return out
}

// targetsOf are the ways in which a unit with a pillar or an audience is asked for
// by them.
func targetsOf(u domain.Unit) []facet {
	var out []facet
	if u.Pillar != "" {
		out = append(out, facet{pillar: u.Pillar})
	}
	if u.Audience != "" {
		out = append(out, facet{audience: u.Audience})
	}
	if u.Pillar != "" && u.Audience != "" {
		out = append(out, facet{pillar: u.Pillar, audience: u.Audience})
	}
	return out
}
