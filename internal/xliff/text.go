package xliff

import (
	"maps"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

var (
	placeholder     = regexp.MustCompile(`\{\{([a-z][a-z0-9_]{0,39})\}\}`)
	placeholderName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	keyPattern      = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

func isKey(s string) bool { return len(s) <= MaxKey && keyPattern.MatchString(s) }

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// piece is a run of text, or one placeholder of it.
type piece struct {
	text string // as it stands in the text; of a placeholder with its braces
	name string // of a placeholder
}

// pieces takes a text apart.
func pieces(s string) []piece {
	var out []piece
	end := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(s, -1) {
		if m[0] > end {
			out = append(out, piece{text: s[end:m[0]]})
		}
		out = append(out, piece{text: s[m[0]:m[1]], name: s[m[2]:m[3]]})
		end = m[1]
	}
	if end < len(s) {
		out = append(out, piece{text: s[end:]})
	}
	return out
}

// samePlaceholders tells whether two texts have the same placeholders, each as
// often.
func samePlaceholders(a, b string) bool {
	return maps.Equal(countPlaceholders(a), countPlaceholders(b))
}

func countPlaceholders(s string) map[string]int {
	count := map[string]int{}
	for { // one at a time: a text that is read may have millions
		m := placeholder.FindStringSubmatchIndex(s)
		if m == nil {
			return count
		}
		count[s[m[2]:m[3]]]++
		s = s[m[1]:]
	}
}

// faultOf returns the code of what is wrong with the characters of a text, or "".
// What XML 1.0 (section 2.2, Char) has no place for is among the controls.
func faultOf(s string) string {
	for _, r := range s {
		switch {
		case r == utf8.RuneError: // no UTF-8, or U+FFFD: then it was decoded wrongly before
			return CodeNotUTF8
		case r == '\n' || r == '\t':
		case unicode.IsControl(r), isBidiControl(r), r == 0xFFFE, r == 0xFFFF:
			return CodeControlCharacter
		}
	}
	return ""
}

// isBidiControl tells the characters that can reorder what a reader sees
// (Unicode Standard Annex #9, explicit formatting).
func isBidiControl(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// normalise returns a text that was read, as it is kept: a tool may write line
// ends as character references, and letters decomposed.
func normalise(s string) (text, fault string) {
	s = lineEnds.Replace(s)
	if fault = faultOf(s); fault != "" {
		return "", fault
	}
	return norm.NFC.String(s), ""
}

// canonical returns a language tag in canonical form; false if it is malformed,
// unknown, or longer than RFC 5646, section 4.4.1, asks for.
func canonical(tag string) (string, bool) {
	if tag == "" || len(tag) > 35 {
		return "", false
	}
	t, err := language.Raw.Parse(tag)
	if err != nil || t == language.Und || t.IsRoot() {
		return "", false
	}
	return t.String(), true
}
