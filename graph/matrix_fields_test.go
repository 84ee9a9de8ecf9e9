package graph_test

import (
	"strconv"
	"strings"
	"testing"

	"signet/graph/node"
	"signet/graph/rules"
)

// probe asks for a field, at the root or below it. marks are, step by step of its rule, what those see who come
// so far; empty where nothing tells the steps apart.
type probe struct {
	of, field string
	marks     []string
}

var probes = []probe{
	{"Query.agencies", `agencies { edges { node { key } } }`, []string{`"culture"`}},
	{"Query.agency", `agency(key: "culture") { key }`, []string{`"culture"`}},
	{"Query.approved", `approved { edges { node { key text } } }`, []string{markHidden, markOpen}},
	{"Query.auditCompliance", `auditCompliance(from: "2026-11-01") { sites }`, []string{`"sites":2`, `"sites":`}},
	{"Query.audits", `audits { edges { node { title } } }`, []string{markAudit, "kiểm-tra-chung"}},
	{"Query.coverage", `coverage(kind: SLOGAN, locales: ["ja"]) { total }`, []string{`"total":4`, `"total":`}},
	{"Query.coverage(edition:)", `coverage(edition: 1) { total }`, nil},
	{"Query.coverageGaps", `coverageGaps(locale: "ko") { edges { node { key } } }`, []string{`"closed"`, `"open-sea"`}},
	{"Query.declaredUses", `declaredUses { edges { node { place } } }`, []string{markOtherUse, markOurUse}},
	{"Query.downloads", `downloads { edges { node { agency } } }`, []string{`"foreign"`, `"press"`}},
	{"Query.edition", `edition(number: 1) { number }`, []string{`"number":1`}},
	{"Query.edition", `edition(number: 2) { decision }`, []string{"", "hai/QĐ"}},
	{"Query.editions", `editions { edges { node { number decision } } }`, []string{`"number":1`, "hai/QĐ"}},
	{"Query.erasures", `erasures { edges { node { basis } } }`, []string{"LEFT_SERVICE"}},
	{"Query.findings", `findings { edges { node { place } } }`, []string{markOtherSite, markOurSite}},
	{"Query.approved", `approved(key: "soon", asOf: "2027-06-01T00:00:00Z") { edges { node { key } } }`, []string{`"soon"`}},
	{"Item.inForce", `item(key: "next") { inForce(asOf: "2027-06-01T00:00:00Z") { number } }`, []string{`"number":2`}},
	{"Version.status", `item(key: "next") { version(number: 1) { status(asOf: "2027-06-01T00:00:00Z") } }`, []string{"SUPERSEDED"}},
	{"Query.search", `search(query: "sắp có hiệu lực", asOf: "2027-06-01T00:00:00Z") { edges { node { key } } }`, []string{`"soon"`}},
	{"Query.items", `items { edges { node { key } } }`, []string{`"hidden"`}},
	{"Query.nodeState", `nodeState { writable }`, []string{`"writable":true`}},
	{"Query.overdue", `overdue { edges { node { key } } }`, nil},
	{"Query.policies", `policies(kind: SLOGAN) { reason }`, []string{"hàng 3"}},
	{"Query.recalls", `recalls { edges { node { key } } }`, []string{`"gone"`}},
	{"Query.recalls(agency:)", `recalls(agency: "press") { edges { node { key } } }`, []string{"", `"gone"`}},
	{"Query.reviewQueue", `reviewQueue(agency: "foreign") { edges { node { key } } }`, []string{`"open-sea"`}},
	{"Query.search(everything:)", `search(query: "bản nháp kín", everything: true) { edges { node { key } } }`, []string{`"hidden"`}},
	{"Query.systemState", `systemState { writable }`, []string{`"writable":true`}},
	{"Query.translationWork", `translationWork(locale: "ko") { edges { node { item { key } } } }`, []string{`"hidden"`}},
	{"Query.unusedVersions", `unusedVersions(from: "2026-11-01", to: "2026-11-30") { edges { node { key } } }`, []string{"", `"closed"`}},
	{"Query.usage", `usage { edges { node { agency } } }`, []string{`"foreign"`, `"press"`}},
	{"Query.usageAfterEnd", `usageAfterEnd { edges { node { running } } }`, []string{`"running":2`, `"running":`}},
	{"Query.usageCompliance", `usageCompliance(from: "2026-11-20", to: "2026-11-20") { downloads { current } }`, []string{`"current":2`, `"current":`}},
	{"Query.versions", `versions(state: DRAFTED) { edges { node { item { key } } } }`, []string{`"hidden"`}},
	{"Query.viewer", `viewer { agency }`, []string{`"press"`}},
	{"Query.webhooks", `webhooks { edges { node { url } } }`, []string{"", markOurHook}},
	{"Agency.delegations", `agency(key: "press") { delegations { edges { node { reason } } } }`, []string{"", markOurSign}},
	{"Agency.members", `agency(key: "foreign") { members { edges { node { id } } } }`, []string{idOf("mai").String()}},
	{"Audit.reports", `audits { edges { node { reports { edges { node { site { agency } } } } } } }`, []string{`"foreign"`, `"press"`}},
	{"Edition.candidates", `edition(number: 2) { candidates { edges { node { key } } } }`, []string{`"letter"`}},
	{"Edition.changes", `edition(number: 2) { changes { edges { node { key } } } }`, []string{`"letter"`}},
	{"Edition.entries", `edition(number: 2) { entries { edges { node { key } } } }`, []string{`"letter"`}},
	{"Edition.readiness", `edition(number: 2) { readiness { included } }`, []string{`"included":1`}},
	{"Edition.kit", `edition(number: 2) { kit { edges { node { key } } } }`, []string{`"closed"`, `"open-sea"`}},
	{"Edition.kit", `edition(number: 1) { kit { edges { node { key } } } }`, []string{`"closed"`}},
	{"Item.diff", `item(key: "open-sea") { diff(from: 1, to: 2) { before } }`, []string{"", markOld}},
	{"Item.history", `item(key: "open-sea") { history { edges { node { what } } } }`, []string{"SUBMITTED"}},
	{"Item.name", `item(key: "hidden") { name }`, []string{markTitle}},
	{"Item.name", `item(key: "soon") { name }`, []string{"", "Khẩu hiệu"}},
	{"Item.name", `item(key: "open-sea") { name }`, []string{"", "", "Khẩu hiệu"}},
	{"Item.usage", `item(key: "open-sea") { usage { edges { node { agency } } } }`, []string{`"foreign"`, `"press"`}},
	{"Item.versions", `item(key: "open-sea") { versions { edges { node { content { units { text(locale: "vi") } } } } } }`, []string{markDraft, markOld}},
	{"Recall.affected", `recalls { edges { node { affected { agency } } } }`, []string{`"foreign"`, `"press"`}},
	{"Version.comments", `item(key: "open-sea") { version(number: 2) { comments { edges { node { text } } } } }`, nil},
	{"Version.recusals", `item(key: "recused") { version(number: 1) { recusals { reason } } }`, []string{markRecusal}},
	{"Viewer.mail", `viewer { mail }`, []string{"a@example.vn"}},
	{"Viewer.name", `viewer { name }`, []string{markOurName}},
	{"Viewer.token", `viewer { token { id } }`, []string{`"token":{`}},
	{"Viewer.watches", `viewer { watches }`, []string{`["soon"]`}},
	{"Viewer.watchesKit", `viewer { watchesKit }`, []string{`"watchesKit":true`}},
}

// elsewhere is by what rules are tried that no probe asks about.
var elsewhere = map[string]string{
	"Query.fillTemplate":          "templatesAreSeen",
	"Query.node":                  "by the types that it finds",
	"Subscription.versionChanged": "TestListenersHearWhatBecomesOfVersions",
	"Member.name":                 "TestWhoMayKnowAName",
	"Member.mail":                 "TestWhoMayKnowAName",
	"Webhook.deliveries":          "what it belongs to is for nobody else; this world has no queue",
}

func ruleOf(t *testing.T, of string) rules.Rule {
	t.Helper()
	for _, all := range [][]rules.Rule{rules.Fields, rules.Nodes} {
		for _, r := range all {
			if r.Of == of {
				return r
			}
		}
	}
	t.Fatalf("the table does not tell of %s", of)
	return rules.Rule{}
}

// below are the fields that stand above a probe's, where they are not for everybody.
var below = map[string]string{"Edition.kit": "Query.edition", "Recall.affected": "Query.recalls"}

// step is what somebody gets of a field, or does not because of what is above it.
func (p probe) step(t *testing.T, c caller) (rules.Step, int) {
	t.Helper()
	if above, there := below[p.of]; there {
		if step, at := ruleOf(t, above).For(c.asker); step.Sight == rules.Refused {
			return step, at + len(p.marks)
		}
	}
	return ruleOf(t, p.of).For(c.asker)
}

func (m *matrix) fieldsAreSeen(t *testing.T) {
	for _, c := range callers() {
		var seen, refused []probe
		for _, p := range probes {
			if step, _ := p.step(t, c); step.Sight == rules.Refused {
				refused = append(refused, p)
			} else {
				seen = append(seen, p)
			}
		}
		for _, some := range [][]probe{seen, refused} {
			var asked []question
			for _, p := range some {
				asked = append(asked, question{field: p.field})
			}
			for i, a := range m.askAll(c, "query", asked) {
				some[i].judge(t, c, a)
			}
		}
	}
}

func (p probe) judge(t *testing.T, c caller, a response) {
	t.Helper()
	step, at := p.step(t, c)
	if step.Sight == rules.Refused != c.refused(a) || step.Sight != rules.Refused && !c.let(a) {
		t.Errorf("%s as %q is refused, or is not: %.300s", p.of, c.name, a.raw)
	}
	for i, mark := range p.marks {
		if seen := strings.Contains(a.raw, mark); mark != "" && seen != (at <= i && step.Sight >= rules.Part) {
			t.Errorf("%s as %q, that %s is seen: %t: %.300s", p.of, c.name, mark, seen, a.raw)
		}
	}
}

// lookup asks for one thing. Its things are, step by step of its rule, what those find
// who come so far; what somebody does not find is answered as what does not exist.
type lookup struct {
	of, field, typ string
	things         []any
	nothing        any
}

func (m *matrix) lookups() []lookup {
	all := []lookup{
		{"Query.item", `item(key: $x) { key }`, "String!", []any{"closed", "open-sea"}, "nothing"},
		{"Query.item", `item(key: $x) { key }`, "String!", []any{"hidden"}, "nothing"},
		{"Query.audit", `audit(audit: $x) { title }`, "ID!", []any{m.ids["audit 0"], m.ids["audit 1"]}, m.ids["no audit"]},
		{"Query.approved", `approved(key: $x) { edges { node { key } } }`, "String", []any{"closed", "open-sea"}, "nothing"},
		{"Query.identify", `identify(key: $x, version: 1) { key }`, "String", []any{"closed", "open-sea"}, "nothing"},
		{"Query.identify", `identify(key: $x, version: 1) { key }`, "String", []any{"soon"}, "nothing"},
		{"Query.search", `search(query: $x) { edges { node { key } } }`, "String!", []any{markHidden, markOpen}, "nothing"},
		{"Item.version", `item(key: "open-sea") { version(number: $x) { number } }`, "Int!", []any{3, 1, 2}, 99},
	}
	const byID = `node(id: $x) { __typename id }`
	// In force, and of an item that is not public.
	all = append(all, lookup{"Version", byID, "ID!", []any{m.ids["Version 0"], node.ID(node.Version, "closed/1")}, m.ids["no Version"]})
	for _, rule := range rules.Nodes {
		l := lookup{of: rule.Of, field: byID, typ: "ID!", nothing: m.ids["no "+rule.Of]}
		for i := range rule.Steps {
			if id, there := m.ids[rule.Of+" "+strconv.Itoa(i)]; there {
				l.things = append(l.things, id)
			}
		}
		all = append(all, l)
	}
	return all
}

func (m *matrix) lookupsAreSeen(t *testing.T) {
	all := m.lookups()
	for _, c := range callers() {
		asked := make([]question, len(all))
		for i, l := range all {
			asked[i] = question{l.field, l.typ, l.nothing}
		}
		nothing := m.askAll(c, "query", asked)
		for at := range 3 {
			for i, l := range all {
				if asked[i].value = l.nothing; at < len(l.things) {
					asked[i].value = l.things[at]
				}
			}
			for i, a := range m.askAll(c, "query", asked) {
				step, from := ruleOf(t, all[i].of).For(c.asker)
				found := at < len(all[i].things) && from <= at && step.Sight >= rules.Part
				if (a.raw != nothing[i].raw) != found {
					t.Errorf("%s as %q, that %v is found: %t: %.300s\nof nothing: %.300s", all[i].of, c.name, asked[i].value, !found, a.raw, nothing[i].raw)
				}
			}
		}
	}
}

// A template that is hidden is refused as one that does not exist.
func (m *matrix) templatesAreSeen(t *testing.T) {
	for _, c := range callers() {
		ask := func(key string) string {
			r := m.ask(c.name, `query($x: String!) { fillTemplate(key: $x, locale: "vi", values: []) { body } }`, vars{"x": key})
			return strings.ReplaceAll(r.raw, key, "X")
		}
		if got, nothing := ask("hidden-letter"), ask("nothing"); (got != nothing) != c.asker.Known {
			t.Errorf("as %q: %s\nof nothing: %s", c.name, got, nothing)
		}
	}
}

// byName asks for what is another agency's, by its name: a member who sees a part is
// refused rather than told that there is nothing.
var byName = map[string]string{
	"Query.usage":            `{ usage(filter: {agency: "foreign"}) { edges { cursor } } }`,
	"Query.declaredUses":     `{ declaredUses(filter: {agency: "foreign"}) { edges { cursor } } }`,
	"Query.downloads":        `{ downloads(filter: {agency: "foreign"}) { edges { cursor } } }`,
	"Query.findings":         `{ findings(filter: {agency: "foreign"}) { edges { cursor } } }`,
	"Query.auditCompliance":  `{ auditCompliance(scope: {agency: "foreign"}, from: "2026-11-01") { sites } }`,
	"Query.usageCompliance":  `{ usageCompliance(scope: {agency: "foreign"}, from: "2026-11-20", to: "2026-11-20") { share } }`,
	"Query.recalls(agency:)": `{ recalls(agency: "foreign") { edges { cursor } } }`,
	"Query.usageAfterEnd":    `{ usageAfterEnd(scope: {agency: "foreign"}) { edges { cursor } } }`,
	"Query.unusedVersions":   `{ unusedVersions(scope: {agency: "foreign"}, from: "2026-11-01", to: "2026-11-30") { edges { cursor } } }`,
	"Query.webhooks":         `{ webhooks(agency: "foreign") { edges { cursor } } }`,
	"Query.compareEditions":  `{ compareEditions(from: 1, to: 1) { edges { cursor } } }`,
	"Agency.delegations":     `{ agency(key: "culture") { delegations { edges { cursor } } } }`,
}

func (m *matrix) othersAreRefused(t *testing.T) {
	for of, query := range byName {
		rule := ruleOf(t, of)
		for _, c := range callers() {
			step, _ := rule.For(c.asker)
			if r := m.ask(c.name, query, nil); step.Sight == rules.Sees == c.refused(r) {
				t.Errorf("%s as %q: %.300s", of, c.name, r.raw)
			}
		}
	}
}
