package history

import (
	"strings"

	"signet/internal/portal/frame"
)

// change is what two versions say differently in one field.
type change struct {
	Field, Locale, Before, After string
	Segments                     []struct{ Op, Text string }
}

const changeFields = `field locale before after segments { op text }`

// Part is the path of the field without its language: "slogan", "files.logo.svg".
func (c change) Part() string { return strings.TrimSuffix(c.Field, "."+c.Locale) }

// Word is the name of the text unit that the field lies in, or of the field.
func (c change) Word() string {
	word, _, _ := strings.Cut(c.Part(), ".")
	word, _, _ = strings.Cut(word, "[")
	return word
}

// Rest is what the path says besides the word.
func (c change) Rest() string { return strings.TrimPrefix(strings.TrimPrefix(c.Part(), c.Word()), ".") }

// sideFields is what is asked for on each side of a comparison.
const sideFields = `number state status withdrawnFrom content { files { ` + fileFields + ` } }`

// side is one of two versions that are compared.
type side struct {
	life

	Content content

	Key      string
	Pictures bool
}

// pair are the pictures of two versions by the same name; one may be missing.
type pair struct {
	Name          string
	Before, After *picture
}

type picture struct {
	file

	Key    string
	Number int
	Shown  bool // the visitor may see it
}

// pairs are the pictures in which two versions differ. Either side may be nil.
func pairs(before, after *side) (out []pair) {
	find := func(s *side, name string) *picture {
		if s == nil {
			return nil
		}
		for _, f := range s.Content.Files {
			if f.Name == name {
				return &picture{f, s.Key, s.Number, s.Pictures}
			}
		}
		return nil
	}
	for _, s := range []*side{after, before} {
		if s == nil {
			continue
		}
		for _, f := range s.Content.Files {
			p := pair{f.Name, find(before, f.Name), find(after, f.Name)}
			same := p.Before != nil && p.After != nil && p.Before.Digest == p.After.Digest
			if twice := s == before && p.After != nil; !same && !twice {
				out = append(out, p)
			}
		}
	}
	return out
}

// comparePage is what two versions of an item say differently.
type comparePage struct {
	Item *struct {
		Key, Kind, Name string
		Versions        frame.List[life]
	}
	From, To int // 0 if there are no two versions
	Compared *compared
}

// compared are two versions, and the difference.
type compared struct {
	Before, After *side
	Diff          []change
	Pairs         []pair
}

func compare(v *frame.Visit) error {
	const document = `query PortalHistoryChoice($key: String!, $locale: Locale!) {
	item(key: $key) { key kind name(locale: $locale) versions(first: 100) { edges { node { number state status } } } }
}`
	var page comparePage
	if err := v.Ask(document, frame.Vars{"key": v.PathValue("key"), "locale": v.Lang}, &page); err != nil {
		return err
	}
	if page.Item == nil {
		return unknown("unknown_item")
	}
	page.choose(count(v.Value("from")), count(v.Value("to")))
	if page.From > 0 {
		var err error
		if page.Compared, err = comparison(v, page.Item.Key, page.From, page.To); err != nil {
			return err
		}
	}
	return v.Show("history/compare", &page)
}

// choose takes the two numbers that were asked for, or the newest version and the one
// before it.
func (p *comparePage) choose(from, to int) {
	versions := p.Item.Versions.Nodes() // the newest first
	if to == 0 && len(versions) > 1 {
		to = versions[0].Number
	}
	for _, l := range versions {
		if from == 0 && l.Number < to {
			from = l.Number
		}
	}
	if from > 0 && to > 0 {
		p.From, p.To = from, to
	}
}

// comparison asks for two versions of an item and what they say differently. The API
// refuses it where either is not for the visitor.
func comparison(v *frame.Visit, key string, from, to int) (*compared, error) {
	const document = `query PortalHistoryCompare($key: String!, $from: Int!, $to: Int!) {
	item(key: $key) {
		before: version(number: $from) { ` + sideFields + ` }
		after: version(number: $to) { ` + sideFields + ` }
		diff(from: $from, to: $to) { ` + changeFields + ` }
	}
}`
	var all struct{ Item *compared }
	if err := v.Ask(document, frame.Vars{"key": key, "from": from, "to": to}, &all); err != nil {
		return nil, err
	}
	c := all.Item
	for _, s := range []*side{c.Before, c.After} {
		s.Key, s.Pictures = key, showsFiles(v, &s.life)
	}
	c.Pairs = pairs(c.Before, c.After)
	return c, nil
}
