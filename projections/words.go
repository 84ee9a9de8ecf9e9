package projections

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// word is a unit of search: a run of letters and digits, or, in scripts that are
// written without spaces, one character.
type word struct {
	exact  string // lower case, compatibility forms unified
	folded string // also without the marks of Latin letters
	single bool   // one character of a script without spaces
	joined bool   // follows the word before without anything between
}

// text is a sequence of words.
type text []word

// words splits a text for search. Compatibility forms are unified (NFKC) and
// case is dropped, for every script. Marks are dropped from Latin letters only:
// "Hải Phòng" is also found by "hai phong" and đ by d, but か is not が.
func words(s string) text {
	var out text
	var exact strings.Builder
	flush := func() {
		if exact.Len() > 0 {
			out = append(out, word{exact: exact.String(), folded: foldLatin(exact.String())})
			exact.Reset()
		}
	}
	adjacent := false
	for _, r := range strings.ToLower(norm.NFKC.String(s)) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r == 'ー':
			adjacent = adjacent && exact.Len() == 0
			flush()
			out = append(out, word{exact: string(r), folded: string(r), single: true, joined: adjacent})
			adjacent = true
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && exact.Len() > 0:
			exact.WriteRune(r)
		default:
			flush()
			adjacent = false
		}
	}
	flush()
	return out
}

// foldLatin drops the marks of Latin letters, and the stroke of đ.
func foldLatin(s string) string {
	var b strings.Builder
	latin := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
			if latin {
				continue
			}
		case r == 'đ':
			r, latin = 'd', true
		default:
			latin = unicode.Is(unicode.Latin, r)
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

func (t text) exact() string { return t.join(func(w word) string { return w.exact }) }

func (t text) folded() string { return t.join(func(w word) string { return w.folded }) }

func (t text) join(form func(word) string) string {
	forms := make([]string, len(t))
	for i, w := range t {
		forms[i] = form(w)
	}
	return strings.Join(forms, " ")
}

// match writes the query for the words in one column of the index: all of them,
// characters that stood together as a phrase, the last word as a beginning.
func (t text) match(column string) string {
	form := func(w word) string { return w.exact }
	if column == "folded" {
		form = func(w word) string { return w.folded }
	}
	var parts []string
	for i := 0; i < len(t); {
		phrase := []string{form(t[i])}
		last := t[i]
		for i++; i < len(t) && t[i].joined; i++ {
			phrase, last = append(phrase, form(t[i])), t[i]
		}
		part := `"` + strings.Join(phrase, " ") + `"`
		if i == len(t) && !last.single {
			part += "*"
		}
		parts = append(parts, part)
	}
	return column + " : (" + strings.Join(parts, " AND ") + ")"
}
