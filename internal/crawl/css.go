package crawl

import (
	"strings"
	"unicode/utf8"
)

// readCSS notes what a style sheet, or the value of a style attribute, refers to:
// @import, url() and the strings of image-set(), by the tokens of
// https://www.w3.org/TR/css-syntax-3. What fonts are loaded from is left out: nobody
// looks at it. Its first line is the given one.
func readCSS(d *document, text string, line int) {
	s := &sheet{text: text, d: d, line: line}
	for s.at < len(s.text) {
		s.step()
	}
}

type sheet struct {
	text string
	d    *document
	at   int // of the next byte

	line    int // at lined
	lined   int
	imports bool   // behind @import, before its URL
	quiet   bool   // in a rule that names nothing to load
	font    bool   // in @font-face
	sets    []bool // open brackets: whether strings in them are pictures
}

func (s *sheet) step() {
	c := s.text[s.at]
	switch {
	case strings.HasPrefix(s.text[s.at:], "/*"):
		s.skipPast("*/")
	case c == '"' || c == '\'':
		from := s.at
		value := s.quoted()
		switch n := len(s.sets); {
		case s.imports && n == 0:
			s.note(value, from)
		case n > 0 && s.sets[n-1]:
			s.note(value, from)
		}
	case c == '@':
		s.at++
		s.rule(strings.ToLower(s.name()))
	case c == '#' || c >= '0' && c <= '9':
		s.at++
		s.name() // a colour or a dimension: url in it is no function
	case nameByte(c) || c == '\\':
		s.word()
	default:
		s.at++
		s.punctuation(c)
	}
}

func (s *sheet) punctuation(c byte) {
	switch c {
	case '(':
		s.sets = append(s.sets, false)
	case ')':
		s.sets = s.sets[:max(len(s.sets)-1, 0)]
	case ';', '{', '}':
		// An open bracket does not make the rest a picture.
		s.sets, s.imports, s.quiet = s.sets[:0], false, false
		s.font = s.font && c != '}'
	}
}

func (s *sheet) rule(name string) {
	switch name {
	case "import":
		s.imports = true
	case "namespace", "charset":
		s.quiet = true
	case "font-face":
		s.font = true
	}
}

// word reads a name, and what follows if it is a function.
func (s *sheet) word() {
	from := s.at
	name := strings.ToLower(s.name())
	if s.at == from {
		s.at++ // a lone backslash
		return
	}
	if s.at == len(s.text) || s.text[s.at] != '(' {
		return
	}
	s.at++
	switch name {
	case "url", "src":
		s.url(from)
	case "image-set", "-webkit-image-set":
		s.sets = append(s.sets, true)
	default:
		s.sets = append(s.sets, false)
	}
}

// url reads what stands in the brackets of url(), and the closing one.
func (s *sheet) url(from int) {
	s.space()
	if s.at == len(s.text) {
		return
	}
	if c := s.text[s.at]; c == '"' || c == '\'' {
		s.note(s.quoted(), from)
		s.skipPast(")")
		return
	}
	var b strings.Builder
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c == ')':
			s.at++
			s.note(b.String(), from)
			return
		case c == '\\':
			s.escape(&b)
		case strings.IndexByte(htmlSpace, c) >= 0:
			if s.space(); s.at < len(s.text) && s.text[s.at] != ')' {
				s.skipPast(")") // a bad URL
				return
			}
		case c == '"' || c == '\'' || c == '(':
			s.skipPast(")")
			return
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	s.note(b.String(), from)
}

// quoted reads a string. An end of line breaks it off.
func (s *sheet) quoted() string {
	quote := s.text[s.at]
	s.at++
	var b strings.Builder
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch c {
		case quote:
			s.at++
			return b.String()
		case '\n':
			return ""
		case '\\':
			s.escape(&b)
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	return b.String()
}

func (s *sheet) name() string {
	var b strings.Builder
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case nameByte(c) || c >= '0' && c <= '9':
			b.WriteByte(c)
			s.at++
		case c == '\\' && s.at+1 < len(s.text) && s.text[s.at+1] != '\n':
			s.escape(&b)
		default:
			return b.String()
		}
	}
	return b.String()
}

func nameByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '_' || c >= 0x80
}

// escape reads what stands behind a backslash: up to six hexadecimal digits and one
// space, an end of line that counts for nothing, or a character that is itself.
func (s *sheet) escape(b *strings.Builder) {
	s.at++
	digits, r := 0, rune(0)
	for ; digits < 6 && s.at < len(s.text); digits++ {
		n := strings.IndexByte("0123456789abcdef", s.text[s.at]|0x20)
		if n < 0 || s.text[s.at] < '0' {
			break
		}
		r = r<<4 | rune(n)
		s.at++
	}
	switch {
	case digits > 0:
		if r == 0 || !utf8.ValidRune(r) {
			r = utf8.RuneError
		}
		b.WriteRune(r)
		if s.at < len(s.text) && strings.IndexByte(htmlSpace, s.text[s.at]) >= 0 {
			s.at++
		}
	case s.at == len(s.text):
	case s.text[s.at] == '\n':
		s.at++
	default:
		b.WriteByte(s.text[s.at]) // the rest of a longer character follows by itself
		s.at++
	}
}

func (s *sheet) space() {
	for s.at < len(s.text) && strings.IndexByte(htmlSpace, s.text[s.at]) >= 0 {
		s.at++
	}
}

func (s *sheet) skipPast(end string) {
	if i := strings.Index(s.text[s.at:], end); i >= 0 {
		s.at += i + len(end)
		return
	}
	s.at = len(s.text)
}

// note hands on a URL that was said at a place.
func (s *sheet) note(url string, from int) {
	s.line += strings.Count(s.text[s.lined:from], "\n")
	s.lined = from
	switch {
	case s.imports:
		s.imports = false
		s.d.note(url, wantSheet, s.line)
	case !s.quiet && !s.font:
		s.d.note(url, wantPicture, s.line)
	}
}
