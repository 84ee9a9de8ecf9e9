package phrases

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// around is how many characters of a block are told before and after a use.
const around = 40

// use tells of a candidate. Line and Column are still missing, and Start and End
// are of the source.
func (f *finder) use(d *Document, c candidate) Use {
	u := Use{Phrases: sorted(c.phrases), How: c.how, Distance: c.distance, Text: tidy(f.text[c.place.from:c.place.to])}
	u.Start, u.End, _ = place(d.runs, c.place.from, c.place.to)
	u.Before = before(f.text[f.from:c.place.from])
	u.After = after(f.text[c.place.to:f.to])
	return u
}

// tidy makes every run of blanks one space.
func tidy(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }

// before returns the last words of a text.
func before(text []byte) string {
	from := len(text)
	for n := 0; from > 0 && n < 2*around; n++ {
		_, size := utf8.DecodeLastRune(text[:from])
		from -= size
	}
	words := []rune(tidy(text[from:]))
	if len(words) <= around && from == 0 {
		return string(words)
	}
	kept := string(words[max(len(words)-around, 0):])
	if _, whole, ok := strings.Cut(kept, " "); ok {
		return whole
	}
	return kept
}

// after returns the first words of a text.
func after(text []byte) string {
	to := 0
	for n := 0; to < len(text) && n < 2*around; n++ {
		_, size := utf8.DecodeRune(text[to:])
		to += size
	}
	words := []rune(tidy(text[:to]))
	if len(words) <= around && to == len(text) {
		return string(words)
	}
	kept := string(words[:min(len(words), around)])
	if i := strings.LastIndexByte(kept, ' '); i >= 0 {
		return kept[:i]
	}
	return kept
}

// locate adds the lines and columns to uses in order of Start, and turns their bytes
// into those of the file as it was read.
func (d *Document) locate(uses []Use) {
	c := cursor{line: 1, column: 1, file: d.bom}
	for i := range uses {
		u := &uses[i]
		c.move(d, u.Start)
		behind := c
		behind.move(d, u.End)
		u.Line, u.Column, u.Start, u.End = c.line, c.column, c.file, behind.file
	}
}

// cursor is a place in a document.
type cursor struct {
	source       int // bytes
	file         int
	line, column int
}

func (c *cursor) move(d *Document, to int) {
	for c.source < to {
		r, size := utf8.DecodeRune(d.source[c.source:])
		c.source += size
		switch {
		case !d.wide:
			c.file += size
		case r > 0xFFFF:
			c.file += 4
		default:
			c.file += 2
		}
		switch {
		case r == '\n', r == '\r' && (c.source == len(d.source) || d.source[c.source] != '\n'):
			c.line, c.column = c.line+1, 1
		default:
			c.column++
		}
	}
}

// sorted returns phrases ascending, each once.
func sorted(phrases []int) []int { return slices.Compact(slices.Sorted(slices.Values(phrases))) }
