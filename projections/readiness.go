package projections

import (
	"context"
	"strings"
	"time"

	"signet/domain"
)

// Candidate is a version that an edition holds, or that was submitted for it, and
// what it lacks.
type Candidate struct {
	Item     string
	Version  int
	State    domain.VersionState
	Included bool
	// Awaited are the agencies whose signature is asked for now, sorted.
	Awaited []string
	// Missing and Stale are the key languages in which texts are missing or stale,
	// sorted.
	Missing, Stale []domain.Locale
}

// Ready tells whether nothing is in the way of its issue with the edition, and
// nothing is missing in a key language.
func (c *Candidate) Ready() bool {
	return c.Included && c.State == domain.Approved && len(c.Missing)+len(c.Stale) == 0
}

// candidates are the versions that an edition holds, and those submitted for it
// where it holds none as new of their item.
const candidates = `SELECT e.item AS item, e.version AS version, 1 AS included FROM edition_entry e WHERE e.edition = ?1 AND e.version > 0
	UNION ALL
	SELECT v.item, v.number, 0 FROM version v WHERE v.effective_edition = ?1 AND v.effective_edition > 0 AND v.state <> 'withdrawn'
		AND NOT EXISTS (SELECT 1 FROM edition_entry e WHERE e.edition = ?1 AND e.item = v.item AND (e.version >= v.number OR e.version = 0))
		AND NOT EXISTS (SELECT 1 FROM version n WHERE n.item = v.item AND n.number > v.number AND n.effective_edition = ?1 AND n.state <> 'withdrawn')`

// Candidates returns the versions that an edition holds or that were submitted for
// it, in order, those after the one given, at most limit.
func (v *Views) Candidates(ctx context.Context, edition int, after VersionKey, limit int) ([]*Candidate, error) {
	locales, err := asJSON(domain.KeyLocales)
	if err != nil {
		return nil, err
	}
	list := func(condition string) string {
		return `(SELECT coalesce(group_concat(locale, ' '), '') FROM (SELECT locale FROM translation t WHERE t.item = c.item AND t.version = c.version AND ` + condition +
			` AND t.locale IN (SELECT value FROM json_each(?4)) ORDER BY locale))`
	}
	return many(ctx, v, func(rows columns) (*Candidate, error) {
		var c Candidate
		var awaited, missing, stale string
		err := rows.Scan(&c.Item, &c.Version, &c.State, &c.Included, &awaited, &missing, &stale)
		c.Awaited, c.Missing, c.Stale = strings.Fields(awaited), localesIn(missing), localesIn(stale)
		return &c, err
	}, `SELECT c.item, c.version, v.state, c.included,
		(SELECT coalesce(group_concat(agency, ' '), '') FROM (SELECT agency FROM awaited a WHERE a.item = c.item AND a.version = c.version AND a.step <> 'revision' ORDER BY agency)),
		`+list("t.missing > 0")+`, `+list("t.stale > 0")+`
		FROM (`+candidates+`) c JOIN version v ON v.item = c.item AND v.number = c.version
		WHERE (c.item, c.version) > (?2, ?3) ORDER BY c.item, c.version LIMIT ?5`, edition, after.Item, after.Number, locales, limit)
}

func localesIn(list string) []domain.Locale {
	var out []domain.Locale
	for l := range strings.FieldsSeq(list) {
		out = append(out, domain.Locale(l))
	}
	return out
}

// Readiness sums up what an edition lacks.
type Readiness struct {
	// Candidates counts the versions that it holds or that were submitted for it;
	// Included those that it holds, Retired the items that it ends.
	Candidates, Included, Retired int
	Unsigned                      int // under review
	Open                          int // drafted anew, or returned
	Missing                       int // with texts missing in a key language
	Stale                         int // with stale texts in a key language
	Withdrawn                     int // held, but withdrawn since: they stand in the way of its issue
}

// Issuable tells whether the edition can be issued: it holds something, and all
// that it holds is approved.
func (r *Readiness) Issuable() bool { return r.Included > 0 && r.Withdrawn == 0 }

// Complete tells whether nothing is left to do before it is issued.
func (r *Readiness) Complete() bool {
	return r.Issuable() && r.Candidates == r.Included && r.Unsigned+r.Open+r.Missing+r.Stale == 0
}

// Readiness sums up the candidates of an edition.
func (v *Views) Readiness(ctx context.Context, edition int) (*Readiness, error) {
	locales, err := asJSON(domain.KeyLocales)
	if err != nil {
		return nil, err
	}
	return one(ctx, v, func(rows columns) (*Readiness, error) {
		var r Readiness
		return &r, rows.Scan(&r.Candidates, &r.Included, &r.Retired, &r.Unsigned, &r.Open, &r.Missing, &r.Stale, &r.Withdrawn)
	}, `SELECT count(*), coalesce(sum(included), 0), (SELECT count(*) FROM edition_entry WHERE edition = ?1 AND version = 0),
		coalesce(sum(state = 'submitted'), 0), coalesce(sum(state IN ('drafted', 'returned')), 0), coalesce(sum(missing > 0), 0), coalesce(sum(stale > 0), 0),
		coalesce(sum(state = 'withdrawn'), 0)
		FROM (SELECT c.included AS included, v.state AS state,
			(SELECT coalesce(sum(t.missing), 0) FROM translation t WHERE t.item = c.item AND t.version = c.version AND t.locale IN (SELECT value FROM json_each(?2))) AS missing,
			(SELECT coalesce(sum(t.stale), 0) FROM translation t WHERE t.item = c.item AND t.version = c.version AND t.locale IN (SELECT value FROM json_each(?2))) AS stale
			FROM (`+candidates+`) c JOIN version v ON v.item = c.item AND v.number = c.version)`, edition, locales)
}

// Compared is what is in force of an item at two instants, where that differs.
type Compared struct {
	Item          string
	What          EditionChangeKind
	Before, After int // version, 0: none
}

// Compare returns the items of which something else is in force at an instant
// than at an earlier one, in order of their keys, those that follow after, at most
// limit. It looks at what began or ended in between.
func (v *Views) Compare(ctx context.Context, from, to time.Time, public bool, after string, limit int) ([]*Compared, error) {
	return many(ctx, v, func(rows columns) (*Compared, error) {
		var c Compared
		err := rows.Scan(&c.Item, &c.Before, &c.After)
		switch {
		case c.Before == 0:
			c.What = EditionAdded
		case c.After == 0:
			c.What = EditionRetired
		default:
			c.What = EditionChanged
		}
		return &c, err
	}, `SELECT t.item, coalesce(b.version, 0) AS before, coalesce(a.version, 0) AS after FROM
			(SELECT item FROM effect WHERE at > ?1 AND at <= ?2 UNION SELECT item FROM ending WHERE at > ?1 AND at <= ?2) t
			JOIN item i ON i.key = t.item AND (i.public = 1 OR NOT ?3)
			LEFT JOIN standing b ON b.item = t.item AND b.valid_from <= ?1 AND b.valid_until > ?1
			LEFT JOIN standing a ON a.item = t.item AND a.valid_from <= ?2 AND a.valid_until > ?2
		WHERE t.item > ?4 AND before <> after ORDER BY t.item LIMIT ?5`, micros(from), micros(to), public, after, limit)
}
