package graph

import "github.com/vektah/gqlparser/v2/ast"

// extent is how far a selection reaches. Below __schema and __type, lists counts the
// fields that are lists of parts of the schema, and renamed those that the answer shall
// call by another name.
type extent struct{ depth, roots, fields, schemas, lists, renamed int }

// immense is more than anybody may ask for, and still can be multiplied by a page.
const immense = 1 << 40

// walk measures selections. Each fragment is walked once however often it is used, so
// that documents in which fragments double are measured as fast as any other.
type walk struct {
	variables map[string]any
	fragments map[string]extent
	// defined are the fragments of a document that was not validated, which has no
	// references to them yet.
	defined map[string]*ast.FragmentDefinition
}

func (w *walk) selection(set ast.SelectionSet) extent {
	var sum extent
	for _, s := range set {
		var e extent
		switch s := s.(type) {
		case *ast.Field:
			e = w.field(s)
		case *ast.InlineFragment:
			e = w.selection(s.SelectionSet)
		case *ast.FragmentSpread:
			e = w.fragment(s)
		}
		sum.depth = max(sum.depth, e.depth)
		sum.roots = min(sum.roots+e.roots, immense)
		sum.fields = min(sum.fields+e.fields, immense)
		sum.schemas = min(sum.schemas+e.schemas, immense)
		sum.lists = min(sum.lists+e.lists, immense)
		sum.renamed = min(sum.renamed+e.renamed, immense)
	}
	return sum
}

func (w *walk) fragment(s *ast.FragmentSpread) extent {
	if known, ok := w.fragments[s.Name]; ok {
		return known
	}
	w.fragments[s.Name] = extent{} // for one that is within itself, which validation refuses
	definition := s.Definition
	if definition == nil {
		definition = w.defined[s.Name]
	}
	if definition == nil {
		return extent{}
	}
	e := w.selection(definition.SelectionSet)
	w.fragments[s.Name] = e
	return e
}

func (w *walk) field(f *ast.Field) extent {
	within := w.selection(f.SelectionSet)
	switch f.Name {
	case "__schema":
		// Its size is that of the schema, and its depth has a rule of its own; unless
		// everything in it is asked for under many names.
		return extent{depth: 1, roots: 1, fields: 1, schemas: 1 + min(within.renamed, 1)}
	case "__type": // leads to nearly all of the schema, or tells little
		parts := min(within.lists, 1)
		return extent{depth: 1, roots: 1, fields: 1, schemas: parts + min(within.renamed, parts)}
	case "fields", "inputFields", "interfaces", "possibleTypes", "enumValues":
		within.lists++
	}
	if f.Alias != f.Name { // gqlparser gives each field one
		within.renamed++
	}
	return extent{
		depth: within.depth + 1, roots: 1, fields: min(1+w.rows(f)*within.fields, immense),
		schemas: within.schemas, lists: within.lists, renamed: within.renamed,
	}
}

// rows is how many rows a page may have, and 1 for what is no page.
func (w *walk) rows(f *ast.Field) int {
	if f.Definition == nil || f.Definition.Arguments.ForName("first") == nil {
		return 1
	}
	switch first := f.ArgumentMap(w.variables)["first"].(type) {
	case int64:
		return int(max(1, min(first, maxPage)))
	case int:
		return max(1, min(first, maxPage))
	}
	return maxPage
}
