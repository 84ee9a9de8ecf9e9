package graph

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"signet/internal/access"
)

// document is one that was parsed and validated. Nobody changes it.
type document struct {
	text    string
	parsed  *ast.QueryDocument
	trusted bool
}

// prepared is a transport whose documents are found, measured and validated by us
// before gqlgen's executor has them: that one validates first and measures later,
// and tells everybody what it would have suggested.
type prepared struct {
	graphql.Transport

	documents *documents
}

// executor is the executor of a prepared transport.
type executor struct {
	graphql.GraphExecutor

	documents *documents
}

// CreateOperationContext finds the document of the parameters.
func (e executor) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	d, errs := e.documents.find(ctx, params)
	if errs != nil {
		return &graphql.OperationContext{
			RawQuery: params.Query, OperationName: params.OperationName, Extensions: params.Extensions, Headers: params.Headers, DisableIntrospection: true,
		}, errs
	}
	params.Query = d.text
	return e.GraphExecutor.CreateOperationContext(context.WithValue(ctx, foundKey{}, d), params)
}

type foundKey struct{}

// found is the document of an operation that is being prepared.
func found(ctx context.Context) *document {
	d, _ := ctx.Value(foundKey{}).(*document)
	return d
}

// foundCache gives the executor the document that was found. It is all that it asks.
type foundCache struct{}

func (foundCache) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	if d := found(ctx); d != nil {
		return d.parsed, true
	}
	return nil, false
}

func (foundCache) Add(context.Context, string, *ast.QueryDocument) {}

// prepare parses a text, measures it and validates it, in this order: what
// validation does for some documents grows with the square of their length, or
// worse. What it would suggest is told only to who may know.
func prepare(schema *ast.Schema, text string, suggest bool) (*ast.QueryDocument, gqlerror.List) {
	source := &ast.Source{Input: text}
	parsed, err := parser.ParseQueryWithTokenLimit(source, maxTokens)
	switch {
	case err != nil && hasMoreTokens(source, maxTokens):
		return nil, gqlerror.List{refusedDocument("too_many_tokens", cost{Tokens: maxTokens + 1}, "a document has at most %d tokens", maxTokens)}
	case err != nil:
		refused := gqlerror.Wrap(err)
		var told *gqlerror.Error
		if errors.As(err, &told) {
			refused = told
		}
		errcode.Set(refused, errcode.ParseFailed)
		return nil, gqlerror.List{refused}
	case len(parsed.Operations) == 0:
		return nil, gqlerror.List{refusedDocument("no_operation", cost{}, "the document has no operation")}
	}
	if refused := measured(parsed); refused != nil {
		return nil, gqlerror.List{refused}
	}
	errs := validator.ValidateWithRules(schema, parsed, withoutSuggestions())
	if len(errs) == 0 {
		return parsed, nil
	}
	// Looking for what was meant takes long for many errors, and for long names.
	if suggest && len(errs) <= maxSuggested && !slices.ContainsFunc(errs, func(e *gqlerror.Error) bool { return len(e.Message) > maxMessage }) {
		errs = validator.ValidateWithRules(schema, parsed, rules.NewDefaultRules())
	}
	return nil, named(errs)
}

// maxSuggested is for how many errors of a document suggestions are looked for.
const maxSuggested = 5

// hasMoreTokens tells whether a text has more tokens than that many.
func hasMoreTokens(source *ast.Source, limit int) bool {
	l := lexer.New(source)
	for range limit + 1 {
		if token, err := l.ReadToken(); err != nil || token.Kind == lexer.EOF {
			return false
		}
	}
	return true
}

// withoutSuggestions are the rules of validation that tell nothing of the schema but
// what was asked for.
func withoutSuggestions() *rules.Rules {
	quiet := rules.NewDefaultRules()
	for _, rule := range []validator.Rule{
		rules.FieldsOnCorrectTypeRuleWithoutSuggestions, rules.KnownArgumentNamesRuleWithoutSuggestions, rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.ScalarLeafsRuleWithoutSuggestions, rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
	} {
		quiet.RemoveRule(strings.TrimSuffix(rule.Name, "WithoutSuggestions"))
		quiet.AddRule(rule.Name, rule.RuleFunc)
	}
	return quiet
}

// digest is the SHA-256 of a document's text.
type digest = [sha256.Size]byte

// How much of documents is remembered, in bytes of their texts. Parsed, a document
// takes many times as much.
const (
	keptDocuments = 2 << 20
	keptDocument  = 64 << 10 // of one
)

// newRecent keeps the documents that were sent lately; others are sent again.
func newRecent() *shelf[digest, *document] {
	return newShelf(keptDocuments, keptDocument, func(_ digest, d *document) int { return len(d.text) })
}

// documents finds documents: the trusted ones, those that were sent lately, and any
// other. It is safe for concurrent use.
type documents struct {
	schema *ast.Schema
	rules  DocumentRules
	recent *shelf[digest, *document]
}

// find returns the document that is meant by the parameters of a request.
func (d *documents) find(ctx context.Context, params *graphql.RawParams) (*document, gqlerror.List) {
	viewer := access.From(ctx)
	whatever := isOwn(ctx) || d.rules.mayRunAny(viewer)
	known, refused := d.named(params)
	switch {
	case refused != nil:
		return nil, gqlerror.List{refused}
	case known != nil && (known.trusted || whatever):
		return known, nil
	case strings.TrimSpace(params.Query) == "":
		return nil, gqlerror.List{unknownDocument()}
	}
	digest := sha256.Sum256([]byte(params.Query))
	if trusted := d.trusted(digest); trusted != nil {
		return trusted, nil
	}
	if !whatever {
		return nil, gqlerror.List{refusedAs(DocumentNotTrusted, "document_not_trusted", "only the documents of the registry's own list are run for you")}
	}
	if recent := d.recent.get(digest); recent != nil {
		return recent, nil
	}
	parsed, errs := prepare(d.schema, params.Query, !viewer.Anonymous())
	if errs != nil {
		return nil, errs
	}
	ready := &document{text: params.Query, parsed: parsed}
	d.recent.put(digest, ready)
	return ready, nil
}

func (d *documents) trusted(digest [sha256.Size]byte) *document {
	if own := explorersDocuments().byDigest[digest]; own != nil {
		return own
	}
	if d.rules.Trusted == nil {
		return nil
	}
	return d.rules.Trusted.byDigest[digest]
}

// Do answers a request.
func (p prepared) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	p.Transport.Do(w, r, executor{exec, p.documents})
}
