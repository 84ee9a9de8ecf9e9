package audits

import (
	"strings"

	"signet/internal/portal/frame"
)

// instead is what is to be used instead of what was found.
type instead struct {
	Key, Kind, Name string
	Number          int
	// Withdrawn is why the version that was found is no longer to be used.
	Withdrawn prose
	// Locale, Text and Segments are the words that stand in the place of those that were
	// found, and how they differ; without segments they are the ones that say most.
	Locale, Text string
	Segments     []segment
	// Picture shows it, if it is a logo; Shown is its size.
	Picture       string
	Width, Height int
	// Before is the name of the item that was found, if it was another one.
	Before string
}

// chapters of the brand book, by kind.
var chapters = map[string]string{"SLOGAN": "/book/slogans", "LOGO": "/book/logos", "MESSAGE_SET": "/book/messages", "TEMPLATE": "/book/templates"}

// Chapter is where the brand book shows what is in force of the same kind.
func (i *instead) Chapter() string { return chapters[i.Kind] }

// segment is a part of two texts that are compared.
type segment struct{ Op, Text string }

// change is what two versions say differently.
type change struct {
	Field, Locale, Before, After string
	Segments                     []segment
}

// text is one in a language.
type text struct{ Locale, Text string }

// unit is a text of a version that is translated as a whole.
type unit struct {
	Role  string
	Texts []text
}

// standing is a version that is in force.
type standing struct {
	Number  int
	Content struct{ Units []unit }
	Files   []struct {
		Rendition string
		File      struct {
			Colour, Layout string
			Width, Height  int
		}
	}
}

// item is one of the kit, with the version that was found.
type item struct {
	Kind, Name string
	InForce    *struct{ Number int }
	Version    *struct {
		WithdrawnReason prose
		Replacement     *struct {
			Key    string
			Number int
		}
	}
}

const insteadDocument = `query AuditsInstead($key: String!, $number: Int!, $locale: Locale!) {
	item(key: $key) { kind name(locale: $locale) inForce { number } version(number: $number) { withdrawnReason replacement { key number } } }
	approved(key: $key) { edges { node {
		number content { units { role texts { locale text } } } files { rendition(width: 800, format: WEBP) file { colour layout width height } }
	} } }
}`

// insteadOf asks what is in force instead: another item where a withdrawal named one,
// else the version of the same item that is. It is nil where nothing was known.
func insteadOf(v *frame.Visit, f found) (*instead, error) {
	if f.Key == "" {
		return nil, nil
	}
	i := &instead{Key: f.Key}
	it, now, err := askInstead(v, f.Key, max(f.Version, 1))
	if err != nil || it == nil {
		return nil, err
	}
	if it.Version != nil {
		i.Withdrawn = it.Version.WithdrawnReason
		if r := it.Version.Replacement; r != nil && r.Key != f.Key {
			other, standing, err := askInstead(v, r.Key, r.Number)
			if err != nil {
				return nil, err
			}
			if other != nil && standing != nil {
				i.Key, i.Before, it, now = r.Key, it.Name, other, standing
			}
		}
	}
	if i.Kind, i.Name = it.Kind, it.Name; now == nil {
		return i, nil
	}
	i.Number = now.Number
	err = i.fill(v, f, now)
	return i, err
}

func askInstead(v *frame.Visit, key string, number int) (*item, *standing, error) {
	var told struct {
		Item     *item
		Approved frame.List[standing]
	}
	err := v.Ask(insteadDocument, frame.Vars{"key": key, "number": number, "locale": v.Lang}, &told)
	if now := told.Approved.Nodes(); err == nil && len(now) > 0 {
		return told.Item, &now[0], nil
	}
	return told.Item, nil, err
}

// fill shows what is in force: the words that took the place of those that were found,
// and its picture.
func (i *instead) fill(v *frame.Visit, f found, now *standing) error {
	for _, file := range now.Files {
		if file.File.Colour == "FULL" && (i.Picture == "" || file.File.Layout == "HORIZONTAL") {
			i.Picture, i.Width, i.Height = file.Rendition+"&preview=1", file.File.Width, file.File.Height
		}
	}
	if i.Before == "" && f.Version > 0 && f.Version != now.Number && f.Evidence.Text != "" {
		c, err := changed(v, f, now.Number)
		if err != nil {
			return err
		}
		if c != nil {
			i.Locale, i.Text, i.Segments = c.Locale, c.After, c.Segments
			return nil
		}
	}
	i.Locale, i.Text = says(now.Content.Units, string(f.Evidence.Text), string(v.Lang))
	return nil
}

// changed is what became of the words that were found in the version in force; nil if
// they are none of those that were changed.
func changed(v *frame.Visit, f found, number int) (*change, error) {
	var told struct{ Item *struct{ Diff []change } }
	const document = `query AuditsChanged($key: String!, $from: Int!, $to: Int!) {
	item(key: $key) { diff(from: $from, to: $to) { field locale before after segments { op text } } }
}`
	err := v.Ask(document, frame.Vars{"key": f.Key, "from": f.Version, "to": number}, &told)
	if err != nil || told.Item == nil {
		return nil, err
	}
	for _, c := range told.Item.Diff {
		if c.After != "" && alike(c.Before, string(f.Evidence.Text)) {
			return &c, nil
		}
	}
	return nil, nil
}

// alike tells whether one of two texts is a part of the other, whatever their case.
func alike(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	return a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
}

// says is what a version says where something like the words stands; else what it says
// above all, in the language if it has it.
func says(units []unit, words, lang string) (locale, said string) {
	for _, u := range units {
		for _, t := range u.Texts {
			if alike(t.Text, words) {
				return t.Locale, t.Text
			}
		}
	}
	for _, u := range units {
		if u.Role == "NAME" || u.Role == "NOTE" {
			continue
		}
		for _, t := range u.Texts {
			if said == "" || t.Locale == lang {
				locale, said = t.Locale, t.Text
			}
		}
		if said != "" {
			break
		}
	}
	return locale, said
}
