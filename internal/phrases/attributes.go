package phrases

import (
	"iter"
	"strings"
)

// attributes writes those of source[from:to], a start tag, that people read.
func (p *page) attributes(name string, from, to int) {
	var kind, content, value span // of type, content and value
	var subject string            // what a <meta> is about
	for attribute, at := range attributes(p.source[from:to]) {
		at.from, at.to = at.from+from, at.to+from
		switch attribute {
		case "type":
			kind = at
		case "content":
			content = at
		case "value":
			value = at
		case "name", "property":
			subject = p.word(at)
		default:
			if readable[attribute] {
				p.caption(at)
			}
		}
	}
	switch name {
	case "script":
		p.jsonLD = strings.HasPrefix(p.word(kind), "application/ld+json")
	case "meta":
		if subject == "description" || strings.HasPrefix(subject, "og:") || strings.HasPrefix(subject, "twitter:") {
			p.caption(content)
		}
	case "input":
		switch p.word(kind) {
		case "button", "submit", "reset":
			p.caption(value)
		}
	}
}

// word returns the value of an attribute that is a key word.
func (p *page) word(at span) string {
	return strings.ToLower(strings.TrimSpace(string(p.source[at.from:at.to])))
}

// caption writes the value of an attribute as a block.
func (p *page) caption(at span) {
	p.aside.cut()
	p.aside.references(p.source, at.from, at.to)
	p.aside.cut()
}

// attributes gives the names, in lower case, and the places of the values of a
// tag's attributes (HTML Living Standard, 13.2.5.32 to 13.2.5.40).
func attributes(tag []byte) iter.Seq2[string, span] {
	return func(yield func(string, span) bool) {
		s := scanner{tag: tag}
		s.skip(func(b byte) bool { return !isSpace(b) && b != '/' && b != '>' })
		for {
			s.skip(func(b byte) bool { return isSpace(b) || b == '/' })
			if s.at == len(tag) || tag[s.at] == '>' {
				return
			}
			begun := s.at
			s.at++ // even if it is a =
			s.skip(func(b byte) bool { return !isSpace(b) && b != '/' && b != '>' && b != '=' })
			name := strings.ToLower(string(tag[begun:s.at]))
			if !yield(name, s.value()) {
				return
			}
		}
	}
}

// scanner reads a tag.
type scanner struct {
	tag []byte
	at  int
}

func (s *scanner) skip(while func(byte) bool) {
	for s.at < len(s.tag) && while(s.tag[s.at]) {
		s.at++
	}
}

// value reads a = and the value behind it; it is empty if there is no =.
func (s *scanner) value() span {
	s.skip(isSpace)
	if s.at == len(s.tag) || s.tag[s.at] != '=' {
		return span{s.at, s.at}
	}
	s.at++
	s.skip(isSpace)
	value := span{s.at, s.at}
	if s.at == len(s.tag) {
		return value
	}
	if quote := s.tag[s.at]; quote == '"' || quote == '\'' {
		value.from++
		s.at++
		s.skip(func(b byte) bool { return b != quote })
		value.to = s.at
		s.at = min(s.at+1, len(s.tag))
		return value
	}
	s.skip(func(b byte) bool { return !isSpace(b) && b != '>' })
	value.to = s.at
	return value
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f' }
