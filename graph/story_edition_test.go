package graph_test

import (
	"testing"
)

// tongue is a slogan in some of the languages.
func tongue(vi string, without ...string) vars {
	return saying([]text{sampleName(), {id: "slogan", role: "SLOGAN", in: five(vi, vi+" (en)", vi+" (zh)", vi+" (ja)", vi+" (ko)")}}, without...)
}

func edition(number int, due string) vars {
	return vars{"in": vars{
		"number": number, "titles": []any{vars{"locale": "vi", "text": "Lần cập nhật"}}, "due": due,
		"basis": vars{"decision": "3000/QĐ-UBND", "decided": "2026-11-01"},
	}}
}

func entry(number int, key string, version int) vars {
	in := vars{"number": number, "key": key}
	if version != 0 {
		in["version"] = version
	}
	return vars{"in": in}
}

func decision(number int, decided string) vars {
	return vars{"in": vars{"number": number, "decision": "3120/QĐ-UBND", "decided": decided}}
}

// lacks sums up what the first edition lacks, and what each candidate does.
func (w *world) lacks() (readiness, candidates string) {
	w.t.Helper()
	r := w.must("lead", `{ editions { edges { node { readiness { candidates included retired unsigned open missing stale withdrawn issuable complete }
		candidates { edges { node { key number state included awaited missing stale ready item { kind } } } } } } } }`, nil)
	of := "node.readiness."
	return r.rows("editions.edges", of+"candidates", of+"included", of+"retired", of+"unsigned", of+"open", of+"missing", of+"stale", of+"withdrawn", of+"issuable", of+"complete"),
		r.rows("editions.edges.0.node.candidates.edges", "node.key", "node.number", "node.state", "node.included", "node.awaited", "node.missing", "node.stale", "node.ready")
}

func (w *world) lack(what, readiness, candidates string) {
	w.t.Helper()
	r, c := w.lacks()
	w.want(what+", readiness", r, readiness)
	w.want(what+", candidates", c, candidates)
}

// forEdition drafts a version of a slogan and submits it for an edition.
func (w *world) forEdition(number int, key string, version int, content vars) {
	w.t.Helper()
	if version == 1 {
		w.must("author", registerItem, vars{"in": vars{"key": key, "kind": "SLOGAN"}})
	}
	w.must("author", draftVersion, vars{"in": vars{"key": key, "content": content}})
	w.must("author", submit, of(key, version, "effective", vars{"edition": number}))
}

func TestEditionTellsWhatItLacksAtEveryStage(t *testing.T) {
	w := newCity(t)
	future := edition(1, "2027-07-31")
	future["in"].(vars)["basis"] = vars{"decision": "1/QĐ", "decided": "2026-11-21"}
	w.refused(
		refusal{"a lead opens", "lead", openEdition, edition(1, "2027-07-31"), "FORBIDDEN", "not_permitted", ""},
		refusal{"the second is the first", "admin", openEdition, edition(2, "2027-07-31"), "CONFLICT", "edition_gap", "number"},
		refusal{"by a decision of tomorrow", "admin", openEdition, future, "BAD_USER_INPUT", "in_the_future", "basis.decided"},
	)
	r := w.must("admin", openEdition, edition(1, "2027-07-31"))
	if r.at("openEdition.edition.basis.decision") != "3000/QĐ-UBND" || r.at("openEdition.edition.basis.decided") != "2026-11-01" {
		t.Error(r.raw)
	}
	w.lack("nothing yet", "0 0 0 0 0 0 0 0 false false", "")
	w.refused(refusal{"nothing is issued", "admin", issueEdition, decision(1, "2026-11-20"), "CONFLICT", "edition_empty", ""})
	if r := w.ask("portal", `{ edition(number: 1) { candidates { edges { node { key } } } } }`, nil); r.code() != "FORBIDDEN" {
		t.Error(r.raw)
	}

	w.forEdition(1, "slogan-a", 1, tongue("A"))
	w.forEdition(1, "slogan-b", 1, tongue("B", "ko", "ja"))
	signers := "[" + baoChi + " " + ngoaiVu + " " + vanHoa + "]"
	w.lack("submitted", "2 0 0 2 0 1 0 0 false false", "slogan-a 1 SUBMITTED false "+signers+" [] [] false; slogan-b 1 SUBMITTED false "+signers+" [ja ko] [] false")
	w.must("foreign", sign, of("slogan-a", 1))
	w.must("press", sendBack, of("slogan-b", 1, "reason", "thiếu tiếng Nhật, tiếng Hàn"))
	signers = "[" + baoChi + " " + vanHoa + "]"
	w.lack("sent back", "2 0 0 1 1 1 0 0 false false", "slogan-a 1 SUBMITTED false "+signers+" [] [] false; slogan-b 1 RETURNED false [] [ja ko] [] false")
	w.must("author", reviseDraft, of("slogan-b", 1, "content", saying([]text{
		sampleName(), {id: "slogan", role: "SLOGAN", in: five("B mới", "B (en)", "B (zh)", "Bの", "B의")},
	})))
	w.lack("another source", "2 0 0 1 1 0 1 0 false false", "slogan-a 1 SUBMITTED false "+signers+" [] [] false; slogan-b 1 DRAFTED false [] [] [en zh] false")
	w.must("author", reviseDraft, of("slogan-b", 1, "content", tongue("B", "ko")))
	w.must("author", submit, of("slogan-b", 1, "effective", vars{"edition": 1}))
	w.refused(
		refusal{"what is not signed is taken in", "admin", includeInEdition, entry(1, "slogan-a", 1), "CONFLICT", "wrong_state", "version"},
		refusal{"a lead takes it in", "lead", includeInEdition, entry(1, "slogan-a", 1), "FORBIDDEN", "not_permitted", ""},
	)
	w.signedByRow3("slogan-b", 1)
	for _, who := range []string{"culture", "press", "lead"} {
		w.must(who, sign, of("slogan-a", 1))
	}
	w.lack("signed", "2 0 0 0 0 1 0 0 false false", "slogan-a 1 APPROVED false [] [] [] false; slogan-b 1 APPROVED false [] [ko] [] false")
	w.must("admin", includeInEdition, entry(1, "slogan-a", 1))
	w.must("admin", includeInEdition, entry(1, "slogan-b", 1))
	w.lack("taken in", "2 2 0 0 0 1 0 0 true false", "slogan-a 1 APPROVED true [] [] [] true; slogan-b 1 APPROVED true [] [ko] [] false")
	w.must("lead", withdrawVersion, of("slogan-b", 1, "reason", "sai tên"))
	w.lack("withdrawn", "2 2 0 0 0 1 0 1 false false", "slogan-a 1 APPROVED true [] [] [] true; slogan-b 1 WITHDRAWN true [] [ko] [] false")
	w.refused(refusal{"it stands in the way", "admin", issueEdition, decision(1, "2026-11-20"), "CONFLICT", "not_ready", "entries[1]"})
	w.must("admin", excludeFromEdition, entry(1, "slogan-b", 0))
	w.must("admin", retireInEdition, entry(1, "slogan-b", 0))
	w.lack("complete", "1 1 1 0 0 0 0 0 true true", "slogan-a 1 APPROVED true [] [] [] true")
	w.must("admin", issueEdition, decision(1, "2026-11-20"))
	w.refused(
		refusal{"taken in after the issue", "admin", includeInEdition, entry(1, "slogan-a", 1), "CONFLICT", "edition_issued", "number"},
		refusal{"issued twice", "admin", issueEdition, decision(1, "2026-11-20"), "CONFLICT", "edition_issued", "number"},
	)
}

// missedEdition issues the first edition a fortnight late, without a version that
// was approved for it and one that was not signed yet.
func (w *world) missedEdition() {
	w.t.Helper()
	w.sloganInForce("slogan-cu", tongue("Cũ"))
	w.sloganInForce("slogan-con", tongue("Còn"))
	w.must("admin", openEdition, edition(1, "2026-12-01"))
	w.forEdition(1, "slogan-a", 1, tongue("A"))
	w.signedByRow3("slogan-a", 1)
	w.forEdition(1, "slogan-lo", 1, tongue("Lỡ"))
	w.signedByRow3("slogan-lo", 1)
	w.forEdition(1, "slogan-tre", 1, tongue("Trễ"))
	for _, who := range []string{"foreign", "culture", "press"} {
		w.must(who, sign, of("slogan-tre", 1))
	}
	w.must("admin", includeInEdition, entry(1, "slogan-a", 1))
	moved := of("slogan-lo", 1, "edition", 2, "reason", "lỡ lần thứ nhất")
	w.refused(refusal{"nothing has been missed yet", "lead", rescheduleVersion, moved, "CONFLICT", "not_missed", "version"})
	w.days(25)
	if r := w.must("portal", `{ edition(number: 1) { onTime daysLate issued nextDue } }`, nil); r.at("edition.daysLate") != 14.0 || r.at("edition.onTime") != false || r.at("edition.issued") != nil {
		w.t.Error(r.raw)
	}
	r := w.must("admin", issueEdition, decision(1, "2026-12-14"))
	if r.at("issueEdition.edition.daysLate") != 14.0 || r.at("issueEdition.edition.nextDue") != "2028-12-15" || r.at("issueEdition.edition.issued") != nine("2026-12-15") {
		w.t.Error(r.raw)
	}
	w.refused(
		refusal{"the last signature for what was issued", "lead", sign, of("slogan-tre", 1), "CONFLICT", "edition_issued", "version"},
		refusal{"a coordinating agency reschedules", "foreign", rescheduleVersion, moved, "FORBIDDEN", "not_lead", ""},
		refusal{"an author reschedules", "clerk", rescheduleVersion, moved, "FORBIDDEN", "not_permitted", ""},
		refusal{"for an edition that is none", "lead", rescheduleVersion, moved, "NOT_FOUND", "unknown_edition", "edition"},
		refusal{"what it holds has not missed it", "lead", rescheduleVersion, of("slogan-a", 1, "edition", 2, "reason", "x"), "CONFLICT", "not_missed", "version"},
	)
}

func TestEditionThatIsLateAndWhatMissesIt(t *testing.T) {
	w := newCity(t)
	w.missedEdition()
	w.must("admin", openEdition, edition(2, "2028-12-15"))
	r := w.must("lead", rescheduleVersion, of("slogan-lo", 1, "edition", 2, "reason", "lỡ lần thứ nhất"))
	if r.at("rescheduleVersion.version.effectiveEdition") != 2.0 || r.at("rescheduleVersion.version.status") != "SCHEDULED" {
		t.Error(r.raw)
	}
	w.must("author", takeBack, of("slogan-tre", 1, "reason", "lỡ lần thứ nhất"))
	w.must("author", submit, of("slogan-tre", 1, "effective", vars{"edition": 2}))
	w.signedByRow3("slogan-tre", 1)

	w.forEdition(2, "slogan-a", 2, tongue("A, thêm"))
	w.signedByRow3("slogan-a", 2)
	for key, version := range map[string]int{"slogan-lo": 1, "slogan-tre": 1, "slogan-a": 2} {
		w.must("admin", includeInEdition, entry(2, key, version))
	}
	w.must("admin", retireInEdition, entry(2, "slogan-cu", 0))
	w.refused(
		refusal{"compared with what is not issued", "portal", `{ compareEditions(from: 1, to: 2) { edges { node { key } } } }`, nil, "CONFLICT", "not_issued", "to"},
		refusal{"compared without a token", "", `{ compareEditions(from: 1, to: 1) { edges { node { key } } } }`, nil, "UNAUTHENTICATED", "unauthenticated", ""},
	)
	w.days(1)
	w.sloganInForce("slogan-thoang", tongue("Thoáng")) // comes and goes between the two
	w.must("lead", withdrawVersion, of("slogan-thoang", 1, "reason", "sai tên"))
	w.days(729)
	r = w.must("admin", issueEdition, decision(2, "2028-12-14"))
	if r.at("issueEdition.edition.onTime") != true || r.at("issueEdition.edition.nextDue") != "2030-12-14" {
		t.Error(r.raw)
	}
	w.refused(
		refusal{"compared the wrong way round", "portal", `{ compareEditions(from: 2, to: 1) { edges { node { key } } } }`, nil, "BAD_USER_INPUT", "turned_round", "from"},
		refusal{"compared with what is none", "portal", `{ compareEditions(from: 1, to: 3) { edges { node { key } } } }`, nil, "NOT_FOUND", "unknown_edition", "to"},
	)
	w.kitsAreCompared()
}

// kitsAreCompared reads the kits of both editions, the first one after the second
// was issued.
func (w *world) kitsAreCompared() {
	w.t.Helper()
	kit := func(number int) string {
		r := w.must("portal", `query($n: Int!) { edition(number: $n) { kit(kind: SLOGAN, locale: "ja") { edges { node { key number edition text(locale: "ja") } } } } }`, vars{"n": number})
		return r.rows("edition.kit.edges", "node.key", "node.number", "node.edition", "node.text")
	}
	first, second := "slogan-a 1 1 A (ja); slogan-con 1 - Còn (ja); slogan-cu 1 - Cũ (ja)", "slogan-a 2 2 A, thêm (ja); slogan-con 1 - Còn (ja); slogan-lo 1 2 Lỡ (ja); slogan-tre 1 2 Trễ (ja)"
	w.want("the first kit", kit(1), first)
	w.want("the second kit", kit(2), second)
	compared := `{ compareEditions(from: 1, to: 2) { edges { node { key what before after item { kind } diff { field locale before after segments { op text } } } } } }`
	r := w.must("portal", compared, nil)
	w.want("compared", r.rows("compareEditions.edges", "node.key", "node.what", "node.before", "node.after"),
		"slogan-a CHANGED 1 2; slogan-cu RETIRED 1 -; slogan-lo ADDED - 1; slogan-tre ADDED - 1")
	w.want("what it says differently", r.rows("compareEditions.edges.0.node.diff", "field", "before", "after"),
		"slogan.en A (en) A, thêm (en); slogan.ja A (ja) A, thêm (ja); slogan.ko A (ko) A, thêm (ko); slogan.vi A A, thêm; slogan.zh A (zh) A, thêm (zh)")
	w.want("spelled out", r.rows("compareEditions.edges.0.node.diff.1.segments", "op", "text"), "KEPT A; INSERTED , thêm; KEPT  (ja)")
	if r.at("compareEditions.edges.1.node.diff.0.before") == nil || r.at("compareEditions.edges.1.node.diff.0.after") != nil || r.at("compareEditions.edges.2.node.diff.0.after") == nil {
		w.t.Error(r.raw)
	}
	same := w.must("portal", `{ compareEditions(from: 1, to: 1) { edges { node { key } } } }`, nil)
	w.want("with itself", same.rows("compareEditions.edges", "node.key"), "")

	w.days(1)
	w.must("lead", withdrawVersion, of("slogan-a", 2, "reason", "sai tên"))
	w.must("lead", withdrawVersion, of("slogan-con", 1, "reason", "sai tên"))
	w.want("the first kit, as it was at its issue", kit(1), first)
	w.want("the second kit, as it was at its issue", kit(2), second)
	w.want("compared, as it was at their issue", w.must("portal", compared, nil).rows("compareEditions.edges", "node.key", "node.what"), "slogan-a CHANGED; slogan-cu RETIRED; slogan-lo ADDED; slogan-tre ADDED")
}
