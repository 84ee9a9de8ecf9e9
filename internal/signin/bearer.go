package signin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/oidc"
	"signet/projections"
)

// Bearer tells whom an access token of the provider stands for; it is an access.Foreign.
//
// A token lasts for a while, in which its owner may have been given another place. So one
// that is older than the last login, or the last change that a token has made, changes
// nothing: it counts for what it and the member have in common. A newer one
// makes its owner what the rules say, as a login does. None removes its owner for having
// no place: providers leave groups out of access tokens unless they are told not to.
//
// Refusals: access.ErrBadToken, no_rule, and sign_in_again for an older token whose owner
// is something else now. oidc.ErrUnavailable if the provider's keys are not known.
func (d *Door) Bearer(ctx context.Context, token string) (access.Bearer, error) {
	i, err := d.Provider.Bearer(ctx, token)
	if refused := domain.AsError(err); refused != nil && strings.HasPrefix(refused.Reason, "jwt_") {
		return access.Bearer{}, access.ErrBadToken
	}
	if err != nil {
		return access.Bearer{}, err
	}
	grant, err := d.Rules.Grant(i.Claims)
	if err != nil {
		return access.Bearer{}, err
	}
	id, err := d.known(ctx, i)
	if err != nil {
		return access.Bearer{}, err
	}
	newer, err := d.newer(ctx, id, i)
	if err != nil {
		return access.Bearer{}, err
	}
	member, err := d.member(ctx, grant.Agency, id)
	if err != nil {
		return access.Bearer{}, err
	}
	switch {
	case member != nil && slices.Equal(member.Roles, grant.Roles) && slices.Equal(member.Locales, grant.Locales):
	case newer:
		if id, err = d.settle(ctx, i, grant); err != nil {
			return access.Bearer{}, err
		}
	case member == nil || !member.Roles.Has(grant.Roles...):
		return access.Bearer{}, domain.Refuse(domain.Forbidden, "sign_in_again", "the token is older than your last login, and you have another place since; get a new one")
	}
	return access.Bearer{Agency: grant.Agency, Member: id, Roles: grant.Roles, Expires: i.Expires}, nil
}

// newer tells whether a token is newer than what was noted of its owner last.
func (d *Door) newer(ctx context.Context, id uuid.UUID, i oidc.Identity) (bool, error) {
	if id == uuid.Nil {
		return true, nil
	}
	known, err := d.People.Get(ctx, id)
	return i.Issued.After(known[id].Changed), err
}

// member is nil for who is none.
func (d *Door) member(ctx context.Context, agency string, id uuid.UUID) (*projections.Member, error) {
	m, err := d.Views.Member(ctx, agency, id)
	if errors.Is(err, projections.ErrNotFound) {
		return nil, nil //nolint:nilnil // it says so
	}
	return m, err
}
