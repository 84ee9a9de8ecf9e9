package book

import (
	"cmp"
	"slices"
	"time"

	"signet/internal/portal/frame"
)

// news is how many things the first page tells of that have come in force lately.
const news = 6

type overviewPage struct {
	view

	// Edition is the one that is in force; nil if none was issued.
	Edition                           *edition
	Slogans, Logos, Sets, Sheets, New []*version
	Positioning, Core                 sayings
	Pillars, Audiences                []subject
}

// Empty tells whether there is nothing of the kit.
func (o overviewPage) Empty() bool {
	return len(o.Slogans)+len(o.Logos)+len(o.Sets)+len(o.Sheets) == 0
}

// Logo is what stands for the kit on the first page; nil without a logo.
func (o overviewPage) Logo() *version {
	if len(o.Logos) == 0 {
		return nil
	}
	return o.Logos[0]
}

// Lead is the slogan that the first page begins with.
func (o overviewPage) Lead() sayings {
	if len(o.Slogans) == 0 {
		return nil
	}
	return o.Slogans[0].First("SLOGAN")
}

const overviewDocument = `
query BookOverview($asOf: DateTime) {
	slogans: approved(kind: SLOGAN, asOf: $asOf, first: 20) { edges { node { ...Standing } } }
	logos: approved(kind: LOGO, asOf: $asOf, first: 5) { edges { node { ...Standing } } }
	sets: approved(kind: MESSAGE_SET, asOf: $asOf, first: 50) { edges { node { ...Standing } } }
	sheets: approved(kind: TEMPLATE, asOf: $asOf, first: 20) { edges { node { ...Standing } } }
	editions(first: 100) { edges { node { ...Issue } } }
}` + standing + issue

func overview(v *frame.Visit) error {
	w, err := lookAt(v)
	if err != nil {
		return err
	}
	var kit struct {
		Slogans, Logos, Sets, Sheets page
		Editions                     editionPage
	}
	if err := v.Ask(overviewDocument, frame.Vars{"asOf": w.asOf()}, &kit); err != nil {
		return err
	}
	o := overviewPage{view: w, Edition: kit.Editions.inForce(w.end()), Slogans: kit.Slogans.versions(), Logos: kit.Logos.versions(), Sets: kit.Sets.versions(), Sheets: kit.Sheets.versions()}
	w.ready(o.Logos...)
	for _, set := range o.Sets {
		if positioning := set.First("POSITIONING"); positioning != nil && o.Positioning == nil {
			o.Positioning, o.Core = positioning, set.First("CORE")
		}
	}
	o.Pillars, o.Audiences = pillars(o.Sets), audiences(o.Sets)
	o.New = newest(slices.Concat(o.Slogans, o.Logos, o.Sets, o.Sheets))
	return v.Show("book/overview", o)
}

// newest are the versions that came in force last.
func newest(all []*version) []*version {
	slices.SortStableFunc(all, func(a, b *version) int {
		return cmp.Or(cmp.Compare(b.ValidFrom, a.ValidFrom), cmp.Compare(b.Number, a.Number))
	})
	return all[:min(len(all), news)]
}

// issue is what pages ask of an edition. Of those that were issued anybody is told so much.
const issue = `
fragment Issue on Edition { number titles { locale text } due issued decision decided nextDue daysLate basis { decision decided } }`

type edition struct {
	Number                                  int
	Titles                                  sayings
	Due, Issued, Decision, Decided, NextDue string
	DaysLate                                int
	Basis                                   *struct{ Decision, Decided string }
	// Current: it is the one in force.
	Current bool
}

// Title is its name for a reader of a language.
func (e *edition) Title(lang string) title { return titled(e.Titles.In(lang)) }

// Day is the day on which it was issued, for the parameter at.
func (e *edition) Day() (string, error) { return dayOf(e.Issued) }

type editionPage struct {
	Edges []struct{ Node *edition }
}

// inForce is the edition that was issued last until an instant; nil if none was.
func (p editionPage) inForce(at time.Time) (last *edition) {
	for _, e := range p.Edges {
		issued, err := time.Parse(time.RFC3339, e.Node.Issued)
		if err == nil && !issued.After(at) {
			last = e.Node
		}
	}
	return last
}
