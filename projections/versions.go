package projections

import (
	"context"
	"slices"
	"strings"

	"signet/domain"
)

// VersionFilter says which versions are asked for; empty fields mean any.
type VersionFilter struct {
	States []domain.VersionState
	Agency string // that began it
	// Newest lists those begun last first; otherwise they are in order of item and number.
	Newest bool
}

// VersionPlace is the place of a version in a list of those of all items.
type VersionPlace struct {
	Item    string
	Number  int
	Drafted int64 `json:",omitempty"` // microseconds since 1970; 0 in the order of items
}

// PlaceOf is the place of a version in the list of a filter.
func (f VersionFilter) PlaceOf(r *Version) VersionPlace {
	p := VersionPlace{Item: r.Item, Number: r.Number}
	if f.Newest {
		p.Drafted = micros(r.Drafted)
	}
	return p
}

// everyState are the states of versions.
var everyState = []domain.VersionState{domain.Drafted, domain.Submitted, domain.Returned, domain.Approved, domain.Withdrawn}

// VersionsIn returns the versions of all items that a filter lets through, those after
// the place, at most limit: what waits for authors or for reviewers.
func (v *Views) VersionsIn(ctx context.Context, f VersionFilter, after VersionPlace, limit int) ([]*Version, error) {
	states := slices.Compact(slices.Sorted(slices.Values(f.States)))
	if len(states) == 0 {
		states = everyState
	}
	where, order := "WHERE state = ? AND (item, number) > (?, ?)", " ORDER BY item, number LIMIT ?"
	place := []any{after.Item, after.Number}
	if f.Newest {
		where, order = "WHERE state = ? AND (drafted, item, number) < (?, ?, ?)", " ORDER BY drafted DESC, item DESC, number DESC LIMIT ?"
		if after.Drafted == 0 {
			after.Drafted = Forever
		}
		place = []any{after.Drafted, after.Item, after.Number}
	}
	if f.Agency != "" {
		where, place = where+" AND agency = ?", append(place, f.Agency)
	}
	// Each state is read in order by an index of its own, and they are merged.
	var parts []string
	var args []any
	for _, s := range states {
		parts = append(parts, selectVersion+where)
		args = append(append(args, s), place...)
	}
	rows, err := many(ctx, v, scanVersion, strings.Join(parts, " UNION ALL ")+order, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	return rows, v.fillContents(ctx, rows)
}

// NewestByKey returns the newest version of each of the items, or the newest of those
// that were approved, if so asked; items without one are left out.
func (v *Views) NewestByKey(ctx context.Context, keys []string, approved bool) (map[string]*Version, error) {
	list, err := asJSON(keys)
	if err != nil {
		return nil, err
	}
	rows, err := many(ctx, v, scanVersion, selectVersion+`WHERE (item, number) IN (SELECT k.value,
		(SELECT n.number FROM version n WHERE n.item = k.value AND (n.approved > 0 OR NOT ?2) ORDER BY n.number DESC LIMIT 1) FROM json_each(?1) k)`, list, approved)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*Version, len(rows))
	for _, r := range rows {
		out[r.Item] = r
	}
	return out, v.fillContents(ctx, rows)
}
