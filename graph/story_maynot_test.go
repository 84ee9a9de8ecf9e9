package graph_test

import (
	"strings"
	"testing"
)

// everybody of the small world, and nobody.
var everybody = []string{"", "lan", "mai", "minh", "hoa", "designer", "press", "auditor", "admin"}

// writing is a mutation, and who may try it, in the end; the others are refused.
type writing struct {
	name, query string
	in          vars
	may         string
}

func writings() []writing {
	somebody := "00000000-0000-4000-8000-000000000000"
	version := vars{"key": "open-sea", "version": 1}
	because := vars{"key": "open-sea", "version": 1, "reason": "x"}
	names := []any{vars{"locale": "vi", "text": "X"}}
	ofPress := vars{"agency": "press", "member": somebody, "roles": []any{"ADMIN"}, "token": "x"}
	press := func(fields ...string) vars {
		in := vars{"agency": "press"}
		for _, f := range fields {
			in[f] = ofPress[f]
		}
		return in
	}
	hook := func(more vars) vars {
		in := vars{"agency": "press", "webhook": somebody}
		for field, v := range more {
			in[field] = v
		}
		return in
	}
	address := vars{"url": "https://hooks.example/", "topics": []any{"EDITION_ISSUED"}}
	kit := vars{"number": 1, "key": "open-sea"}
	return []writing{
		{"register an item", registerItem, vars{"key": "new", "kind": "LOGO"}, "lan admin"},
		{"make an item public", mutation("changeItemVisibility", "position"), vars{"key": "hidden", "public": true}, "lan admin"},
		{"draft", draftVersion, vars{"key": "open-sea", "content": slogan("a", "b")}, "lan"},
		{"revise", reviseDraft, vars{"key": "hidden", "version": 1, "content": slogan("a", "b")}, "lan"},
		{"translate", translate, vars{"key": "hidden", "version": 1, "locale": "ja", "texts": []any{vars{"unit": "slogan", "text": "x"}}}, "lan mai"},
		{"submit", submitVersion, vars{"key": "hidden", "version": 1}, "lan"},
		{"take back", takeBack, because, "lan"},
		{"comment", comment, vars{"key": "hidden", "version": 1, "text": "x"}, "lan mai minh hoa"},
		{"settle a comment", resolveComment, vars{"key": "hidden", "version": 1, "comment": somebody}, "lan mai minh hoa"},
		{"sign", signVersion, version, "minh hoa"},
		{"return", returnVersion, because, "minh hoa"},
		{"step back", recuse, because, "minh hoa"},
		{"escalate", escalate, version, "admin"},
		{"delegate", delegateSigning, vars{"agency": "culture", "member": somebody, "until": "2026-12-01T00:00:00Z", "reason": "x"}, "minh"},
		{"revoke a delegation", revokeDelegation, vars{"agency": "culture", "delegation": somebody}, "minh"},
		{"withdraw", withdraw, because, "minh hoa admin"},
		{"reschedule", rescheduleVersion, vars{"key": "open-sea", "version": 1, "edition": 1, "reason": "x"}, "minh hoa admin"},
		{"declare a use", declareUse, vars{"agency": "press", "key": "open-sea", "version": 1, "channel": "portal", "place": "p"}, "designer press admin"},
		{"plan an audit", planAudit, vars{"titles": names, "due": "2026-12-31"}, "auditor admin"},
		{"change an audit", changeAudit, vars{"audit": somebody, "titles": names, "due": "2026-12-31"}, "auditor admin"},
		{"report", reportAudit, vars{"audit": somebody, "report": somebody, "site": vars{"address": "x"}}, "press auditor admin"},
		{"answer a finding", answerFinding, vars{"finding": somebody, "text": "x"}, "press admin"},
		{"resolve a finding", resolveFinding, vars{"finding": somebody, "resolution": "FIXED"}, "auditor admin"},
		{"look at a finding again", recheckFinding, vars{"finding": somebody, "present": true}, "auditor admin"},
		{"conclude a round", concludeRound, vars{"audit": somebody, "round": 1, "summary": "x"}, "auditor admin"},
		{"end an audit", endAudit, vars{"audit": somebody, "reason": "x"}, "auditor admin"},
		{"bring in a log", importUsage, vars{
			"agency": "press", "channel": "portal", "import": strings.Repeat("0", 64),
			"counts": []any{vars{"key": "open-sea", "version": 1, "day": "2026-11-20", "requests": 1}},
		}, "designer press admin"},
		{"register an agency", mutation("registerAgency", "position"), vars{"key": "x", "names": names}, "admin"},
		{"rename an agency", mutation("renameAgency", "position"), vars{"key": "press", "names": names}, "admin"},
		{"add a member", mutation("addMember", "position"), press("roles"), "admin"},
		{"change a member's roles", mutation("changeMemberRoles", "position"), press("member", "roles"), "admin"},
		{"remove a member", mutation("removeMember", "position"), press("member"), "admin"},
		{"issue a token", mutation("issueToken", "secret"), press("member"), "admin"},
		{"replace a token", mutation("rotateToken", "secret"), press("token"), "admin"},
		{"revoke a token", mutation("revokeToken", "position"), press("token"), "admin"},
		{"say who a member is", setPerson, vars{"agency": "press", "member": idOf("press").String(), "name": "x", "mail": ""}, "press admin"},
		{"watch an item", watchItem, vars{"key": "open-sea"}, "lan mai minh hoa designer press auditor admin"},
		{"watch an item no more", unwatchItem, vars{"key": "open-sea"}, "lan mai minh hoa designer press auditor admin"},
		{"request an erasure", requestErasure, vars{"person": somebody, "basis": "UNLAWFUL"}, "admin"},
		{"confirm an erasure", confirmErasure, vars{"person": somebody}, "admin"},
		{"cancel an erasure", cancelErasure, vars{"person": somebody}, "admin"},
		{"set a policy", setPolicy, vars{"kind": "SLOGAN", "leads": []any{"press"}, "required": []any{}, "reason": "x"}, "admin"},
		{"open an edition", openEdition, vars{"number": 2, "titles": names, "due": "2027-07-31"}, "admin"},
		{"take in", includeInEdition, vars{"number": 1, "key": "open-sea", "version": 1}, "admin"},
		{"take out", excludeFromEdition, kit, "admin"},
		{"retire", retireInEdition, kit, "admin"},
		{"issue", issueEdition, vars{"number": 1, "decision": "1", "decided": "2026-11-20"}, "admin"},
		{"register a webhook", mutation("registerWebhook", "secret"), vars{"agency": "press", "url": address["url"], "topics": address["topics"]}, "press admin"},
		{"change a webhook", mutation("changeWebhook", "position"), hook(address), "press admin"},
		{"change the secret of a webhook", mutation("rotateWebhookSecret", "secret"), hook(nil), "press admin"},
		{"remove a webhook", mutation("removeWebhook", "position"), hook(nil), "press admin"},
		{"send again", mutation("redeliver", "webhook { id }"), vars{"webhook": somebody, "delivery": "x"}, "press admin"},
	}
}

// readings are what can be read, where it stands in the answer, and who sees it.
var readings = []struct{ name, query, path, may string }{
	{"all items", `{ items { edges { node { key } } } }`, "items", "lan mai minh hoa designer press auditor admin"},
	{"history", `{ item(key: "open-sea") { history { edges { node { what } } } } }`, "item.history", "lan mai minh hoa auditor admin"},
	{"a draft", `{ item(key: "hidden") { version(number: 1) { number } } }`, "item.version", "lan mai minh hoa auditor admin"},
	{"drafts by search", `{ search(query: "Kín", everything: true) { edges { node { key } } } }`, "search.edges.0", "lan mai minh hoa auditor admin"},
	{"drafts of an item", `{ item(key: "hidden") { versions { edges { node { number } } } } }`, "item.versions.edges.0", "lan mai minh hoa auditor admin"},
	{"what waits", `{ versions(state: DRAFTED) { edges { node { number } } } }`, "versions", "lan mai minh hoa auditor admin"},
	{"a queue", `{ reviewQueue(agency: "foreign") { edges { node { key } } } }`, "reviewQueue", "lan mai minh hoa auditor admin"},
	{"what is overdue", `{ overdue { edges { node { key } } } }`, "overdue", "lan mai minh hoa auditor admin"},
	{"what is to be translated", `{ translationWork(locale: "ko") { edges { node { number } } } }`, "translationWork", "lan mai minh hoa auditor admin"},
	{"comments", `{ item(key: "open-sea") { version(number: 1) { comments { edges { node { text } } } } } }`, "item.version.comments", "lan mai minh hoa auditor admin"},
	{"who does not sign", `{ item(key: "open-sea") { version(number: 2) { recusals { reason } } } }`, "item.version.recusals.0", "lan mai minh hoa auditor admin"},
	{"who has not signed an approved version", `{ item(key: "recused") { version(number: 1) { recusals { reason } } } }`, "item.version.recusals.0", "lan mai minh hoa auditor admin"},
	{"candidates", `{ edition(number: 1) { candidates { edges { node { key } } } } }`, "edition.candidates", "lan mai minh hoa auditor admin"},
	{"an edition", `{ edition(number: 1) { readiness { included } } }`, "edition.readiness", "lan mai minh hoa designer press auditor admin"},
	{"editions in preparation", `{ editions { edges { node { number } } } }`, "editions.edges.0", "lan mai minh hoa designer press auditor admin"},
	{"coverage of an edition", `{ coverage(edition: 1) { kind } }`, "coverage", "lan mai minh hoa designer press auditor admin"},
	{"recalls", `{ recalls { edges { node { key } } } }`, "recalls", "lan mai minh hoa designer press auditor admin"},
	{"recalls of what an agency uses", `{ recalls(agency: "press") { edges { node { key } } } }`, "recalls", "press auditor admin"},
	{"the name of a draft", `{ item(key: "hidden") { name } }`, "item.name", "lan mai minh hoa auditor admin"},
	{"how the registry is", `{ systemState { position } }`, "systemState", "auditor admin"},
	{"policies", `{ policies(kind: SLOGAN) { reason } }`, "policies", "lan mai minh hoa designer press auditor admin"},
	{"delegations", `{ agency(key: "culture") { delegations { edges { node { id } } } } }`, "agency.delegations", "lan minh auditor admin"},
	{"webhooks", `{ webhooks(agency: "press") { edges { node { url } } } }`, "webhooks", "press admin"},
	{"webhooks of another agency", `{ webhooks(agency: "foreign") { edges { node { url } } } }`, "webhooks", "admin"},
	{"audits", `{ audits { edges { node { title } } } }`, "audits", "press auditor admin"},
	{"findings", `{ findings { edges { node { place } } } }`, "findings", "press auditor admin"},
	{"what audits found", `{ auditCompliance(from: "2026-11-01") { share } }`, "auditCompliance", "press auditor admin"},
	{"usage", `{ usage { edges { node { key } } } }`, "usage", "press auditor admin"},
	{"downloads", `{ downloads { edges { node { key } } } }`, "downloads", "press auditor admin"},
	{"members", `{ agency(key: "press") { members { edges { node { id } } } } }`, "agency.members", "auditor admin"},
	{"erasures", `{ erasures { edges { node { basis } } } }`, "erasures", "auditor admin"},
	{"agencies", `{ agencies { edges { node { key } } } }`, "agencies", "lan mai minh hoa designer press auditor admin"},
	{"a hidden item", `{ item(key: "hidden") { key } }`, "item", "lan mai minh hoa designer press auditor admin"},
	{"coverage of what is public", `{ coverage(kind: SLOGAN) { kind } coverageGaps(locale: "ko", kind: SLOGAN) { edges { node { key } } } }`, "coverageGaps.edges.0", " lan mai minh hoa designer press auditor admin "},
}

// recusedTwice has a version under review, and one in force, which somebody does
// not sign.
func (w *world) recusedTwice() {
	w.t.Helper()
	w.must("lan", draftVersion, vars{"in": vars{"key": "open-sea", "content": slogan("Biển rộng", "広い海")}})
	w.must("lan", submitVersion, of("open-sea", 2))
	w.must("both", recuse, of("open-sea", 2, "reason", "có liên quan"))
	w.must("lan", registerItem, vars{"in": vars{"key": "recused", "kind": "SLOGAN"}})
	w.must("lan", draftVersion, vars{"in": vars{"key": "recused", "content": slogan("Biển", "海")}})
	w.must("lan", submitVersion, of("recused", 1))
	w.must("both", recuse, of("recused", 1, "reason", "có liên quan"))
	w.must("minh", signVersion, of("recused", 1))
	w.must("hoa", signVersion, of("recused", 1))
}

// No mutation is left out of who may not.
func TestEveryMutationHasItsWhoMayNot(t *testing.T) {
	w := newWorld(t)
	// Another agency's use is not there, and uploads have a test of their own.
	tried := map[string]bool{"endUse": true, "uploadFile": true}
	for _, test := range writings() {
		_, rest, _ := strings.Cut(test.query, "{ ")
		verb, _, _ := strings.Cut(rest, "(")
		tried[verb] = true
	}
	all := w.must("admin", `{ __schema { mutationType { fields { name } } } }`, nil).rows("__schema.mutationType.fields", "name")
	for name := range strings.SplitSeq(all, "; ") {
		if !tried[name] {
			t.Errorf("%s is tried by nobody who may not", name)
		}
	}
}
