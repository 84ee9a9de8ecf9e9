package phrases

import (
	"bytes"
	"io"
	"strings"

	"golang.org/x/net/html"
)

// HTML reads a web page, or a piece of one, in UTF-8 or, with a byte order mark,
// UTF-16. A block is what stands between the borders of elements that are not
// inline (HTML Living Standard, 4.5); <br> is a line break within it. Blocks of
// their own are also the attributes that people read or hear (alt, title,
// aria-label, placeholder, label, the captions of buttons, the descriptions in
// <meta>), the texts of an inline SVG, the readings in <rt>, and every string of
// a script in JSON-LD. Comments, other scripts, styles and <iframe> are not read;
// <noscript>, <template>, and what a style hides, are.
//
// However malformed, it is read. It returns ErrTooLarge or the error of the reader.
func HTML(r io.Reader) (Document, error) {
	d, err := open(r, false)
	if err != nil {
		return Document{}, err
	}
	p := page{source: d.source}
	p.read()
	d.take(&p.main, &p.aside)
	return d, nil
}

// page reads HTML.
type page struct {
	source []byte
	main   pen
	aside  pen // what stands amid a text without belonging to it

	element string // that was opened last, if it is still open
	jsonLD  bool   // it is a script in JSON-LD
	svg     int    // how many are open
	reading bool   // within <rt>
}

// inline are the elements that do not end a block, also because nothing of them is seen.
var inline = set("a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark nobr picture q rb rp rt ruby s samp script small source " +
	"span strike strong style sub sup svg time tspan tt u var wbr")

// readable are the attributes that people read or hear.
var readable = set("alt title aria-label aria-description placeholder label")

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

func (p *page) read() {
	z := html.NewTokenizer(bytes.NewReader(p.source))
	for at := 0; ; {
		token := z.Next()
		from := at
		at += len(z.Raw())
		switch token {
		case html.ErrorToken:
			return
		case html.TextToken:
			p.text(from, at)
			continue
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			p.start(z, string(name), token == html.SelfClosingTagToken, from, at)
		case html.EndTagToken:
			name, _ := z.TagName()
			p.end(string(name))
			p.element = ""
		case html.CommentToken, html.DoctypeToken:
		}
		z.AllowCDATA(p.svg > 0)
	}
}

func (p *page) pen() *pen {
	if p.svg > 0 || p.reading {
		return &p.aside
	}
	return &p.main
}

func (p *page) start(z *html.Tokenizer, name string, closed bool, from, to int) {
	p.element = name
	p.border(name)
	switch name {
	case "br", "tspan":
		p.pen().put("\n", from, to)
	case "svg":
		if !closed {
			p.svg++
		}
		p.aside.cut()
	case "rt", "rp":
		p.reading = true
		p.aside.cut()
	case "rb":
		p.reading = false
	case "noscript", "noembed", "noframes":
		z.NextIsNotRawText() // it is to the tokenizer, as to a browser that runs scripts
	}
	if closed && p.svg > 0 {
		z.NextIsNotRawText() // only in HTML proper does <title/> open an element
		p.element = ""
	}
	p.attributes(name, from, to)
}

func (p *page) end(name string) {
	p.border(name)
	switch {
	case name == "rt" || name == "rp" || name == "ruby":
		p.aside.cut()
		p.reading = false
	case name == "svg" && p.svg > 0:
		p.aside.cut()
		p.svg--
	}
}

// border ends the block unless the element is inline.
func (p *page) border(name string) {
	if !inline[name] {
		p.pen().cut()
	}
}

// text writes source[from:to], which stands between two tags.
func (p *page) text(from, to int) {
	switch p.element {
	case "script":
		if p.jsonLD {
			p.aside.cut()
			p.aside.plain(p.source, from, to, true)
		}
		return
	case "style", "iframe":
		return
	case "xmp", "plaintext":
		p.pen().copy(p.source[from:to], from)
		return
	}
	if content, ok := bytes.CutPrefix(p.source[from:to], []byte("<![CDATA[")); ok && p.svg > 0 {
		from = to - len(content)
		content = bytes.TrimSuffix(content, []byte("]]>"))
		p.pen().copy(content, from)
		return
	}
	p.pen().references(p.source, from, to)
}

// references writes source[from:to] with its character references read.
func (p *pen) references(source []byte, from, to int) {
	for from < to {
		plain := bytes.IndexByte(source[from:to], '&')
		if plain < 0 {
			plain = to - from
		}
		p.copy(source[from:from+plain], from)
		if from += plain; from == to {
			return
		}
		text, size := entity(source[from:to], false)
		if size == 0 {
			p.copy(source[from:from+1], from)
			size = 1
		}
		p.put(text, from, from+size)
		from += size
	}
}
