package xliff

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"unicode/utf8"
)

// node is an element of a unit, or a run of text in one.
type node struct {
	name     string // local name; "" for text
	foreign  bool   // of another namespace than XLIFF's; its content is left out
	attrs    []xml.Attr
	line     int
	text     []byte // of text only
	children []*node
}

// attr returns an attribute that has no namespace: those of XLIFF have none.
func (n *node) attr(name string) string { return attribute(n.attrs, name) }

func attribute(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// child returns the first child with the name, or nil.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name && !c.foreign {
			return c
		}
	}
	return nil
}

// plain returns the text directly in an element.
func (n *node) plain() string {
	var b []byte
	for _, c := range n.children {
		b = append(b, c.text...)
	}
	return string(b)
}

// decoder reads tokens and holds them to what is allowed.
type decoder struct {
	xml      *xml.Decoder
	line     int // on which the last token begins
	depth    int
	elements int
	started  bool // something was read
	rooted   bool // the root was opened
}

var errCharset = errors.New("only UTF-8 is read")

func newDecoder(b []byte) *decoder {
	d := &decoder{xml: xml.NewDecoder(bytes.NewReader(b))}
	d.xml.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errCharset }
	return d
}

// next returns the next token, or io.EOF. Its bytes are only good until the next.
func (d *decoder) next() (xml.Token, error) {
	d.line, _ = d.xml.InputPos()
	token, err := d.xml.Token()
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		if !d.rooted {
			return nil, refuse(CodeNotWellFormed, d.line, "there is no XML in the file")
		}
		return nil, io.EOF
	case errors.Is(err, errCharset):
		return nil, refuse(CodeNotUTF8, d.line, "the file declares another encoding than UTF-8")
	case errors.As(err, &syntax):
		return nil, refuse(CodeNotWellFormed, syntax.Line, "the file is not well-formed XML: %s", syntax.Msg)
	case err != nil:
		return nil, refuse(CodeNotWellFormed, d.line, "the file is not well-formed XML: %v", err)
	}
	if err := d.allow(token); err != nil {
		return nil, err
	}
	d.started = true
	return token, nil
}

// allow refuses what encoding/xml lets pass, and what is too much.
func (d *decoder) allow(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return refuse(CodeDoctype, d.line, "the file has a document type declaration")
	case xml.ProcInst:
		if t.Target == "xml" && d.started {
			return refuse(CodeNotWellFormed, d.line, "the XML declaration is not at the beginning")
		}
	case xml.CharData:
		if d.depth == 0 && len(bytes.TrimSpace(t)) > 0 {
			return refuse(CodeNotWellFormed, d.line, "there is text outside of the root")
		}
	case xml.EndElement:
		d.depth--
	case xml.StartElement:
		if d.depth == 0 && d.rooted {
			return refuse(CodeNotWellFormed, d.line, "there are two roots")
		}
		d.rooted = true
		if d.depth++; d.depth > MaxDepth {
			return refuse(CodeTooDeep, d.line, "more than %d elements are inside each other", MaxDepth)
		}
		if d.elements++; d.elements > maxElements {
			return refuse(CodeTooLarge, d.line, "more than %d elements", maxElements)
		}
		seen := make(map[xml.Name]bool, len(t.Attr))
		for _, a := range t.Attr {
			if seen[a.Name] {
				return refuse(CodeNotWellFormed, d.line, "the attribute %s is given twice", a.Name.Local)
			}
			seen[a.Name] = true
		}
	}
	return nil
}

// tree reads an element to its end.
func (d *decoder) tree(start xml.StartElement) (*node, error) {
	n := &node{name: start.Name.Local, attrs: start.Attr, line: d.line}
	for {
		token, err := d.next()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return n, nil
		case xml.CharData:
			n.addText(t, d.line)
		case xml.StartElement:
			c := &node{name: t.Name.Local, foreign: true, line: d.line}
			if t.Name.Space == start.Name.Space {
				c, err = d.tree(t)
			} else {
				err = d.skip()
			}
			if err != nil {
				return nil, err
			}
			n.children = append(n.children, c)
		}
	}
}

func (n *node) addText(text []byte, line int) {
	last := len(n.children) - 1
	if last < 0 || n.children[last].name != "" {
		n.children = append(n.children, &node{line: line})
		last++
	}
	n.children[last].text = append(n.children[last].text, text...)
}

// skip reads to the end of the element that was just opened.
func (d *decoder) skip() error {
	for outside := d.depth - 1; d.depth > outside; {
		if _, err := d.next(); err != nil {
			return err
		}
	}
	return nil
}

// readBytes reads a file whole, and refuses what is not the bytes of an XML file
// in UTF-8. A byte order mark is taken off.
func readBytes(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > MaxBytes {
		return nil, refuse(CodeTooLarge, 1+bytes.Count(b, []byte("\n")), "the file has more than %d bytes", MaxBytes)
	}
	b = bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))
	if len(b) > 1 && (b[0] == 0 || b[1] == 0) {
		return nil, refuse(CodeNotUTF8, 1, "the file is in UTF-16 or UTF-32")
	}
	line := 1
	for i := 0; i < len(b); {
		c, size := utf8.DecodeRune(b[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			return nil, refuse(CodeNotUTF8, line, "the file is not UTF-8")
		case c == '\n':
			line++
		case c < ' ' && c != '\t' && c != '\r', c == 0xFFFE, c == 0xFFFF:
			return nil, refuse(CodeControlCharacter, line, "the file has the control character %U", c)
		}
		i += size
	}
	return b, nil
}
