package graph

import (
	"context"

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
