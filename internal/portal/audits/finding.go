package audits

import (
	"signet/domain"
	"signet/graph"
	"signet/graph/node"
	"signet/internal/portal/frame"
)

// findingPage is one finding.
type findingPage struct {
	found

	Title    string // of the audit
	Instead  *instead
	Answers  bool // the visitor may answer for the agency
	Settles  bool // the visitor may settle it
	Do       string
	Once     string
	Outcomes []string // of a resolution
}

// Open tells whether the agency can answer still.
func (p *findingPage) Open() bool { return p.Status == "OPEN" || p.Status == "ANSWERED" }

const findingDocument = `query AuditsFinding($id: ID!) {
	node(id: $id) { ... on Finding {
		finding audit site { address agency channel } place line outcome certainty by key version picture evidence { text before after }
		status resolution promised overdue first last revision steps { what agency at text promised resolution }
	} }
}`

func unknownFinding() error {
	return &graph.Refusal{Code: graph.NotFound, Reason: "unknown_finding", Sentence: "there is no such finding, or it is not for you"}
}

// finding shows a finding, with its evidence beside what is in force instead.
func finding(v *frame.Visit) error {
	if err := v.Need("read.usage"); err != nil {
		return err
	}
	return showFinding(v)
}

func showFinding(v *frame.Visit) error {
	var told struct{ Node *found }
	if err := v.Ask(findingDocument, frame.Vars{"id": node.ID(node.Finding, v.PathValue("id"))}, &told); err != nil {
		return err
	}
	if told.Node == nil {
		return unknownFinding()
	}
	page := &findingPage{found: *told.Node, Do: v.Value("do"), Once: frame.Once(), Outcomes: []string{"FIXED", "EXCEPTED", "FALSE_ALARM"}}
	page.Answers = v.Viewer.May(domain.AnswerFindings, domain.Scope{Agency: page.Site.Agency})
	page.Settles = v.Can("audits.manage")
	var audit struct{ Audit *struct{ Title string } }
	if err := v.Ask(`query AuditsTitle($audit: ID!, $locale: Locale!) { audit(audit: $audit) { title(locale: $locale) } }`,
		frame.Vars{"audit": page.Audit, "locale": v.Lang}, &audit); err != nil {
		return err
	}
	if audit.Audit != nil {
		page.Title = audit.Audit.Title
	}
	var err error
	if page.Instead, err = insteadOf(v, page.found); err != nil {
		return err
	}
	return v.Show("audits/finding", page)
}

// settlements are the mutations by which a finding goes on, by what the form says.
var settlements = map[string]string{
	"answer":  `mutation AuditsAnswer($input: AnswerFindingInput!) { answerFinding(input: $input) { position } }`,
	"resolve": `mutation AuditsResolve($input: ResolveFindingInput!) { resolveFinding(input: $input) { position } }`,
	"recheck": `mutation AuditsRecheck($input: RecheckFindingInput!) { recheckFinding(input: $input) { position } }`,
}

// settle answers a finding, settles it, or tells that somebody looked again.
func settle(v *frame.Visit) error {
	do := v.Value("do")
	mutation, ok := settlements[do]
	if !ok {
		return &graph.Refusal{Code: graph.BadUserInput, Reason: "unknown_action", Field: "do", Sentence: "a finding is answered, resolved or rechecked"}
	}
	in := frame.Vars{"finding": v.PathValue("id"), "text": v.Value("text"), "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once")}
	switch do {
	case "answer":
		in["by"] = v.Optional("by")
	case "resolve":
		in["resolution"] = v.Optional("resolution")
	case "recheck":
		in["present"] = v.Value("present") == "yes"
	}
	if err := v.Ask(mutation, frame.Vars{"input": in}, nil); err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
		return showFinding(v)
	}
	return v.Go("/findings/", v.PathValue("id"), "?done=audits-"+do)
}
