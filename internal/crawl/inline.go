package crawl

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// dataURI reads a data: URI, see https://fetch.spec.whatwg.org/#data-url-processor.
func dataURI(raw string) (declared string, body []byte, ok bool) {
	raw, _, _ = strings.Cut(raw, "#")
	head, data, ok := strings.Cut(raw[len("data:"):], ",")
	if !ok {
		return "", nil, false
	}
	head = strings.TrimSpace(head)
	unescaped := unescape(data)
	if i := strings.LastIndexByte(head, ';'); i >= 0 && strings.EqualFold(strings.TrimSpace(head[i+1:]), "base64") {
		head = head[:i]
		text := strings.TrimRight(strings.Map(func(r rune) rune {
			if strings.ContainsRune(htmlSpace, r) {
				return -1
			}
			return r
		}, unescaped), "=")
		b, err := base64.RawStdEncoding.DecodeString(text)
		if err != nil {
			return "", nil, false
		}
		return essence(head), b, true
	}
	return essence(head), []byte(unescaped), true
}

// unescape decodes percent-encoding, and leaves what is none.
func unescape(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	parts := strings.Split(s, "%")
	for i, part := range parts[1:] {
		if out, err := url.PathUnescape("%" + part); err == nil {
			parts[i+1] = out
		} else {
			parts[i+1] = "%" + part
		}
	}
	return strings.Join(parts, "")
}

// maxSVG is the longest inline <svg>, in bytes; a longer one is cut there.
const maxSVG = 1 << 20

const (
	namespaceSVG   = "http://www.w3.org/2000/svg"
	namespaceXLink = "http://www.w3.org/1999/xlink"
)

// svgDocument writes an <svg> of a page as an XML document: HTML is not so strict about
// quotes, capitals and namespaces. Nil if there is none in it, or nothing in that.
func svgDocument(raw []byte) []byte {
	root, err := html.Parse(bytes.NewReader(raw))
	if err != nil {
		return nil // nested too deep
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "svg" && n.Namespace == "svg" {
			if n.FirstChild == nil {
				return nil
			}
			var b bytes.Buffer
			writeXML(&b, n, true)
			return b.Bytes()
		}
	}
	return nil
}

// writeXML writes a node, and those in it: the parser lets no more than 512 stand in
// one another.
func writeXML(b *bytes.Buffer, n *html.Node, root bool) {
	switch n.Type {
	case html.TextNode:
		_ = xml.EscapeText(b, []byte(n.Data))
		return
	case html.ElementNode:
	default:
		return
	}
	name := n.Data
	if !xmlName(name) {
		return
	}
	b.WriteString("<" + name)
	switch {
	case root:
		b.WriteString(` xmlns="` + namespaceSVG + `" xmlns:xlink="` + namespaceXLink + `"`)
	case n.Namespace == "" && (n.Parent == nil || n.Parent.Namespace != ""):
		b.WriteString(` xmlns="http://www.w3.org/1999/xhtml"`) // in a foreignObject
	case n.Namespace == "svg" && n.Parent.Namespace == "":
		b.WriteString(` xmlns="` + namespaceSVG + `"`)
	}
	writeAttributes(b, n.Attr)
	if n.FirstChild == nil {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writeXML(b, c, false)
	}
	b.WriteString("</" + name + ">")
}

func writeAttributes(b *bytes.Buffer, attributes []html.Attribute) {
	for _, a := range attributes {
		key := a.Key
		switch {
		case a.Namespace == "xlink" || a.Namespace == "xml":
			key = a.Namespace + ":" + key
		case a.Namespace == "xmlns" || key == "xmlns" || !xmlName(key):
			continue
		}
		b.WriteString(" " + key + `="`)
		_ = xml.EscapeText(b, []byte(a.Val))
		b.WriteString(`"`)
	}
}

// xmlName tells whether a name of HTML is one of XML, without a namespace.
func xmlName(s string) bool {
	return s != "" && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z' || s[0] == '_') &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}
