package xliff

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// content is what a source or a target says.
type content struct {
	text  strings.Builder // with placeholders as {{name}}
	codes []code          // in order
	marks []mark          // the segments of 1.2
	fault *Error          // the first code of a target that is not one of its source, once
}

// code is an inline code.
type code struct {
	codeKey

	name string // of a placeholder of ours; "" for other markup
}

// codeKey is what the codes of a unit are told apart by.
type codeKey struct {
	kind string // the element; "ph" for every placeholder and what takes its place
	id   string
}

// mark is a segment of a source or target of 1.2: <mrk mtype="seg">.
type mark struct {
	mid   string
	blank bool
}

// inlineReader reads the sources and targets of one unit.
type inlineReader struct {
	dialect Version
	data    map[string]string // 2.1: the original data by their ids

	// target is set when all sources of the unit are read and its targets come. The
	// codes of these must be in sources, and each is taken once.
	target  bool
	sources map[codeKey]code
	taken   map[codeKey]bool
}

func newInlineReader(v Version) *inlineReader {
	return &inlineReader{dialect: v, data: map[string]string{}, sources: map[codeKey]code{}, taken: map[codeKey]bool{}}
}

// read adds what is in an element to a content.
func (r *inlineReader) read(n *node, c *content) *Error {
	for _, child := range n.children {
		switch {
		case child.name == "":
			c.text.Write(child.text)
		case child.foreign:
			r.code(child, "foreign "+child.name, c)
		case child.name == "mrk":
			start := c.text.Len()
			if err := r.read(child, c); err != nil {
				return err
			}
			if child.attr("mtype") == "seg" {
				c.marks = append(c.marks, mark{child.attr("mid"), isBlank(c.text.String()[start:])})
			}
		case child.name == "sm", child.name == "em": // annotations of 2.1
		case child.name == "cp" && r.dialect == V21:
			if err := codePoint(child, c); err != nil {
				return err
			}
		case child.name == "ph", child.name == "x" && r.dialect == V12: // some tools write one for the other
			r.code(child, "ph", c)
		case child.name == "pc", child.name == "g":
			r.code(child, child.name, c)
			if err := r.read(child, c); err != nil {
				return err
			}
		default: // what it holds is markup of the original, and no text
			r.code(child, child.name, c)
		}
	}
	return nil
}

// codePoint reads a character that XML cannot write (2.1, element cp), which
// most often is one that no text may have.
func codePoint(n *node, c *content) *Error {
	v, err := strconv.ParseUint(n.attr("hex"), 16, 32)
	if err != nil || !utf8.ValidRune(rune(v)) || v > utf8.MaxRune {
		return refuse(CodeControlCharacter, n.line, "<cp> is no character")
	}
	c.text.WriteRune(rune(v))
	return nil
}

func (r *inlineReader) code(n *node, kind string, c *content) {
	k := code{codeKey: codeKey{kind, n.attr("id")}}
	if k.id == "" {
		k.id = n.attr("startRef") // of ec, 2.1
	}
	if kind == "ph" {
		k.name = r.stated(n)
	}
	if r.target {
		k.name = r.match(k, n.line, c)
	}
	if k.name != "" {
		c.text.WriteString("{{" + k.name + "}}")
	}
	c.codes = append(c.codes, k)
}

// match returns the name of a code of a target, which is that of the code of the
// source that has its id.
func (r *inlineReader) match(k code, line int, c *content) string {
	source, known := r.sources[k.codeKey]
	switch {
	case !known:
		c.blame(line, "the source has no code %q", k.id)
	case r.taken[k.codeKey]:
		c.blame(line, "the code %q is there twice", k.id)
	case k.name != "" && k.name != source.name:
		c.blame(line, "the code %q is another placeholder in the source", k.id)
	}
	r.taken[k.codeKey] = true
	return source.name
}

func (c *content) blame(line int, format string, args ...any) {
	if c.fault == nil {
		c.fault = refuse(CodePlaceholderMismatch, line, format, args...)
	}
}

// stated returns the name of the placeholder that a code says to be, or "". What
// it shows is surer than the equivalent, which other codes may have as well.
func (r *inlineReader) stated(n *node) string {
	shown, equivalent := []string{n.plain()}, n.attr("equiv-text")
	if r.dialect == V21 {
		shown, equivalent = []string{n.attr("disp"), r.data[n.attr("dataRef")]}, n.attr("equiv")
	}
	for _, s := range append(shown, equivalent) {
		if m := placeholder.FindStringSubmatch(s); m != nil && m[0] == s {
			return m[1]
		}
	}
	if placeholderName.MatchString(equivalent) {
		return equivalent
	}
	return ""
}

// addSource takes in the codes of a source. Two placeholders of one id, or one
// without, cannot be told apart in a target; of other markup no text depends on it.
func (r *inlineReader) addSource(c *content, line int) *Error {
	for _, k := range c.codes {
		if _, twice := r.sources[k.codeKey]; k.name != "" && (twice || k.id == "") {
			return refuse(CodePlaceholderMismatch, line, "the source has the code %q twice, or without an id", k.id)
		}
		r.sources[k.codeKey] = k
	}
	return nil
}
