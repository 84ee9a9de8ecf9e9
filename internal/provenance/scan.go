package provenance

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
)

const nsSVG = "http://www.w3.org/2000/svg"

// What a text may hold. Real packets and drawings stay far below.
const (
	maxDepth      = 256
	maxProperties = 20_000
	maxGraphs     = 64
)

// place is what an open element is for us.
type place int

const (
	elsewhere place = iota
	inSVG           // the root of an SVG
	inMetadata
	inMeta // x:xmpmeta around a graph
	inGraph
	inNode
	inProperty
)

// frame is an open element.
type frame struct {
	element
	place    place
	ours     bool   // x:xmpmeta with our toolkit
	children int    // elements in it
	text     []byte // of a property; of others only whether there is any
	graph    *graph // the graph that it is or holds
}

// scanner walks over a text once. It knows places in bytes, which is why the
// text can be changed without writing it anew.
type scanner struct {
	doc        *document
	decoder    *xml.Decoder
	frames     []frame
	properties int
}

// scan reads an XML text: a packet, or an SVG. In an SVG only the metadata of
// its root counts: a drawing that was put into another one keeps its own, and
// the whole is not what its part is. Refusals: broken, too_large.
func scan(text []byte, svg bool) (*document, error) {
	s := &scanner{doc: &document{text: text, svg: svg}, decoder: xml.NewDecoder(bytes.NewReader(text))}
	for {
		at := span{from: s.decoder.InputOffset()}
		token, err := s.decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, s.broken("this is not well-formed XML in UTF-8")
		}
		at.to = s.decoder.InputOffset()
		if err := s.token(token, at); err != nil {
			return nil, err
		}
	}
	if svg && s.doc.root.to == 0 {
		return nil, broken("there is no svg element")
	}
	return s.doc, nil
}

func (s *scanner) broken(sentence string) error {
	line, _ := s.decoder.InputPos()
	return broken("%s", sentence).At("line %d", line)
}

func (s *scanner) token(token xml.Token, at span) error {
	switch t := token.(type) {
	case xml.Directive: // a DOCTYPE can declare entities: none is read
		return s.broken("a DOCTYPE is not accepted")
	case xml.StartElement:
		return s.start(t, at)
	case xml.EndElement:
		return s.end(at)
	case xml.CharData:
		if f := s.top(); f != nil && f.place == inProperty && f.ours {
			f.text = append(f.text, t...)
		} else if f != nil && len(f.text) == 0 && len(bytes.TrimSpace(t)) > 0 {
			f.text = []byte{'.'}
		}
	}
	return nil
}

func (s *scanner) top() *frame {
	if len(s.frames) == 0 {
		return nil
	}
	return &s.frames[len(s.frames)-1]
}

func (s *scanner) start(t xml.StartElement, at span) error {
	f := frame{element: element{span: at, inside: at.to}}
	outer := s.top()
	if outer != nil {
		outer.children++
	}
	if f.place = s.placeOf(outer, t.Name); s.doc.svg && outer == nil && (f.place != inSVG || s.doc.root.to > 0) {
		return s.broken("the root is not one svg element")
	}
	switch f.place {
	case inMeta:
		f.ours = slices.ContainsFunc(t.Attr, func(a xml.Attr) bool {
			return a.Name == xml.Name{Space: nsMeta, Local: "xmptk"} && a.Value == toolkit
		})
	case inGraph:
		if len(s.doc.graphs) == maxGraphs {
			return tooLarge("there are more than %d graphs", maxGraphs)
		}
		f.graph = &graph{element: f.element, ours: outer != nil && outer.ours}
		s.doc.graphs = append(s.doc.graphs, f.graph)
	case inNode:
		f.graph = outer.graph
		if err := s.node(f.graph, t, at); err != nil {
			return err
		}
	case inProperty:
		f.graph = outer.graph
		if err := s.property(f.graph, t, at); err != nil {
			return err
		}
		f.ours = isOurs(t.Name)
	default:
	}
	if len(s.frames) == maxDepth {
		return tooLarge("elements are nested deeper than %d", maxDepth)
	}
	s.frames = append(s.frames, f)
	return nil
}

func (s *scanner) placeOf(outer *frame, name xml.Name) place {
	around := elsewhere
	switch {
	case outer != nil:
		around = outer.place
	case s.doc.svg && name == xml.Name{Space: nsSVG, Local: "svg"}:
		return inSVG
	case !s.doc.svg:
		around = inMetadata // a packet is as what stands in a metadata element
	}
	switch around {
	case inSVG:
		if (name == xml.Name{Space: nsSVG, Local: "metadata"}) {
			return inMetadata
		}
	case inMetadata, inMeta:
		if (name == xml.Name{Space: nsRDF, Local: "RDF"}) {
			return inGraph
		}
		if name.Space == nsMeta && around == inMetadata {
			return inMeta
		}
	case inGraph:
		return inNode
	case inNode:
		return inProperty
	default:
	}
	return elsewhere
}

func (s *scanner) end(at span) error {
	f := *s.top()
	s.frames = s.frames[:len(s.frames)-1]
	f.end, f.to = at.from, at.to
	outer := s.top()
	switch f.place {
	case inSVG:
		s.doc.root = f.element
	case inGraph:
		f.graph.element, f.graph.whole = f.element, f.span
		if outer != nil {
			outer.graph = f.graph
		}
	case inMeta, inMetadata:
		if f.graph != nil && f.children == 1 && len(f.text) == 0 {
			f.graph.whole = f.span
			outer.hold(f.graph)
		}
	case inNode:
		f.graph.nodes[len(f.graph.nodes)-1].element = f.element
	case inProperty:
		n := &f.graph.nodes[len(f.graph.nodes)-1]
		p := &n.properties[len(n.properties)-1]
		p.to = at.to
		if len(bytes.TrimSpace(f.text)) > 0 && f.ours {
			p.value = string(f.text)
		}
	default:
	}
	return nil
}

// hold notes that a graph is in an element; around a packet there is none.
func (f *frame) hold(g *graph) {
	if f != nil {
		f.graph = g
	}
}
