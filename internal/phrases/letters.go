package phrases

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// widestGap is the most characters, blanks aside, that may stand between two
// letters of one text; more of them are a line drawn, or a picture made of signs.
const widestGap = 64

// letters are the folded letters of a part of a text (in NFC), each with the
// place in bytes of the character that it comes from.
type letters struct {
	text   []byte
	from   int // where the part begins and ends in text
	to     int
	folded []rune
	at     []int32
}

// read folds text from a place on, up to its end, to a gap that is too wide or to so
// many letters, and returns where it stopped.
func (l *letters) read(text []byte, from, to, most int) int {
	l.text, l.from, l.to, l.folded, l.at = text, from, to, l.folded[:0], l.at[:0]
	all := plane()
	gap := 0
	for i := from; i < to; {
		if len(l.folded) >= most {
			l.to = i
			return i
		}
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:to])
		}
		switch c := look(all, r); c.kind {
		case letter:
			gap = 0
			l.add(r, c.folded, i)
		case mark:
			l.mark(c.folded, i)
		case other:
			if gap++; gap > widestGap && len(l.folded) > 0 {
				l.to = i
				return i
			}
		case blank, invisible:
		}
		i += size
	}
	return to
}

func (l *letters) add(r, folded rune, at int) {
	if folded != 0 {
		l.folded, l.at = append(l.folded, folded), append(l.at, int32(at))
		return
	}
	_, several := classify(r)
	for _, f := range several {
		l.folded, l.at = append(l.folded, f), append(l.at, int32(at))
	}
}

// mark keeps a mark that NFC did not join to its letter, but for Latin letters.
func (l *letters) mark(m rune, at int) {
	last := len(l.folded) - 1
	if last < 0 || unicode.Is(unicode.Latin, l.folded[last]) {
		return
	}
	joined := []rune(norm.NFC.String(string([]rune{l.folded[last], m})))
	if len(joined) == 1 { // as half-width ｶ and ﾞ
		l.folded[last] = joined[0]
		return
	}
	l.folded, l.at = append(l.folded, m), append(l.at, int32(at))
}

// end is where the character of a letter ends, with its marks.
func (l *letters) end(i int) int {
	_, size := utf8.DecodeRune(l.text[l.at[i]:l.to])
	end := int(l.at[i]) + size
	for all := plane(); end < l.to; {
		r, size := utf8.DecodeRune(l.text[end:l.to])
		if look(all, r).kind != mark {
			break
		}
		end += size
	}
	return end
}

// edge tells how well a phrase may begin or end before letter i: not at all
// within a word (0), if need be (1), or well, since something stands there (2).
func (l *letters) edge(i int) int {
	if i == 0 || i == len(l.folded) {
		return 2
	}
	before, after := l.folded[i-1], l.folded[i]
	if l.at[i-1] == l.at[i] {
		return 0
	}
	at, all := l.end(i-1), plane()
	for at < int(l.at[i]) {
		r, size := utf8.DecodeRune(l.text[at:l.to])
		if look(all, r).kind != invisible {
			return 2
		}
		at += size
	}
	// a digit beside a letter is a number, as that of a footnote
	if unspaced(before) || unspaced(after) || unicode.IsDigit(before) != unicode.IsDigit(after) {
		return 1
	}
	return 0
}
