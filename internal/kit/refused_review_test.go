package kit_test

import (
	"testing"
	"testing/fstest"

	"signet/internal/kit"
)

// The texts of the sample kit that the cases below change.
const (
	order    = "    lead_last: true\n    coordinating_days: 15\n    lead_days: 10\n    revision_days: 10\n"
	basis    = "    basis:\n      decision: MẪU-02/KH-TĐ\n      decided: 2026-11-13\n"
	plural   = "          type: plural\n"
	meeting  = "        - name: meeting_date\n          type: date\n"
	withdraw = "      from: 2026-10-12T17:00:00Z\n"
	lastSign = "        at: 2026-10-20T08:39:00Z\n" // of slogan-open-sea, version 2
)

// moved makes a case of a version that is said to wait for another edition.
func moved(lines, reason, text string) bad {
	return in(openSea, lastSign, lastSign+"    rescheduled:\n      agency: ban-tuyen-giao-dan-van\n"+lines, reason, text)
}

// instead makes a case of a withdrawal with something to be used instead.
func instead(lines, reason, text string) bad {
	return in(gateway, withdraw, withdraw+"      replacement:\n"+lines, reason, text)
}

var badReviews = []bad{
	in(root, order, order+"    quorum: 1\n", "invalid_quorum", "quorum: 1"),
	in(root, order, "    others:\n      - so-khcn\n    quorum: 2\n", "invalid_quorum", "quorum: 2"),
	in(root, order, "    others:\n      - so-khcn\n", "invalid_quorum", "- kind: logo"),
	in(root, order, "    others:\n      - so-nnmt\n      - so-khcn\n    quorum: 1\n", "unsorted", "- so-khcn"),
	in(root, order, "    others:\n      - so-khcn\n      - so-vhttdl\n    quorum: 1\n", "agency_twice", "- so-vhttdl"),
	in(root, order, "    others:\n      - nobody\n    quorum: 1\n", "unknown_agency", "- nobody"),
	in(root, order, "    lead_last: false\n", "empty_field", "lead_last: false"),
	in(root, order, "    lead_last: true\n    lead_days: 0\n", "empty_field", "lead_days: 0"),
	in(root, order, "    lead_last: first\n", "invalid_value", "lead_last: first"),
	in(root, order, "    coordinating_days: -1\n", "invalid_deadline", "coordinating_days: -1"),
	in(root, order, "    lead_days: 731\n", "invalid_deadline", "lead_days: 731"),
	in(root, order, "    revision_days: 10000\n", "invalid_deadline", "revision_days: 10000"),
	in(root, order, "    revision_days: ten\n", "invalid_value", "revision_days: ten"),
	in(root, order, "    survival: some\n", "unknown_survival", "survival: some"),
	in(root, order, "    survival: translations\n", "not_canonical", "survival: translations"),
	in(root, order, "", "policy_unchanged", "- kind: logo"),
	in(root, basis, "    basis:\n      decided: 2026-11-13\n", "decision_required", "basis:"),
	in(root, basis, "    basis:\n      decision: MẪU-02\n", "invalid_date", "basis:"),
	in(root, basis, "    basis:\n      decision: MẪU-02\n      decided: 2026-11-17\n", "in_the_future", "decided: 2026-11-17"),
	in(root, basis, "    basis: MẪU-02\n", "invalid_value", "basis: MẪU-02"),
	in(letter, meeting, "        - name: meeting_date\n          type: day\n", "unknown_placeholder_type", "type: day"),
	in(letter, meeting, meeting+"          style: huge\n", "unknown_placeholder_style", "style: huge"),
	in(letter, meeting, meeting+"          forms:\n            vi:\n              other: ngày\n", "not_a_plural", "forms:"),
	in(letter, "              other: '# projects'\n", "", "other_form_required", "en:"),
	in(letter, "              one: '# project'\n", "              some: '# projects'\n", "unknown_plural_category", "en:"),
	in(letter, "              one: '# project'\n", "              one: ''\n", "empty_field", "one: ''"),
	in(letter, "            en:\n              one:", "            EN:\n              one:", "not_canonical", "EN:"),
	late(in(letter, "            ja:\n              other: '#件のプロジェクト'\n", "", "forms_missing", "forms:")),
	in(letter, plural, "          type: number\n", "not_a_plural", "forms:"),
	in(letter, "        - name: land_area\n          type: number\n", "        - name: land_area\n"+plural, "forms_required", "- name: land_area"),
	late(in(letter, "      - agency: ban-ql-kkt\n        at: 2026-11-20", "      - agency: so-vhttdl\n        at: 2026-11-20", "not_your_turn", "- agency: so-vhttdl")),
	instead("        item: nothing\n        version: 1\n", "unknown_version", "replacement:"),
	instead("        item: slogan-open-sea\n        version: 4\n", "unknown_version", "replacement:"),
	instead("        item: slogan-gateway\n        version: 1\n", "replaces_itself", "replacement:"),
	late(instead("        item: slogan-open-sea\n        version: 2\n", "wrong_state", "version: 2")), // approved later
	instead("        item: slogan-open-sea\n        number: 2\n", "unknown_field", "number: 2"),
	late(moved("      at: 2026-11-17T02:00:00Z\n      with_edition: 2\n      reason: x\n", "not_missed", "rescheduled:")),
	late(moved("      at: 2026-11-17T02:00:00Z\n      with_edition: 2\n", "reason_required", "rescheduled:")),
	moved("      at: 2026-11-17T02:00:00Z\n      with_edition: 3\n      reason: x\n", "unknown_edition", "with_edition: 3"),
	moved("      at: 2026-11-17T02:00:00Z\n      with_edition: 1\n      reason: x\n", "same_edition", "with_edition: 1"),
	moved("      at: 2026-11-17T02:00:00Z\n      reason: x\n", "missing_field", "rescheduled:"),
	moved("      with_edition: 2\n      reason: x\n", "missing_field", "rescheduled:"),
	moved("      at: 2026-10-20T08:38:59Z\n      with_edition: 2\n      reason: x\n", "time_order", "at: 2026-10-20T08:38:59Z"),
	in(gateway, "    withdrawn:", "    rescheduled:\n      agency: ban-tuyen-giao-dan-van\n      at: 2026-10-12T02:00:00Z\n      with_edition: 2\n      reason: x\n    withdrawn:",
		"not_for_an_edition", "rescheduled:"),
	{
		name: "a signature before its turn at one instant", file: letter, reason: "unsorted", text: "at: 2026-11-20T02:30:00Z",
		change: func(t failer, files fstest.MapFS) {
			swap(t, files, letter, "      - agency: ban-ql-kkt\n        at: 2026-11-20T02:30:00Z\n",
				"      - agency: so-cong-thuong\n        at: 2026-11-20T02:30:00Z\n      - agency: so-nnmt\n        at: 2026-11-20T02:30:00Z\n")
		},
	},
}

func late(b bad) bad {
	b.late = true
	return b
}

func TestBadReviewsAreRefusedWithFileAndLineAndChangeNothing(t *testing.T) { refuses(t, badReviews) }

func TestBadReviewsAreFoundWithoutARegistryWhereTheyCanBe(t *testing.T) {
	for _, c := range badReviews {
		files := tree(t)
		c.change(t, files)
		if _, err := kit.Read(t.Context(), files); (err == nil) != c.late {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
