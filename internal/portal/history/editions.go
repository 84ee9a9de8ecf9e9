package history

import (
	"time"

	"signet/domain"
	"signet/internal/portal/frame"
)

// editionRow is an edition in a list.
type editionRow struct {
	Number              int
	Title, Due, NextDue string // days as YYYY-MM-DD
	Issued              time.Time
	Decision, Decided   string
	OnTime              bool
	DaysLate            int
	Basis               *struct{ Decision, Decided string }
}

const editionFields = `number title(locale: $locale) due nextDue issued decision decided onTime daysLate basis { decision decided }`

// dueAt is the end of the day by which it is due.
func (e editionRow) dueAt() time.Time {
	day, err := time.ParseInLocation(time.DateOnly, e.Due, domain.CityZone)
	if err != nil {
		return time.Time{}
	}
	return day.AddDate(0, 0, 1)
}

// Before is the number of the edition before.
func (e editionRow) Before() int { return e.Number - 1 }

// IssuedOn is the day of its issue as addresses have it.
func (e editionRow) IssuedOn() string { return dayText(e.Issued) }

func editions(v *frame.Visit) error {
	const document = `query PortalHistoryEditions($locale: Locale!, $after: String) {
	editions(first: 20, after: $after) { edges { node { ` + editionFields + ` } } pageInfo { hasNextPage endCursor } }
}`
	var page struct{ Editions frame.List[editionRow] }
	if err := v.Ask(document, frame.Vars{"locale": v.Lang, "after": v.Optional("after")}, &page); err != nil {
		return err
	}
	return v.Show("history/editions", &page)
}

// named is an item of a list.
type named struct{ Name, Kind string }

// editionChange is what an issued edition did to an item.
type editionChange struct {
	Key, What     string
	Before, After int
	Diff          []change
	Item          named

	Pairs []pair
}

// Pair is the numbers that a comparison of two versions takes; false if one is missing.
func (c editionChange) Pair() bool { return c.Before > 0 && c.After > 0 }

// candidate is a version that an open edition holds, or that was submitted for it.
type candidate struct {
	Key, State              string
	Number                  int
	Included, Ready         bool
	Awaited, Missing, Stale []string
	Item                    named
}

// editionPage is one edition.
type editionPage struct {
	Edition *struct {
		editionRow

		Readiness struct {
			Candidates, Included, Retired, Unsigned, Open, Missing, Stale, Withdrawn int
			Issuable, Complete                                                       bool
		}
		Changes frame.List[editionChange]
		Entries frame.List[struct {
			Key    string
			Number int
			At     time.Time
			Item   named
		}]
		Candidates frame.List[candidate]
		Kit        frame.List[struct {
			Key, Kind, Name string
			Number          int
		}]
	}
	Member bool
	Sees   bool
}

func edition(v *frame.Visit) error {
	const document = `query PortalHistoryEdition($number: Int!, $locale: Locale!, $after: String, $member: Boolean!, $public: Boolean!, $drafts: Boolean!) {
	edition(number: $number) {
		` + editionFields + `
		readiness @include(if: $member) { candidates included retired unsigned open missing stale withdrawn issuable complete }
		changes(first: 50, after: $after) @include(if: $member) {
			edges { node { key what before after item { name(locale: $locale) kind } } } pageInfo { hasNextPage endCursor }
		}
		entries(first: 50, after: $after) @include(if: $member) {
			edges { node { key number at item { name(locale: $locale) kind } } } pageInfo { hasNextPage endCursor }
		}
		candidates(first: 50) @include(if: $drafts) {
			edges { node { key number state included ready awaited missing stale item { name(locale: $locale) kind } } } pageInfo { hasNextPage endCursor }
		}
		kit(first: 50, after: $after) @include(if: $public) { edges { node { key kind number name(locale: $locale) } } pageInfo { hasNextPage endCursor } }
	}
}`
	number := count(v.PathValue("number"))
	if number == 0 {
		return unknown("unknown_edition")
	}
	page := editionPage{Member: isMember(v), Sees: seesSteps(v)}
	vars := frame.Vars{
		"number": number, "locale": v.Lang, "after": v.Optional("after"), "member": page.Member, "public": !page.Member, "drafts": page.Sees,
	}
	if err := v.Ask(document, vars, &page); err != nil {
		return err
	}
	if page.Edition == nil {
		return unknown("unknown_edition")
	}
	return v.Show("history/edition", &page)
}

// editionsCompared is what is in force otherwise with one edition than with another.
type editionsCompared struct {
	Editions frame.List[editionRow]
	Changes  frame.List[editionChange]
	From, To int // 0 while there are no two issued ones
}

func compareEditions(v *frame.Visit) error {
	const choice = `query PortalHistoryEditionChoice($locale: Locale!) { editions(first: 100) { edges { node { number title(locale: $locale) issued } } } }`
	var page editionsCompared
	if err := v.Ask(choice, frame.Vars{"locale": v.Lang}, &page); err != nil {
		return err
	}
	page.choose(count(v.Value("from")), count(v.Value("to")))
	if page.From == 0 {
		return v.Show("history/editions-compare", &page)
	}
	const document = `query PortalHistoryCompareEditions($from: Int!, $to: Int!, $locale: Locale!, $after: String) {
	changes: compareEditions(from: $from, to: $to, first: 20, after: $after) {
		edges { node { key what before after item { name(locale: $locale) kind } diff { ` + changeFields + ` } } }
		pageInfo { hasNextPage endCursor }
	}
}`
	vars := frame.Vars{"from": page.From, "to": page.To, "locale": v.Lang, "after": v.Optional("after")}
	err := v.Ask(document, vars, &page)
	if err == nil {
		err = page.pictures(v)
	}
	if err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
	}
	return v.Show("history/editions-compare", &page)
}

// Issued are the editions that can be compared.
func (p *editionsCompared) Issued() (issued []editionRow) {
	for _, e := range p.Editions.Nodes() {
		if !e.Issued.IsZero() {
			issued = append(issued, e)
		}
	}
	return issued
}

// choose takes the numbers that were asked for, or the last two editions.
func (p *editionsCompared) choose(from, to int) {
	issued := p.Issued()
	if n := len(issued); from == 0 && to == 0 && n > 1 {
		from, to = issued[n-2].Number, issued[n-1].Number
	}
	if from > 0 && to > 0 {
		p.From, p.To = from, to
	}
}

// pictures finds those in which logos differ; others have none.
func (p *editionsCompared) pictures(v *frame.Visit) error {
	for i := range p.Changes.Edges {
		c := &p.Changes.Edges[i].Node
		if c.Item.Kind != "LOGO" || !c.Pair() {
			continue
		}
		compared, err := comparison(v, c.Key, c.Before, c.After)
		if err != nil {
			return err
		}
		c.Pairs = compared.Pairs
	}
	return nil
}
