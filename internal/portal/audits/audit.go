package audits

import (
	"github.com/google/uuid"

	"signet/graph"
	"signet/internal/portal/frame"
)

// round is a round of an audit.
type round struct {
	Round          int
	Due, Concluded string
	Summary        prose
}

// report is what was found at a site.
type report struct {
	Checked, Tool string
	Round         int
	Site          site
	Complete      bool
	Counts        []struct {
		Outcome string
		Places  int
	}
}

// Places is how many places were found to be so.
func (r report) Places(outcome string) (n int) {
	for _, c := range r.Counts {
		if c.Outcome == outcome {
			n += c.Places
		}
	}
	return n
}

// looked is a site of the plan, and how far the round that runs has come with it.
type looked struct {
	site

	Checked string // empty: not yet in this round
}

// auditPage is one audit.
type auditPage struct {
	running

	Planned, Ended string
	Reason         prose
	Revision       int
	Rounds         []round
	Reports        frame.List[report]
	Sites          []looked
	// Complete tells that all reports of the round are known here, so that it can be told
	// which sites it has not looked at.
	Complete bool
	Looked   int
	Overdue  []found
	Open     []found
	Names    names
	Manages  bool
	Once     string
	Do       string
	Outcomes []string
}

const auditDocument = `query AuditsAudit($audit: ID!, $locale: Locale!, $after: String) {
	audit(audit: $audit) {
		audit agency title(locale: $locale) due round repeatMonths planned ended reason revision
		scope { agencies channels sites { address agency channel } from until } rounds { round due concluded summary }
		reports(first: 50, after: $after) {
			edges { node { round site { address agency channel } checked tool complete counts { outcome places } } } pageInfo { hasNextPage endCursor }
		}
	}
	overdue: findings(filter: {audit: $audit, overdue: true}, first: 20) { ...Found }
	open: findings(filter: {audit: $audit, statuses: [OPEN, ANSWERED]}, first: 20) { ...Found }
}
` + foundFields

// audit shows an audit.
func audit(v *frame.Visit) error {
	if err := v.Need("read.usage"); err != nil {
		return err
	}
	return showAudit(v)
}

func showAudit(v *frame.Visit) error {
	var told struct {
		Audit         *auditPage
		Overdue, Open frame.List[found]
	}
	if _, err := uuid.Parse(v.PathValue("id")); err != nil {
		return unknownAudit()
	}
	if err := v.Ask(auditDocument, frame.Vars{"audit": v.PathValue("id"), "locale": v.Lang, "after": v.Optional("after")}, &told); err != nil {
		return err
	}
	page := told.Audit
	if page == nil {
		return unknownAudit()
	}
	page.Overdue, page.Open = told.Overdue.Nodes(), withoutOverdue(told.Open.Nodes())
	page.Manages, page.Once, page.Do = v.Can("audits.manage"), frame.Once(), v.Value("do")
	page.Outcomes = append([]string{"CURRENT"}, wrong...)
	page.progress(v)
	var err error
	if page.Names, err = namesOf(v, keysOf(page.Overdue, page.Open)...); err != nil {
		return err
	}
	return v.Show("audits/audit", page)
}

// progress tells which sites of the plan the round that runs has looked at. An agency
// is told of its own: it does not know of reports on others.
func (p *auditPage) progress(v *frame.Visit) {
	checked := map[prose]string{}
	older := p.Reports.Next() == ""
	for _, r := range p.Reports.Nodes() {
		if r.Round != p.Round {
			older = true
		} else if checked[r.Site.Address] == "" {
			checked[r.Site.Address] = r.Checked
		}
	}
	p.Complete = v.Value("after") == "" && older
	for _, s := range p.Scope.Sites {
		if s.Agency != v.Viewer.Agency && !v.Can("read.usage.all") {
			continue
		}
		l := looked{s, checked[s.Address]}
		if l.Checked != "" {
			p.Looked++
		}
		p.Sites = append(p.Sites, l)
	}
}

// changeRound concludes the round that runs, or ends the audit.
func changeRound(v *frame.Visit) error {
	if err := v.Need("audits.manage"); err != nil {
		return err
	}
	in := frame.Vars{"audit": v.PathValue("id"), "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once")}
	var mutation string
	switch v.Value("do") {
	case "conclude":
		mutation = `mutation AuditsConclude($input: ConcludeAuditRoundInput!) { concludeAuditRound(input: $input) { position } }`
		in["round"], in["summary"] = v.Whole("round"), v.Value("text")
	case "end":
		mutation = `mutation AuditsEnd($input: EndAuditInput!) { endAudit(input: $input) { position } }`
		in["reason"] = v.Value("text")
	default:
		return &graph.Refusal{Code: graph.BadUserInput, Reason: "unknown_action", Field: "do", Sentence: "a round is concluded, or an audit ended"}
	}
	if err := v.Ask(mutation, frame.Vars{"input": in}, nil); err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
		return showAudit(v)
	}
	return v.Go("/audits/", v.PathValue("id"), "?done=audits-"+v.Value("do"))
}
