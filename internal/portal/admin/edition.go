package admin

import (
	"strconv"

	"signet/domain"
	"signet/internal/portal/frame"
)

// named is an item by its title, and what of it is in force.
type named struct {
	Name, Kind string
	InForce    *struct{ Number int }
}

// candidate is a version that an edition holds or that was submitted for it.
type candidate struct {
	Key, State              string
	Number                  int
	Included, Ready         bool
	Awaited, Missing, Stale []string
	Item                    named
}

// entry is what an edition does to an item: another version, or none any more.
type entry struct {
	Key    string
	Number int // 0 ends the item
	Item   named
}

// editionPage is an edition that is being prepared, with all that it lacks.
type editionPage struct {
	Edition *struct {
		editionRow

		Candidates frame.List[candidate]
		Entries    frame.List[entry]
	}
	Items  frame.List[struct{ Key, Name string }] // the first ones that can be ended
	Retire string                                 // key of the form
	Once   string
}

// Ended are the entries that end an item.
func (p editionPage) Ended() (out []entry) {
	for _, e := range p.Edition.Entries.Nodes() {
		if e.Number == 0 {
			out = append(out, e)
		}
	}
	return out
}

// Percent is the share of its candidates that the edition holds already.
func (p editionPage) Percent() int {
	r := p.Edition.Readiness
	if r.Candidates == 0 {
		return 0
	}
	return 100 * r.Included / r.Candidates
}

func numberOf(v *frame.Visit) (int, error) {
	n, err := strconv.Atoi(v.PathValue("number"))
	if err != nil || n < 1 {
		return 0, unknown()
	}
	return n, nil
}

func edition(v *frame.Visit) error {
	if err := v.Need(string(domain.ReadUnapproved)); err != nil {
		return err
	}
	number, err := numberOf(v)
	if err != nil {
		return err
	}
	const document = `query PortalAdminEdition($number: Int!, $locale: Locale!, $after: String) {
	edition(number: $number) {
		` + editionFields + `
		candidates(first: 50, after: $after) {
			edges { node { key number state included ready awaited missing stale item { name(locale: $locale) kind } } } pageInfo { hasNextPage endCursor }
		}
		entries(first: 100) { edges { node { key number item { name(locale: $locale) kind } } } pageInfo { hasNextPage endCursor } }
	}
	items(first: 100) { edges { node { key name(locale: $locale) } } }
}`
	page := editionPage{Retire: typed(v, "retire", "key", ""), Once: frame.Once()}
	if err := v.Ask(document, frame.Vars{"number": number, "locale": v.Lang, "after": v.Optional("after")}, &page); err != nil {
		return err
	}
	if page.Edition == nil {
		return unknown()
	}
	return v.Show("admin/edition", &page)
}

// changeEdition takes a version in, takes it out again, or ends an item with the edition.
func changeEdition(v *frame.Visit) error {
	number, err := numberOf(v)
	if err != nil {
		return err
	}
	in := frame.Vars{"number": number, "key": v.Value("key"), "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once")}
	var done string
	switch done = v.Value("do"); done {
	case "include":
		version := v.Whole("version")
		if version == nil {
			version = 0
		}
		in["version"] = version
		err = change(v, "includeInEdition", "IncludeInEditionInput", "position", in, nil)
	case "exclude":
		err = change(v, "excludeFromEdition", "ExcludeFromEditionInput", "position", in, nil)
	case "retire":
		err = change(v, "retireInEdition", "RetireInEditionInput", "position", in, nil)
	default:
		return unknown()
	}
	if err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return edition(v)
	}
	return v.Go("/admin/editions/", number, "?done=admin-", done)
}
