package projections

import (
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// unspaced are scripts that write no spaces between words, and Hangul, in which what
// changes is mostly the ending of a word: their characters are compared one by one.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Yi,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

// joiner holds two signs together that are shown as one (UAX #29, GB11).
const joiner = '\u200d'

// modifies tells whether a sign is shown as a part of the one before: a mark, such as a
// variation selector, or the colour of a skin.
func modifies(r rune) bool {
	return unicode.IsMark(r) || r == joiner || r >= 0x1F3FB && r <= 0x1F3FF
}

// inWord tells whether a sign is written together with those like it beside it.
func inWord(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_') && !unicode.In(r, unspaced...)
}

// pieces cuts a text into what is compared as a whole: words, and else single signs
// with what modifies them. Together they are the text.
func pieces(text []rune) []string {
	var out []string
	for len(text) > 0 {
		n := 1
		for n < len(text) && (modifies(text[n]) || text[n-1] == joiner || inWord(text[0]) && inWord(text[n])) {
			n++
		}
		out = append(out, string(text[:n]))
		text = text[n:]
	}
	return out
}

// What stands for a word while two texts are compared: the private use planes 15 and
// 16, whose signs are alike to what cleans differences up.
const (
	firstSign = 0xF0000
	mostSigns = 0x10FFFD - firstSign
)

// signs writes texts with one sign for each word.
type signs struct {
	of     map[string]rune
	pieces []string
}

func (s *signs) write(text string) []rune {
	var out []rune
	for _, piece := range pieces([]rune(text)) {
		sign, known := s.of[piece]
		if !known {
			sign = rune(firstSign + len(s.pieces))
			s.of[piece], s.pieces = sign, append(s.pieces, piece)
		}
		out = append(out, sign)
	}
	return out
}

// read returns what was written.
func (s *signs) read(text string) string {
	var out []byte
	for _, sign := range text {
		out = append(out, s.pieces[sign-firstSign]...)
	}
	return string(out)
}

var segmentOps = map[diffmatchpatch.Operation]SegmentOp{
	diffmatchpatch.DiffEqual: SegmentKept, diffmatchpatch.DiffInsert: SegmentInserted, diffmatchpatch.DiffDelete: SegmentDeleted,
}

// segments spells out a text against the one before, word by word.
func segments(before, after string) []Segment {
	s := signs{of: map[string]rune{}}
	a, b := s.write(before), s.write(after)
	if len(s.pieces) > mostSigns { // more words than any text of a version has
		return []Segment{{SegmentDeleted, before}, {SegmentInserted, after}}
	}
	d := diffmatchpatch.New()
	d.DiffTimeout = diffTime
	var out []Segment
	for _, part := range d.DiffCleanupSemantic(d.DiffMainRunes(a, b, false)) {
		out = append(out, Segment{Op: segmentOps[part.Type], Text: s.read(part.Text)})
	}
	return out
}
