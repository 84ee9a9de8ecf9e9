package graph

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"signet/domain"
	"signet/graph/gen"
	"signet/internal/access"
)

var schemaForTests = gen.NewExecutableSchema(gen.Config{}).Schema()

// Prepare parses, measures and validates a document.
func Prepare(text string, suggest bool) (*ast.QueryDocument, gqlerror.List) {
	return prepare(schemaForTests, text, suggest)
}

// Extent is how far an operation of a prepared document reaches, and why it may not be
// run as it stands.
func Extent(op *ast.OperationDefinition) (depth, roots, fields, schemas int, reason string) {
	w := walk{fragments: map[string]extent{}}
	all := w.selection(op.SelectionSet)
	if refused := tooMuch(all); refused != nil {
		reason, _ = refused.Extensions["reason"].(string)
	}
	return all.depth, all.roots, all.fields, all.schemas, reason
}

// FromBody reads parameters as a POST request carries them, and FromQuery as a GET
// request does; nil if they are refused.
func FromBody(body []byte) *graphql.RawParams {
	params, _ := decodeParams(body)
	return params
}

func FromQuery(values string) *graphql.RawParams {
	r := httptest.NewRequest(http.MethodGet, "/graphql", nil)
	r.URL = &url.URL{Path: "/graphql", RawQuery: values}
	params, _ := fromQuery(r)
	return params
}

// FormBoundary is the boundary of the forms that FromForm reads.
const FormBoundary = "b"

// FromForm reads parameters as a multipart request of an author carries them, with files
// of at most that many bytes; nil if they are refused.
func FromForm(body string, maxUpload int64) (_ *graphql.RawParams, done func()) {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary="+FormBoundary)
	author := access.Viewer{Actor: domain.Actor{Token: "author", Agency: "culture", Roles: []domain.Role{domain.RoleAuthor}}}
	params, done, _ := overHTTP{maxUpload: maxUpload}.fromMultipart(httptest.NewRecorder(), r.WithContext(access.With(r.Context(), author)))
	return params, done
}

// Cursor makes a cursor of a place, and Place reads one.
func Cursor[P any](of P) string { return cursor(of) }

func Place[P any](cursor string) (P, error) { return place[P](&cursor) }
