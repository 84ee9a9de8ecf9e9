package bundle

import (
	"bytes"
	_ "embed" // the page and its style
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"signet/assets"
	"signet/domain"
	"signet/projections"
)

var (
	//go:embed index.html.tmpl
	indexSource string
	//go:embed index.css
	indexStyle string

	indexTemplate = template.Must(template.New("index").Funcs(template.FuncMap{
		"both": func(vi, en string) both { return both{vi, en} },
	}).Parse(indexSource))
)

// city is where the page's days are those of. It has no daylight saving time.
var city = time.FixedZone("+07", 7*60*60)

// both is a text of the page in its two languages.
type both struct{ Vi, En string }

// sheet is the page: what it says of the kit as a whole.
type sheet struct {
	*kit

	Sections []section
}

// section is the items of a kind.
type section struct {
	Title both
	ID    domain.Kind
	Items []shown
}

// shown is an item on the page.
type shown struct {
	*item

	Texts []said
	Files []picture
}

// said is what an item says in one locale.
type said struct {
	Locale domain.Locale
	Name   string
	Units  []domain.Unit // with one text each
}

// picture is a file of a logo.
type picture struct {
	domain.File

	Link  string // relative, with what a URL can't hold escaped
	Name  string
	Shown bool // a browser can show it
}

// kindTitles are those of docs/glossary.md.
var kindTitles = map[domain.Kind]both{
	domain.Slogan: {"Khẩu hiệu", "Slogans"}, domain.Logo: {"Biểu trưng", "Logos"},
	domain.MessageSet: {"Bộ thông điệp", "Message sets"}, domain.Template: {"Mẫu văn bản", "Templates"},
}

// indexPage is index.html, in Vietnamese and English. It runs nothing, and asks for
// nothing but the files beside it.
func indexPage(k *kit) ([]byte, error) {
	s := sheet{kit: k}
	for _, kind := range domain.Kinds {
		part := section{Title: kindTitles[kind], ID: kind}
		for _, i := range k.items {
			if i.Kind == kind {
				part.Items = append(part.Items, show(i))
			}
		}
		if len(part.Items) > 0 {
			s.Sections = append(s.Sections, part)
		}
	}
	var b bytes.Buffer
	if err := indexTemplate.Execute(&b, s); err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	return append(bytes.TrimSpace(b.Bytes()), '\n'), nil
}

func show(i *item) shown {
	out := shown{item: i}
	for _, l := range i.locales() {
		t := said{Locale: l, Name: i.Content.Name()[l]}
		for _, u := range i.Content.Units {
			if text, ok := u.Text[l]; ok && u.Role != domain.UnitName {
				u.Text = domain.Texts{l: text}
				t.Units = append(t.Units, u)
			}
		}
		out.Texts = append(out.Texts, t)
	}
	for n, f := range i.Content.Files {
		media := assets.Media(f.MediaType)
		out.Files = append(out.Files, picture{
			File: f, Link: link(i.Paths[n]), Name: i.Paths[n][strings.LastIndexByte(i.Paths[n], '/')+1:], Shown: media == assets.SVG || media.IsBitmap(),
		})
	}
	return out
}

// link is a path in the archive as a relative reference (RFC 3986, section 4.2).
func link(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// Style is the page's style, which is our own file.
func (s sheet) Style() template.CSS { return template.CSS(indexStyle) }

// Registry is the name that was given, or what a kit is called.
func (s sheet) Registry() string {
	if s.selection.Registry == "" {
		return "Bộ nhận diện"
	}
	return s.selection.Registry
}

// AsOf is the instant that was asked about; zero: the day's kit.
func (s sheet) AsOf() time.Time { return s.selection.AsOf }

// Latest is when the youngest part came into force.
func (s sheet) Latest() time.Time { return s.latest }

// Editions are those that are named, with their decisions.
func (s sheet) Editions() []edition {
	var out []edition
	for _, e := range s.editions {
		out = append(out, editionOf(e))
	}
	return out
}

// Withdrawn is what was in force then, and is left out.
func (s sheet) Withdrawn() []*projections.Version { return s.withdrawn }

// Asked is the number of the edition that was asked for, or 0.
func (s sheet) Asked() int { return s.selection.Edition }

// Day writes a day as is usual in Vietnam, in the city's time.
func (s sheet) Day(t time.Time) string { return t.In(city).Format("02/01/2006") }

// Stamp writes an instant for machines.
func (s sheet) Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Text is the unit's only text.
func (s sheet) Text(u domain.Unit) string {
	for _, text := range u.Text {
		return text
	}
	return ""
}

// Title is the item's name, and in which locale that is.
func (i *item) Title() domain.LocalizedText {
	names := i.Content.Name()
	for _, l := range []domain.Locale{"vi", "en", i.Source} {
		if text, ok := names[l]; ok {
			return domain.LocalizedText{Locale: l, Text: text}
		}
	}
	for _, t := range names.List() {
		return t
	}
	return domain.LocalizedText{Locale: i.Source, Text: i.Item}
}
