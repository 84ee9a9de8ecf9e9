package projections

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"signet/domain"
)

// CoverageFilter says of what the coverage is asked for; empty fields mean any.
type CoverageFilter struct {
	Kind     domain.Kind
	Pillar   string
	Audience string
	AsOf     time.Time // of what is in force then; required unless Edition is given
	Edition  int       // of the versions that the edition holds
	Public   bool      // only what may be read without a token
}

// Coverage is which share of the texts of a kind there is in a locale: Covered of
// Total. Titles count for logos only.
type Coverage struct {
	Kind           domain.Kind
	Locale         domain.Locale
	Covered, Total int
}

// Met tells whether nothing is missing: the plan's target is 100 %.
func (c *Coverage) Met() bool { return c.Covered == c.Total }

// Coverage counts, for each kind that has texts and each of the locales, in that
// order, which share of the texts is approved in it. What is in force is counted
// from the listings of the kind; an edition from its entries.
func (v *Views) Coverage(ctx context.Context, f CoverageFilter, locales []domain.Locale) ([]*Coverage, error) {
	count := v.coverageInForce
	if f.Edition != 0 {
		count = v.coverageOfEdition
	}
	counts, err := count(ctx, f, locales)
	if err != nil {
		return nil, err
	}
	var out []*Coverage
	for _, kind := range domain.Kinds {
		total := counts[kindLocale{kind, ""}]
		if total == 0 {
			continue
		}
		for _, l := range locales {
			out = append(out, &Coverage{kind, l, counts[kindLocale{kind, l}], total})
		}
	}
	return out, nil
}

type kindLocale struct {
	kind   domain.Kind
	locale domain.Locale
}

func (f CoverageFilter) kinds() []domain.Kind {
	if f.Kind != "" {
		return []domain.Kind{f.Kind}
	}
	return domain.Kinds
}

func (f CoverageFilter) scopes() []int {
	if f.Public {
		return []int{1}
	}
	return []int{0, 1}
}

func (v *Views) coverageInForce(ctx context.Context, f CoverageFilter, locales []domain.Locale) (map[kindLocale]int, error) {
	var parts []string
	var args []any
	at := micros(f.AsOf)
	for _, public := range f.scopes() {
		for _, kind := range f.kinds() {
			for _, l := range append([]domain.Locale{""}, locales...) {
				parts = append(parts, `SELECT kind, locale, coalesce(sum(texts), 0) FROM listing WHERE public = ? AND kind = ? AND locale = ? AND pillar = ? AND audience = ?
					AND valid_from <= ? AND valid_until > ?`)
				args = append(args, public, kind, l, f.Pillar, f.Audience, at, at)
			}
		}
	}
	type row struct {
		kindLocale

		texts int
	}
	out := map[kindLocale]int{}
	for len(parts) > 0 {
		n := min(len(parts), maxUnion)
		rows, err := many(ctx, v, func(rows columns) (*row, error) {
			var r row
			var kind, locale sql.NullString // null where nothing is listed
			err := rows.Scan(&kind, &locale, &r.texts)
			r.kind, r.locale = domain.Kind(kind.String), domain.Locale(locale.String)
			return &r, err
		}, strings.Join(parts[:n], " UNION ALL "), args[:7*n]...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.kindLocale] += r.texts
		}
		parts, args = parts[n:], args[7*n:]
	}
	return out, nil
}

// maxUnion is how many queries are joined into one: SQLite takes 500, and one text
// is prepared for each length.
const maxUnion = 40

// coverageOfEdition counts the entries of an edition, a page at a time.
func (v *Views) coverageOfEdition(ctx context.Context, f CoverageFilter, locales []domain.Locale) (map[kindLocale]int, error) {
	out := map[kindLocale]int{}
	err := v.eachEntry(ctx, f.Edition, func(item *Item, version *Version) {
		if f.Kind != "" && item.Kind != f.Kind || f.Public && !item.Public {
			return
		}
		for _, c := range facets(*version.Content) {
			if c.pillar == f.Pillar && c.audience == f.Audience && (c.locale == "" || slices.Contains(locales, c.locale)) {
				out[kindLocale{item.Kind, c.locale}] += c.texts
			}
		}
	})
	return out, err
}

// eachEntry calls do for every version that an edition holds, in order of the
// items' keys.
func (v *Views) eachEntry(ctx context.Context, edition int, do func(*Item, *Version)) error {
	const page = 200
	for after := ""; ; {
		entries, err := v.EditionEntries(ctx, edition, after, page)
		if err != nil {
			return err
		}
		keys, items := make([]VersionKey, 0, len(entries)), make([]string, 0, len(entries))
		for _, e := range entries {
			after = e.Item
			if e.Version != 0 {
				keys, items = append(keys, VersionKey{e.Item, e.Version}), append(items, e.Item)
			}
		}
		versions, err := v.VersionsByKey(ctx, keys)
		if err != nil {
			return err
		}
		known, err := v.ItemsByKey(ctx, items)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if version, item := versions[k], known[k.Item]; version != nil && item != nil {
				do(item, version)
			}
		}
		if len(entries) < page {
			return nil
		}
	}
}

// Gap is a version that does not say in a locale all that it says.
type Gap struct {
	Item    string
	Kind    domain.Kind
	Version int
	Missing int // texts
}

// Gaps returns what is in force and lacks texts in a locale, in order of the
// items' keys, what follows after, at most limit.
func (v *Views) Gaps(ctx context.Context, f CoverageFilter, l domain.Locale, after string, limit int) ([]*Gap, error) {
	var parts []string
	var args []any
	at := micros(f.AsOf)
	for _, public := range f.scopes() {
		for _, kind := range f.kinds() {
			parts = append(parts, `SELECT a.item, a.kind, a.version, a.texts - coalesce(b.texts, 0) AS missing FROM listing a
				LEFT JOIN listing b ON b.public = a.public AND b.kind = a.kind AND b.locale = ? AND b.pillar = a.pillar AND b.audience = a.audience
					AND b.item = a.item AND b.valid_from = a.valid_from
				WHERE a.public = ? AND a.kind = ? AND a.locale = '' AND a.pillar = ? AND a.audience = ? AND a.item > ? AND a.valid_from <= ? AND a.valid_until > ?
					AND a.texts > coalesce(b.texts, 0)`)
			args = append(args, l, public, kind, f.Pillar, f.Audience, after, at, at)
		}
	}
	return many(ctx, v, func(rows columns) (*Gap, error) {
		var g Gap
		return &g, rows.Scan(&g.Item, &g.Kind, &g.Version, &g.Missing)
	}, strings.Join(parts, " UNION ALL ")+" ORDER BY 1 LIMIT ?", append(args, limit)...)
}
