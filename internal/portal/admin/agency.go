package admin

import (
	"slices"

	"signet/domain"
	"signet/internal/portal/frame"
)

// memberRow is a member with its tokens.
type memberRow struct {
	ID, Name, Mail, Added string
	Roles, Locales        []string
	Tokens                []token
}

// Sessions are those of the member's tokens that browsers use now.
func (m memberRow) Sessions() []token {
	return slices.DeleteFunc(slices.Clone(m.Tokens), func(t token) bool { return !t.Session() || t.Ended() })
}

// Lasting are the member's other tokens, also those that have ended.
func (m memberRow) Lasting() []token {
	return slices.DeleteFunc(slices.Clone(m.Tokens), token.Session)
}

// Shown are all tokens but the sessions of the past, of which there is one for each time
// that the member has not logged out.
func (m memberRow) Shown() []token { return append(m.Lasting(), m.Sessions()...) }

// delegation is the right of a member to sign for an agency.
type delegation struct{ Member, MemberAgency, From, Until, Reason string }

// agencyTold is an agency as the API tells of it.
type agencyTold struct {
	Key, Name, Registered string
	Names                 []text
	Revision              int
	Members               frame.List[memberRow]
	Delegations           frame.List[delegation]
}

// agencyPage is an agency with its members, and the forms to rename it and to add one.
type agencyPage struct {
	Agency *agencyTold
	Names  []text // of the form
	New    roleForm
	Once   string
}

// Others are the languages of the agency's names beyond those that every form has.
func (p agencyPage) Others() (out []string) {
	for _, t := range p.Names {
		if !slices.Contains(languages, t.Locale) {
			out = append(out, t.Locale)
		}
	}
	return out
}

const memberFields = `id name mail added roles locales tokens { id issued expires scopes lastUsed }`

// agency shows an agency.
func agency(v *frame.Visit) error {
	if err := v.Need(string(domain.ReadMembers)); err != nil {
		return err
	}
	const document = `query PortalAdminAgency($key: String!, $locale: Locale!, $after: String) {
	agency(key: $key) {
		key name(locale: $locale) names { locale text } registered revision
		members(first: 50, after: $after) { edges { node { ` + memberFields + ` } } pageInfo { hasNextPage endCursor } }
		delegations(first: 100) { edges { node { member memberAgency from until reason } } pageInfo { hasNextPage endCursor } }
	}
}`
	page := agencyPage{Once: frame.Once()}
	if err := v.Ask(document, frame.Vars{"key": v.PathValue("key"), "locale": v.Lang, "after": v.Optional("after")}, &page); err != nil {
		return err
	}
	if page.Agency == nil {
		return unknown()
	}
	page.Names = localized(v, "rename", "name", page.Agency.Names)
	page.New = rolesOf(v, "add", nil, nil)
	return v.Show("admin/agency", &page)
}

// changeAgency renames an agency, or adds a member.
func changeAgency(v *frame.Visit) error {
	key := v.PathValue("key")
	switch v.Value("do") {
	case "rename":
		names := filled(localized(v, "rename", "name", nil))
		for _, locale := range v.Values("other") { // beyond the languages that every form has
			if said := v.Value("name." + locale); said != "" {
				names = append(names, text{locale, said})
			}
		}
		in := frame.Vars{"key": key, "names": names, "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once")}
		if err := change(v, "renameAgency", "RenameAgencyInput", "position", in, nil); err != nil {
			if err := v.RefusedInput(err); err != nil {
				return err
			}
			return agency(v)
		}
		return v.Go("/admin/agencies/", key, "?done=admin-renamed")
	case "add":
		return addMember(v, key)
	}
	return unknown()
}

// addMember adds a member, and goes on to the page where tokens are issued. Name and
// address are written there: people and agencies are stored apart.
func addMember(v *frame.Visit, key string) error {
	form := rolesOf(v, "add", nil, nil)
	in := frame.Vars{"agency": key, "roles": form.Roles, "locales": form.locales(), "idempotencyKey": v.Optional("once")}
	var added struct {
		Done struct{ Member struct{ ID string } }
	}
	if err := change(v, "addMember", "AddMemberInput", "member { id }", in, &added); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return agency(v)
	}
	id := added.Done.Member.ID
	if v.Value("name") == "" && v.Value("mail") == "" {
		return v.Go("/admin/agencies/", key, "/members/", id, "?done=admin-added")
	}
	if err := setPerson(v, key, id); err != nil {
		// The member is there. The page of it has the form again, and says what is wrong.
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return showMember(v, key, id)
	}
	return v.Go("/admin/agencies/", key, "/members/", id, "?done=admin-added")
}
