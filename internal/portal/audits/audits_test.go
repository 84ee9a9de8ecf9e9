package audits_test

import (
	"testing"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/portal/audits"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

var (
	auditor  = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAuditor}
	admin    = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAdmin}
	designer = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleDesigner}
	other    = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAgency}
	trade    = portaltest.Who{Agency: "so-cong-thuong", Role: domain.RoleAgency}
	reviewer = portaltest.Who{Agency: "so-vhttdl", Role: domain.RoleReviewer}
	nobody   portaltest.Who
)

// audited is a world in which an audit of three sites runs.
type audited struct {
	*portaltest.World

	t     *testing.T
	audit string
}

// All tests share a world, which takes long to make. Each has an audit of its own.
func TestThePagesOfAudits(t *testing.T) {
	world := portaltest.Open(t, audits.Area())
	for _, c := range []struct {
		name string
		test func(*audited)
	}{
		{"charts say in words and numbers what they show", chartsSpeak},
		{"what is overdue comes first", overdueFirst},
		{"who sees which page", whoSees},
		{"an agency sees its own", ownOnly},
		{"a long list is paged", paged},
		{"an interval that is none", noInterval},
		{"a finding shows what is in force instead", insteadShown},
		{"a finding is answered, settled and looked at again", settled},
		{"who may not settle a finding", notSettled},
		{"an audit is planned once and changed by its revision", planned},
		{"a plan that is refused is shown as it was typed", plannedWrongly},
		{"a round is concluded and an audit ended", concluded},
		{"a use is declared once and ended", declared},
		{"a use of another version, for another agency, by who may not read uses", declaredOtherwise},
		{"what was used after its end comes first", outdatedFirst},
		{"a report is chosen", reportChosen},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &audited{World: world.In(t), t: t}
			w.audit = w.plan("Kiểm tra các kênh")
			c.test(w)
		})
	}
}

func (w *audited) ask(who portaltest.Who, document string, in any, into any) {
	w.t.Helper()
	if err := w.Ask(who, document, frame.Vars{"in": in}, into); err != nil {
		w.t.Fatal(err)
	}
}

func (w *audited) plan(title string) string {
	w.t.Helper()
	var told struct {
		PlanAudit struct{ Audit struct{ Audit string } }
	}
	site := func(address, agency, channel string) frame.Vars {
		return frame.Vars{"address": address, "agency": agency, "channel": channel}
	}
	w.ask(auditor, `mutation($in: PlanAuditInput!) { planAudit(input: $in) { audit { audit } } }`, frame.Vars{
		"titles": []frame.Vars{{"locale": "vi", "text": title}, {"locale": "en", "text": "The channels"}}, "due": "2099-01-31",
		"scope": frame.Vars{"sites": []frame.Vars{
			site("Hội chợ", "so-cong-thuong", "events"), site("https://vhttdl.example", "so-vhttdl", "portal"), site("Chưa ai xem", "so-nnmt", "portal"),
		}},
	}, &told)
	return told.PlanAudit.Audit.Audit
}

// slogan is a finding of the first version of a slogan.
func slogan(place, outcome string) frame.Vars {
	return frame.Vars{
		"place": place, "outcome": outcome, "certainty": "CERTAIN", "by": "TEXT", "key": "slogan-open-sea", "version": 1,
		"evidence": frame.Vars{"text": "Hai Phong – Reaching for the Open Sea", "before": "Welcome to", "after": "of Vietnam"},
	}
}

// report tells what was found at a site, beside some places of what is in force, and
// returns the ids of all findings there by their places.
func (w *audited) report(site string, current int, found ...frame.Vars) map[string]string {
	w.t.Helper()
	in := frame.Vars{"audit": w.audit, "report": uuid.NewString(), "site": frame.Vars{"address": site}, "findings": found}
	if current > 0 {
		in["counts"] = []frame.Vars{{"outcome": "CURRENT", "key": "positioning", "version": 1, "places": current}}
	}
	w.ask(auditor, `mutation($in: ReportAuditInput!) { reportAudit(input: $in) { position } }`, in, nil)
	var told struct {
		Findings struct {
			Edges []struct {
				Node struct{ Finding, Place string }
			}
		}
	}
	w.ask(auditor, `query($in: FindingFilter) { findings(filter: $in, first: 100) { edges { node { finding place } } } }`, frame.Vars{"audit": w.audit}, &told)
	ids := map[string]string{}
	for _, e := range told.Findings.Edges {
		ids[e.Node.Place] = e.Node.Finding
	}
	return ids
}

// promise answers a finding.
func (w *audited) promise(finding, by string) {
	w.t.Helper()
	w.ask(admin, `mutation($in: AnswerFindingInput!) { answerFinding(input: $in) { position } }`, frame.Vars{"finding": finding, "text": "Sẽ sửa", "by": by}, nil)
}
