package graph

import (
	"context"
	"slices"
	"time"

	"signet/domain"
	"signet/graph/gen"
	"signet/internal/access"
)

// terms are those of a policy that is to be set.
func terms(in gen.SetPolicyInput) domain.PolicyTerms {
	return domain.PolicyTerms{
		Leads: in.Leads, Required: in.Required, Others: in.Others, Quorum: or(in.Quorum, 0), LeadLast: or(in.LeadLast, false),
		CoordinatingDays: or(in.CoordinatingDays, 0), LeadDays: or(in.LeadDays, 0), RevisionDays: or(in.RevisionDays, 0), Survival: in.Survival,
	}
}

// given are the roles that somebody was given, without what follows from a
// delegation.
func given(roles domain.Roles) domain.Roles {
	return slices.DeleteFunc(slices.Clone(roles), func(r domain.Role) bool { return !slices.Contains(domain.MemberRoles, r) })
}

// permissions are those that a token is to be limited to; nil for no limit.
func permissions(names []string) []domain.Permission {
	if names == nil {
		return nil
	}
	out := make([]domain.Permission, len(names))
	for i, name := range names {
		out[i] = domain.Permission(name)
	}
	return out
}

// successor makes the token that takes the place of another one, by its id. That of a
// session goes on to depend on the token that it was begun with: nobody gets out of a
// browser what lasts longer.
func successor(id string) access.Token {
	if first := access.BegunWith(id); first != id {
		return access.NewSession(first)
	}
	return access.NewToken()
}

// rotation is the command that replaces a token by the one that was made.
func rotation(ctx context.Context, in gen.RotateTokenInput, made access.Token) domain.Command[domain.Agency] {
	const longest = int(domain.MaxOverlap / time.Second)
	c := domain.RotateToken{Agency: in.Agency, Replaces: in.Token, Token: made.ID, Hash: made.Hash, Expires: in.Expires}
	c.Overlap = time.Duration(min(max(in.OverlapSeconds, -1), longest+1)) * time.Second // what is refused is refused also when it is very much
	if onlyOwn(ctx, in.Agency, in.Token) {
		return domain.RotateOwnToken{RotateToken: c}
	}
	return c
}

// revocation is the command that ends a token.
func revocation(ctx context.Context, in gen.RevokeTokenInput) domain.Command[domain.Agency] {
	c := domain.RevokeToken{Agency: in.Agency, Token: in.Token}
	if onlyOwn(ctx, in.Agency, in.Token) {
		return domain.RevokeOwnToken{RevokeToken: c}
	}
	return c
}

// onlyOwn tells whether a token is the viewer's own affair: it is what they call
// with, and those of others are none of their business.
func onlyOwn(ctx context.Context, agency, token string) bool {
	viewer := access.From(ctx)
	return token == viewer.Token && !viewer.May(domain.ManageMembers, domain.Scope{Agency: agency})
}
