package book

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// piece is a part of a text, and whether it was searched for.
type piece struct {
	Text string
	Hit  bool
}

// marked cuts a text where words of a query stand in it, as the search finds them: at the
// beginning of words, whatever marks its letters bear. In scripts that are written without
// spaces, anywhere.
func marked(text, query string) []piece {
	folded, at := fold(text)
	hit := make([]bool, len(text))
	for _, word := range strings.FieldsFunc(query, func(r rune) bool { return !wordRune(r) }) {
		wanted, _ := fold(word)
		for i := range folded {
			if begins(folded, i) && hasPrefix(folded[i:], wanted) {
				for b := at[i]; b < endOf(text, at, i+len(wanted)-1); b++ {
					hit[b] = true
				}
			}
		}
	}
	var pieces []piece
	for begin, i := 0, 1; i <= len(text); i++ {
		if i == len(text) || hit[i] != hit[begin] {
			pieces = append(pieces, piece{text[begin:i], hit[begin]})
			begin = i
		}
	}
	return pieces
}

// endOf is where in the text the rune ends that a folded one comes from.
func endOf(text string, at []int, i int) int {
	for _, next := range at[i:] {
		if next > at[i] {
			return next
		}
	}
	return len(text)
}

// fold returns a text in lower case, Latin letters without their marks, and where in the
// text each of its runes began.
func fold(text string) (folded []rune, at []int) {
	for i, r := range text {
		plain := []rune{unicode.ToLower(r)}
		if unicode.In(r, unicode.Latin, unicode.Mn) {
			plain = latin(r)
		}
		for _, p := range plain {
			folded, at = append(folded, p), append(at, i)
		}
	}
	return folded, at
}

// latin is a Latin letter, or a mark, without marks.
func latin(r rune) (plain []rune) {
	for _, d := range norm.NFKD.String(string(r)) {
		switch d = unicode.ToLower(d); {
		case unicode.Is(unicode.Mn, d):
		case d == 'đ':
			plain = append(plain, 'd')
		default:
			plain = append(plain, d)
		}
	}
	return plain
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// begins tells whether a word may begin at a rune.
func begins(text []rune, i int) bool {
	return i == 0 || !wordRune(text[i-1]) || unicode.In(text[i], unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}

func hasPrefix(text, prefix []rune) bool {
	if len(prefix) == 0 || len(prefix) > len(text) {
		return false
	}
	for i, r := range prefix {
		if text[i] != r {
			return false
		}
	}
	return true
}
