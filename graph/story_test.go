package graph_test

import (
	"strings"
	"testing"
	"time"
)

// Every story of writing begins with who may not.
func TestWhoMayNot(t *testing.T) {
	w := newWorld(t)
	w.inForce("open-sea", "Biển mở", "開かれた海")
	w.must("lan", registerItem, vars{"in": vars{"key": "hidden", "kind": "SLOGAN", "public": false}})
	w.must("lan", draftVersion, vars{"in": vars{"key": "hidden", "content": slogan("Kín", "秘")}})
	w.must("admin", openEdition, edition(1, "2027-07-31"))
	w.recusedTwice()
	for _, test := range writings() {
		for _, who := range everybody {
			if who != "" && strings.Contains(" "+test.may+" ", " "+who+" ") {
				continue
			}
			before := w.head()
			r := w.ask(who, test.query, vars{"in": test.in})
			want := "FORBIDDEN"
			if who == "" {
				want = "UNAUTHENTICATED"
			}
			if r.code() != want || r.reason() == "" || w.head() != before {
				t.Errorf("%s as %q: %s, want %s", test.name, who, r.raw, want)
			}
		}
	}
	for _, test := range readings {
		for _, who := range everybody {
			r := w.ask(who, test.query, nil)
			may := strings.Contains(" "+test.may+" ", " "+who+" ")
			if (r.at(test.path) != nil) != may {
				t.Errorf("%s as %q: %s", test.name, who, r.raw)
			}
		}
	}
}

func TestLifeOfASlogan(t *testing.T) {
	w := newWorld(t)
	item := w.must("lan", registerItem, vars{"in": vars{"key": "open-sea", "kind": "SLOGAN"}})
	drafted := w.must("lan", draftVersion, vars{"in": vars{
		"key": "open-sea", "content": slogan("Biển mở", "開かれた海"), "revision": item.at("registerItem.item.revision"),
	}})
	v1 := vars{"in": vars{"key": "open-sea", "version": 1}}
	if s := w.must("lan", submitVersion, v1); s.at("submitVersion.version.missing.1") != "foreign" {
		t.Error(s.raw)
	}
	if s := w.must("minh", returnVersion, vars{"in": vars{"key": "open-sea", "version": 1, "reason": "thiếu tiếng Nhật"}}); s.at("returnVersion.version.state") != "RETURNED" {
		t.Error(s.raw)
	}
	w.must("lan", reviseDraft, vars{"in": vars{"key": "open-sea", "version": 1, "content": slogan("Biển mở", "海がひらく")}})
	w.must("lan", submitVersion, v1)
	w.must("minh", signVersion, v1)
	if s := w.must("hoa", signVersion, v1); s.at("signVersion.version.state") != "APPROVED" || s.at("signVersion.version.status") != "IN_FORCE" {
		t.Error(s.raw)
	}
	before := w.clock()
	w.pass(24 * time.Hour)
	w.inForce("open-sea", "Biển mở, lòng mở", "海がひらく、心がひらく")

	approved := `query($at: DateTime) { approved(kind: SLOGAN, locale: "ja", asOf: $at) { edges { node { number validUntil text(locale: "ja") name content { units { id text(locale: "ja") } } item { id } } } } }`
	if r := w.must("", approved, nil); r.at("approved.edges.0.node.content.units.1.text") != "海がひらく、心がひらく" ||
		r.at("approved.edges.0.node.text") != "海がひらく、心がひらく" || r.at("approved.edges.0.node.name") != "Khẩu hiệu" || r.at("approved.edges.1") != nil {
		t.Error(r.raw)
	}
	if r := w.must("", approved, vars{"at": before}); r.at("approved.edges.0.node.number") != 1.0 || r.at("approved.edges.0.node.validUntil") == nil {
		t.Error(r.raw)
	}
	if r := w.must("", approved, vars{"at": before.Add(-time.Second)}); r.at("approved.edges.0") != nil {
		t.Error(r.raw)
	}
	story := w.must("auditor", `{ item(key: "open-sea") {
		versions { edges { node { number status } } }
		history(version: 1) { edges { node { what agency reason member } } }
		diff(from: 1, to: 2) { field locale before after segments { op text } } } }`, nil)
	var steps []string
	for _, edge := range story.at("item.history.edges").([]any) {
		steps = append(steps, edge.(map[string]any)["node"].(map[string]any)["what"].(string))
	}
	if got := strings.Join(steps, " "); got != "DRAFTED SUBMITTED RETURNED REVISED SUBMITTED SIGNED SIGNED APPROVED" {
		t.Error(got)
	}
	if story.at("item.versions.edges.0.node.status") != "IN_FORCE" || story.at("item.versions.edges.1.node.status") != "SUPERSEDED" ||
		story.at("item.history.edges.2.node.reason") != "thiếu tiếng Nhật" || story.at("item.diff.0.before") == nil {
		t.Error(story.raw)
	}
	for query, want := range map[string]string{"bien mo": "open-sea", "心がひ": "open-sea", "Khẩu hiệu": "open-sea"} {
		if r := w.must("", `query($q: String!) { search(query: $q) { edges { node { key locale excerpt } } } }`, vars{"q": query}); r.at("search.edges.0.node.key") != want {
			t.Errorf("%s: %s", query, r.raw)
		}
	}
	if r := w.must("", `query($id: ID!) { node(id: $id) { __typename id } }`, vars{"id": item.at("registerItem.item.id")}); r.at("node.__typename") != "Item" {
		t.Error(r.raw)
	}
	if r := w.must("designer", `query($id: ID!) { node(id: $id) { __typename ... on Version { number } } }`, vars{"id": drafted.at("draftVersion.version.id")}); r.at("node.number") != 1.0 {
		t.Error(r.raw)
	}
}

func TestUsesOfWithdrawnVersionsAreFound(t *testing.T) {
	w := newWorld(t)
	w.inForce("open-sea", "Biển mở", "海")
	use := w.must("press", declareUse, vars{"in": vars{"key": "open-sea", "version": 1, "channel": "portal", "place": "haiphong.gov.vn"}})
	if use.at("declareUse.use.inForce") != true || use.at("declareUse.use.since") != "2026-11-20" {
		t.Error(use.raw)
	}
	outdated := `{ declaredUses(filter: {outdated: true}) { edges { node { agency place item { key } } } } usage(filter: {outdated: true}) { edges { node { declared inForce } } } }`
	if r := w.must("auditor", outdated, nil); r.at("declaredUses.edges.0") != nil {
		t.Error(r.raw)
	}
	if r := w.must("minh", withdraw, vars{"in": vars{"key": "open-sea", "version": 1, "reason": "sai tên"}}); r.at("withdrawVersion.version.status") != "WITHDRAWN" {
		t.Error(r.raw)
	}
	if r := w.must("auditor", outdated, nil); r.at("declaredUses.edges.0.node.agency") != "press" || r.at("usage.edges.0.node.inForce") != false {
		t.Error(r.raw)
	}
	if r := w.ask("designer", endUse, vars{"in": vars{"use": "eA"}}); r.code() != "NOT_FOUND" {
		t.Error(r.raw)
	}
	if r := w.must("press", endUse, vars{"in": vars{"use": use.at("declareUse.use.id"), "on": "2026-11-20"}}); r.at("endUse.use.ended") != "2026-11-20" {
		t.Error(r.raw)
	}
	if r := w.must("auditor", outdated, nil); r.at("declaredUses.edges.0") != nil {
		t.Error(r.raw)
	}
}

func TestEditionPutsItsVersionsInForceTogether(t *testing.T) {
	w := newWorld(t)
	w.must("admin", `mutation { openEdition(input: {number: 1, titles: [{locale: "vi", text: "Lần thứ nhất"}], due: "2026-11-30"}) { edition { onTime } } }`, nil)
	for _, key := range []string{"one", "two"} {
		w.must("lan", registerItem, vars{"in": vars{"key": key, "kind": "SLOGAN"}})
		w.must("lan", draftVersion, vars{"in": vars{"key": key, "content": slogan(key, key)}})
		of := vars{"key": key, "version": 1}
		w.must("lan", submitVersion, vars{"in": vars{"key": key, "version": 1, "effective": vars{"edition": 1}}})
		w.must("minh", signVersion, vars{"in": of})
		if r := w.must("hoa", signVersion, vars{"in": of}); r.at("signVersion.version.status") != "SCHEDULED" {
			t.Error(r.raw)
		}
		w.must("admin", `mutation($key: String!) { includeInEdition(input: {number: 1, key: $key, version: 1}) { edition { revision } } }`, vars{"key": key})
	}
	if r := w.must("", `{ approved { edges { node { key } } } }`, nil); r.at("approved.edges.0") != nil {
		t.Error(r.raw)
	}
	w.must("admin", `mutation { issueEdition(input: {number: 1, decision: "12/QĐ-UBND", decided: "2026-11-20"}) { edition { issued } } }`, nil)
	r := w.must("designer", `{ edition(number: 1) { onTime daysLate nextDue decision changes { edges { node { key what before after diff { field } item { key } } } } entries { edges { node { key number } } } }
		approved { edges { node { key edition } } } }`, nil)
	if r.at("edition.nextDue") != "2028-11-20" || r.at("edition.onTime") != true || r.at("edition.changes.edges.1.node.what") != "ADDED" ||
		r.at("edition.changes.edges.0.node.diff.0.field") == nil || r.at("approved.edges.1.node.edition") != 1.0 {
		t.Error(r.raw)
	}
}

func TestTokens(t *testing.T) {
	w := newWorld(t)
	member := w.must("admin", `mutation { addMember(input: {agency: "press", roles: [REVIEWER, DESIGNER], idempotencyKey: "m"}) { member { id roles } } }`, nil)
	again := w.must("admin", `mutation { addMember(input: {agency: "press", roles: [REVIEWER, DESIGNER], idempotencyKey: "m"}) { member { id roles } } }`, nil)
	if member.raw != again.raw {
		t.Error(again.raw)
	}
	id := member.at("addMember.member.id")
	issue := `mutation($id: ID!) { issueToken(input: {agency: "press", member: $id, idempotencyKey: "t"}) { secret token { id } } }`
	token := w.must("admin", issue, vars{"id": id})
	if r := w.ask("admin", issue, vars{"id": id}); r.code() != "CONFLICT" {
		t.Error("a secret was shown twice: " + r.raw)
	}
	w.tokens["new"] = token.at("issueToken.secret").(string)
	if r := w.must("new", `{ viewer { member agency roles } }`, nil); r.at("viewer.member") != id || r.at("viewer.agency") != "press" {
		t.Error(r.raw)
	}
	if r := w.must("auditor", `{ agency(key: "press") { members { edges { node { id tokens { id } } } } } }`, nil); !strings.Contains(r.raw, token.at("issueToken.token.id").(string)) {
		t.Error(r.raw)
	}
	if r := w.must("", `{ viewer { member } }`, nil); r.at("viewer") != nil {
		t.Error(r.raw)
	}
}
