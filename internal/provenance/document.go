package provenance

import (
	"encoding/xml"
	"slices"
	"strings"
)

// document is what matters of an XML text: where its graphs of RDF stand.
type document struct {
	text   []byte
	svg    bool
	root   element // of an SVG
	graphs []*graph
}

// span is a part of a text, in bytes.
type span struct{ from, to int64 }

// element is a span with its tags: text[from:inside] is the start tag,
// text[end:to] the end tag, which is empty if the first one closes itself.
type element struct {
	span
	inside, end int64
}

func (e element) closesItself() bool { return e.inside == e.to }

// graph is an rdf:RDF.
type graph struct {
	element
	// whole is the graph with the elements around it that hold nothing else.
	whole span
	// ours: the packet names this package as its toolkit.
	ours  bool
	nodes []node
}

// node is a description in a graph.
type node struct {
	element
	about      string
	properties []property
}

// property is one of a node, as element or attribute. The value is kept only of
// [Namespace].
type property struct {
	name xml.Name
	span
	value string
}

// stamp returns what the first graph with a stamp says.
func (d *document) stamp() (s Stamp, found bool, err error) {
	for _, g := range d.graphs {
		values := map[string]string{}
		for _, n := range g.nodes {
			for _, p := range n.properties {
				if _, twice := values[p.name.Local]; p.name.Space == Namespace && !twice {
					values[p.name.Local] = strings.TrimSpace(p.value)
				}
			}
		}
		if len(values) == 0 {
			continue
		}
		var wrong error
		if s, wrong = stampOf(values); wrong == nil {
			return s, true, nil
		}
		if err == nil {
			err = wrong
		}
	}
	return Stamp{}, false, err
}

// wholly tells whether nothing is in the text but what this package wrote.
func (d *document) wholly() bool {
	return len(d.graphs) == 1 && d.graphs[0].wholly()
}

func (g *graph) wholly() bool {
	return g.ours && len(g.nodes) > 0 && !slices.ContainsFunc(g.nodes, func(n node) bool { return !n.pure() })
}

// pure tells whether a node has properties of a stamp, and no others than a
// stamp brings.
func (n node) pure() bool {
	return n.count(isOurs) > 0 && n.count(func(name xml.Name) bool { return isOurs(name) || standard[name] }) == len(n.properties)
}

func isOurs(name xml.Name) bool { return name.Space == Namespace }

func (n node) count(which func(xml.Name) bool) int {
	count := 0
	for _, p := range n.properties {
		if which(p.name) {
			count++
		}
	}
	return count
}

// stripping returns the cuts that take the stamp out. A description that another
// program has written anew loses the properties of the stamp only: whose the
// title in it is can't be told any more.
func (d *document) stripping() []edit {
	var cuts []edit
	cut := func(s span) { cuts = append(cuts, edit{span: s}) }
	for _, g := range d.graphs {
		if d.svg && g.wholly() {
			cut(g.whole)
			continue
		}
		for _, n := range g.nodes {
			ours := n.count(isOurs)
			untouched := string(d.text[n.from:n.inside]) == blockTag(n.about)
			if ours > 0 && (ours == len(n.properties) || n.pure() && (untouched || g.ours)) {
				cut(n.span)
				continue
			}
			for _, p := range n.properties {
				if isOurs(p.name) {
					cut(p.span)
				}
			}
		}
	}
	return cuts
}

// names adds the names of all properties to a set.
func (d *document) names(there map[xml.Name]bool) {
	for _, g := range d.graphs {
		for _, n := range g.nodes {
			for _, p := range n.properties {
				there[p.name] = true
			}
		}
	}
}

// merging returns where a description with the stamp fits in, and the
// description, without the standard properties that are there already; false if there
// is no stamp, or no graph to add to.
func (d *document) merging(s *Stamp, there map[xml.Name]bool) (edit, bool) {
	if s == nil {
		return edit{}, false
	}
	for _, g := range d.graphs {
		if g.closesItself() {
			continue
		}
		about := ""
		if len(g.nodes) > 0 {
			about = g.nodes[0].about // all nodes of a packet are about the same thing
		}
		return edit{span{g.end, g.end}, []byte(block(*s, about, there))}, true
	}
	return edit{}, false
}
