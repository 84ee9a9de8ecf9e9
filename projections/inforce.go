package projections

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"signet/domain"
)

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
	rows, err := many(ctx, v, scanStanding, query, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	return v.standings(ctx, rows)
}

// standings gives the rows their contents.
func (v *Views) standings(ctx context.Context, rows []*standingRow) ([]*Standing, error) {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.contentID
	}
	contents, err := v.contentsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*Standing, len(rows))
	for i, r := range rows {
		r.Content = contents[i]
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

func scanStanding(rows columns) (*standingRow, error) {
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
	all, err := v.InForceByKey(ctx, []string{key}, at)
	if err != nil {
		return nil, err
	}
	if all[key] == nil {
		return nil, ErrNotFound
	}
	return all[key], nil
}

// Validity is one interval in which a version is in force.
type Validity struct {
	From    time.Time
	Until   time.Time // zero: has not ended
	Edition int
}

// Latest returns the last of a version's intervals, which are in order, that had begun
// at an instant, and whether it holds then; nil if none had begun.
func Latest(validities []*Validity, at time.Time) (latest *Validity, holds bool) {
	for _, v := range validities {
		if !v.From.After(at) {
			latest, holds = v, v.Until.IsZero() || v.Until.After(at)
		}
	}
	return latest, holds
}

// Validities returns the intervals in which a version was, is or will be in
// force, in order; usually one or none.
func (v *Views) Validities(ctx context.Context, key string, version int) ([]*Validity, error) {
	of := VersionKey{key, version}
	all, err := v.ValiditiesByKey(ctx, []VersionKey{of})
	return all[of], err
}

// Begun returns the versions that were in force at an instant or before it, in order
// of item and number, those after one, at most limit; only of public items, if so asked.
func (v *Views) Begun(ctx context.Context, at time.Time, public bool, after VersionKey, limit int) ([]VersionKey, error) {
	rows, err := many(ctx, v, func(rows columns) (*VersionKey, error) {
		var k VersionKey
		return &k, rows.Scan(&k.Item, &k.Number)
	}, `SELECT DISTINCT s.item, s.version FROM standing s JOIN item i ON i.key = s.item
		WHERE s.valid_from <= ? AND (s.item, s.version) > (?, ?) AND (i.public OR NOT ?) ORDER BY s.item, s.version LIMIT ?`,
		micros(at), after.Item, after.Number, public, limit)
	out := make([]VersionKey, len(rows))
	for i, k := range rows {
		out[i] = *k
	}
	return out, err
}

// NextChange is the first instant after one at which any version begins or ceases to be
// in force, as is known now; zero if there is none.
func (v *Views) NextChange(ctx context.Context, after time.Time) (time.Time, error) {
	at, err := one(ctx, v, func(rows columns) (*sql.NullInt64, error) {
		var at sql.NullInt64
		return &at, rows.Scan(&at)
	}, "SELECT min(at) FROM (SELECT min(at) AS at FROM effect WHERE at > ?1 UNION ALL SELECT min(at) FROM ending WHERE at > ?1)", micros(after))
	if err != nil || !at.Valid {
		return time.Time{}, err
	}
	return fromMicros(at.Int64), nil
}
