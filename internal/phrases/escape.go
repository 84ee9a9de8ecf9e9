package phrases

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// entity returns what the character reference at the beginning of s, which is a &,
// stands for, and its length; 0 if it is none. Strict ones end with a semicolon:
// HTML has others, too, but in other files they are more often the & of an address.
func entity(s []byte, strict bool) (text string, size int) {
	const longest = 40 // the longest name has 31 letters
	size = 1
	if size < len(s) && s[size] == '#' {
		size++
	}
	for size < len(s) && size < longest && isAlphanumeric(s[size]) {
		size++
	}
	if size < len(s) && s[size] == ';' {
		size++
	} else if strict {
		return "", 0
	}
	coded := string(s[:size])
	text = html.UnescapeString(coded)
	if text == coded {
		return "", 0
	}
	// without a semicolon, letters that follow may not belong to it
	for len(text) > 0 && size > 1 && text[len(text)-1] == s[size-1] && s[size-1] < utf8.RuneSelf {
		text, size = text[:len(text)-1], size-1
	}
	return text, size
}

func isAlphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// backslash returns what the escape at the beginning of s, which is a backslash,
// stands for, and its length; 0 if it is none. It knows those that JSON, JavaScript,
// properties, PO and YAML have in common or to themselves. \x is not among
// them: it is a byte to some, and a character to others.
func backslash(s []byte) (text string, size int) {
	if len(s) < 2 {
		return "", 0
	}
	switch s[1] {
	case 'n':
		return "\n", 2
	case 'r', 't', 'f', 'b', 'v':
		return " ", 2
	case '"', '\'', '/', '\\', '`':
		return string(s[1:2]), 2
	case '\n': // the line goes on
		return "", 2
	case '\r':
		return "", 2 + bytes.Count(s[2:min(len(s), 3)], []byte("\n"))
	case 'U':
		return codePoint(s, 2, 10)
	case 'u':
		return unit(s)
	}
	return "", 0
}

// unit reads \u{1ea3}, or \u1ea3, of which two may be one character's surrogates.
func unit(s []byte) (text string, size int) {
	if braced := s[2:min(len(s), 10)]; bytes.HasPrefix(braced, []byte("{")) {
		end := bytes.IndexByte(braced, '}')
		if end < 0 {
			return "", 0
		}
		text, size = codePoint(s, 3, 2+end)
		return text, size + min(size, 1) // the brace
	}
	text, size = codePoint(s, 2, 6)
	if text != string(utf8.RuneError) || len(s) < 12 || s[6] != '\\' || s[7] != 'u' {
		return text, size
	}
	high, _ := strconv.ParseUint(string(s[2:6]), 16, 16)
	low, err := strconv.ParseUint(string(s[8:12]), 16, 16)
	if r := utf16.DecodeRune(rune(high), rune(low)); err == nil && r != utf8.RuneError {
		return string(r), 12
	}
	return text, size
}

// codePoint reads the hexadecimal digits s[from:to], at the end of an escape.
func codePoint(s []byte, from, to int) (text string, size int) {
	if len(s) < to {
		return "", 0
	}
	n, err := strconv.ParseUint(string(s[from:to]), 16, 32)
	if err != nil {
		return "", 0
	}
	return string(rune(n)), to // U+FFFD if there is no such character
}
