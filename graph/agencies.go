package graph

import (
	"slices"

	"signet/domain"
	"signet/graph/gen"
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
