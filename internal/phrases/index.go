package phrases

import (
	"fmt"
	"math"
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What New takes at most.
const (
	MaxPhrases = 50_000
	MaxBytes   = 8 << 20 // of all phrases together
)

// How much phrases must say, in letters; a Chinese character or a Hangul syllable
// counts as two. What they lead to is measured by TestRecall.
const (
	// leastFolded is the weight from which on a disguised phrase is known. The
	// letters of less are said by chance: "Hạ Long" (bay) and "hạ lòng", "Cảng" and
	// "căng" are the same without marks.
	leastFolded = 8
	// leastChanged is the weight from which on a changed phrase is known: what is
	// shorter is, with another letter, another word.
	leastChanged = 12
	// mostEdits bounds the edits of a long phrase, and with them the search.
	mostEdits = 30
	// fill is the most characters that stand for a placeholder.
	fill = 60
)

// Index knows phrases. It is safe for use by several goroutines.
//
// A phrase of fewer than 8 letters (4 Chinese characters) is only found exactly,
// and one of fewer than 12 (6 Chinese characters) not with changes: shorter ones
// would be found by chance. A longer one may have as many edits as it has tens of
// letters, rounded, but at least 1 and at most 30; an edit is a letter missing,
// added or replaced. A phrase without letters and digits is never found.
//
// {{name}} in a phrase is a placeholder and stands for up to 60 characters of
// anything. Such a phrase is not found with changes, and never if the letters
// around its placeholders are fewer than 8.
//
// In scripts that have blanks between words, a phrase neither begins nor ends
// within a word. It does not reach from one block of a document into the next one:
// phrases of several paragraphs are to be given one by one.
type Index struct {
	entries []entry
	grams   grams
	longest int // text that a use may take, in letters
	window  int // letters that are searched at once, at least
}

// entry is what has the same letters.
type entry struct {
	folded   []rune
	weight   int
	edits    int   // how many are allowed
	cuts     []int // the pieces of folded are between them
	variants []variant

	// Of phrases with placeholders, folded and variants are those of the part with the
	// most weight, and these the parts before, nearest first, and behind.
	before, behind []part
	phrases        []int // that have these parts; nil without placeholders
	open, ended    bool  // it begins, or ends, by a placeholder
}

// part is what stands between two placeholders.
type part struct {
	folded  []rune
	variant variant
	gap     int // the most characters between it and the part that is nearer to the main one
}

// Error tells which phrase New did not take, and why.
type Error struct {
	Code    string // too_many_phrases, too_many_bytes or not_utf8
	Field   string // phrases, or phrases[<index>]
	Message string
}

func (e *Error) Error() string { return e.Field + ": " + e.Message }

// New makes an index of phrases, in any languages. It returns an *Error.
func New(phrases []string) (*Index, error) {
	if len(phrases) > MaxPhrases {
		return nil, &Error{"too_many_phrases", "phrases", fmt.Sprintf("at most %d phrases", MaxPhrases)}
	}
	sum := 0
	for _, phrase := range phrases {
		if sum += len(phrase); sum > MaxBytes {
			return nil, &Error{"too_many_bytes", "phrases", fmt.Sprintf("at most %d bytes", MaxBytes)}
		}
	}
	x := &Index{window: window}
	known := map[string]int{}
	for i, phrase := range phrases {
		if !utf8.ValidString(phrase) {
			return nil, &Error{"not_utf8", fmt.Sprintf("phrases[%d]", i), "the phrase is not valid UTF-8"}
		}
		text := norm.NFC.String(phrase)
		if placeholder.MatchString(text) {
			x.addTemplate(i, text, known)
		} else {
			x.add(i, []byte(text), known)
		}
	}
	x.grams = newGrams(x.entries)
	return x, nil
}

// placeholder is how templates write them (domain.PlaceholdersOf).
var placeholder = regexp.MustCompile(`\{\{[a-z][a-z0-9_]{0,39}\}\}`)

// fold returns the letters of a phrase.
func fold(text []byte) []rune {
	var out []rune
	var l letters
	for at := 0; at < len(text); {
		at = l.read(text, at, len(text), math.MaxInt)
		out = append(out, l.folded...)
	}
	return out
}

func (x *Index) add(phrase int, text []byte, known map[string]int) {
	folded := fold(text)
	if len(folded) == 0 {
		return
	}
	i, ok := known[string(folded)]
	if !ok {
		i = len(x.entries)
		known[string(folded)] = i
		e := entry{folded: folded, weight: weight(folded)}
		if e.weight >= leastChanged {
			e.edits = min(max((len(folded)+5)/10, 1), mostEdits)
		}
		x.entries = append(x.entries, e)
		x.longest = max(x.longest, len(folded)+e.edits)
	}
	e := &x.entries[i]
	v := newVariant(text)
	for j := range e.variants {
		if string(e.variants[j].written) == string(v.written) {
			e.variants[j].phrases = append(e.variants[j].phrases, phrase)
			return
		}
	}
	v.phrases = []int{phrase}
	e.variants = append(e.variants, v)
}

// addTemplate adds a phrase with placeholders.
func (x *Index) addTemplate(phrase int, text string, known map[string]int) {
	key := "{{" + text // no letters
	if i, ok := known[key]; ok {
		x.entries[i].phrases = append(x.entries[i].phrases, phrase)
		return
	}
	var parts []part
	gap, main, sum, length := 0, 0, 0, 0
	literals := placeholder.Split(text, -1)
	for _, literal := range literals {
		p := part{folded: fold([]byte(literal)), variant: newVariant([]byte(literal)), gap: gap + fill}
		if len(p.folded) == 0 { // a comma between two placeholders
			gap += fill + len(literal)
			continue
		}
		sum += weight(p.folded)
		length += len(p.folded) + p.gap
		parts = append(parts, p)
		gap = 0
		if weight(p.folded) > weight(parts[main].folded) {
			main = len(parts) - 1
		}
	}
	if sum < leastFolded {
		return
	}
	e := entry{folded: parts[main].folded, weight: sum, variants: []variant{parts[main].variant}, phrases: []int{phrase}, behind: parts[main+1:]}
	for i := main; i > 0; i-- {
		p := parts[i-1]
		p.gap = parts[i].gap
		e.before = append(e.before, p)
	}
	e.open, e.ended = literals[0] == "", literals[len(literals)-1] == ""
	x.longest = max(x.longest, length)
	known[key] = len(x.entries)
	x.entries = append(x.entries, e)
}
