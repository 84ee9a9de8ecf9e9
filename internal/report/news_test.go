package report_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"signet/internal/report"
)

func feed() report.Feed {
	return report.Feed{
		ID: "tag:signet.haiphong.gov.vn,2026:news/vi", Title: map[string]string{"vi": "Tin bộ nhận diện Hải Phòng", "en": "News of the brand kit of Hai Phong"},
		SelfURL: "https://signet.haiphong.gov.vn/news.atom?lang=vi", HomeURL: "https://signet.haiphong.gov.vn/", Updated: at(2027, 7, 21, 8),
	}
}

func news() []report.News {
	return []report.News{
		{ID: "urn:uuid:0198c1a0-0000-7000-8000-000000000002", Title: map[string]string{"vi": "Biểu trưng thành phố <mẫu đề xuất> & khẩu hiệu", "en": "City logo <sample proposal> & slogan"}, Summary: map[string]string{"vi": "Phiên bản 1 có hiệu lực."}, At: at(2027, 7, 15, 10), URL: "https://signet.haiphong.gov.vn/items/logo-sample?a=1&b=2", Category: "approved"},
		{ID: "tag:signet.haiphong.gov.vn,2027-07-21:edition-1", Title: map[string]string{"vi": "Ban hành lần cập nhật 1", "en": "Edition 1 is issued"}, At: at(2027, 7, 21, 8), URL: "https://signet.haiphong.gov.vn/editions/1", Category: "issued"},
		{ID: "urn:uuid:0198c1a0-0000-7000-8000-000000000001", Title: map[string]string{"vi": "Cùng lúc"}, At: at(2027, 7, 15, 10), URL: "https://signet.haiphong.gov.vn/items/positioning"},
	}
}

// atom is a feed as RFC 4287 describes it.
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      []string `xml:"http://www.w3.org/2005/Atom id"`
	Title   []string `xml:"http://www.w3.org/2005/Atom title"`
	Updated []string `xml:"http://www.w3.org/2005/Atom updated"`
	Author  []string `xml:"http://www.w3.org/2005/Atom author>name"`
	Links   []link   `xml:"http://www.w3.org/2005/Atom link"`
	Entries []struct {
		ID    []string `xml:"http://www.w3.org/2005/Atom id"`
		Title []struct {
			Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
			Text string `xml:",chardata"`
		} `xml:"http://www.w3.org/2005/Atom title"`
		Updated   []string `xml:"http://www.w3.org/2005/Atom updated"`
		Published []string `xml:"http://www.w3.org/2005/Atom published"`
		Links     []link   `xml:"http://www.w3.org/2005/Atom link"`
		Summary   []string `xml:"http://www.w3.org/2005/Atom summary"`
		Category  []struct {
			Term string `xml:"term,attr"`
		} `xml:"http://www.w3.org/2005/Atom category"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

func readAtom(t *testing.T, text string) atom {
	t.Helper()
	var got atom
	decoder := xml.NewDecoder(strings.NewReader(text))
	if err := decoder.Decode(&got); err != nil {
		t.Fatal(err)
	}
	for what, values := range map[string][]string{"id": got.ID, "title": got.Title, "updated": got.Updated, "author": got.Author} {
		if len(values) != 1 || values[0] == "" {
			t.Errorf("the feed has %s %q (RFC 4287, 4.1.1)", what, values)
		}
	}
	last := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, e := range got.Entries {
		if len(e.ID) != 1 || len(e.Title) != 1 || len(e.Updated) != 1 || len(e.Published) != 1 || len(e.Summary) > 1 || len(e.Links) != 1 || e.Links[0].Rel != "alternate" {
			t.Fatalf("%+v (RFC 4287, 4.1.2)", e)
		}
		when, err := time.Parse(time.RFC3339, e.Updated[0])
		if err != nil || !strings.HasSuffix(e.Updated[0], "Z") || when.After(last) {
			t.Errorf("%s after %s, %v", e.Updated[0], last, err)
		}
		last = when
		for _, c := range e.Category {
			if c.Term == "" {
				t.Error("a category without a term (RFC 4287, 4.2.2)")
			}
		}
	}
	return got
}

func TestFeedIsStable(t *testing.T) {
	for _, lang := range both {
		text := written(t, func(b *bytes.Buffer) error { return report.WriteAtom(b, feed(), news(), lang) })
		golden(t, "news."+string(lang)+".atom", text)
	}
}

func TestFeedIsReadBackNewestFirst(t *testing.T) {
	got := readAtom(t, written(t, func(b *bytes.Buffer) error { return report.WriteAtom(b, feed(), news(), report.English) }))
	if got.Lang != "en" {
		t.Errorf("the feed is in %q", got.Lang)
	}
	if len(got.Links) != 2 || got.Links[0] != (link{"self", feed().SelfURL}) || got.Links[1] != (link{"alternate", feed().HomeURL}) {
		t.Errorf("%+v", got.Links)
	}
	if got.Updated[0] != "2027-07-21T01:00:00Z" || got.Title[0] != feed().Title["en"] || got.ID[0] != feed().ID {
		t.Errorf("%+v", got)
	}
	given := news()
	for i, want := range []report.News{given[1], given[2], given[0]} { // of the same instant, by ID
		e := got.Entries[i]
		if e.ID[0] != want.ID || e.Links[0].Href != want.URL || (len(e.Category) == 1) != (want.Category != "") {
			t.Errorf("%d: %+v", i, e)
		}
	}
	if logo := got.Entries[2]; logo.Title[0].Text != given[0].Title["en"] || logo.Title[0].Lang != "" || logo.Summary[0] != given[0].Summary["vi"] {
		t.Errorf("%+v", logo)
	}
	if fallback := got.Entries[1].Title[0]; fallback.Lang != "vi" {
		t.Errorf("a Vietnamese title in the English feed says that it is %q", fallback.Lang)
	}
}

func TestAFeedWithoutNewsIsAFeed(t *testing.T) {
	readAtom(t, written(t, func(b *bytes.Buffer) error { return report.WriteAtom(b, feed(), nil, report.Vietnamese) }))
}

func TestWhatIsNoFeedIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change      func(*report.Feed, []report.News)
		code, field string
	}{
		"a feed without an id":      {func(f *report.Feed, _ []report.News) { f.ID = "" }, "id_malformed", "feed.id"},
		"a feed without a title":    {func(f *report.Feed, _ []report.News) { f.Title = nil }, "text_missing", "feed.title"},
		"a feed without a time":     {func(f *report.Feed, _ []report.News) { f.Updated = time.Time{} }, "instant_out_of_range", "feed.updated"},
		"a feed without an address": {func(f *report.Feed, _ []report.News) { f.SelfURL = "" }, "url_malformed", "feed.self_url"},
		"a feed without a home":     {func(f *report.Feed, _ []report.News) { f.HomeURL = "ftp://a/" }, "url_malformed", "feed.home_url"},
		"an id that is a path":      {func(_ *report.Feed, n []report.News) { n[1].ID = "edition-1" }, "id_malformed", "news[1].id"},
		"an id in capitals":         {func(_ *report.Feed, n []report.News) { n[1].ID = strings.ToUpper(n[0].ID) }, "id_malformed", "news[1].id"},
		"an id of two news":         {func(_ *report.Feed, n []report.News) { n[1].ID = n[0].ID }, "id_twice", "news[1].id"},
		"the id of the feed":        {func(f *report.Feed, n []report.News) { n[1].ID = f.ID }, "id_twice", "news[1].id"},
		"news without a title":      {func(_ *report.Feed, n []report.News) { n[2].Title = map[string]string{"vi": ""} }, "text_missing", "news[2].title"},
		"news without a time":       {func(_ *report.Feed, n []report.News) { n[2].At = time.Time{} }, "instant_out_of_range", "news[2].at"},
		"news of the year 10000":    {func(_ *report.Feed, n []report.News) { n[2].At = at(10000, 1, 1, 8) }, "instant_out_of_range", "news[2].at"},
		"news without an address":   {func(_ *report.Feed, n []report.News) { n[2].URL = "" }, "url_malformed", "news[2].url"},
	} {
		t.Run(name, func(t *testing.T) {
			f, n := feed(), news()
			c.change(&f, n)
			var b bytes.Buffer
			refused(t, report.WriteAtom(&b, f, n, report.Vietnamese), &b, c.code, c.field)
		})
	}
	var b bytes.Buffer
	refused(t, report.WriteAtom(&b, feed(), nil, "fr"), &b, "lang_unknown", "lang")
}

func FuzzAtom(f *testing.F) {
	f.Add("Ban hành <b>lần cập nhật</b> & ]]>", "approved")
	f.Add("\x00\xff\uFFFE\r\n", "\"><entry/>")
	f.Fuzz(func(t *testing.T, title, category string) {
		list := news()
		list[0].Title, list[0].Category = map[string]string{"vi": "a" + title}, category
		got := readAtom(t, written(t, func(b *bytes.Buffer) error { return report.WriteAtom(b, feed(), list, report.Vietnamese) }))
		if len(got.Entries) != len(list) {
			t.Errorf("%d entries", len(got.Entries))
		}
	})
}
