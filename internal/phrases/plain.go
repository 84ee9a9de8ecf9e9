package phrases

import (
	"encoding/json"
	"io"
)

// Plain reads a file that is not HTML: Markdown, JSON, YAML, a program, a file of
// translations. A blank line ends a block, a single line end does not; in JSON every
// string is a block of its own. Escapes (\u1ea3, \n) and character references
// (&#7843;) are read as what they stand for. Markup stays what it is; XML, and so
// SVG, is better read by [HTML].
//
// It returns ErrTooLarge, ErrNotText (also if there is a NUL), or the error of the
// reader.
func Plain(r io.Reader) (Document, error) {
	d, err := open(r, true)
	if err != nil {
		return Document{}, err
	}
	var p pen
	p.plain(d.source, 0, len(d.source), json.Valid(d.source))
	d.take(&p)
	return d, nil
}

// plain writes a part of the source, with its escapes read.
func (p *pen) plain(source []byte, from, to int, isJSON bool) {
	copied := from
	emptyLine := false
	for i := from; i < to; {
		text, size := "", 0
		switch source[i] {
		case '\\':
			text, size = backslash(source[i:to])
		case '&':
			text, size = entity(source[i:to], true)
		}
		if size == 0 {
			text, size = string(source[i:i+1]), 1
		} else {
			p.copy(source[copied:i], copied)
			p.put(text, i, i+size)
			copied = i + size
		}
		i += size
		if isJSON && size == 1 && text == `"` || emptyLine && text == "\n" {
			p.copy(source[copied:i], copied)
			p.cut()
			copied = i
		}
		emptyLine = text == "\n" || emptyLine && (text == " " || text == "\t" || text == "\r")
	}
	p.copy(source[copied:to], copied)
	p.cut()
}
