package domain

import (
	"maps"
	"slices"
)

// Scopes are the permissions that a token is limited to, sorted and without
// repetition; nil for a token that is not limited. They never add to what its
// member may do.
type Scopes []Permission

// Allow tells whether a token that is limited so is for a permission.
func (s Scopes) Allow(p Permission) bool { return s == nil || slices.Contains(s, p) }

// Names are the names of the permissions; nil for no limit.
func (s Scopes) Names() []string {
	if s == nil {
		return nil
	}
	names := make([]string, len(s))
	for i, p := range s {
		names[i] = string(p)
	}
	return names
}

// within tells whether a token limited so is for nothing that one limited to outer
// is not for.
func (s Scopes) within(outer Scopes) bool {
	if s == nil {
		return outer == nil
	}
	return !slices.ContainsFunc(s, func(p Permission) bool { return !outer.Allow(p) })
}

// Permissions returns every permission, sorted.
func Permissions() []Permission { return slices.Sorted(maps.Keys(grants)) }

// parseScopes sorts permissions and refuses unknown ones. None at all is a mistake
// rather than a limit, so that nobody gets everything who asked for nothing.
func parseScopes(in []Permission) (Scopes, error) {
	if in == nil {
		return nil, nil
	}
	if len(in) == 0 {
		return nil, Refuse(Invalid, "scopes_required", "a limited token is for at least one permission; leave the scopes out for one that is not limited").At("scopes")
	}
	for i, p := range in {
		if _, known := grants[p]; !known {
			return nil, Refuse(Invalid, "unknown_permission", "%q is not a permission", clip(string(p))).At("scopes[%d]", i)
		}
	}
	out := Scopes(slices.Clone(in))
	slices.Sort(out)
	return slices.Compact(out), nil
}

// mayIssue refuses to hand out, by a limited token, one that is for more. Its
// secret is shown to the caller, who could go on with that.
func (a Actor) mayIssue(scopes Scopes) error {
	if scopes.within(a.Scopes) {
		return nil
	}
	return Refuse(Forbidden, "exceeds_token", "your token is limited; it can't give out one that is for more").At("scopes")
}

// mayGrant refuses to give a member, by a limited token, what that is not for: the
// member may hold a token that is not limited.
func (a Actor) mayGrant(before, after AgencyMember) error {
	for _, p := range Permissions() {
		gains := after.Roles.Has(grants[p]...) && !before.Roles.Has(grants[p]...)
		if gains && !a.Scopes.Allow(p) {
			return Refuse(Forbidden, "exceeds_token", "your token is limited; it can't give the permission %s to somebody", p).At("roles")
		}
	}
	wider := slices.ContainsFunc(after.Locales, func(l Locale) bool { return !slices.Contains(before.Locales, l) })
	if wider && !a.Scopes.Allow(TranslateVersions) {
		return Refuse(Forbidden, "exceeds_token", "your token is limited; it can't give further locales to somebody").At("locales")
	}
	return nil
}
