package admin

import (
	"slices"
	"strings"

	"signet/domain"
	"signet/graph/rules"
	"signet/internal/portal/frame"
)

// roleForm is the choice of roles and, for translators, of languages.
type roleForm struct {
	Roles   []string
	Locales []string // of those that can be chosen
	Others  string   // further ones, with commas
}

// choice is something that can be ticked.
type choice struct {
	Value, Does string
	Chosen      bool
}

// rolesOf reads the choice from a form, or takes what was there before. Its roles are
// never nil: the API says what is wrong with none.
func rolesOf(v *frame.Visit, form string, roles, locales []string) roleForm {
	if sent(v, form) {
		return roleForm{append([]string{}, v.Values("roles")...), v.Values("locales"), v.Value("others")}
	}
	f := roleForm{Roles: roles}
	var others []string
	for _, l := range locales {
		if slices.Contains(languages, l) {
			f.Locales = append(f.Locales, l)
			continue
		}
		others = append(others, l)
	}
	f.Others = strings.Join(others, ", ")
	return f
}

// locales are those of a translator; nil if there are none.
func (f roleForm) locales() any {
	all := slices.Clone(f.Locales)
	for l := range strings.SplitSeq(f.Others, ",") {
		if l = strings.TrimSpace(l); l != "" {
			all = append(all, l)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// Choices are the roles that a member can be given, with what each does.
func (f roleForm) Choices(lang string) []choice {
	out := make([]choice, len(domain.MemberRoles))
	for i, role := range domain.MemberRoles {
		name := strings.ToUpper(string(role))
		does := rules.Does(role).VI
		if lang == string(frame.English) {
			does = rules.Does(role).EN
		}
		out[i] = choice{name, does, slices.Contains(f.Roles, name)}
	}
	return out
}

// Tongues are the languages that a translator can be given.
func (f roleForm) Tongues() []choice {
	var out []choice
	for _, l := range languages[1:] { // the first is that of the sources
		out = append(out, choice{Value: l, Chosen: slices.Contains(f.Locales, l)})
	}
	return out
}

// memberPage is a member, with the forms for its roles and for who it is.
type memberPage struct {
	Agency     struct{ Key, Name string }
	Revision   int
	Member     memberRow
	Form       roleForm
	Name, Mail string // of the form
	Once       string
}

// findMember looks for a member of an agency.
func findMember(v *frame.Visit, key, id string) (memberPage, error) {
	const document = `query PortalAdminMember($key: String!, $locale: Locale!, $after: String) {
	agency(key: $key) { key name(locale: $locale) revision members(first: 100, after: $after) { edges { node { ` + memberFields + ` } } pageInfo { hasNextPage endCursor } } }
}`
	page := memberPage{Once: frame.Once()}
	if err := v.Need(string(domain.ReadMembers)); err != nil {
		return page, err
	}
	members, _, err := every(func(after any) (frame.List[memberRow], error) {
		var told struct{ Agency *agencyTold }
		if err := v.Ask(document, frame.Vars{"key": key, "locale": v.Lang, "after": after}, &told); err != nil {
			return frame.List[memberRow]{}, err
		}
		if told.Agency == nil {
			return frame.List[memberRow]{}, unknown()
		}
		page.Agency.Key, page.Agency.Name, page.Revision = told.Agency.Key, told.Agency.Name, told.Agency.Revision
		return told.Agency.Members, nil
	})
	if err != nil {
		return page, err
	}
	i := slices.IndexFunc(members, func(m memberRow) bool { return m.ID == id })
	if i < 0 {
		return page, unknown()
	}
	page.Member = members[i]
	return page, nil
}

func member(v *frame.Visit) error { return showMember(v, v.PathValue("key"), v.PathValue("id")) }

func showMember(v *frame.Visit, key, id string) error {
	page, err := findMember(v, key, id)
	if err != nil {
		return err
	}
	page.Form = rolesOf(v, "roles", page.Member.Roles, page.Member.Locales)
	page.Name, page.Mail = typed(v, "person", "name", page.Member.Name), typed(v, "person", "mail", page.Member.Mail)
	if sent(v, "add") { // the member was added, and the name was refused
		page.Name, page.Mail = v.Value("name"), v.Value("mail")
	}
	return v.Show("admin/member", &page)
}

// changeMember gives a member other roles, or says who it is.
func changeMember(v *frame.Visit) error {
	key, id := v.PathValue("key"), v.PathValue("id")
	var err error
	switch v.Value("do") {
	case "roles":
		form := rolesOf(v, "roles", nil, nil)
		in := frame.Vars{
			"agency": key, "member": id, "roles": form.Roles, "locales": form.locales(),
			"revision": v.Whole("revision"), "idempotencyKey": v.Optional("once"),
		}
		err = change(v, "changeMemberRoles", "ChangeMemberRolesInput", "position", in, nil)
	case "person":
		err = setPerson(v, key, id)
	default:
		return unknown()
	}
	if err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return member(v)
	}
	return v.Go("/admin/agencies/", key, "/members/", id, "?done=saved")
}

// setPerson writes a member's name and address.
func setPerson(v *frame.Visit, key, id string) error {
	in := frame.Vars{"agency": key, "member": id, "name": v.Value("name"), "mail": v.Value("mail")}
	return change(v, "setPerson", "SetPersonInput", "member { id }", in, nil)
}

// askRemoveMember says what the removal of a member does.
func askRemoveMember(v *frame.Visit) error {
	page, err := findMember(v, v.PathValue("key"), v.PathValue("id"))
	if err != nil {
		return err
	}
	here := v.Path("/admin/agencies/", page.Agency.Key, "/members/", page.Member.ID)
	return v.Show("admin/confirm", confirmation{
		Title:  v.T("admin.remove.title", page.Member.Who(), page.Agency.Name),
		Says:   []string{v.T("admin.remove.tokens", len(page.Member.Shown())), v.T("admin.remove.kept"), v.T("admin.remove.undo")},
		Button: v.T("admin.remove"), Action: here + "/remove", Back: here, Once: page.Once,
	})
}

func removeMember(v *frame.Visit) error {
	key := v.PathValue("key")
	in := frame.Vars{"agency": key, "member": v.PathValue("id"), "idempotencyKey": v.Optional("once")}
	if err := change(v, "removeMember", "RemoveMemberInput", "position", in, nil); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return askRemoveMember(v)
	}
	return v.Go("/admin/agencies/", key, "?done=admin-removed")
}

// Who is how a member is called: by name, or by the beginning of the opaque id.
func (m memberRow) Who() string {
	if m.Name != "" {
		return m.Name
	}
	return short(m.ID)
}

// short is the beginning of an id, by which people tell ids apart.
func short(id string) string {
	const enough = 8
	if len(id) <= enough {
		return id
	}
	return id[:enough] + "…"
}
