package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/archtest"
	"signet/internal/portal/account"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{Ours: []string{"domain", "internal/portal/frame"}, Because: "pages ask the API, and nothing else"})
}

var (
	designer = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleDesigner}
	office   = portaltest.Who{Agency: "so-cong-thuong", Role: domain.RoleAgency}
	lead     = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleReviewer}
)

// story is a test in a world that it shares with others.
type story struct {
	t *testing.T
	w *portaltest.World
}

// One world is enough for all; it is slow to make.
func TestTheAccount(t *testing.T) {
	w := portaltest.Open(t, account.Area())
	t.Run("it is for who has logged in", func(t *testing.T) { story{t, w.In(t)}.loggedIn() })
	t.Run("one writes one's own name", func(t *testing.T) { story{t, w.In(t)}.ownName() })
	t.Run("one watches items and the whole kit", func(t *testing.T) { story{t, w.In(t)}.watches() })
	t.Run("an agency learns of what it used and was withdrawn", func(t *testing.T) { story{t, w.In(t)}.notices() })
}

func (s story) loggedIn() {
	t, w := s.t, s.w
	if to := w.Get(portaltest.Who{}, "/en/me").To(); to != "/en/login?return=%2Fen%2Fme" {
		t.Errorf("a stranger is led to %s", to)
	}
	for _, path := range []string{"/en/me", "/en/me/watches"} {
		if to := w.Post(portaltest.Who{}, path, url.Values{"name": {"A"}, "do": {"watch"}}).To(); !strings.HasPrefix(to, "/en/login?") {
			t.Errorf("a stranger who writes to %s is led to %s", path, to)
		}
	}
	for _, lang := range []string{"vi", "en"} {
		w.Get(designer, "/"+lang+"/me").Is(http.StatusOK)
		w.Get(portaltest.Who{}, "/"+lang+"/login").Is(http.StatusOK)
		w.Get(portaltest.Who{}, "/"+lang+"/nothing").Is(http.StatusNotFound)
	}
	if to := w.Get(designer, "/en/login").To(); to != "/en/me" {
		t.Errorf("who has logged in already is led to %s", to)
	}
}

func (s story) ownName() {
	t, w := s.t, s.w
	f := w.Get(designer, "/vi/me").Form("/vi/me")
	f.Set("name", "Nguyễn An")
	f.Set("mail", "nowhere")
	a := w.Post(designer, "/vi/me", f).Is(http.StatusUnprocessableEntity)
	if a.Form("/vi/me").Get("name") != "Nguyễn An" || portaltest.Attr(portaltest.First(a.Page, "input", "name=mail"), "aria-invalid") != "true" {
		t.Error("what was typed is lost, or nothing says what is wrong")
	}
	f.Set("mail", "an@haiphong.example")
	if to := w.Post(designer, "/vi/me", f).To(); to != "/vi/me?done=saved" {
		t.Error(to)
	}
	if f := w.Get(designer, "/en/me").Form("/en/me"); f.Get("name") != "Nguyễn An" || f.Get("mail") != "an@haiphong.example" {
		t.Errorf("%v", f)
	}
	if f := w.Get(office, "/en/me").Form("/en/me"); f.Get("name") != "" {
		t.Errorf("another one has that name: %v", f)
	}
}

func (s story) watches() {
	t, w := s.t, s.w
	watch := func(pairs ...string) string {
		f := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		return w.Post(designer, "/vi/me/watches", f).To()
	}
	if to := watch("do", "watch", "key", "logo-sample", "back", "item"); to != "/vi/items/logo-sample?done=account-watched" {
		t.Error(to)
	}
	watch("do", "watch")
	page := w.Get(designer, "/vi/me?done=account-watched")
	for _, words := range []string{"toàn bộ bộ nhận diện và", "Bạn sẽ được báo"} {
		if !strings.Contains(portaltest.Text(page.Page), words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	if link := portaltest.First(page.Page, "a", "href=/vi/items/logo-sample"); link == nil || portaltest.Text(link) == "logo-sample" {
		t.Errorf("the item is not watched, or has no name: %s", portaltest.Text(link))
	}
	watch("do", "unwatch", "key", "logo-sample")
	if watch("do", "unwatch"); portaltest.First(w.Get(designer, "/vi/me").Page, "a", "href=/vi/items/logo-sample") != nil {
		t.Error("it is still watched")
	}
	if to := watch("do", "nothing"); to != "/vi/me" {
		t.Error(to)
	}
	if a := w.Post(designer, "/vi/me/watches", url.Values{"do": {"watch"}, "key": {"nothing"}}); a.Status != http.StatusNotFound {
		t.Errorf("what there is not is watched: %d", a.Status)
	}
	w.Get(designer, "/vi/me/watches").To()
}

func (s story) notices() {
	t, w := s.t, s.w
	ask := func(who portaltest.Who, document string, in frame.Vars) {
		t.Helper()
		if err := w.Ask(who, document, frame.Vars{"in": in}, nil); err != nil {
			t.Fatal(err)
		}
	}
	const key = "logo-sample"
	if page := w.Get(office, "/en/me"); !strings.Contains(page.Body, "Nothing that your agency has used") {
		t.Error("something is told of that nobody has withdrawn")
	}
	ask(office, `mutation($in: DeclareUseInput!) { declareUse(input: $in) { position } }`, frame.Vars{"key": key, "version": 1, "channel": "portal", "place": "https://congthuong.example"})
	ask(lead, `mutation($in: WithdrawVersionInput!) { withdrawVersion(input: $in) { position } }`,
		frame.Vars{"key": key, "version": 1, "reason": "Sai màu", "replacement": frame.Vars{"key": "slogan-open-sea", "number": 2}})
	page := w.Get(office, "/en/me")
	for _, words := range []string{"Within 30 days one version", "Sai màu", "slogan-open-sea , version 2", "one declared use goes on"} {
		if !strings.Contains(portaltest.Text(page.Page), words) {
			t.Errorf("the page lacks %q: %s", words, portaltest.Text(portaltest.First(page.Page, "main", "")))
		}
	}
	first := portaltest.First(portaltest.First(page.Page, "main", ""), "div", "")
	if !strings.Contains(portaltest.Text(first), "Within 30 days") {
		t.Error("it does not stand first")
	}
	if page := w.Get(designer, "/en/me"); strings.Contains(page.Body, "Sai màu") {
		t.Error("who may not know what an agency uses is told")
	}
}
