package graph

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// An answer is never much longer for being refused than what was sent.
const (
	// maxErrors is how many errors an answer tells; extensions.moreErrors is how many
	// there are beside.
	maxErrors = 20
	// maxMessage is the longest message of one, and maxName the longest name in its
	// path, in bytes.
	maxMessage = 300
	maxName    = 100
	maxPlaces  = 20 // of an error in the document
)

// cut keeps the errors of an answer short: they repeat what somebody has sent.
func cut(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil || len(response.Errors) == 0 {
		return response
	}
	if more := len(response.Errors) - maxErrors; more > 0 {
		response.Errors = response.Errors[:maxErrors]
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions["moreErrors"] = more
	}
	for _, e := range response.Errors {
		e.Message = shortened(e.Message, maxMessage)
		e.Path = shortPath(e.Path)
		if field, ok := e.Extensions["field"].(string); ok {
			e.Extensions["field"] = shortened(field, maxMessage)
		}
		e.Locations = e.Locations[:min(len(e.Locations), maxPlaces)]
	}
	return response
}

func shortPath(path ast.Path) ast.Path {
	for i, element := range path {
		if name, ok := element.(ast.PathName); ok && len(name) > maxName {
			short := append(ast.Path{}, path...)
			for j := i; j < len(short); j++ {
				if name, ok := short[j].(ast.PathName); ok {
					short[j] = ast.PathName(shortened(string(name), maxName))
				}
			}
			return short
		}
	}
	return path
}

// shortened cuts a text between characters.
func shortened(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	const rest = "…"
	end := limit - len(rest)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.ToValidUTF8(text[:end], "") + rest
}
