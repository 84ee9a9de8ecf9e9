package book_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signet/internal/portal/portaltest"
)

func (w reader) logoManual(t *testing.T) {
	a := w.Get(nobody, "/vi/items/logo-sample")
	text := portaltest.Text(portaltest.First(a.Page, "main", ""))
	for _, want := range []string{"24 mm", "120 px", "ít nhất bằng chiều cao chữ «H»", "#C8202F", "Đỏ phượng", "5.7 : 1", "kéo giãn"} {
		if !strings.Contains(text, want) {
			t.Errorf("the manual lacks %s", want)
		}
	}
	if n := len(portaltest.All(a.Page, "li", "class=card bk-variant")); n != 6 {
		t.Errorf("there are %d variants", n)
	}
	if portaltest.First(a.Page, "span", "class=bk-ground night") == nil || len(portaltest.All(a.Page, "li", "class=bk-use wrong")) != 5 {
		t.Error("grounds or wrong uses are missing")
	}
}

// got is what the page of a download offers.
func (w reader) got(t *testing.T, who portaltest.Who, query string) *url.URL {
	t.Helper()
	a := w.Get(who, "/en/items/logo-sample/download?"+query).Is(http.StatusOK)
	u, err := url.Parse(portaltest.Attr(portaltest.First(a.Page, "a", "class=button bk-big"), "href"))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (w reader) downloads(t *testing.T) {
	for query, want := range map[string]string{
		"": "hải-phòng-ngang-đủ-màu.svg?",
		"variant=full-stacked&format=original-png":          "hải-phòng-dọc-đủ-màu.png?",
		"variant=one-mark&format=original-svg":              "hải-phòng-biểu-tượng-một-màu.svg?",
		"variant=reversed-horizontal&format=WEBP&width=300": "hải-phòng-ngang-âm-bản.svg?format=webp&width=300",
		"format=JPEG&width=900&ground=ffffff":               "hải-phòng-ngang-đủ-màu.svg?background=ffffff&format=jpeg&width=900",
		"preset=social-link":                                "hải-phòng-ngang-đủ-màu.svg?preset=social-link",
		"variant=none&format=none-at-all&preset=none":       "",
	} {
		if want == "" {
			w.Get(nobody, "/en/items/logo-sample/download?"+query) // whatever it is, it is answered
			continue
		}
		u := w.got(t, nobody, query)
		name, _ := url.PathUnescape(u.Path[strings.LastIndex(u.Path, "/")+1:])
		if name+"?"+u.RawQuery != want {
			t.Errorf("%s leads to %s", query, u)
		}
	}
	a := w.Get(nobody, "/en/items/logo-sample/download?format=PNG&width=9999").Is(http.StatusUnprocessableEntity)
	if portaltest.First(a.Page, "div", "id=problem") == nil || portaltest.First(a.Page, "div", "class=field wrong") == nil {
		t.Error("a width that can't be made is not told")
	}
}

func (w reader) mayDownload(t *testing.T) {
	for who, may := range map[portaltest.Who]bool{nobody: true, designer: true, translator: false} {
		a := w.Get(who, "/vi/items/logo-sample/download")
		offered := portaltest.First(a.Page, "a", "class=button bk-big") != nil && portaltest.First(a.Page, "a", "href=/kit.zip") != nil
		if offered != may {
			t.Errorf("%+v is offered a download: %t", who, offered)
		}
		if handOn := portaltest.First(a.Page, "form", "data-hand-on") != nil; handOn != (who == designer) {
			t.Errorf("%+v is offered a link to hand on: %t", who, handOn)
		}
		if portaltest.First(a.Page, "a", "href=/feeds/changes.atom?item=logo-sample&lang=vi") == nil {
			t.Error("there is no feed")
		}
	}
}

const backdrop = "/en/items/template-event-backdrop/fill"

func (w reader) filling(t *testing.T) {
	blank := w.Get(nobody, backdrop)
	if n := len(portaltest.All(portaltest.First(blank.Page, "section", "id=filled"), "mark", "")); n != 5 {
		t.Errorf("%d gaps are shown", n)
	}
	form := blank.Form(backdrop)
	for name, value := range map[string]string{"in": "ja", "v-host_agency": "港湾局", "v-event_name": "大会 <b>", "v-event_theme": "緑", "v-event_place": "会館", "v-event_date": "2027-06-15"} {
		if !form.Has(name) {
			t.Errorf("the form has no field %s", name)
		}
		form.Set(name, value)
	}
	a := w.Get(nobody, backdrop+"?"+form.Encode()).Is(http.StatusOK)
	if text := portaltest.Text(portaltest.First(a.Page, "div", "class=bk-page")); !strings.Contains(text, "大会 <b>") || !strings.Contains(text, "2027年6月15日") {
		t.Errorf("filled in is %s", text)
	}
	form.Set("as", "text")
	plain := w.Get(nobody, backdrop+"?"+form.Encode()).Is(http.StatusOK)
	if h := plain.Header; !strings.HasPrefix(h.Get("Content-Type"), "text/plain") || !strings.Contains(h.Get("Content-Disposition"), "template-event-backdrop-ja.txt") || !strings.Contains(plain.Body, "大会 <b>\n") {
		t.Errorf("%v %s", h, plain.Body)
	}
}

func (w reader) fillingWrongly(t *testing.T) {
	form := w.Get(nobody, backdrop+"?example=1").Is(http.StatusOK).Form(backdrop)
	form.Set("v-event_date", "15/06/2027")
	form.Set("v-host_agency", "what was typed")
	a := w.Get(nobody, backdrop+"?"+form.Encode()).Is(http.StatusUnprocessableEntity)
	if portaltest.Attr(portaltest.First(a.Page, "input", "name=v-event_date"), "aria-invalid") != "true" {
		t.Error("the field is not marked that is wrong")
	}
	if a.Form(backdrop).Get("v-host_agency") != "what was typed" {
		t.Error("what was typed is lost")
	}
	form.Set("as", "text") // what can't be filled in is a page that says so
	if a := w.Get(nobody, backdrop+"?"+form.Encode()).Is(http.StatusUnprocessableEntity); a.Page == nil {
		t.Error("a refusal is no page")
	}
}
