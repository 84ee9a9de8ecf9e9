package graph

import (
	"context"
	"fmt"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"signet/internal/access"
)

// What one document may ask for. A page of 100 rows with everything that they
// say costs a few thousand fields.
const (
	maxTokens     = 2_000  // of the document
	maxDepth      = 16     // fields within fields
	maxRootFields = 20     // aliases count
	maxFields     = 20_000 // that an answer may hold, rows of pages counted
	// maxRepeated is how many fields may stand beside one that has their name in the
	// answer: validation compares each two of them, and all that lies below.
	maxRepeated = 100
)

// cost is what a document asks for, as extensions.cost tells it. A refusal tells it
// always, an answer if the request has the header Signet-Cost, or "cost": true among
// its extensions.
type cost struct {
	Fields            int `json:"fields"` // that the answer may hold
	Maximum           int `json:"maximum"`
	Depth             int `json:"depth"`
	MaximumDepth      int `json:"maximumDepth"`
	RootFields        int `json:"rootFields"`
	MaximumRootFields int `json:"maximumRootFields"`
	// Tokens and Repeated are told where they are the reason of a refusal.
	Tokens   int `json:"tokens,omitempty"`
	Repeated int `json:"repeated,omitempty"`
}

func (e extent) cost() cost {
	return cost{Fields: e.fields, Depth: e.depth, RootFields: e.roots}
}

// costHeader asks what a document costs.
const costHeader = "Signet-Cost"

// refusedDocument refuses a document that asks for too much.
func refusedDocument(reason string, c cost, format string, args ...any) *gqlerror.Error {
	c.Maximum, c.MaximumDepth, c.MaximumRootFields = maxFields, maxDepth, maxRootFields
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{
		"code": errcode.ValidationFailed, "reason": reason, "cost": c,
	}}
}

// limits refuses operations that ask for too much, before anything is executed.
type limits struct{ rules DocumentRules }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
	graphql.ResponseInterceptor
} = limits{}

// ExtensionName is for gqlgen.
func (limits) ExtensionName() string { return "Limits" }

// Validate accepts every schema.
func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses an operation that asks for too much, or for the
// schema where its caller may not.
func (l limits) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	w := walk{variables: op.Variables, fragments: map[string]extent{}}
	all := w.selection(op.Operation.SelectionSet)
	if refused := tooMuch(all); refused != nil {
		return refused
	}
	if all.schemas > 0 && !l.rules.PublicSchema && access.From(ctx).Anonymous() && !found(ctx).trusted {
		return refusedAs(Unauthenticated, "introspection_needs_token", "asking for the schema in this way needs a token; it is also at /schema.graphql")
	}
	op.DisableIntrospection = false
	op.Stats.SetExtension(l.ExtensionName(), all)
	return nil
}

func asksForCost(headers http.Header, extensions map[string]any) bool {
	return headers.Get(costHeader) == "1" || extensions["cost"] == true
}

// extentOf is how far an operation reaches, once limits have seen it.
func extentOf(op *graphql.OperationContext) (extent, bool) {
	all, ok := op.Stats.GetExtension(limits{}.ExtensionName()).(extent)
	return all, ok
}

// InterceptResponse tells the cost, if that was asked for.
func (l limits) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) {
		op := graphql.GetOperationContext(ctx)
		if all, ok := extentOf(op); ok && asksForCost(op.Headers, op.Extensions) {
			c := all.cost()
			c.Maximum, c.MaximumDepth, c.MaximumRootFields = maxFields, maxDepth, maxRootFields
			graphql.RegisterExtension(ctx, "cost", c)
		}
	}
	return next(ctx)
}

// measured refuses a document that was parsed and not yet validated. It counts each
// page as one row, so that all that it refuses asks for too much in any case.
func measured(parsed *ast.QueryDocument) *gqlerror.Error {
	w := walk{fragments: map[string]extent{}, defined: map[string]*ast.FragmentDefinition{}}
	repeated := 0
	for _, f := range parsed.Fragments {
		w.defined[f.Name] = f
		repeated += repeats(f.SelectionSet, map[string]bool{})
	}
	for _, op := range parsed.Operations {
		repeated += repeats(op.SelectionSet, map[string]bool{})
		if refused := tooMuch(w.selection(op.SelectionSet)); refused != nil {
			return refused
		}
	}
	if repeated > maxRepeated {
		return refusedDocument("too_many_repeated_fields", cost{Repeated: repeated}, "at most %d fields have the name of one beside them", maxRepeated)
	}
	return nil
}

func tooMuch(all extent) *gqlerror.Error {
	switch {
	case all.depth > maxDepth:
		return refusedDocument("too_deep", all.cost(), "fields lie at most %d deep", maxDepth)
	case all.roots > maxRootFields:
		return refusedDocument("too_many_root_fields", all.cost(), "an operation has at most %d fields at its root", maxRootFields)
	case all.fields > maxFields:
		return refusedDocument("too_complex", all.cost(), "the answer could hold more than %d fields; ask for smaller pages", maxFields)
	case all.schemas > 1:
		return refusedDocument("too_much_introspection", all.cost(), "an operation asks for the schema once, and calls nothing in it by another name")
	}
	return nil
}

// repeats counts the fields that stand beside one that has their name in the answer.
func repeats(set ast.SelectionSet, names map[string]bool) (n int) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if names[s.Alias] { // gqlparser gives each field one
				n++
			}
			names[s.Alias] = true
			if len(s.SelectionSet) > 0 {
				n += repeats(s.SelectionSet, map[string]bool{})
			}
		case *ast.InlineFragment:
			n += repeats(s.SelectionSet, names)
		}
	}
	return n
}
