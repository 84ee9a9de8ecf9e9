package admin_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/portal/portaltest"
	"signet/internal/webhooks"
)

func (s story) hooks() {
	t, w := s.t, s.w
	const list = "/vi/admin/webhooks"
	page := w.Get(office, list)
	var known struct {
		Type struct{ EnumValues []struct{ Name string } }
	}
	ask(t, w, chief, `{ type: __type(name: "Topic") { enumValues { name } } }`, nil, &known)
	for _, v := range known.Type.EnumValues {
		box := portaltest.First(page.Page, "input", "value="+v.Name)
		if box == nil || strings.Contains(portaltest.Text(box.Parent), v.Name) {
			t.Errorf("there is no word for %s", v.Name)
		}
	}
	if options := portaltest.All(page.Page, "option", ""); len(options) != 1 || len(portaltest.All(w.Get(chief, list).Page, "option", "")) < 8 {
		t.Error("an agency may choose another one, or an administrator may not")
	}
	f := form(t, page, list, "register")
	if a := w.Post(office, list, with(f, "url", "http://10.0.0.1/hook")); reason(a) != "url_scheme" || form(t, a, list, "register").Get("url") == "" {
		t.Errorf("an address without TLS: %s", reason(a))
	}
	if a := w.Post(office, list, with(f, "url", "https://hook.example/in", "agency", "so-nnmt")); reason(a) != "not_permitted" {
		t.Errorf("for another agency: %s", reason(a))
	}
	secret := shown(t, w.Post(office, list, with(f, "agency", office.Agency)))
	page = w.Get(chief, list)
	has(t, page, "https://hook.example/in", "Không có lỗi")
	here := portaltest.Attr(portaltest.All(portaltest.First(page.Page, "table", ""), "a", "href")[0], "href")
	w.Get(portaltest.Who{Agency: "so-nnmt", Role: domain.RoleReviewer}, here).Is(http.StatusForbidden)

	change := form(t, w.Get(office, here), here, "change")
	change["topics"] = nil
	if a := w.Post(office, here, change); reason(a) != "topics_required" {
		t.Errorf("told of nothing: %s", reason(a))
	}
	stale := form(t, w.Get(chief, here), here, "change")
	change["topics"] = []string{"EDITION_ISSUED"}
	w.Post(office, here, with(change, "url", "https://hook.example/other")).To()
	if a := w.Post(chief, here, with(stale, "url", "https://hook.example/third")); reason(a) != "stale_revision" {
		t.Errorf("the one overwrites the other: %s", reason(a))
	}
	has(t, w.Get(office, here), "https://hook.example/other")
	if chosen := form(t, w.Get(office, here), here, "change")["topics"]; !slices.Equal(chosen, []string{"EDITION_ISSUED"}) {
		t.Errorf("%v", chosen)
	}
	delivered(t, w, here)

	confirm := w.Get(office, here+"/secret")
	if next := shown(t, w.Post(office, here+"/secret", confirm.Form(here+"/secret"))); next == secret {
		t.Error("it is the same secret")
	}
	confirm = w.Get(office, here+"/remove")
	has(t, confirm, "https://hook.example/other")
	w.Post(office, here+"/remove", confirm.Form(here+"/remove")).To()
	w.Get(office, here).Is(http.StatusNotFound)
}

// delivered is about what a webhook was told.
func delivered(t *testing.T, w *portaltest.World, here string) {
	t.Helper()
	var told struct {
		Webhooks struct {
			Edges []struct{ Node struct{ Webhook string } }
		}
	}
	ask(t, w, office, `{ webhooks { edges { node { webhook } } } }`, nil, &told)
	id := told.Webhooks.Edges[0].Node.Webhook
	message := webhooks.Message{ID: "m-1", Topic: "edition.issued", Body: []byte(`{}`), Created: w.Now}
	if err := w.Queue.Enqueue(context.Background(), id, webhooks.Mark{At: w.Now}, message); err != nil {
		t.Fatal(err)
	}
	page := w.Get(office, here)
	has(t, page, "Lần cập nhật được ban hành", "Chờ gửi")
	if table := portaltest.First(w.Get(office, here+"?status=FAILED").Page, "table", ""); table != nil {
		t.Errorf("what waits is among what failed: %s", portaltest.Text(table))
	}
	again := form(t, page, here, "again")
	if to := w.Post(office, here, again).To(); to != here+"?done=admin-again" {
		t.Error(to)
	}
	if a := w.Post(office, here, with(again, "delivery", "none")); reason(a) != "unknown_delivery" {
		t.Errorf("a delivery that there is not: %s", reason(a))
	}
}

func (s story) people() {
	t, w := s.t, s.w
	const list = "/vi/admin/people"
	member := join(t, w, "so-nnmt", "roles", "DESIGNER", "name", "Vũ Minh")
	id := member[strings.LastIndex(member, "/")+1:]
	asked := w.Get(chief, list+"?person="+id)
	f := form(t, asked, list, "request")
	if f.Get("person") != id {
		t.Errorf("the person is not in the form: %v", f)
	}
	if a := w.Post(chief, list, with(f, "basis", "LEFT_SERVICE", "person", uuid.NewString())); reason(a) != "unknown_person" {
		t.Errorf("somebody who is not there: %s", reason(a))
	}
	w.Post(chief, list, with(f, "person", id)).To()
	has(t, w.Get(second, list), id, "Người đó đã thôi việc")
	has(t, w.Get(second, "/vi/admin"), "chờ người thứ hai")

	here := list + "/" + id
	own := w.Get(chief, here)
	if portaltest.First(own.Page, "input", "value=erase") != nil {
		t.Error("who has asked for it is to confirm it")
	}
	if a := w.Post(chief, here, with(form(t, own, here, "cancel"), "do", "erase", "understood", "1", "once", uuid.NewString())); reason(a) != "self_confirmation" {
		t.Errorf("who has asked for it confirms it: %s", reason(a))
	}
	w.Post(chief, here, form(t, own, here, "cancel")).To()
	w.Get(second, here).Is(http.StatusNotFound)

	w.Post(chief, list, with(form(t, w.Get(chief, list), list, "request"), "person", id, "basis", "LEFT_SERVICE")).To()
	erase := form(t, w.Get(second, here), here, "erase")
	if a := w.Post(second, here, erase); reason(a) != "not_confirmed" {
		t.Errorf("without a confirmation: %s", reason(a))
	}
	if to := w.Post(second, here, with(erase, "understood", "1")).To(); to != list+"?done=admin-erased" {
		t.Error(to)
	}
	w.Get(chief, member).Is(http.StatusNotFound)
	has(t, w.Get(auditor, list), id, "Đã xóa")
}
