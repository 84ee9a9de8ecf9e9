package graph

import (
	"context"
	"time"

	"signet/domain"
	"signet/graph/gen"
	"signet/internal/eventlog"
	"signet/projections"
)

// keyOf names a version, and is its place among those of all items.
func keyOf(v *projections.Version) projections.VersionKey {
	return projections.VersionKey{Item: v.Item, Number: v.Number}
}

// runVersion runs a command of an item, and returns one of its versions after it.
func runVersion(ctx context.Context, r *Resolver, c domain.Command[domain.Item], key string, number int, idempotency *string, seen *int) (*projections.Version, eventlog.Position, error) {
	result, err := run(ctx, r, domain.Items, c, idempotency, seen)
	if err != nil {
		return nil, 0, err
	}
	version, err := r.Views.Version(ctx, key, number)
	return version, result.Position, err
}

func versionEdge(c string, v *projections.Version) *gen.VersionEdge {
	return &gen.VersionEdge{Cursor: c, Node: v}
}

// effective reads when a version is to begin: one of the two, or as soon as it is
// signed.
func effective(in *gen.EffectiveInput) domain.Effective {
	if in == nil {
		return domain.Effective{}
	}
	return domain.Effective{At: in.At, Edition: or(in.Edition, 0)}
}

// diff compares two versions of an item that the viewer may both see.
func (r *Resolver) diff(ctx context.Context, key string, from, to int) ([]*projections.FieldChange, error) {
	contents := make([]*domain.Content, 2)
	for i, number := range []int{from, to} {
		version, err := r.seeVersion(ctx, key, number)
		if err != nil {
			return nil, err
		}
		if version == nil {
			return nil, domain.Refuse(domain.NotFound, "unknown_version", "item %q has no version %d", key, number).At("%s", []string{"from", "to"}[i])
		}
		contents[i] = version.Content
	}
	return differences(contents[0], contents[1]), nil
}

func differences(before, after *domain.Content) []*projections.FieldChange {
	changes := projections.Diff(before, after)
	out := make([]*projections.FieldChange, len(changes))
	for i := range changes {
		out[i] = &changes[i]
	}
	return out
}

// status tells what a version is worth at an instant.
func (r *Resolver) status(ctx context.Context, v *projections.Version, at time.Time) (gen.VersionStatus, error) {
	if v.State != domain.Approved && v.State != domain.Withdrawn || v.Approved.After(at) {
		return gen.VersionStatusUnapproved, nil
	}
	if !v.WithdrawnFrom.IsZero() && !v.WithdrawnFrom.After(at) {
		return gen.VersionStatusWithdrawn, nil
	}
	validities, err := loadersOf(ctx).validities.Load(ctx, keyOf(v))
	if err != nil {
		return "", err
	}
	switch latest, holds := projections.Latest(validities, at); {
	case latest == nil:
		return gen.VersionStatusScheduled, nil
	case holds:
		return gen.VersionStatusInForce, nil
	default:
		return gen.VersionStatusSuperseded, nil
	}
}
