package graph_test

import (
	"fmt"
	"strings"
	"testing"
)

var (
	planAudit      = mutation("planAudit", "audit { audit agency title due round revision scope { sites { address agency } } } position")
	changeAudit    = mutation("changeAudit", "audit { due revision }")
	reportAudit    = mutation("reportAudit", "audit { revision reports { edges { node { pages complete tool counts { outcome key version places } } } } } position")
	answerFinding  = mutation("answerFinding", "finding { status promised overdue }")
	resolveFinding = mutation("resolveFinding", "finding { status resolution promised }")
	recheckFinding = mutation("recheckFinding", "finding { status }")
	concludeRound  = mutation("concludeAuditRound", "audit { round due ended rounds { round due concluded summary } }")
	endAudit       = mutation("endAudit", "audit { ended reason due }")
)

const listFindings = `query($f: FindingFilter) { findings(filter: $f) { edges { node { finding place line outcome certainty by key version status evidence { text before } picture site { agency channel } } } } }`

// audited is a city in which a slogan has a second version, and an audit of two
// sites runs.
func audited(t *testing.T) (w *world, audit string) {
	t.Helper()
	w = newCity(t)
	w.sloganInForce("slogan", tongue("Thành phố Cảng"))
	w.sloganInForce("other", tongue("Biển lớn"))
	r := w.must("auditor", planAudit, vars{"in": vars{
		"titles": []any{vars{"locale": "vi", "text": "Kiểm tra nửa năm"}}, "due": "2026-12-31", "repeatMonths": 6,
		"scope": vars{"sites": []any{vars{"address": "https://khcn.vn", "agency": khoaHoc, "channel": "web"}, vars{"address": "https://kkt.vn", "agency": khuKinhTe, "channel": "web"}}},
	}})
	return w, fmt.Sprint(r.at("planAudit.audit.audit"))
}

const aReport = "00000000-0000-4000-8000-00000000000"

func reportOn(audit, report, site string, more vars) vars {
	in := vars{"audit": audit, "report": aReport + report, "site": vars{"address": site}}
	for field, v := range more {
		in[field] = v
	}
	return vars{"in": in}
}

func oldSlogan(place string) vars {
	return vars{
		"place": place, "line": 12, "outcome": "SUPERSEDED", "certainty": "CERTAIN", "by": "TEXT", "key": "slogan", "version": 1,
		"evidence": vars{"text": "Thành phố Cảng", "before": "Chào mừng đến"},
	}
}

// From a plan to a report, an answer, a resolution and the next look.
func TestAnAuditIsARegisteredThing(t *testing.T) {
	w, audit := audited(t)
	counts := []any{vars{"outcome": "CURRENT", "key": "other", "version": 1, "places": 40}}
	told := w.must("auditor", reportAudit, reportOn(audit, "1", "https://khcn.vn", vars{
		"findings": []any{oldSlogan("/a"), oldSlogan("/b")}, "counts": counts, "tool": "thử", "pages": 9, "complete": true,
	}))
	if got := told.rows("reportAudit.audit.reports.edges.0.node.counts", "outcome", "key", "version", "places"); got != "CURRENT other 1 40; SUPERSEDED slogan 1 2" {
		t.Error(got)
	}
	list := w.must("portal", listFindings, nil)
	if got := list.rows("findings.edges", "node.place", "node.line", "node.outcome", "node.certainty", "node.by", "node.key", "node.version", "node.status", "node.evidence.before"); got !=
		"/b 12 SUPERSEDED CERTAIN TEXT slogan 1 OPEN Chào mừng đến; /a 12 SUPERSEDED CERTAIN TEXT slogan 1 OPEN Chào mừng đến" {
		t.Error(got)
	}
	finding := fmt.Sprint(list.at("findings.edges.1.node.finding"))
	if got := w.must("port", listFindings, nil).rows("findings.edges", "node.place"); got != "" {
		t.Errorf("another agency sees %q", got)
	}
	answer := vars{"in": vars{"finding": finding, "text": "Sẽ sửa", "by": "2026-12-01"}}
	if got := w.must("portal", answerFinding, answer).at("answerFinding.finding"); got == nil {
		t.Error("no answer")
	}
	w.days(12)
	late := `{ findings(filter: {overdue: true}) { edges { node { place overdue promised } } } }`
	if got := w.must("auditor", late, nil).rows("findings.edges", "node.place", "node.overdue", "node.promised"); got != "/a true 2026-12-01" {
		t.Errorf("late: %s", got)
	}
	w.must("auditor", resolveFinding, vars{"in": vars{"finding": finding, "resolution": "FIXED"}})
	w.must("portal", reportAudit, reportOn(audit, "2", "https://khcn.vn", vars{"findings": []any{oldSlogan("/a")}, "complete": true}))
	if got := w.must("auditor", listFindings, nil).rows("findings.edges", "node.place", "node.status"); got != "/b GONE; /a OPEN" {
		t.Errorf("after the second look: %s", got)
	}
	steps := w.must("portal", `query($f: FindingFilter) { findings(filter: $f) { edges { node { steps { what text promised resolution } } } } }`, vars{"f": vars{"statuses": []any{"OPEN"}}})
	if got := steps.rows("findings.edges.0.node.steps", "what", "text", "promised", "resolution"); got != "opened - - -; answered Sẽ sửa 2026-12-01 -; resolved - - FIXED; reopened - - -" {
		t.Error(got)
	}
	if got := w.must("auditor", recheckFinding, vars{"in": vars{"finding": finding, "present": false}}).at("recheckFinding.finding.status"); got != "GONE" {
		t.Error(got)
	}
	points := `{ auditCompliance(from: "2026-11-01", to: "2026-12-31") { from sites current superseded share } }`
	if got := w.must("auditor", points, nil).rows("auditCompliance", "from", "sites", "current", "superseded", "share"); got != "2026-11-01 1 40 2 95; 2026-12-01 1 0 1 0" {
		t.Error(got)
	}
	rounds := w.must("auditor", concludeRound, vars{"in": vars{"audit": audit, "round": 1, "summary": "Còn một nơi"}})
	if got := rounds.rows("concludeAuditRound.audit.rounds", "round", "due", "summary"); got != "1 2026-12-31 Còn một nơi; 2 2027-06-30 -" {
		t.Error(got)
	}
	if got := w.must("auditor", endAudit, vars{"in": vars{"audit": audit, "reason": "Đổi kế hoạch"}}).at("endAudit.audit.reason"); got != "Đổi kế hoạch" {
		t.Error(got)
	}
	if got := w.must("portal", `{ audits(running: true) { edges { node { audit } } } }`, nil).rows("audits.edges", "node.audit"); got != "" {
		t.Errorf("still running: %s", got)
	}
}

// A finding is answered by the revision that was seen, also when another finding of the
// same audit has gone on since the finding itself changed.
func TestFindingsOfAnAuditShareItsRevision(t *testing.T) {
	w, audit := audited(t)
	w.must("auditor", reportAudit, reportOn(audit, "1", "https://khcn.vn", vars{"findings": []any{oldSlogan("/a"), oldSlogan("/b")}}))
	list := w.must("portal", listFindings, nil)
	first, second := list.at("findings.edges.1.node.finding"), list.at("findings.edges.0.node.finding")
	w.must("portal", answerFinding, vars{"in": vars{"finding": first, "text": "Sẽ sửa"}})
	seen := w.must("portal", `query($audit: ID!) { audit(audit: $audit) { revision } findings { edges { node { revision } } } }`, vars{"audit": audit})
	revision := seen.at("audit.revision")
	if got := seen.rows("findings.edges", "node.revision"); got != fmt.Sprintf("%v; %v", revision, revision) {
		t.Errorf("the audit has revision %v, its findings %s", revision, got)
	}
	w.must("portal", answerFinding, vars{"in": vars{"finding": second, "text": "Sẽ sửa", "revision": revision}})
	stale := vars{"in": vars{"finding": first, "resolution": "FIXED", "revision": revision}}
	if r := w.ask("auditor", resolveFinding, stale); r.code() != "CONFLICT" {
		t.Errorf("by a revision that is none any more: %s", r.raw)
	}
}

func TestWhoMayNotAudit(t *testing.T) {
	w, audit := audited(t)
	w.must("auditor", reportAudit, reportOn(audit, "1", "https://khcn.vn", vars{"findings": []any{oldSlogan("/a")}}))
	finding := fmt.Sprint(w.must("auditor", listFindings, nil).at("findings.edges.0.node.finding"))
	of := func(more vars) vars {
		in := vars{"finding": finding}
		for field, v := range more {
			in[field] = v
		}
		return vars{"in": in}
	}
	pictured := oldSlogan("/c")
	pictured["evidence"] = vars{"picture": strings.Repeat("0", 64)}
	w.refused(
		refusal{"report without a token", "", reportAudit, reportOn(audit, "2", "https://khcn.vn", nil), "UNAUTHENTICATED", "unauthenticated", ""},
		refusal{"report as a designer", "helper", reportAudit, reportOn(audit, "2", "https://khcn.vn", nil), "FORBIDDEN", "not_permitted", ""},
		refusal{"report for another agency", "port", reportAudit, reportOn(audit, "2", "https://khcn.vn", nil), "FORBIDDEN", "not_permitted", "site.agency"},
		refusal{"report on nothing", "auditor", reportAudit, reportOn(aReport+"9", "2", "https://khcn.vn", nil), "NOT_FOUND", "unknown_audit", "audit"},
		refusal{"a picture that was not sent", "auditor", reportAudit, reportOn(audit, "2", "https://khcn.vn", vars{"findings": []any{pictured}}), "NOT_FOUND", "unknown_file", "findings[0].evidence.picture"},
		refusal{"answer for another agency", "port", answerFinding, of(vars{"text": "x"}), "NOT_FOUND", "unknown_finding", "finding"},
		refusal{"answer to nothing", "portal", answerFinding, vars{"in": vars{"finding": "x", "text": "x"}}, "NOT_FOUND", "unknown_finding", "finding"},
		refusal{"resolve as the agency", "portal", resolveFinding, of(vars{"resolution": "FIXED"}), "FORBIDDEN", "not_permitted", ""},
		refusal{"recheck as the agency", "portal", recheckFinding, of(vars{"present": false}), "FORBIDDEN", "not_permitted", ""},
		refusal{"findings of another agency", "port", `{ findings(filter: {agency: "so-khcn"}) { edges { node { place } } } }`, nil, "FORBIDDEN", "not_permitted", "filter.agency"},
		refusal{"compliance of another agency", "port", `{ auditCompliance(scope: {agency: "so-khcn"}, from: "2026-11-01") { from } }`, nil, "FORBIDDEN", "not_permitted", "scope.agency"},
	)
	if got := w.must("port", `query($id: ID!) { audit(audit: $id) { title } }`, vars{"id": audit}).at("audit.title"); got != "Kiểm tra nửa năm" {
		t.Errorf("whom the audit concerns sees %q", got)
	}
	if got := w.must("designer", `query($id: ID!) { audit(audit: $id) { title } }`, vars{"id": audit}).at("audit"); got != nil {
		t.Errorf("whom it does not concern sees %v", got)
	}
}
