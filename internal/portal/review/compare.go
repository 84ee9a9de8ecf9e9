package review

import (
	"slices"
	"unicode/utf8"
)

// piece is a part of a text as it is shown.
type piece struct {
	Op, Text string // as of a segment
	// Mark tells that an open comment is about it.
	Mark bool
}

// row is one text or fact, old and new.
type row struct {
	Unit, Role, Locale string
	Pillar, Audience   string
	Field              string // of a fact: its path in the API
	Before, After      []piece
	Changed            bool
	// Alone tells that there is no other version to compare with.
	Alone   bool
	Threads []*thread
}

// Open tells whether the row is shown unfolded.
func (r *row) Open() bool { return r.Changed || r.Alone || len(r.Threads) > 0 }

// section is what is said in one language, or what is no text.
type section struct {
	Locale  string // empty: facts
	Rows    []*row
	Changes int
}

// Shown are the rows that are to be looked at, Folded the other ones.
func (s *section) Shown() []*row  { return s.only(true) }
func (s *section) Folded() []*row { return s.only(false) }

func (s *section) only(open bool) (out []*row) {
	for _, r := range s.Rows {
		if r.Open() == open {
			out = append(out, r)
		}
	}
	return out
}

// What became of a segment, as the API names it.
const (
	kept     = "KEPT"
	inserted = "INSERTED"
	deleted  = "DELETED"
)

// side is what one of two texts says, with what the other one does not say marked.
func side(segments []segment, without string) (out []piece) {
	for _, s := range segments {
		if s.Op != without {
			out = append(out, piece{Op: s.Op, Text: s.Text})
		}
	}
	return out
}

// same is a text in which nothing is marked.
func same(text string) []piece {
	if text == "" {
		return nil
	}
	return []piece{{Op: kept, Text: text}}
}

// plain is the text of pieces.
func plain(pieces []piece) (text string) {
	for _, p := range pieces {
		text += p.Text
	}
	return text
}

// marked splits pieces so that passages, in code points, can be marked.
func marked(pieces []piece, passages []passage) []piece {
	var out []piece
	at := 0
	for _, p := range pieces {
		runes := []rune(p.Text)
		begin := 0
		for i := 1; i <= len(runes); i++ {
			if i < len(runes) && within(passages, at+i) == within(passages, at+i-1) {
				continue
			}
			out = append(out, piece{Op: p.Op, Text: string(runes[begin:i]), Mark: within(passages, at+begin)})
			begin = i
		}
		at += len(runes)
	}
	return out
}

func within(passages []passage, at int) bool {
	return slices.ContainsFunc(passages, func(p passage) bool { return p.Start <= at && at < p.End })
}

// holds tells whether a passage still stands in a text.
func (p passage) holds(text string) bool {
	if p.Start < 0 || p.End <= p.Start || p.End > utf8.RuneCountInString(text) {
		return false
	}
	return string([]rune(text)[p.Start:p.End]) == p.Quote
}

// compared is one version beside another one.
type compared struct {
	Sections []*section
	Facts    *section
	Pictures []*picture
	// Changes counts texts, facts and files that differ.
	Changes int
}

// Empty tells whether the two say the same.
func (c *compared) Empty() bool { return c.Changes == 0 }

// compare puts two contents side by side; before is nil for the first version.
func compare(source string, before, after *content, changes []change, addresses [2]string) *compared {
	by := make(map[string]change, len(changes))
	for _, c := range changes {
		by[c.Field] = c
	}
	old := before
	if old == nil {
		old = &content{}
	}
	c := &compared{}
	for _, l := range locales(source, old, after) {
		s := &section{Locale: l}
		for _, u := range units(old, after) {
			if r := textRow(u, l, old, after, by, before != nil); r != nil {
				s.add(r)
			}
		}
		if len(s.Rows) > 0 {
			c.Sections = append(c.Sections, s)
			c.Changes += s.Changes
		}
	}
	c.Facts = factRows(old, after, by, before != nil)
	c.Pictures = pair(old.Files, after.Files, addresses)
	c.Changes += c.Facts.Changes
	for _, p := range c.Pictures {
		if !p.Same {
			c.Changes++
		}
	}
	return c
}

func (s *section) add(r *row) {
	s.Rows = append(s.Rows, r)
	if r.Changed {
		s.Changes++
	}
}

// locales are those of both, the source first and the others in the order of the new.
func locales(source string, before, after *content) []string {
	out := []string{source}
	for _, l := range append(slices.Clone(after.Locales), before.Locales...) {
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// units are those of the new content, and then those that are gone.
func units(before, after *content) []unit {
	out := slices.Clone(after.Units)
	for _, u := range before.Units {
		if !slices.ContainsFunc(out, func(o unit) bool { return o.ID == u.ID }) {
			out = append(out, u)
		}
	}
	return out
}

func textRow(u unit, locale string, before, after *content, by map[string]change, both bool) *row {
	was, is := before.text(u.ID, locale), after.text(u.ID, locale)
	if was == "" && is == "" {
		return nil
	}
	r := &row{Unit: u.ID, Role: u.Role, Locale: locale, Pillar: u.Pillar, Audience: u.Audience}
	r.fill(by, u.ID+"."+locale, was, is, both)
	return r
}

// fill takes the difference that the API tells of a field, and takes it out of by, so
// that what is left there is what no row has shown.
func (r *row) fill(by map[string]change, field, was, is string, both bool) {
	if c, there := by[field]; there {
		delete(by, field)
		r.Before, r.After, r.Changed = side(c.Segments, inserted), side(c.Segments, deleted), true
		return
	}
	if r.Alone = !both; both {
		r.Before = same(was)
	}
	r.After = same(is)
}

func (c *content) text(unit, locale string) string {
	for _, u := range c.Units {
		if u.ID != unit {
			continue
		}
		for _, t := range u.Texts {
			if t.Locale == locale {
				return t.Text
			}
		}
	}
	return ""
}
