package admin

import (
	"time"

	"signet/domain"
	"signet/internal/portal/frame"
)

// issuePage says what an edition would put in force, before it is issued.
type issuePage struct {
	Edition           *editionRow
	Entries           []entry
	More              bool // than are shown
	Decision, Decided string
	Once              string
}

// Left is how many of the edition's candidates it does not hold.
func (p issuePage) Left() int {
	return max(p.Edition.Readiness.Candidates-p.Edition.Readiness.Included, 0)
}

func askIssue(v *frame.Visit) error {
	if err := v.Need(string(domain.ManageEditions)); err != nil {
		return err
	}
	number, err := numberOf(v)
	if err != nil {
		return err
	}
	const document = `query PortalAdminIssue($number: Int!, $locale: Locale!, $after: String) {
	edition(number: $number) {
		` + editionFields + `
		entries(first: 100, after: $after) { edges { node { key number item { name(locale: $locale) kind inForce { number } } } } pageInfo { hasNextPage endCursor } }
	}
}`
	page := issuePage{
		Decision: typed(v, "issue", "decision", ""), Decided: typed(v, "issue", "decided", time.Now().In(domain.CityZone).Format(time.DateOnly)), Once: frame.Once(),
	}
	page.Entries, page.More, err = every(func(after any) (frame.List[entry], error) {
		var told struct {
			Edition *struct {
				editionRow

				Entries frame.List[entry]
			}
		}
		if err := v.Ask(document, frame.Vars{"number": number, "locale": v.Lang, "after": after}, &told); err != nil {
			return frame.List[entry]{}, err
		}
		if told.Edition == nil {
			return frame.List[entry]{}, unknown()
		}
		page.Edition = &told.Edition.editionRow
		return told.Edition.Entries, nil
	})
	switch {
	case err != nil:
		return err
	case page.Edition.Issued != "":
		return v.Go("/admin/editions/", number)
	}
	return v.Show("admin/issue", &page)
}

// issue puts an edition in force.
func issue(v *frame.Visit) error {
	number, err := numberOf(v)
	if err != nil {
		return err
	}
	if err = confirmed(v, "compared"); err == nil {
		in := frame.Vars{"number": number, "decision": v.Value("decision"), "decided": v.Value("decided"), "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once")}
		err = change(v, "issueEdition", "IssueEditionInput", "position", in, nil)
	}
	if err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return askIssue(v)
	}
	return v.Go("/admin/editions/", number, "?done=admin-issued")
}
