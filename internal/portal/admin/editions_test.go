package admin_test

import (
	"net/http"
	"testing"

	"signet/domain"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

func (s story) policies() {
	t, w := s.t, s.w
	const here = "/vi/admin/policies/logo"
	has(t, w.Get(chief, "/en/admin/policies"), "Logo", "Template")
	first := form(t, w.Get(chief, here), here, "set")
	stale := form(t, w.Get(second, here), here, "set")
	if first.Get("part."+portaltest.Lead) != "lead" {
		t.Errorf("the present policy is not in the form: %v", first)
	}
	for name, c := range map[string]struct{ field, value, reason string }{
		"no reason":                    {"reason", "", "reason_required"},
		"nobody leads":                 {"part." + portaltest.Lead, "", "lead_required"},
		"a quorum of nobody":           {"quorum", "3", "invalid_quorum"},
		"a deadline that is no number": {"leadDays", "soon", "invalid_deadline"},
		"a rule that there is not":     {"survival", "SOME", "unknown_survival"},
	} {
		f := form(t, w.Get(chief, here), here, "set")
		f.Set("reason", "Đề án, hàng 3")
		a := w.Post(chief, here, with(f, c.field, c.value))
		if reason(a) != c.reason {
			t.Errorf("%s: %s", name, reason(a))
		}
		if again := form(t, a, here, "set"); c.field == "reason" && again.Get("part."+portaltest.Lead) != "lead" || c.field == "part."+portaltest.Lead && again.Get(c.field) != "" {
			t.Errorf("%s: what was chosen is lost", name)
		}
	}
	first = with(first, "part.so-nnmt", "other", "part.so-cong-thuong", "other", "quorum", "1", "coordinatingDays", "12", "leadLast", "1", "reason", "Thêm cơ quan phối hợp")
	if to := w.Post(chief, here, first).To(); to != here+"?done=admin-policy" {
		t.Error(to)
	}
	has(t, w.Get(office, here), "Thêm cơ quan phối hợp", "12 ngày", "1 / 2")
	if a := w.Post(second, here, with(stale, "reason", "Khác")); reason(a) != "stale_revision" {
		t.Errorf("the one overwrites the other: %s", reason(a))
	}
}

// approved has a version of the sample kit signed by all, which so comes to be ready for
// the second edition.
func approved(t *testing.T, w *portaltest.World, key string, version int, by ...string) {
	t.Helper()
	for _, agency := range by {
		ask(t, w, portaltest.Who{Agency: agency, Role: domain.RoleReviewer}, `mutation($in: SignVersionInput!) { signVersion(input: $in) { position } }`,
			frame.Vars{"in": frame.Vars{"key": key, "version": version}}, nil)
	}
}

func (s story) editions() {
	t, w := s.t, s.w
	const list, here, key = "/vi/admin/editions", "/vi/admin/editions/2", "slogan-port-of-tomorrow"
	f := form(t, w.Get(chief, list), list, "open")
	if f.Get("number") != "3" {
		t.Errorf("the next edition is not proposed: %v", f)
	}
	if a := w.Post(chief, list, with(f, "title.vi", "Lần ba", "due", "2029-01-31", "decision", "12/QĐ")); reason(a) != "invalid_date" {
		t.Errorf("a decision without a day: %s", reason(a))
	}
	if to := w.Post(chief, list, with(f, "number", "3", "decided", "2026-01-02")).To(); to != "/vi/admin/editions/3?done=admin-opened" {
		t.Error(to)
	}
	has(t, w.Get(chief, "/vi/admin/editions/3"), "Lần ba", "12/QĐ", "31/01/2029")
	has(t, w.Get(chief, "/vi/admin/editions/3/issue"), "chưa có phiên bản")

	if portaltest.First(w.Get(chief, here).Page, "form", "action="+here+"/issue") != nil || len(portaltest.All(w.Get(chief, here).Page, "input", "value=include")) > 0 {
		t.Error("what is not signed can be taken in")
	}
	approved(t, w, key, 3, "bao-ptth", "so-vhttdl", portaltest.Lead)
	if a := w.Post(chief, here, with(form(t, w.Get(chief, here), here, "retire"), "do", "include", "key", "slogan-red-flamboyant", "version", "3")); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a version is taken in that was not approved: %d", a.Status)
	}
	include, stale := form(t, w.Get(chief, here), here, "include"), form(t, w.Get(second, here), here, "retire")
	if to := w.Post(chief, here, include).To(); to != here+"?done=admin-include" {
		t.Error(to)
	}
	if a := w.Post(second, here, with(stale, "key", "logo-sample")); reason(a) != "stale_revision" {
		t.Errorf("an item is ended in an edition that looks otherwise: %s", reason(a))
	}
	w.Post(chief, here, form(t, w.Get(chief, here), here, "exclude")).To()
	w.Post(chief, here, form(t, w.Get(chief, here), here, "include")).To()
	retire := form(t, w.Get(chief, here), here, "retire")
	if a := w.Post(chief, here, with(retire, "key", "nothing")); reason(a) != "unknown_item" {
		t.Errorf("an item that there is not: %s", reason(a))
	}
	w.Post(chief, here, with(retire, "key", "logo-sample")).To()

	before := w.Get(chief, here+"/issue")
	has(t, before, "phiên bản 3", "chấm dứt", "2 phiên bản được trình cho lần này nhưng chưa đưa vào")
	issue := before.Form(here + "/issue")
	if a := w.Post(chief, here+"/issue", with(issue, "decision", "77/QĐ-UBND")); reason(a) != "not_confirmed" {
		t.Errorf("without a confirmation: %s", reason(a))
	}
	if a := w.Post(chief, here+"/issue", with(issue, "compared", "1", "decision", "")); reason(a) != "decision_required" {
		t.Errorf("without a decision: %s", reason(a))
	}
	seen := w.Get(second, here+"/issue").Form(here + "/issue")
	w.Post(chief, here, form(t, w.Get(chief, here), here, "exclude")).To() // something else is in it now
	if a := w.Post(second, here+"/issue", with(seen, "decision", "77/QĐ-UBND", "compared", "1")); reason(a) != "stale_revision" {
		t.Errorf("something else is issued than was seen: %s", reason(a))
	}
	w.Post(chief, here, form(t, w.Get(chief, here), here, "include")).To()
	issue = w.Get(chief, here+"/issue").Form(here + "/issue")
	if to := w.Post(chief, here+"/issue", with(issue, "decision", "77/QĐ-UBND", "compared", "1")).To(); to != here+"?done=admin-issued" {
		t.Error(to)
	}
	a := w.Get(chief, here)
	has(t, a, "77/QĐ-UBND")
	if forms := portaltest.All(portaltest.First(a.Page, "main", ""), "form", "method=post"); len(forms) > 0 {
		t.Error("what was issued can be changed")
	}
	var told struct {
		Item struct{ InForce *struct{ Number int } }
	}
	ask(t, w, chief, `query($key: String!) { item(key: $key) { inForce { number } } }`, frame.Vars{"key": key}, &told)
	if told.Item.InForce == nil || told.Item.InForce.Number != 3 {
		t.Errorf("%+v", told)
	}
}
