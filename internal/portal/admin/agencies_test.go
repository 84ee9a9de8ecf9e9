package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"signet/internal/access"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

func (s story) agencies() {
	t, w := s.t, s.w
	const list, here = "/vi/admin/agencies", "/vi/admin/agencies/so-du-lich"
	f := form(t, w.Get(chief, list), list, "register")
	a := w.Post(chief, list, with(f, "key", "Sở Du lịch", "name.vi", "Sở Du lịch")).Is(http.StatusUnprocessableEntity)
	if reason(a) != "invalid_key" || portaltest.Attr(portaltest.First(a.Page, "input", "name=key"), "aria-invalid") != "true" {
		t.Errorf("a key that is none: %s", reason(a))
	}
	f = form(t, a, list, "register")
	if f.Get("key") != "Sở Du lịch" || f.Get("name.vi") != "Sở Du lịch" {
		t.Errorf("what was typed is lost: %v", f)
	}
	if to := w.Post(chief, list, with(f, "key", "so-du-lich", "name.en", "Department of Tourism")).To(); to != here+"?done=admin-registered" {
		t.Error(to)
	}
	has(t, w.Get(chief, "/en/admin/agencies/so-du-lich?done=admin-registered"), "Department of Tourism", "Now add members")

	// Two people rename it at the same time.
	first, other := form(t, w.Get(chief, here), here, "rename"), form(t, w.Get(second, here), here, "rename")
	w.Post(chief, here, with(first, "name.vi", "Sở Du lịch và Văn hóa", "name.ko", "관광국")).To()
	a = w.Post(second, here, with(other, "name.vi", "Sở Lữ hành"))
	if reason(a) != "stale_revision" || form(t, a, here, "rename").Get("name.vi") != "Sở Lữ hành" {
		t.Errorf("the one overwrites the other: %s", reason(a))
	}
	w.Post(second, here, form(t, a, here, "rename")).To() // having seen that
	has(t, w.Get(chief, here), "Sở Lữ hành")

	// A name in another language than those of the form stays.
	ask(t, w, chief, `mutation($in: RenameAgencyInput!) { renameAgency(input: $in) { position } }`,
		frame.Vars{"in": frame.Vars{"key": "so-du-lich", "names": []frame.Vars{{"locale": "vi", "text": "Sở Du lịch"}, {"locale": "fr", "text": "Tourisme"}}}}, nil)
	f = form(t, w.Get(chief, here), here, "rename")
	w.Post(chief, here, with(f, "name.en", "Tourism")).To()
	if f = form(t, w.Get(chief, here), here, "rename"); f.Get("name.fr") != "Tourisme" || f.Get("name.en") != "Tourism" {
		t.Errorf("%v", f)
	}
}

// join adds a member, and returns the address of its page.
func join(t *testing.T, w *portaltest.World, agency string, pairs ...string) string {
	t.Helper()
	here := "/vi/admin/agencies/" + agency
	f := form(t, w.Get(chief, here), here, "add")
	to, _, _ := strings.Cut(w.Post(chief, here, with(f, pairs...)).To(), "?")
	return to
}

func (s story) members() {
	t, w := s.t, s.w
	const here = "/vi/admin/agencies/so-nnmt"
	f := form(t, w.Get(chief, here), here, "add")
	if a := w.Post(chief, here, f); reason(a) != "roles_required" {
		t.Errorf("a member without a role: %s", reason(a))
	}
	f = with(f, "roles", "TRANSLATOR", "others", "fr, de", "name", "Trần Thị Bình", "mail", "binh@haiphong.example")
	f["locales"] = []string{"ja", "ko"}
	a := w.Post(chief, here, with(f, "mail", "no address"))
	if reason(a) != "invalid_mail" {
		t.Fatalf("a mail address that is none: %s", reason(a))
	}
	var action string // the member is there; its own page asks for the address again
	for _, f := range portaltest.All(a.Page, "form", "method=post") {
		if strings.Contains(portaltest.Attr(f, "action"), "/members/") {
			action = portaltest.Attr(f, "action")
		}
	}
	person := form(t, a, action, "person")
	if person.Get("name") != "Trần Thị Bình" {
		t.Errorf("what was typed is lost: %v", person)
	}
	w.Post(chief, action, with(person, "mail", "binh@haiphong.example")).To()
	page := w.Get(chief, action)
	has(t, page, "Trần Thị Bình", "Tiếng Nhật", "Tiếng Đức")
	has(t, w.Get(auditor, here), "Trần Thị Bình", "binh@haiphong.example")

	roles := form(t, page, action, "roles")
	if roles.Get("roles") != "TRANSLATOR" || roles.Get("others") != "de, fr" || len(roles["locales"]) != 2 {
		t.Errorf("%v", roles)
	}
	stale := form(t, w.Get(second, action), action, "roles")
	delete(roles, "locales")
	w.Post(chief, action, with(roles, "roles", "REVIEWER", "others", "")).To()
	if a := w.Post(second, action, with(stale, "roles", "ADMIN")); reason(a) != "stale_revision" {
		t.Errorf("the one overwrites the other: %s", reason(a))
	}
	has(t, w.Get(chief, action), "Ký duyệt")

	confirm := w.Get(chief, action+"/remove").Is(http.StatusOK)
	has(t, confirm, "Trần Thị Bình")
	w.Get(chief, action).Is(http.StatusOK) // asking does nothing
	w.Post(chief, action+"/remove", confirm.Form(action+"/remove")).To()
	w.Get(chief, action).Is(http.StatusNotFound)
}

// gzipped asks for something as browsers do.
func gzipped(w *portaltest.World, who portaltest.Who, method, path string, f url.Values) *portaltest.Answer {
	r := httptest.NewRequest(method, path, strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Encoding", "gzip")
	return w.Do(who, r)
}

// shown is the secret of a page that shows one.
func shown(t *testing.T, a *portaltest.Answer) string {
	t.Helper()
	s := portaltest.Text(portaltest.First(a.Is(http.StatusOK).Page, "code", "id=secret"))
	if s == "" {
		t.Fatalf("no secret is shown: %s", main(a))
	}
	if cache := a.Header.Get("Cache-Control"); cache != "no-store" {
		t.Errorf("the page with a secret is kept: %s", cache)
	}
	return s
}

func (s story) tokens() {
	t, w := s.t, s.w
	here := join(t, w, "so-nnmt", "roles", "AGENCY", "name", "Lê Văn Tú")
	page := w.Get(chief, here+"/tokens")
	f := form(t, page, here+"/tokens", "issue")
	offered := len(portaltest.All(page.Page, "input", "name=scopes"))
	if portaltest.First(page.Page, "input", "value=usage.declare") == nil || portaltest.First(page.Page, "input", "value=versions.sign") != nil || offered == 0 {
		t.Error("other permissions are offered than the member's")
	}
	if a := w.Post(chief, here+"/tokens", with(f, "limit", "some")); reason(a) != "scopes_required" {
		t.Errorf("a limit to nothing: %s", reason(a))
	}
	delete(f, "limit") // whoever ticks a permission means it
	f["scopes"] = []string{"read.approved", "usage.declare"}
	f.Set("expires", w.Now.AddDate(0, 1, 0).Format(time.DateOnly))
	a := w.Post(chief, here+"/tokens", f)
	secret := shown(t, a)
	if !strings.HasPrefix(secret, "signet_") {
		t.Error(secret)
	}
	if a := w.Post(chief, here+"/tokens", f); strings.Contains(a.Body, "signet_") || a.Status != http.StatusUnprocessableEntity {
		t.Errorf("what was sent twice issues two tokens, or shows the secret again: %d", a.Status)
	}
	page = w.Get(chief, here)
	has(t, page, "Chỉ 2 quyền", "Khai báo sử dụng")
	if strings.Contains(page.Body, secret) {
		t.Error("the secret is shown again")
	}

	// It is replaced. Browsers get that page uncompressed, and others as ever.
	id, _, _ := strings.Cut(strings.TrimPrefix(secret, "signet_"), "_")
	token := here + "/tokens/" + id
	f = form(t, w.Get(chief, token), token, "rotate")
	if a := w.Post(chief, token, with(f, "days", "8")); reason(a) != "invalid_overlap" {
		t.Errorf("an overlap of eight days: %s", reason(a))
	}
	raw := gzipped(w, chief, http.MethodPost, token, with(f, "days", "1"))
	if raw.Header.Get("Content-Encoding") != "" || shown(t, raw) == secret {
		t.Errorf("the page with a secret is compressed: %v", raw.Header)
	}
	if other := gzipped(w, chief, http.MethodGet, token, nil); other.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("other pages are not: %v", other.Header)
	}
	w.Get(chief, token).Is(http.StatusOK) // it holds on for a day
	w.Get(chief, here+"/tokens/none").Is(http.StatusNotFound)

	confirm := w.Get(chief, token+"/revoke").Is(http.StatusOK)
	has(t, confirm, "Lê Văn Tú")
	w.Post(chief, token+"/revoke", confirm.Form(token+"/revoke")).To()
	w.Get(chief, token).Is(http.StatusNotFound)
}

// attention is about what an administrator sees first.
func (s story) attention() {
	t, w := s.t, s.w
	here := join(t, w, "so-nnmt", "roles", "DESIGNER", "name", "Phạm Thu Hà")
	before := w.Get(chief, "/vi/admin")
	if strings.Contains(main(before), "Phạm Thu Hà") {
		t.Error("a member without a token is told of")
	}
	f := form(t, w.Get(chief, here+"/tokens"), here+"/tokens", "issue")
	secret := shown(t, w.Post(chief, here+"/tokens", with(f, "expires", w.Now.AddDate(0, 3, 0).Format(time.DateOnly))))
	if strings.Contains(main(w.Get(chief, "/vi/admin")), "Phạm Thu Hà") {
		t.Error("a token is told of that ends in three months")
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(secret, "signet_"), "_")
	session := access.NewSession(id)
	for _, c := range []struct {
		token access.Token
		lasts time.Duration
		told  bool
	}{{session, 2 * 24 * time.Hour, false}, {access.NewToken(), 8 * time.Hour, false}, {access.NewToken(), 20 * 24 * time.Hour, true}} {
		w.Issue(portaltest.Lead, c.token, w.Viewer(auditor).Member, c.lasts)
		links := portaltest.All(w.Get(chief, "/vi/admin").Page, "a", "href=/vi/admin/agencies/"+portaltest.Lead+"/members/"+w.Viewer(auditor).Member.String())
		if (len(links) > 0) != c.told {
			t.Errorf("a token that ends in %s is told of: %t", c.lasts, len(links) > 0)
		}
	}
	has(t, w.Get(chief, "/vi/admin/agencies/"+portaltest.Lead), "2 phiên đang mở trong trình duyệt")
	has(t, w.Get(chief, "/en/admin"), "Edition 2", "Tokens that end soon")
	has(t, w.Get(chief, "/vi/admin/system"), "test", "signet backup")
	has(t, w.Get(chief, "/vi/admin/system"), "Chờ gửi")
}
