package graph_test

import (
	"testing"
	"time"
)

// underReview has a version of a slogan that was written by several hands and
// waits for the coordinating agencies.
func (w *world) underReview() {
	w.t.Helper()
	texts := []text{sampleName(), {id: "slogan", role: "SLOGAN", in: five("Biển mở", "Open sea", "大海敞开", "開かれた海", "열린 바다")}}
	w.registerAndDraft("author", "slogan-mau", "SLOGAN", saying(texts, "ja"))
	w.must("translator", translate, of("slogan-mau", 1, "locale", "ja", "texts", inLocale(texts, "ja")))
	texts[1].in["en"] = "An open sea"
	w.must("colleague", reviseDraft, of("slogan-mau", 1, "content", saying(texts)))
	w.must("clerk", submit, of("slogan-mau", 1))
}

// delegated lets a member sign for the agency of who asks; the answer is the id.
func (w *world) delegated(who, agency, to, toAgency string, from, until time.Duration) string {
	w.t.Helper()
	in := vars{"agency": agency, "member": idOf(to).String(), "memberAgency": toAgency, "until": w.clock().Add(until), "reason": "đi công tác"}
	if from != 0 {
		in["from"] = w.clock().Add(from)
	}
	return w.must(who, delegateSigning, vars{"in": in}).at("delegateSigning.delegation.id").(string)
}

func TestRow3WhoMayNotSign(t *testing.T) {
	w := newCity(t)
	w.underReview()
	day := 24 * time.Hour
	w.delegated("foreign", ngoaiVu, "science", khoaHoc, 0, time.Hour) // ends before anybody signs
	w.delegated("foreign", ngoaiVu, "helper", khoaHoc, 0, time.Hour)
	w.delegated("culture", vanHoa, "science", khoaHoc, day, 2*day) // has not begun
	w.delegated("press", baoChi, "chief", khoaHoc, 0, 9*day)       // for another agency
	revoked := w.delegated("culture", vanHoa, "chief", khoaHoc, 0, 9*day)
	w.must("culture", revokeDelegation, vars{"in": vars{"agency": vanHoa, "delegation": revoked}})
	w.delegated("culture", vanHoa, "press", baoChi, 0, 9*day)
	w.delegated("culture", vanHoa, "translator", ngoaiVu, 0, 9*day)
	w.pass(2 * time.Hour)
	w.must("press", sign, of("slogan-mau", 1))
	w.must("foreign", recuse, of("slogan-mau", 1, "reason", "đã tư vấn cho tác giả"))

	v := of("slogan-mau", 1)
	forAgency := func(agency string) vars { return of("slogan-mau", 1, "agency", agency) }
	w.refused(
		refusal{"without a token", "", sign, v, "UNAUTHENTICATED", "unauthenticated", ""},
		refusal{"its author", "author", sign, v, "FORBIDDEN", "self_approval", ""},
		refusal{"a colleague who wrote on it", "colleague", sign, v, "FORBIDDEN", "self_approval", ""},
		refusal{"who submitted it, and only writes", "clerk", sign, v, "FORBIDDEN", "not_permitted", ""},
		refusal{"who translated it", "translator", sign, v, "FORBIDDEN", "self_approval", ""},
		refusal{"who translated it, for another agency", "translator", sign, forAgency(vanHoa), "FORBIDDEN", "self_approval", ""},
		refusal{"a translator who is nothing else", "interpreter", sign, v, "FORBIDDEN", "not_permitted", ""},
		refusal{"the lead before its turn", "lead", sign, v, "CONFLICT", "not_your_turn", ""},
		refusal{"an agency that is not asked", "science", sign, v, "FORBIDDEN", "not_a_signer", ""},
		refusal{"for an agency that is not asked", "press", sign, forAgency(nongNghiep), "FORBIDDEN", "not_a_signer", ""},
		refusal{"one person for two agencies", "press", sign, forAgency(vanHoa), "FORBIDDEN", "two_agencies", ""},
		refusal{"a designer", "designer", sign, v, "FORBIDDEN", "not_permitted", ""},
		refusal{"an admin", "admin", sign, v, "FORBIDDEN", "not_permitted", ""},
		refusal{"an auditor", "auditor", sign, v, "FORBIDDEN", "not_permitted", ""},
		refusal{"a reviewer for an agency that did not ask them", "culture", sign, forAgency(ngoaiVu), "FORBIDDEN", "not_delegated", ""},
		refusal{"a delegate after the end", "science", sign, forAgency(ngoaiVu), "FORBIDDEN", "not_delegated", ""},
		refusal{"a designer after the end of the delegation", "helper", sign, forAgency(ngoaiVu), "FORBIDDEN", "not_permitted", ""},
		refusal{"a delegate before the beginning", "science", sign, forAgency(vanHoa), "FORBIDDEN", "not_delegated", ""},
		refusal{"a delegate of another agency", "chief", sign, forAgency(ngoaiVu), "FORBIDDEN", "not_delegated", ""},
		refusal{"a delegate whose right was revoked", "chief", sign, forAgency(vanHoa), "FORBIDDEN", "not_delegated", ""},
		refusal{"a member who has stepped back", "foreign", sign, v, "FORBIDDEN", "recused", ""},
		refusal{"and may not send it back either", "foreign", sendBack, of("slogan-mau", 1, "reason", "x"), "FORBIDDEN", "recused", ""},
		refusal{"its author sends it back", "author", sendBack, of("slogan-mau", 1, "reason", "x"), "FORBIDDEN", "self_approval", ""},
		refusal{"nobody says why it is sent back", "culture", sendBack, of("slogan-mau", 1, "reason", " "), "BAD_USER_INPUT", "reason_required", "reason"},
	)
}

func TestRow3WhoMayNotDoWhatGoesWithSigning(t *testing.T) {
	w := newCity(t)
	w.underReview()
	until := w.clock().Add(time.Hour)
	w.delegated("foreign", ngoaiVu, "helper", khoaHoc, 0, time.Hour)
	w.delegated("foreign", ngoaiVu, "designer", baoChi, 0, time.Hour)
	delegation := func(agency, to, toAgency string) vars {
		return vars{"in": vars{"agency": agency, "member": idOf(to).String(), "memberAgency": toAgency, "until": until, "reason": "đi công tác"}}
	}
	w.must("press", sign, of("slogan-mau", 1))
	why := of("slogan-mau", 1, "reason", "x")
	w.refused(
		refusal{"a reviewer takes back what the author's agency submitted", "foreign", takeBack, why, "FORBIDDEN", "not_permitted", ""},
		refusal{"an author of another agency takes it back", "envoy", takeBack, why, "FORBIDDEN", "not_author", ""},
		refusal{"an author of another agency writes on it", "envoy", translate, of("slogan-mau", 1, "locale", "ja", "texts", []any{}), "CONFLICT", "wrong_state", "version"},
		refusal{"somebody else delegates the signature of an agency", "science", delegateSigning, delegation(ngoaiVu, "helper", khoaHoc), "FORBIDDEN", "not_permitted", ""},
		refusal{"an admin of another agency delegates it", "chief", delegateSigning, delegation(ngoaiVu, "helper", khoaHoc), "FORBIDDEN", "not_your_agency", ""},
		refusal{"a delegate delegates further", "helper", delegateSigning, delegation(ngoaiVu, "science", khoaHoc), "FORBIDDEN", "not_permitted", ""},
		refusal{"an author delegates", "envoy", delegateSigning, delegation(ngoaiVu, "helper", khoaHoc), "FORBIDDEN", "not_permitted", ""},
		refusal{"to somebody who is no member of the agency named", "foreign", delegateSigning, delegation(ngoaiVu, "helper", baoChi), "NOT_FOUND", "unknown_member", "member"},
		refusal{"to an agency that is none", "foreign", delegateSigning, delegation(ngoaiVu, "helper", "so-moi"), "NOT_FOUND", "unknown_agency", "memberAgency"},
		refusal{"an agency that is not asked steps back", "science", recuse, why, "FORBIDDEN", "not_a_signer", ""},
		refusal{"an agency steps back that can't be done without", "culture", recuse, of("slogan-mau", 1, "whole", true, "reason", "x"), "CONFLICT", "must_sign", ""},
		refusal{"who has signed steps back", "press", recuse, why, "CONFLICT", "already_signed", ""},
		refusal{"a designer steps back", "port", recuse, why, "FORBIDDEN", "not_permitted", ""},
		refusal{"a reviewer escalates", "foreign", escalate, of("slogan-mau", 1), "FORBIDDEN", "not_permitted", ""},
		refusal{"a designer comments", "port", comment, of("slogan-mau", 1, "text", "x"), "FORBIDDEN", "not_permitted", ""},
		refusal{"a lead sets the policy", "lead", setPolicy, vars{"in": row3("SLOGAN")}, "FORBIDDEN", "not_permitted", ""},
	)
	// A delegate stands in for the agency that asked them, and for no other.
	w.refused(refusal{
		"a designer of a signing agency takes its whole agency out, because another lets them sign", "designer", recuse,
		of("slogan-mau", 1, "whole", true, "reason", "x"), "FORBIDDEN", "not_reviewer", "",
	})
}
