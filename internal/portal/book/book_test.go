package book_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/book"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

var (
	nobody     = portaltest.Who{}
	designer   = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleDesigner}
	translator = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleTranslator}
	reviewer   = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleReviewer}
)

// every is every page of the book.
var every = []string{
	"/", "/book/slogans", "/book/logos", "/book/messages", "/book/messages?by=pillar&in=ja", "/book/templates", "/book/editions",
	"/search", "/search?q=bien+lon", "/search?q=xyzzy", "/items/slogan-open-sea", "/items/logo-sample", "/items/positioning?in=ko",
	"/items/template-press-release", "/items/slogan-gateway", "/items/logo-sample/download", "/items/logo-sample/download?preset=social-link",
	"/items/logo-sample/download?variant=reversed-horizontal&format=JPEG&width=300&ground=000000", "/items/template-press-release/fill",
	"/items/template-event-backdrop/fill?example=1&in=en", "/?at=2026-11-10", "/?at=2020-01-01", "/book/slogans?at=2026-11-10", "/book/logos?at=2026-11-20",
}

// All is tried in one registry, what changes it last.
func TestTheBook(t *testing.T) {
	w := reader{portaltest.Open(t, book.Area())}
	t.Run("every page", w.pages)
	t.Run("pictures are only previews", w.previews)
	t.Run("a day in the past", w.past)
	t.Run("days that are none", w.noDays)
	t.Run("slogans in every language", w.slogans)
	t.Run("the manual of a logo", w.logoManual)
	t.Run("messages", w.messages)
	t.Run("filling in", w.filling)
	t.Run("what is filled in wrongly", w.fillingWrongly)
	t.Run("downloads", w.downloads)
	t.Run("who may download", w.mayDownload)
	t.Run("the search", w.searching)
	t.Run("editions that were issued", w.issued)
	t.Run("what is not for everybody", w.hidden)
	t.Run("what was withdrawn", w.withdrawn)
	t.Run("what is watched", w.watched)
	t.Run("what to use instead", w.instead)
}

// reader reads the book of a registry.
type reader struct{ *portaltest.World }

func (w reader) pages(t *testing.T) {
	for _, lang := range []string{"vi", "en"} {
		for _, path := range every {
			for _, who := range []portaltest.Who{nobody, translator} {
				a := w.Get(who, "/"+lang+path).Is(http.StatusOK)
				main := portaltest.First(a.Page, "main", "")
				if n := len(portaltest.All(a.Page, "h1", "")); n != 1 {
					t.Errorf("%s has %d h1", path, n)
				}
				if strings.Contains(a.Body, "ZgotmplZ") || strings.Contains(portaltest.Text(main), "book.") || strings.Contains(a.Body, "<no value>") {
					t.Errorf("%s shows the name of a text, an address that is none, or nothing", path)
				}
				unique(t, path, a.Page)
			}
		}
	}
}

// unique fails for an id that a page has twice, and for a label of none.
func unique(t *testing.T, path string, page *html.Node) {
	t.Helper()
	seen := map[string]bool{}
	for _, n := range portaltest.All(page, "", "id") {
		if id := portaltest.Attr(n, "id"); seen[id] {
			t.Errorf("%s has two of the id %s", path, id)
		} else {
			seen[id] = true
		}
	}
	for _, attribute := range []string{"for", "aria-describedby", "aria-labelledby"} {
		for _, n := range portaltest.All(page, "", attribute) {
			if id := portaltest.Attr(n, attribute); !seen[id] {
				t.Errorf("%s: %s names %s, which there is not", path, attribute, id)
			}
		}
	}
}

// A member who may not download looks at pictures all the same, and nobody's looking is
// recorded as a download.
func (w reader) previews(t *testing.T) {
	count := 0
	for _, path := range every {
		page := w.Get(nobody, "/vi"+path).Page
		for _, of := range []struct{ element, attribute string }{{"img", "src"}, {"image", "href"}} {
			for _, n := range portaltest.All(page, of.element, "") {
				if address := portaltest.Attr(n, of.attribute); strings.HasPrefix(address, "/files/") {
					count++
					if u, err := url.Parse(address); err != nil || u.Query().Get("preview") != "1" {
						t.Errorf("%s shows %s", path, address)
					}
				}
			}
		}
	}
	if count < 50 {
		t.Errorf("there are only %d pictures", count)
	}
}

func (w reader) past(t *testing.T) {
	today, then := w.Get(nobody, "/vi/book/slogans"), w.Get(nobody, "/vi/book/slogans?at=2026-11-10")
	const now, before = "cùng vươn ra biển lớn", "Hải Phòng – vươn ra biển lớn"
	if !strings.Contains(today.Body, now) || strings.Contains(today.Body, before) || portaltest.First(today.Page, "div", "class=notice warn bk-then") != nil {
		t.Error("today is not today")
	}
	if strings.Contains(then.Body, now) || !strings.Contains(then.Body, before) || portaltest.First(then.Page, "a", "href=/vi/book/slogans") == nil {
		t.Error("the kit is not as it was, or there is no way back")
	}
	for _, a := range portaltest.All(portaltest.First(then.Page, "main", ""), "a", "") {
		to, err := url.Parse(portaltest.Attr(a, "href"))
		if err != nil || strings.HasPrefix(to.Path, "/vi/") && to.Path != "/vi/book/slogans" && to.Query().Get("at") != "2026-11-10" {
			t.Errorf("%v leads out of that day", to)
		}
	}
	item := w.Get(nobody, "/vi/items/slogan-open-sea?at=2026-11-10")
	if !strings.Contains(item.Body, before) || strings.Contains(item.Body, now) || portaltest.First(item.Page, "div", "class=notice") == nil {
		t.Error("an item is not as it was, or what came after it is not told")
	}
	// On the day of the issue the edition is in force, from nine o'clock.
	if a := w.Get(nobody, "/vi/book/slogans?at=2026-11-16"); !strings.Contains(a.Body, now) {
		t.Error("a day is not looked at from its end")
	}
	if a := w.Get(nobody, "/vi/?at=2026-11-10"); strings.Contains(portaltest.Text(portaltest.First(a.Page, "main", "")), "MẪU-01") {
		t.Error("an edition is in force before its issue")
	}
}

func (w reader) noDays(t *testing.T) {
	w.Get(nobody, "/vi/?at=yesterday").Is(http.StatusBadRequest)
	w.Get(nobody, "/en/items/logo-sample/download?at=2026-02-30").Is(http.StatusBadRequest)
	notice := func(who portaltest.Who, path string) bool {
		return portaltest.First(w.Get(who, path).Is(http.StatusOK).Page, "div", "class=notice warn bk-then") != nil
	}
	if notice(nobody, "/vi/?at=2099-01-01") || !notice(designer, "/vi/?at=2099-01-01") {
		t.Error("what is to come is shown to nobody, or not to members")
	}
	if notice(designer, "/vi/?at="+w.Now.In(domain.CityZone).Format("2006-01-02")) {
		t.Error("today is another day")
	}
}

func (w reader) slogans(t *testing.T) {
	a := w.Get(nobody, "/en/items/slogan-open-sea")
	for lang, text := range map[string]string{"vi": "Hải Phòng – cùng vươn ra biển lớn", "zh": "海防——携手驶向大海", "ja": "ハイフォン、ともに大海原へ", "ko": "하이퐁, 함께 큰 바다로", "en": "Hai Phong – Together to the Open Sea"} {
		said := slices.ContainsFunc(portaltest.All(a.Page, "p", "lang="+lang), func(n *html.Node) bool { return portaltest.Text(n) == text })
		if !said || portaltest.First(a.Page, "button", "data-copy="+text) == nil {
			t.Errorf("%q is not said, or can't be copied", text)
		}
	}
	if first := portaltest.First(a.Page, "p", "class=bk-huge"); portaltest.Attr(first, "lang") != "en" {
		t.Error("a reader of English is not told in English first")
	}
}

func (w reader) messages(t *testing.T) {
	audience, pillar := w.Get(nobody, "/en/book/messages?in=ko"), w.Get(nobody, "/en/book/messages?by=pillar")
	section := portaltest.First(audience.Page, "section", "id=audience-investors")
	if text := portaltest.Text(section); !strings.Contains(text, "Messages for international investors") || !strings.Contains(text, "하이퐁에 투자하는 것은") || !strings.Contains(text, "logistics and international seaports") {
		t.Errorf("%s", text)
	}
	section = portaltest.First(pillar.Page, "section", "id=pillar-logistics-ports")
	text := portaltest.Text(section)
	general, special := strings.Index(text, "link Vietnamese businesses with the world"), strings.Index(text, "stand by the investor")
	if general < 0 || special < general {
		t.Errorf("what is for all does not stand first: %s", text)
	}
}

func (w reader) searching(t *testing.T) {
	a := w.Get(nobody, "/vi/search?q=bien+lon")
	hit := portaltest.First(a.Page, "a", "data-hit")
	if portaltest.Attr(hit, "href") != "/vi/items/slogan-open-sea" || portaltest.Attr(hit, "data-kind") != "Khẩu hiệu" {
		t.Errorf("%+v", hit)
	}
	if mark := portaltest.First(a.Page, "mark", ""); portaltest.Text(mark) != "Biển" {
		t.Errorf("marked is %q", portaltest.Text(mark))
	}
	if n := len(portaltest.All(w.Get(nobody, "/vi/search?q=%E5%A4%A7%E6%B5%B7").Page, "a", "data-hit")); n < 2 {
		t.Errorf("%d items have 大海", n)
	}
	a = w.Get(nobody, "/vi/search?q=th%C6%B0+g%E1%BB%ADi+nh%C3%A0+%C4%91%E1%BA%A7u+t%C6%B0")
	if portaltest.First(a.Page, "a", "href=/vi/items/template-investor-letter") != nil {
		t.Error("nobody finds what is not public")
	}
	w.Get(nobody, "/vi/search?q="+strings.Repeat("x", 600)).Is(http.StatusUnprocessableEntity)
}

func (w reader) issued(t *testing.T) {
	for _, who := range []portaltest.Who{nobody, designer} {
		a := w.Get(who, "/vi/book/editions")
		if text := portaltest.Text(portaltest.First(a.Page, "main", "")); !strings.Contains(text, "MẪU-01/QĐ-TĐ") || strings.Contains(text, "MẪU-02") {
			t.Errorf("%+v is told %s", who, text)
		}
		if portaltest.First(a.Page, "a", "href=/vi/?at=2026-11-16") == nil {
			t.Error("there is no way to the kit as it was")
		}
	}
}

func (w reader) hidden(*testing.T) {
	for _, path := range []string{"/vi/items/template-investor-letter", "/vi/items/template-investor-letter/fill", "/vi/items/no-such-thing", "/vi/items/no-such-thing/download", "/vi/items/slogan-open-sea/download", "/vi/items/logo-sample/fill"} {
		w.Get(nobody, path).Is(http.StatusNotFound)
	}
	w.Get(designer, "/vi/items/template-investor-letter/fill").Is(http.StatusOK)
	w.Get(designer, "/vi/items/no-such-thing").Is(http.StatusNotFound)
}

func (w reader) withdrawn(t *testing.T) {
	for _, who := range []portaltest.Who{nobody, designer, reviewer} {
		a := w.Get(who, "/vi/items/slogan-gateway")
		text := portaltest.Text(portaltest.First(a.Page, "main", ""))
		if portaltest.First(a.Page, "div", "class=notice bad") == nil || !strings.Contains(text, "Khẩu hiệu quốc tế") {
			t.Errorf("%+v is told %s", who, text)
		}
	}
}

// The form is the account's, and leads back to the item.
func (w reader) watched(t *testing.T) {
	asks := func(who portaltest.Who, path string) string {
		t.Helper()
		return w.Get(who, path).Is(http.StatusOK).Form("/vi/me/watches").Get("do")
	}
	if a := w.Get(nobody, "/vi/items/logo-sample"); portaltest.First(a.Page, "form", "action=/vi/me/watches") != nil {
		t.Error("nobody is offered to be told by mail")
	}
	if do := asks(designer, "/vi/items/slogan-open-sea"); do != "watch" {
		t.Errorf("what is not watched is offered to %s", do)
	}
	for _, key := range []any{"slogan-open-sea", nil} {
		if err := w.Ask(designer, `mutation($key: String) { watchItem(input: {key: $key}) { viewer { member } } }`, frame.Vars{"key": key}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if do := asks(designer, "/vi/items/slogan-open-sea"); do != "unwatch" {
		t.Errorf("what is watched is offered to %s", do)
	}
	if do := asks(designer, "/vi/items/logo-sample/download"); do != "watch" {
		t.Errorf("another item is watched: %s", do)
	}
}

// What takes the place of a withdrawn version is named with it.
func (w reader) instead(t *testing.T) {
	const withdraw = `mutation($in: WithdrawVersionInput!) { withdrawVersion(input: $in) { position } }`
	in := frame.Vars{"key": "logo-sample", "version": 1, "reason": "sai màu", "replacement": frame.Vars{"key": "slogan-open-sea", "number": 2}}
	if err := w.Ask(reviewer, withdraw, frame.Vars{"in": in}, nil); err != nil {
		t.Fatal(err)
	}
	for _, who := range []portaltest.Who{nobody, designer} {
		a := w.Get(who, "/en/items/logo-sample")
		if link := portaltest.First(a.Page, "a", "href=/en/items/slogan-open-sea"); !strings.Contains(portaltest.Text(link), "Open Sea") {
			t.Errorf("%+v is not told what to use instead: %s", who, portaltest.Text(portaltest.First(a.Page, "main", "")))
		}
	}
	// Its files are gone for all but those who read drafts: nobody else is shown pictures.
	for who, shown := range map[portaltest.Who]bool{nobody: false, designer: false, reviewer: true} {
		a := w.Get(who, "/en/book/logos?at=2026-11-20").Is(http.StatusOK)
		if (portaltest.First(portaltest.First(a.Page, "main", ""), "img", "") != nil) != shown {
			t.Errorf("%+v is shown pictures: %t", who, !shown)
		}
	}
}
