package phrases

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// kind is what a character is when texts are compared.
type kind uint8

const (
	other     kind = iota // punctuation and symbols: left aside among letters
	letter                // also digits
	mark                  // belongs to the letter before it
	blank                 // also line ends and control characters
	invisible             // left aside always
)

// character is a kind and, of a letter or a mark, its folded form; folded is 0 if
// there are several (as of ﬁ), which [classify] tells.
type character struct {
	folded rune
	kind   kind
}

// plane has the characters below U+10000, so that reading costs no look-up of
// Unicode's properties.
var plane = sync.OnceValue(func() *[1 << 16]character {
	var all [1 << 16]character
	for r := range rune(len(all)) {
		k, folded := classify(r)
		all[r].kind = k
		if len(folded) == 1 {
			all[r].folded = folded[0]
		}
	}
	return &all
})

// look is classify, but for letters that fold to several.
func look(all *[1 << 16]character, r rune) character {
	if int(r) < len(all) {
		return all[r]
	}
	k, folded := classify(r)
	if len(folded) == 1 {
		return character{folded[0], k}
	}
	return character{0, k}
}

// classify returns the kind and the folded form of a character.
func classify(r rune) (kind, []rune) {
	switch {
	case r == utf8.RuneError:
		return other, nil
	case unicode.IsSpace(r), unicode.IsControl(r):
		return blank, nil
	case unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return invisible, nil
	case unicode.IsMark(r):
		return mark, []rune{r}
	case !unicode.In(r, unicode.L, unicode.N, unicode.So):
		return other, nil
	}
	decomposed := []rune(norm.NFKD.String(string(r)))
	switch {
	case unicode.IsMark(decomposed[0]): // half-width ﾞ and ﾟ
		return mark, decomposed
	case unicode.Is(unicode.So, r) && (len(decomposed) != 1 || !isLetter(decomposed[0])):
		return other, nil // ™ is not "tm"; but ⓗ is h
	}
	var folded []rune
	if unicode.Is(unicode.Latin, decomposed[0]) {
		folded = decomposed
	} else {
		folded = []rune(norm.NFKC.String(string(r)))
	}
	kept := folded[:0]
	for _, f := range folded {
		switch {
		case isLetter(f):
			kept = append(kept, plain(unicode.ToLower(f)))
		case unicode.IsMark(f) && len(kept) > 0 && !unicode.Is(unicode.Latin, kept[0]):
			kept = append(kept, f)
		}
	}
	if len(kept) == 0 {
		return other, nil
	}
	return letter, kept
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// plain turns đ, and the letters that are mistaken for it, into d: their stroke
// is no mark to Unicode.
func plain(lower rune) rune {
	switch lower {
	case 'đ', 'ð', 'ɖ':
		return 'd'
	case 'ı':
		return 'i'
	}
	return lower
}

// unspaced tells the letters of scripts that are written without blanks between
// words, or, as Hangul, with endings that are glued on: there, a word's end can't be
// seen.
func unspaced(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r >= 0x2E80 && r <= 0xA4CF, r >= 0xAC00 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFAFF, r >= 0x20000 && r <= 0x323AF: // Han, kana, Hangul
		return true
	}
	return r <= 0x0EFF || r >= 0x1000 && r <= 0x11FF || r >= 0x1780 && r <= 0x17FF // Thai, Lao, Myanmar, Hangul jamo, Khmer
}

// closes tells the characters beside which a blank means nothing, since it is only
// where a source was broken into lines: those of Chinese and Japanese.
func closes(r rune) bool {
	return r >= 0x2E80 && r <= 0x312F || r >= 0x3190 && r <= 0xA4CF || r >= 0xF900 && r <= 0xFAFF || r >= 0xFF00 && r <= 0xFFEF || r >= 0x20000 && r <= 0x323AF
}

// weight tells how much letters say: a Chinese character or a Hangul syllable
// about as much as two letters of an alphabet.
func weight(letters []rune) int {
	sum := len(letters)
	for _, r := range letters {
		if r >= 0x3400 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3 || r >= 0x20000 && r <= 0x323AF {
			sum++
		}
	}
	return sum
}
