package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// oneOf refuses variables in which an input object marked @oneOf has not exactly one
// value that is not null (https://spec.graphql.org/draft/#sec-OneOf-Input-Objects).
// gqlparser sees to literals only.
type oneOf struct{ schema *ast.Schema }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = oneOf{}

// ExtensionName is for gqlgen.
func (oneOf) ExtensionName() string { return "OneOf" }

// Validate accepts every schema.
func (oneOf) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext looks at the variables of an operation.
func (o oneOf) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	for _, variable := range op.Operation.VariableDefinitions {
		path := ast.Path{ast.PathName("variable"), ast.PathName(variable.Variable)}
		if at := o.wrong(variable.Type, op.Variables[variable.Variable], path); at != nil {
			refused := invalid("not_one_of", "give exactly one of the fields")
			refused.Path = at
			refused.Extensions["field"] = fieldOf(at[2:])
			return refused
		}
	}
	return nil
}

// wrong returns the path of the first value that is wrong; nil if there is none.
func (o oneOf) wrong(typ *ast.Type, value any, path ast.Path) ast.Path {
	if typ.Elem != nil {
		list, isList := value.([]any)
		if !isList { // one element stands for a list of it
			return o.wrong(typ.Elem, value, path)
		}
		for i, element := range list {
			if at := o.wrong(typ.Elem, element, append(path[:len(path):len(path)], ast.PathIndex(i))); at != nil {
				return at
			}
		}
		return nil
	}
	fields, isObject := value.(map[string]any)
	definition := o.schema.Types[typ.NamedType]
	if !isObject || definition.Kind != ast.InputObject {
		return nil
	}
	if definition.Directives.ForName("oneOf") != nil && !isOneOf(fields) {
		return path
	}
	for _, field := range definition.Fields {
		if at := o.wrong(field.Type, fields[field.Name], append(path[:len(path):len(path)], ast.PathName(field.Name))); at != nil {
			return at
		}
	}
	return nil
}

func isOneOf(fields map[string]any) bool {
	if len(fields) != 1 {
		return false
	}
	for _, value := range fields {
		return value != nil
	}
	return false
}
