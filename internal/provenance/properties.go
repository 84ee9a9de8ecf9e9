package provenance

import (
	"bytes"
	"encoding/xml"
)

// node notes a description with those of its properties that are attributes.
func (s *scanner) node(g *graph, t xml.StartElement, at span) error {
	n := node{element: element{span: at, inside: at.to}}
	var places []span
	for i, a := range t.Attr {
		switch a.Name.Space {
		case "", "xmlns", "xml":
		case "http://www.w3.org/XML/1998/namespace":
		case nsRDF:
			if a.Name.Local == "about" {
				n.about = a.Value
			}
		default:
			p := property{name: a.Name}
			if isOurs(a.Name) {
				if places == nil {
					places = attributes(s.doc.text[at.from:at.to])
				}
				if len(places) != len(t.Attr) {
					return s.broken("this is not well-formed XML")
				}
				p.value, p.from, p.to = a.Value, at.from+places[i].from, at.from+places[i].to
			}
			n.properties = append(n.properties, p)
		}
	}
	g.nodes = append(g.nodes, n)
	s.properties += 1 + len(n.properties)
	return s.bounded()
}

func (s *scanner) property(g *graph, t xml.StartElement, at span) error {
	n := &g.nodes[len(g.nodes)-1]
	p := property{name: t.Name, span: at}
	if isOurs(t.Name) {
		for _, a := range t.Attr {
			if (a.Name == xml.Name{Space: nsRDF, Local: "resource"}) {
				p.value = a.Value // how some programs write a URL
			}
		}
	}
	n.properties = append(n.properties, p)
	s.properties++
	return s.bounded()
}

func (s *scanner) bounded() error {
	if s.properties > maxProperties {
		return tooLarge("there are more than %d properties", maxProperties)
	}
	return nil
}

// attributes returns where the attributes of a start tag stand, in their order,
// each with the white space before it. The tag is one that the XML decoder has
// accepted, so that a simple walk is enough; where it is not, the number of
// attributes differs from the decoder's, which the caller sees.
func attributes(tag []byte) []span {
	var found []span
	at := bytes.IndexAny(tag, " \t\r\n/>") // the end of the name
	for at >= 0 && at < len(tag) {
		from := at
		at += len(tag[at:]) - len(bytes.TrimLeft(tag[at:], " \t\r\n"))
		equals := bytes.IndexByte(tag[at:], '=')
		if equals < 0 {
			return found
		}
		at += equals + 1
		at += len(tag[at:]) - len(bytes.TrimLeft(tag[at:], " \t\r\n"))
		if at == len(tag) || tag[at] != '"' && tag[at] != '\'' {
			return found
		}
		length := bytes.IndexByte(tag[at+1:], tag[at])
		if length < 0 {
			return found
		}
		at += 1 + length + 1
		found = append(found, span{int64(from), int64(at)})
	}
	return found
}
