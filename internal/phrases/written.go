package phrases

import "unicode/utf8"

// writtenForm is a text in NFC without what can't be seen: a run of blanks is one
// space, and none beside Chinese and Japanese characters, nor at the ends.
func writtenForm(text []byte) []rune {
	var out []rune
	s := scribe{text: text}
	for r, ok := s.next(); ok; r, ok = s.next() {
		out = append(out, r)
	}
	return out
}

// scribe reads the characters of writtenForm one by one.
type scribe struct {
	text   []byte
	at     int  // behind the last character that was read
	last   rune // 0 before the first
	parted bool // by blanks since last
	ahead  rune // read already, behind a space
}

func (s *scribe) next() (rune, bool) {
	if s.ahead != 0 {
		s.last, s.ahead = s.ahead, 0
		return s.last, true
	}
	for all := plane(); s.at < len(s.text); {
		r, size := utf8.DecodeRune(s.text[s.at:])
		s.at += size
		switch look(all, r).kind {
		case blank:
			s.parted = true
		case invisible:
		default:
			space := s.parted && s.last != 0 && !closes(s.last) && !closes(r)
			if s.parted = false; space {
				s.ahead = r
				return ' ', true
			}
			s.last = r
			return r, true
		}
	}
	return 0, false
}

// variant is a way in which phrases with the same letters are written.
type variant struct {
	written []rune
	lead    int // characters of it before the first letter, spaces aside
	phrases []int
}

func newVariant(text []byte) variant {
	v := variant{written: writtenForm(text)}
	all := plane()
	for _, r := range v.written {
		if look(all, r).kind == letter {
			break
		}
		if r != ' ' {
			v.lead++
		}
	}
	return v
}

// stands tells whether a text has the variant's characters around a place, which
// is that of its first letter, and from where to where.
func (v *variant) stands(l *letters, first int) (from, to int, ok bool) {
	from = first
	all := plane()
	for left := v.lead; left > 0; {
		if from == l.from {
			return 0, 0, false
		}
		r, size := utf8.DecodeLastRune(l.text[l.from:from])
		from -= size
		if k := look(all, r).kind; k != blank && k != invisible {
			left--
		}
	}
	s := scribe{text: l.text[from:l.to]}
	for _, want := range v.written {
		if r, ok := s.next(); !ok || r != want {
			return 0, 0, false
		}
	}
	to = from + s.at
	r, _ := utf8.DecodeRune(l.text[to:l.to])
	return from, to, look(all, r).kind != mark // which would be of the last character
}

// nearest returns the phrases of those variants that differ from a text by the
// fewest characters: of all, if there is only one or the text is very long.
func nearest(variants []variant, text []byte) []int {
	const longest = 1000 // the comparison takes the square of it
	if len(variants) == 1 {
		return variants[0].phrases
	}
	here := writtenForm(text)
	var best []int
	least := -1
	for _, v := range variants {
		d := 0
		if max(len(here), len(v.written)) <= longest {
			d = distance(here, v.written)
		}
		switch {
		case least < 0 || d < least:
			least, best = d, append([]int(nil), v.phrases...)
		case d == least:
			best = append(best, v.phrases...)
		}
	}
	return best
}

// distance is the edit distance of Levenshtein.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range b {
			replaced := diagonal
			if r != s {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
