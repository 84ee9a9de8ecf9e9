package graph

import (
	"context"
	"time"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/projections"
)

// runEdition runs a command of an edition, and returns the edition after it.
func runEdition(ctx context.Context, r *Resolver, number int, c domain.Command[domain.Edition], key *string, seen *int) (*projections.Edition, eventlog.Position, error) {
	result, err := run(ctx, r, domain.Editions, c, key, seen)
	if err != nil {
		return nil, 0, err
	}
	edition, err := r.Views.Edition(ctx, number)
	return edition, result.Position, err
}

// editionDiff tells what the version that an edition put in force says
// differently from the one before; all of it where there was none.
func editionDiff(ctx context.Context, c *projections.EditionChange) ([]*projections.FieldChange, error) {
	contents := [2]*domain.Content{{}, {}}
	for i, number := range [2]int{c.Before, c.After} {
		if number == 0 {
			continue
		}
		version, err := loadersOf(ctx).versions.Load(ctx, projections.VersionKey{Item: c.Item, Number: number})
		if err != nil {
			return nil, err
		}
		if version != nil {
			contents[i] = version.Content
		}
	}
	return differences(contents[0], contents[1]), nil
}

// compareEditions tells what is in force otherwise with an issued edition than
// with an earlier one.
func (r *Resolver) compareEditions(ctx context.Context, from, to int, after string, limit int) ([]*projections.EditionChange, error) {
	var at [2]time.Time
	for i, number := range [2]int{from, to} {
		field := []string{"from", "to"}[i]
		edition, err := orNothing(r.Views.Edition(ctx, number))
		switch {
		case err != nil:
			return nil, err
		case edition == nil:
			return nil, domain.Refuse(domain.NotFound, "unknown_edition", "there is no edition %d", number).At("%s", field)
		case edition.Issued.IsZero():
			return nil, domain.Refuse(domain.Conflict, "not_issued", "edition %d has not been issued", number).At("%s", field)
		}
		at[i] = edition.Issued
	}
	if at[1].Before(at[0]) {
		return nil, domain.Refuse(domain.Invalid, "turned_round", "name the earlier edition first").At("from")
	}
	rows, err := r.Views.Compare(ctx, at[0], at[1], false, after, limit)
	out := make([]*projections.EditionChange, len(rows))
	for i, c := range rows {
		out[i] = &projections.EditionChange{Item: c.Item, What: c.What, Before: c.Before, After: c.After}
	}
	return out, err
}
