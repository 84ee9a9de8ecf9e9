package graph

import (
	"context"
	"errors"

	"signet/domain"
	"signet/internal/access"
	"signet/projections"
)

// need refuses a viewer without the permission.
func need(ctx context.Context, p domain.Permission) (access.Viewer, error) {
	viewer := access.From(ctx)
	return viewer, viewer.Require(p)
}

// seeItem returns an item if the viewer may know of it: with a token always,
// else when it is public and something of it is in force. Otherwise nil.
func (r *Resolver) seeItem(ctx context.Context, key string) (*projections.Item, error) {
	item, err := r.Views.Item(ctx, key)
	if err != nil || access.From(ctx).Can(domain.ReadApproved) {
		return orNothing(item, err)
	}
	if !item.Public {
		return nil, nil
	}
	if _, err := r.Views.InForce(ctx, key, r.present(ctx)); err != nil {
		return orNothing[projections.Item](nil, err)
	}
	return item, nil
}

// seeVersion returns a version if the viewer may see it: with a token when it
// was approved; drafts only with the permission to read what is not. Without a
// token only what is public and in force. Otherwise nil.
func (r *Resolver) seeVersion(ctx context.Context, key string, number int) (*projections.Version, error) {
	version, err := r.Views.Version(ctx, key, number)
	if err != nil {
		return orNothing(version, err)
	}
	viewer := access.From(ctx)
	approved := version.State == domain.Approved || version.State == domain.Withdrawn
	switch {
	case viewer.Can(domain.ReadUnapproved), approved && viewer.Can(domain.ReadApproved):
		return version, nil
	case !approved:
		return nil, nil
	}
	item, err := r.Views.Item(ctx, key)
	if err != nil || !item.Public {
		return orNothing[projections.Version](nil, err)
	}
	standing, err := r.Views.InForce(ctx, key, r.present(ctx))
	if err != nil || standing.Version != number {
		return orNothing[projections.Version](nil, err)
	}
	return version, nil
}

// orHidden makes what is refused to a viewer something that is not there.
func orHidden[T any](row *T, err error) (*T, error) {
	if domain.AsError(err) != nil {
		return nil, nil //nolint:nilerr // what a viewer may not see is not there
	}
	return row, err
}

// orNothing makes a row that is not there nil, without an error.
func orNothing[T any](row *T, err error) (*T, error) {
	if errors.Is(err, projections.ErrNotFound) {
		return nil, nil
	}
	return row, err
}

// seeEdition returns an edition if the viewer may know of it: with a token always, else
// when it was issued. Otherwise nil.
func (r *Resolver) seeEdition(ctx context.Context, number int) (*projections.Edition, error) {
	edition, err := orNothing(r.Views.Edition(ctx, number))
	if edition != nil && edition.Issued.IsZero() && !access.From(ctx).Can(domain.ReadApproved) {
		return nil, err
	}
	return edition, err
}
