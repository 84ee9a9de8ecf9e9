package admin

import (
	"signet/domain"
	"signet/internal/portal/frame"
)

// agencyRow is an agency in a list.
type agencyRow struct{ Key, Name, Registered string }

// agenciesPage lists the agencies, with the form of a new one.
type agenciesPage struct {
	Agencies frame.List[agencyRow]
	Names    []text
	Key      string
	Once     string
}

func agencies(v *frame.Visit) error {
	if err := v.Need(string(domain.ReadMembers)); err != nil {
		return err
	}
	const document = `query PortalAdminAgencies($locale: Locale!, $after: String) {
	agencies(first: 50, after: $after) { edges { node { key name(locale: $locale) registered } } pageInfo { hasNextPage endCursor } }
}`
	page := agenciesPage{Names: localized(v, "register", "name", nil), Key: typed(v, "register", "key", ""), Once: frame.Once()}
	if err := v.Ask(document, frame.Vars{"locale": v.Lang, "after": v.Optional("after")}, &page); err != nil {
		return err
	}
	return v.Show("admin/agencies", &page)
}

// registerAgency makes an agency known, and goes on to its page.
func registerAgency(v *frame.Visit) error {
	key := v.Value("key")
	in := frame.Vars{"key": key, "names": filled(localized(v, "register", "name", nil)), "idempotencyKey": v.Optional("once")}
	if err := change(v, "registerAgency", "RegisterAgencyInput", "position", in, nil); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return agencies(v)
	}
	return v.Go("/admin/agencies/", key, "?done=admin-registered")
}
