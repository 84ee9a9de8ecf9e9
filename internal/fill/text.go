package fill

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// use is a placeholder in a text.
var use = regexp.MustCompile(`\{\{([a-z][a-z0-9_]{0,39})\}\}`)

// Names returns the names of the placeholders that a text uses, each once, in
// the order of first use.
func Names(text string) []string {
	var names []string
	seen := map[string]bool{}
	for _, match := range use.FindAllStringSubmatch(text, -1) {
		if name := match[1]; !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// piece is a part of a text: text as it stands, or the name of a placeholder.
type piece struct{ text, name string }

// split takes a text apart, and checks it.
func split(text string) ([]piece, error) {
	var pieces []piece
	end := 0
	add := func(literal string) error {
		if why := faulty(literal); why != "" {
			return refuse("invalid_text", "text", "the text %s", why)
		}
		if literal != "" {
			pieces = append(pieces, piece{text: literal})
		}
		return nil
	}
	for _, at := range use.FindAllStringSubmatchIndex(text, -1) {
		if err := add(text[end:at[0]]); err != nil {
			return nil, err
		}
		pieces = append(pieces, piece{name: text[at[2]:at[3]]})
		end = at[1]
	}
	return pieces, add(text[end:])
}

// faulty tells what is wrong with text that is put beside other text; "" if
// nothing is.
func faulty(s string) string {
	switch {
	case !utf8.ValidString(s):
		return "is not UTF-8"
	case !norm.NFC.IsNormalString(s):
		return "is not in the Unicode normal form NFC"
	case strings.ContainsFunc(s, isControl):
		return "holds a control character other than line feed and tab"
	}
	for line := range strings.SplitSeq(s, "\n") {
		// It would join what is before it: with U+0338 even the > of a tag
		// becomes another character once somebody normalizes the HTML.
		if line != "" && !norm.NFC.PropertiesString(line).BoundaryBefore() {
			return "has a combining mark at the start of a line, or after a placeholder"
		}
	}
	return ""
}

// isControl counts U+2028 and U+2029 as control characters: there is one line break.
func isControl(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u2028' || r == '\u2029'
}

// steersDirection tells whether a value would steer the direction of what stands
// around it: the embeddings, overrides and isolates of UAX #9, section 2.
func steersDirection(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// againstDirection tells whether a line is to be isolated from a text of the other
// direction. Among letters from right to left, the groups of a number such as
// +84 225 are already put in the wrong order.
func againstDirection(line string, rightToLeft bool) bool {
	return strings.ContainsFunc(line, func(r rune) bool {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.R, bidi.AL:
			return !rightToLeft
		case bidi.L, bidi.EN:
			return rightToLeft
		default:
			return p.Class() == bidi.AN
		}
	})
}
