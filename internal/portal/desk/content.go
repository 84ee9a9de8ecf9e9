package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// content is what a version says, as the API tells it and, by [content.input], takes it.
type content struct {
	Units        []unit        `json:"units"`
	Placeholders []placeholder `json:"placeholders"`
	Files        []file        `json:"files"`
	Colours      []colour      `json:"colours"`
	Licence      string        `json:"licence"`
}

// contentFields are those of a content in a document.
const contentFields = `content { licence
	units { id role pillar audience texts { locale text } }
	placeholders { name type style example notes { locale text } forms { locale category text } }
	files { colour layout name digest mediaType size width height }
	colours { hex names { locale text } } }`

type unit struct {
	ID       string  `json:"id"`
	Role     string  `json:"role"`
	Pillar   string  `json:"pillar"`
	Audience string  `json:"audience"`
	Texts    textsIn `json:"texts"`
}

// textsIn is one text in several locales.
type textsIn []text

type text struct {
	Locale string `json:"locale"`
	Text   string `json:"text"`
}

// In is the text in a locale, or empty.
func (t textsIn) In(locale string) string {
	for _, one := range t {
		if one.Locale == locale {
			return one.Text
		}
	}
	return ""
}

// without are the texts in other locales than one.
func (t textsIn) without(locale string) textsIn {
	return slices.DeleteFunc(slices.Clone(t), func(one text) bool { return one.Locale == locale })
}

type placeholder struct {
	Name    string       `json:"name"`
	Type    string       `json:"type"`
	Style   string       `json:"style"`
	Example string       `json:"example"`
	Notes   textsIn      `json:"notes"`
	Forms   []pluralForm `json:"forms"`
}

// pluralForm is the text of a plural.
type pluralForm struct {
	Locale   string `json:"locale"`
	Category string `json:"category"`
	Text     string `json:"text"`
}

type file struct {
	Colour    string   `json:"colour"`
	Layout    string   `json:"layout"`
	Name      string   `json:"name"`
	Digest    string   `json:"digest"`
	MediaType string   `json:"mediaType"`
	Size      int      `json:"size"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	Warnings  []string `json:"-"` // of an upload
}

type colour struct {
	Hex   string  `json:"hex"`
	Names textsIn `json:"names"`
}

// input is the content as the API's ContentInput.
func (c content) input() map[string]any {
	files := make([]map[string]string, len(c.Files))
	for i, f := range c.Files {
		files[i] = map[string]string{"colour": f.Colour, "layout": f.Layout, "name": f.Name, "digest": f.Digest}
	}
	units := make([]map[string]any, len(c.Units))
	for i, u := range c.Units {
		units[i] = map[string]any{"id": u.ID, "role": u.Role, "texts": u.Texts, "pillar": orNull(u.Pillar), "audience": orNull(u.Audience)}
	}
	placeholders := make([]map[string]any, len(c.Placeholders))
	for i, p := range c.Placeholders {
		placeholders[i] = map[string]any{
			"name": p.Name, "type": p.Type, "style": orNull(p.Style), "example": orNull(p.Example), "notes": p.Notes, "forms": p.Forms,
		}
	}
	return map[string]any{"units": units, "placeholders": placeholders, "files": files, "colours": c.Colours, "licence": orNull(c.Licence)}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// unit returns the unit with an id, or nil.
func (c *content) unit(id string) *unit {
	if i := slices.IndexFunc(c.Units, func(u unit) bool { return u.ID == id }); i >= 0 {
		return &c.Units[i]
	}
	return nil
}

// locales are those of the notes and names beside the texts, the source first, then
// English, for which the form has fields.
func (c *content) locales(source string) []string {
	out := []string{source}
	add := func(t textsIn) {
		for _, one := range t {
			if !slices.Contains(out, one.Locale) {
				out = append(out, one.Locale)
			}
		}
	}
	add(textsIn{{Locale: "en"}})
	for _, p := range c.Placeholders {
		add(p.Notes)
	}
	for _, colour := range c.Colours {
		add(colour.Names)
	}
	return out
}

// The names of pieces that are no units; ids of units have no "#".
const (
	pieceFiles        = "#files"
	pieceColours      = "#colours"
	piecePlaceholders = "#placeholders"
	pieceLicence      = "#licence"
)

// groups are the pieces that are no units.
var groups = []string{pieceFiles, pieceColours, piecePlaceholders, pieceLicence}

// pieces are fingerprints of what a form shows of a content: of each unit what it says
// in the source, and of each other part as a whole. Those of what was shown go with the
// form, so that what changed meanwhile is found.
type pieces map[string]string

func (c *content) pieces(source string) pieces {
	p := pieces{}
	for _, u := range c.Units {
		p[u.ID] = fingerprint(u.Role, u.Pillar, u.Audience, u.Texts.In(source))
	}
	var files []string
	for _, f := range c.Files { // the rest of a file is not the author's word
		files = append(files, f.Colour, f.Layout, f.Name, f.Digest)
	}
	p[pieceFiles] = fingerprint(files...)
	p[pieceColours] = fingerprint(listOf(c.Colours))
	p[piecePlaceholders] = fingerprint(listOf(c.Placeholders))
	p[pieceLicence] = fingerprint(c.Licence)
	return p
}

func listOf(list any) string {
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // these types can be written
	}
	return string(text)
}

// fingerprint is the beginning of a SHA-256 of some texts.
func fingerprint(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	const enough = 12 // bytes: nobody has a reason to make two alike, and would only overwrite by it
	return hex.EncodeToString(h.Sum(nil)[:enough])
}

// hidden are the pieces as the values of form fields, and readPieces reads them.
func (p pieces) hidden() []string {
	var out []string
	for name, fingerprint := range p {
		out = append(out, name+" "+fingerprint)
	}
	slices.Sort(out)
	return out
}

func readPieces(values []string) pieces {
	p := pieces{}
	for _, value := range values {
		if name, fingerprint, ok := strings.Cut(value, " "); ok {
			p[name] = fingerprint
		}
	}
	return p
}
