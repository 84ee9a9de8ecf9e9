package book

import (
	"io"
	"mime"
	"slices"
	"strings"

	"signet/internal/portal/frame"
)

// placeholder is a gap of a template.
type placeholder struct {
	Name, Type, Example string
	Notes               sayings
}

// Field is the name of its field in the form.
func (p placeholder) Field() string { return "v-" + p.Name }

type fillPage struct {
	view

	Version *version
	In      string
	Locales []string
	// Values are what was typed, by the placeholders' names.
	Values map[string]string
	// Filled is the text with its values; nil as long as there are none.
	Filled *filled
	// Plain is the address of the filled text as a file.
	Plain string
}

type filled struct{ Subject, Body string }

// Text is all of it.
func (f filled) Text() string {
	if f.Subject == "" {
		return f.Body
	}
	return f.Subject + "\n\n" + f.Body
}

const fillDocument = `
query BookFill($key: String!, $locale: Locale!, $values: [PlaceholderValueInput!]!, $asOf: DateTime) {
	fillTemplate(key: $key, locale: $locale, values: $values, asOf: $asOf) { subject body }
}`

// fill fills a template in. All is in the address, so that a filled text can be found
// again; as=text answers with the text alone.
func fill(v *frame.Visit) error {
	w, err := lookAt(v)
	if err != nil {
		return err
	}
	now, err := w.askFor("TEMPLATE")
	if err != nil {
		return err
	}
	p := fillPage{view: w, Version: now, Locales: now.Languages(string(v.Lang)), Values: map[string]string{}}
	p.In = chosen(v, p.Locales)
	asked := len(now.Content.Placeholders) == 0
	values := []map[string]string{}
	for _, gap := range now.Content.Placeholders {
		value := v.Value(gap.Field())
		if v.Value("example") == "1" {
			value = gap.Example
		}
		asked = asked || value != "" || v.URL.Query().Has(gap.Field())
		if p.Values[gap.Name] = value; value != "" {
			values = append(values, map[string]string{"name": gap.Name, "value": value})
		}
	}
	if !asked {
		return v.Show("book/fill", p)
	}
	var done struct{ FillTemplate *filled }
	err = v.Ask(fillDocument, frame.Vars{"key": now.Key, "locale": p.In, "values": values, "asOf": w.asOf()}, &done)
	if err := v.Refused(err); err != nil {
		return err
	}
	p.Filled = done.FillTemplate
	if p.Filled != nil && v.Value("as") == "text" {
		return asText(v, now.Key+"-"+p.In+".txt", p.Filled.Text())
	}
	q := v.URL.Query()
	q.Set("as", "text")
	p.Plain = v.URL.Path + "?" + q.Encode()
	return v.Show("book/fill", p)
}

// asText answers with a text as a file.
func asText(v *frame.Visit, name, text string) error {
	h := v.W.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "private, no-cache")
	_, _ = io.WriteString(v.W, text) // an error is the reader's having gone
	return nil
}

// Blank is a text of the template in pieces, its gaps marked by what goes there.
func (p fillPage) Blank(role string) (pieces []piece) {
	return blank(p.Version.First(role).Of(p.In), p.Version.Content.Placeholders, string(p.visit.Lang))
}

func blank(text string, gaps []placeholder, lang string) (pieces []piece) {
	for text != "" {
		before, rest, opened := strings.Cut(text, "{{")
		name, after, closed := strings.Cut(rest, "}}")
		if !opened || !closed {
			return append(pieces, piece{Text: text})
		}
		if before != "" {
			pieces = append(pieces, piece{Text: before})
		}
		label := name
		if i := slices.IndexFunc(gaps, func(g placeholder) bool { return g.Name == name }); i >= 0 && len(gaps[i].Notes) > 0 {
			label = gaps[i].Notes.In(lang).Text
		}
		pieces = append(pieces, piece{label, true})
		text = after
	}
	return pieces
}

// Blank is the body of a template in a language, its gaps marked.
func (v *version) Blank(lang string) []piece {
	return blank(v.First("BODY").In(lang).Text, v.Content.Placeholders, lang)
}
