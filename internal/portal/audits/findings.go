package audits

import (
	"slices"

	"signet/internal/portal/frame"
)

// found is a finding, as lists tell of it.
type found struct {
	Finding, Audit         string
	Site                   site
	Place                  prose
	Line                   int
	Outcome, Certainty, By string
	Key                    string
	Version                int
	Picture                string
	Evidence               words
	Status, Resolution     string
	Promised               string
	Overdue                bool
	First, Last            string
	Revision               int
	Steps                  []step
}

// words are what stood at a place, with what stood around it.
type words struct{ Text, Before, After prose }

// step is something that became of a finding.
type step struct {
	What, Agency, At, Promised, Resolution string
	Text                                   prose
}

const foundFields = `fragment Found on FindingConnection {
	edges { node {
		finding site { address agency channel } place line outcome key version picture evidence { text } status promised overdue
	} }
	pageInfo { hasNextPage endCursor }
}
`

// statuses are the states of a finding; the first two are those of what is not settled.
var statuses = []string{"OPEN", "ANSWERED", "RESOLVED", "GONE"}

// wrong is what a finding can be: what is in force is none.
var wrong = []string{"SUPERSEDED", "WITHDRAWN", "ALTERED", "UNREGISTERED"}

// findingsPage is the list of findings.
type findingsPage struct {
	Filter  filter
	Audit   string
	Title   string // of the audit
	Key     string
	Version string
	Outcome string
	// Status is one of statuses, "OVERDUE", "ALL", or empty for what is not settled.
	Status   string
	Statuses []string
	Outcomes []string
	Overdue  []found // first of all, on the first page
	More     bool    // there are more of these
	Rows     []found
	Names    names
	After    string
}

// To is the address of the list with the same filter, from a cursor on.
func (p *findingsPage) To(v *frame.Visit, after string) string {
	return v.Path("/findings?audit=", p.Audit, "&agency=", p.Filter.Agency, "&channel=", p.Filter.Channel, "&key=", p.Key, "&version=", p.Version,
		"&outcome=", p.Outcome, "&status=", p.Status, "&after=", after)
}

// filter is the page's, for the API.
func (p *findingsPage) filter(v *frame.Visit) frame.Vars {
	in := frame.Vars{
		"audit": orNil(p.Audit), "agency": orNil(p.Filter.Agency), "channel": orNil(p.Filter.Channel), "key": orNil(p.Key), "version": v.Whole("version"),
		"outcome": orNil(p.Outcome),
	}
	switch p.Status {
	case "":
		in["statuses"] = statuses[:2]
	case "OVERDUE":
		in["overdue"] = true
	case "ALL":
	default:
		in["statuses"] = []string{p.Status}
	}
	return in
}

const findingsDocument = `query AuditsFindings($filter: FindingFilter, $late: FindingFilter, $first: Boolean!, $after: String, $audit: ID!, $named: Boolean!, $locale: Locale!) {
	overdue: findings(filter: $late, first: 50) @include(if: $first) { ...Found }
	findings(filter: $filter, first: 20, after: $after) { ...Found }
	audit(audit: $audit) @include(if: $named) { title(locale: $locale) }
}
` + foundFields

// findings shows what was found, what is overdue first.
func findings(v *frame.Visit) error {
	if err := v.Need("read.usage"); err != nil {
		return err
	}
	f, err := filterOf(v)
	if err != nil {
		return err
	}
	page := &findingsPage{
		Filter: f, Audit: v.Value("audit"), Key: v.Value("key"), Version: v.Value("version"), Outcome: oneOf(v, "outcome", wrong),
		Status: oneOf(v, "status", append([]string{"OVERDUE", "ALL"}, statuses...)), Statuses: statuses, Outcomes: wrong,
	}
	late := page.filter(v)
	delete(late, "statuses")
	late["overdue"] = true
	first := v.Value("after") == "" && (page.Status == "" || page.Status == "ALL")
	var told struct {
		Overdue, Findings frame.List[found]
		Audit             *struct{ Title string }
	}
	vars := frame.Vars{
		"filter": page.filter(v), "late": late, "first": first, "after": v.Optional("after"), "audit": page.Audit, "named": page.Audit != "", "locale": v.Lang,
	}
	if err := v.Ask(findingsDocument, vars, &told); err != nil {
		return err
	}
	page.Overdue, page.Rows, page.After = told.Overdue.Nodes(), told.Findings.Nodes(), told.Findings.Next()
	if page.Status == "" || page.Status == "ALL" {
		page.Rows = withoutOverdue(page.Rows)
	}
	page.More = told.Overdue.PageInfo.HasNextPage
	if told.Audit != nil {
		page.Title = told.Audit.Title
	}
	page.Names, err = namesOf(v, keysOf(page.Overdue, page.Rows)...)
	if err != nil {
		return err
	}
	return v.Show("audits/findings", page)
}

// oneOf is what a field says if that is one of some names, else empty.
func oneOf(v *frame.Visit, name string, of []string) string {
	if value := v.Value(name); slices.Contains(of, value) {
		return value
	}
	return ""
}

// withoutOverdue leaves out what the overdue ones tell already.
func withoutOverdue(all []found) []found {
	return slices.DeleteFunc(all, func(f found) bool { return f.Overdue })
}

// keysOf are the keys of the items of findings.
func keysOf(all ...[]found) (keys []string) {
	for _, f := range slices.Concat(all...) {
		keys = append(keys, f.Key)
	}
	return keys
}
