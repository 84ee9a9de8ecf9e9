package admin

import (
	"slices"
	"time"

	"signet/domain"
	"signet/internal/portal/frame"
)

// overview is what an administrator sees first: what needs attention, and what does not.
type overview struct {
	Editions []editionRow // those that are open
	NextDue  string       // of the last one, where none is open
	Tokens   []ending
	// Partly tells that there are more agencies or members than were looked at.
	Partly          bool
	Overdue, Erased int // steps that are late, at most 100; erasures that wait
	NoPolicy        []string
	System          systemState
}

// Failed is how many messages could not be delivered, as far as that is known here.
func (o overview) Failed() int {
	if o.System.Webhooks == nil {
		return 0
	}
	return o.System.Webhooks.Failed
}

// Quiet tells whether nothing needs attention.
func (o overview) Quiet() bool {
	busy := slices.ContainsFunc(o.Editions, func(e editionRow) bool { return !e.Readiness.Complete || e.DaysLate > 0 })
	return !busy && len(o.Tokens)+len(o.NoPolicy)+o.Overdue+o.Erased+o.Failed() == 0 && !o.System.Late()
}

// ending is a token that ends soon.
type ending struct {
	Agency, AgencyName, Member, Name string
	Token                            token
}

// state is what the overview is made of, as the API tells it.
type state struct {
	Editions    frame.List[editionRow]
	Overdue     frame.List[struct{ Key string }]
	Erasures    frame.List[struct{ Person string }]
	SystemState systemState
	Agencies    frame.List[struct {
		Key, Name string
		Members   frame.List[struct {
			ID, Name string
			Tokens   []token
		}]
	}]
	Slogan, Logo, MessageSet, Template []struct{ Revision int }
}

// stateDocument asks for no more agencies and members than one answer may hold.
const stateDocument = `query PortalAdminState($locale: Locale!) {
	editions(first: 100) { edges { node { ` + editionFields + ` } } }
	overdue(first: 100) { edges { node { key } } }
	erasures(open: true, first: 100) { edges { node { person } } }
	systemState { ` + systemFields + ` }
	slogan: policies(kind: SLOGAN) { revision }
	logo: policies(kind: LOGO) { revision }
	messageSet: policies(kind: MESSAGE_SET) { revision }
	template: policies(kind: TEMPLATE) { revision }
	agencies(first: 60) {
		edges { node { key name(locale: $locale) members(first: 25) { edges { node { id name tokens { id issued expires } } } pageInfo { hasNextPage } } } }
		pageInfo { hasNextPage }
	}
}`

// home tells what needs attention. Who only manages the webhooks of an agency is led to
// those.
func home(v *frame.Visit) error {
	if !v.Can(string(domain.ReadSystem)) && v.Can(string(domain.ManageWebhooks)) {
		return v.Go("/admin/webhooks")
	}
	if err := v.Need(string(domain.ReadSystem)); err != nil {
		return err
	}
	var s state
	if err := v.Ask(stateDocument, frame.Vars{"locale": v.Lang}, &s); err != nil {
		return err
	}
	o := overview{Overdue: len(s.Overdue.Edges), Erased: len(s.Erasures.Edges), System: s.SystemState, NoPolicy: s.noPolicy()}
	for _, e := range s.Editions.Nodes() {
		if o.NextDue = e.NextDue; e.Issued == "" {
			o.Editions = append(o.Editions, e)
		}
	}
	o.Tokens, o.Partly = s.ending(time.Now())
	return v.Show("admin/home", o)
}

// noPolicy are the kinds of which nothing can be submitted yet.
func (s *state) noPolicy() (kinds []string) {
	for _, k := range []struct {
		kind string
		set  int
	}{{"slogan", len(s.Slogan)}, {"logo", len(s.Logo)}, {"message_set", len(s.MessageSet)}, {"template", len(s.Template)}} {
		if k.set == 0 {
			kinds = append(kinds, k.kind)
		}
	}
	return kinds
}

// soon is how long before its end a token is told of.
const soon = 30 * 24 * time.Hour

// ending are the tokens that end soon, but no sessions.
func (s *state) ending(now time.Time) (out []ending, partly bool) {
	partly = s.Agencies.PageInfo.HasNextPage
	for _, a := range s.Agencies.Nodes() {
		partly = partly || a.Members.PageInfo.HasNextPage
		for _, m := range a.Members.Nodes() {
			for _, t := range m.Tokens {
				if !t.Session() && !t.endsBefore(now) && t.endsBefore(now.Add(soon)) {
					out = append(out, ending{a.Key, a.Name, m.ID, m.Name, t})
				}
			}
		}
	}
	return out, partly
}
