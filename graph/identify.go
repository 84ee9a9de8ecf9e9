package graph

import (
	"context"
	"time"

	"signet/domain"
	"signet/graph/gen"
	"signet/internal/access"
	"signet/internal/identify"
)

var identifiedBy = map[identify.By]gen.IdentifiedBy{identify.Digest: gen.IdentifiedByDigest, identify.Stamp: gen.IdentifiedByStamp}

var statuses = map[identify.State]gen.VersionStatus{
	identify.Scheduled: gen.VersionStatusScheduled, identify.InForce: gen.VersionStatusInForce,
	identify.Superseded: gen.VersionStatusSuperseded, identify.Withdrawn: gen.VersionStatusWithdrawn,
}

// identify tells the viewer which version a file is.
func (r *Resolver) identify(ctx context.Context, claims identify.Claims) ([]*gen.Identification, error) {
	asker := identify.Asker{Now: r.present(ctx), Approved: access.From(ctx).Can(domain.ReadApproved)}
	answers, err := identify.Find(ctx, r.Views, asker, claims)
	if err != nil {
		return nil, err
	}
	out := make([]*gen.Identification, len(answers))
	for i, a := range answers {
		out[i] = &gen.Identification{
			By: identifiedBy[a.By], Digest: unlessZero(a.Digest), File: unlessZero(a.File), Key: a.Item, Kind: a.Kind, Version: a.Version,
			Status: statuses[a.State], Since: a.Since, Edition: unlessZero(a.Edition), Current: unlessZero(a.Current),
			Reason: unlessZero(a.Reason), Licence: unlessZero(a.Licence), Until: unlessZero(a.Until),
		}
		if a.Replacement != nil {
			out[i].ReplacementKey, out[i].ReplacementVersion = &a.Replacement.Item, unlessZero(a.Replacement.Version)
		}
	}
	return out, nil
}

// unlessZero points at a value, unless it says nothing.
func unlessZero[T string | int | time.Time](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
