package report

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"time"
)

// News is one thing that readers of the feed are told.
type News struct {
	ID       string            // for ever; "urn:uuid:…" (RFC 9562) or "tag:…" (RFC 4151)
	Title    map[string]string // by locale; one at least
	Summary  map[string]string // by locale
	At       time.Time         // when it happened
	URL      string            // absolute, http or https
	Category string            // a term for programs; empty: none
}

// Feed is what the news are in.
type Feed struct {
	ID      string            // as of [News]; one for each language, or readers take them for one
	Title   map[string]string // by locale; one at least; also the author's name
	SelfURL string            // where the feed is, absolute
	HomeURL string            // the page that it is about, absolute
	Updated time.Time         // when something in it last changed
}

// The elements of Atom. They are written by encoding/xml and not by gorilla/feeds,
// whose feeds have no xml:lang and one link only, and whose categories are text,
// where RFC 4287 (section 4.2.2) demands the attribute term.
type (
	atomText struct {
		Lang string `xml:"xml:lang,attr,omitempty"`
		Type string `xml:"type,attr,omitempty"`
		Text string `xml:",chardata"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
	atomEntry struct {
		at        time.Time
		ID        string        `xml:"id"`
		Title     atomText      `xml:"title"`
		Published string        `xml:"published"`
		Updated   string        `xml:"updated"`
		Link      atomLink      `xml:"link"`
		Category  *atomCategory `xml:"category"`
		Summary   *atomText     `xml:"summary"`
	}
	atomFeed struct {
		XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang      Lang        `xml:"xml:lang,attr"`
		ID        string      `xml:"id"`
		Title     atomText    `xml:"title"`
		Updated   string      `xml:"updated"`
		Author    string      `xml:"author>name"`
		Links     []atomLink  `xml:"link"`
		Generator string      `xml:"generator"`
		Entries   []atomEntry `xml:"entry"`
	}
)

// WriteAtom writes a news feed: Atom (RFC 4287), as application/atom+xml, in UTF-8
// with times in UTC, the newest first. Errors have the codes lang_unknown,
// text_missing (a title), id_malformed, id_twice, url_malformed or
// instant_out_of_range (a time that is not set, or has no RFC 3339 form); others are
// the writer's.
func WriteAtom(w io.Writer, feed Feed, news []News, lang Lang) error {
	if _, err := speak(lang); err != nil {
		return err
	}
	feed, news = tidy(feed), tidy(news)
	made, err := feed.element(lang)
	if err != nil {
		return err
	}
	seen := map[string]bool{feed.ID: true}
	for i, n := range news {
		field := fmt.Sprintf("news[%d].", i)
		entry, err := n.element(field, lang)
		if err != nil {
			return err
		}
		if seen[n.ID] {
			return refuse("id_twice", field+"id", "%q names two things", n.ID)
		}
		seen[n.ID] = true
		made.Entries = append(made.Entries, entry)
	}
	slices.SortFunc(made.Entries, func(a, b atomEntry) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.ID, b.ID)) })
	b := bytes.NewBufferString(xml.Header)
	encoder := xml.NewEncoder(b)
	encoder.Indent("", "  ")
	if err := encoder.Encode(made); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err = w.Write(b.Bytes())
	return err
}

func (f Feed) element(lang Lang) (atomFeed, error) {
	title := pick(f.Title, lang)
	for _, err := range []error{
		checkID("feed.id", f.ID), checkTitle("feed.title", title), checkInstant("feed.updated", f.Updated),
		checkLink("feed.self_url", f.SelfURL), checkLink("feed.home_url", f.HomeURL),
	} {
		if err != nil {
			return atomFeed{}, err
		}
	}
	return atomFeed{
		Lang: lang, ID: f.ID, Title: atomText{Lang: title.Lang, Text: title.Text}, Updated: f.Updated.Format(time.RFC3339),
		Author: title.Text, Generator: "signet",
		Links: []atomLink{{"self", "application/atom+xml", f.SelfURL}, {"alternate", "text/html", f.HomeURL}},
	}, nil
}

func (n News) element(field string, lang Lang) (atomEntry, error) {
	title := pick(n.Title, lang)
	for _, err := range []error{
		checkID(field+"id", n.ID), checkTitle(field+"title", title), checkInstant(field+"at", n.At), checkLink(field+"url", n.URL),
	} {
		if err != nil {
			return atomEntry{}, err
		}
	}
	at := n.At.Format(time.RFC3339)
	e := atomEntry{
		at: n.At, ID: n.ID, Title: atomText{Lang: title.Lang, Text: title.Text}, Published: at, Updated: at,
		Link: atomLink{Rel: "alternate", Href: n.URL},
	}
	if n.Category != "" {
		e.Category = &atomCategory{n.Category}
	}
	if summary := pick(n.Summary, lang); summary.Text != "" {
		e.Summary = &atomText{Lang: summary.Lang, Type: "text", Text: summary.Text}
	}
	return e, nil
}

var idFormat = regexp.MustCompile(`^(?:urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|` +
	`tag:[0-9a-zA-Z.@_-]+,\d{4}(?:-\d\d){0,2}:[0-9a-zA-Z._~!$&'()*+,;=:@/?%-]*)$`)

func checkID(field, id string) error {
	if !idFormat.MatchString(id) {
		return refuse("id_malformed", field, "%q is no urn:uuid: in lower case and no tag: URI", id)
	}
	return nil
}

func checkTitle(field string, title phrase) error {
	if title.Text == "" {
		return refuse("text_missing", field, "a title is needed")
	}
	return nil
}

func checkInstant(field string, t time.Time) error {
	if t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return refuse("instant_out_of_range", field, "%v is not set, or has no RFC 3339 form", t)
	}
	return nil
}

func checkLink(field, address string) error {
	if address == "" {
		return refuse("url_malformed", field, "an address is needed")
	}
	return checkURL(field, address)
}
