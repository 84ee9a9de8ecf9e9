package graph

import (
	"context"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// What one document may ask for. A page of 100 rows with everything that they
// say costs a few thousand fields.
const (
	maxTokens     = 2_000  // of the document
	maxDepth      = 16     // fields within fields
	maxRootFields = 20     // aliases count
	maxFields     = 20_000 // that an answer may hold, rows of pages counted
)

// limits refuses documents that ask for too much, before anything is executed.
// Each fragment is walked once however often it is used, so that documents in
// which fragments double are refused as fast as any other.
type limits struct{}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = limits{}

// ExtensionName is for gqlgen.
func (limits) ExtensionName() string { return "Limits" }

// Validate accepts every schema.
func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses an operation that asks for too much.
func (limits) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	w := walk{variables: op.Variables, fragments: map[string]extent{}}
	all := w.selection(op.Operation.SelectionSet)
	switch {
	case all.depth > maxDepth:
		return refusedDocument("too_deep", "fields lie at most "+strconv.Itoa(maxDepth)+" deep")
	case all.roots > maxRootFields:
		return refusedDocument("too_many_root_fields", "an operation has at most "+strconv.Itoa(maxRootFields)+" fields at its root")
	case all.fields > maxFields:
		return refusedDocument("too_complex", "the answer could hold more than "+strconv.Itoa(maxFields)+" fields; ask for smaller pages")
	case all.schemas > 1:
		return refusedDocument("too_much_introspection", "an operation asks for the schema once")
	}
	return nil
}

// extent is how far a selection reaches.
type extent struct{ depth, roots, fields, schemas int }

// walk measures selections. Validation has seen that fragments form no circle.
type walk struct {
	variables map[string]any
	fragments map[string]extent
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
		sum.roots = min(sum.roots+e.roots, maxRootFields+1)
		sum.fields = min(sum.fields+e.fields, maxFields+1)
		sum.schemas = min(sum.schemas+e.schemas, 2)
	}
	return sum
}

func (w *walk) fragment(s *ast.FragmentSpread) extent {
	if known, ok := w.fragments[s.Name]; ok {
		return known
	}
	e := w.selection(s.Definition.SelectionSet)
	w.fragments[s.Name] = e
	return e
}

func (w *walk) field(f *ast.Field) extent {
	if f.Name == "__schema" || f.Name == "__type" {
		// Its size is that of the schema, and its depth has a rule of its own.
		return extent{depth: 1, roots: 1, fields: 1, schemas: 1}
	}
	within := w.selection(f.SelectionSet)
	return extent{depth: within.depth + 1, roots: 1, fields: 1 + w.rows(f)*within.fields, schemas: within.schemas}
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
