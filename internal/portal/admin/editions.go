package admin

import (
	"strconv"

	"signet/domain"
	"signet/internal/portal/frame"
)

// readiness is what an edition lacks.
type readiness struct {
	Candidates, Included, Retired, Unsigned, Open, Missing, Stale, Withdrawn int
	Issuable, Complete                                                       bool
}

// editionRow is an edition in a list.
type editionRow struct {
	Number, Revision                      int
	Title, Due, Issued, Decision, Decided string
	NextDue                               string
	OnTime                                bool
	DaysLate                              int
	Basis                                 *struct{ Decision, Decided string }
	Readiness                             readiness
}

const editionFields = `number revision title(locale: $locale) due issued decision decided nextDue onTime daysLate basis { decision decided }
	readiness { candidates included retired unsigned open missing stale withdrawn issuable complete }`

// editionsPage lists the editions, with the form of the next one.
type editionsPage struct {
	Editions frame.List[editionRow]
	Form     opening
	Once     string
}

// opening is the form of a new edition.
type opening struct {
	Number, Due, Decision, Decided string
	Titles                         []text
}

func editions(v *frame.Visit) error {
	if err := v.Need(string(domain.ReadApproved)); err != nil {
		return err
	}
	const document = `query PortalAdminEditions($locale: Locale!) {
	editions(first: 100) { edges { node { ` + editionFields + ` } } pageInfo { hasNextPage endCursor } }
}`
	page := editionsPage{Once: frame.Once()}
	if err := v.Ask(document, frame.Vars{"locale": v.Lang}, &page); err != nil {
		return err
	}
	next, due := 1, ""
	if n := len(page.Editions.Edges); n > 0 {
		last := page.Editions.Edges[n-1].Node
		next, due = last.Number+1, last.NextDue
	}
	page.Form = opening{
		typed(v, "open", "number", strconv.Itoa(next)), typed(v, "open", "due", due),
		typed(v, "open", "decision", ""), typed(v, "open", "decided", ""), localized(v, "open", "title", nil),
	}
	return v.Show("admin/editions", &page)
}

// openEdition begins to prepare an edition.
func openEdition(v *frame.Visit) error {
	number := v.Value("number")
	in := frame.Vars{"number": v.Whole("number"), "titles": filled(localized(v, "open", "title", nil)), "due": v.Value("due"), "idempotencyKey": v.Optional("once")}
	if in["number"] == nil {
		in["number"] = 0 // the API refuses it, and names the field
	}
	if v.Value("decision") != "" || v.Value("decided") != "" {
		in["basis"] = frame.Vars{"decision": v.Value("decision"), "decided": v.Value("decided")}
	}
	if err := change(v, "openEdition", "OpenEditionInput", "position", in, nil); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return editions(v)
	}
	return v.Go("/admin/editions/", number, "?done=admin-opened")
}
