package graph

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"signet/internal/pressure"
)

// errPanicked is told as an internal error.
var errPanicked = errors.New("graph: a resolver panicked")

// The media types of answers, see https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types.
const (
	plainJSON    = "application/json"
	responseJSON = "application/graphql-response+json"
)

// overHTTP is the transport of GraphQL over HTTP and of multipart requests. It
// stands in for those of gqlgen, which repeat what was sent in their errors,
// answer malformed parts with status 500, and keep files in memory
// (https://graphql.github.io/graphql-over-http/draft/,
// https://github.com/jaydenseric/graphql-multipart-request-spec).
type overHTTP struct {
	maxUpload int64 // bytes of one request's files together
	// turn and spend are Resolver.Turn and Resolver.Spend.
	turn  func(ctx context.Context, writes bool) (leave func(), err error)
	spend func(ctx context.Context, mutations, fields int) error
}

func newTransport(r *Resolver) overHTTP {
	t := overHTTP{r.MaxUpload, r.Turn, r.Spend}
	if t.turn == nil {
		t.turn = func(context.Context, bool) (func(), error) { return func() {}, nil }
	}
	if t.spend == nil {
		t.spend = func(context.Context, int, int) error { return nil }
	}
	return t
}

var _ graphql.Transport = overHTTP{}

// Supports everything that no transport before it does.
func (overHTTP) Supports(*http.Request) bool { return true }

// refusal is a request that can't be executed.
type refusal struct {
	status int
	err    *gqlerror.Error
}

func refuse(status int, reason, sentence string) *refusal {
	return &refusal{status, invalid(reason, sentence)}
}

// Do answers one request.
func (t overHTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	params, done, refused := t.read(w, r)
	if refused != nil {
		answer(w, r, refused.status, exec.DispatchError(ctx, gqlerror.List{refused.err}), false)
		return
	}
	defer done()
	params.Headers = r.Header
	op, errs := exec.CreateOperationContext(ctx, params)
	if errs != nil {
		answer(w, r, statusOf(accepted(r), errs), exec.DispatchError(graphql.WithOperationContext(ctx, op), named(errs)), false)
		return
	}
	if refused := mayRun(w, r, op.Operation.Operation); refused != nil {
		answer(w, r, refused.status, exec.DispatchError(ctx, gqlerror.List{refused.err}), false)
		return
	}
	if response, err := t.execute(ctx, exec, op); err != nil {
		status := Tell(err).Status
		tellWhen(ctx, w.Header(), status)
		answer(w, r, status, response, false)
	} else {
		answer(w, r, http.StatusOK, response, true)
	}
}

// tellWhen tells a caller who was turned away when to come again.
func tellWhen(ctx context.Context, h http.Header, status int) {
	switch status {
	case http.StatusTooManyRequests:
		h.Set("Retry-After", pressure.From(ctx).RetryAfter())
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "2")
	}
}

// charged charges the caller of an operation for it.
func (t overHTTP) charged(ctx context.Context, op *graphql.OperationContext) error {
	all, _ := extentOf(op)
	mutations := 0
	if op.Operation.Operation == ast.Mutation {
		mutations = all.roots
	}
	return t.spend(ctx, mutations, all.fields)
}

// execute charges for a query or a mutation, and executes it in its turn. What can't be
// executed is told by the response, and by the error.
func (t overHTTP) execute(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext) (*graphql.Response, error) {
	ctx = graphql.WithOperationContext(ctx, op)
	err := t.charged(ctx, op)
	leave := func() {}
	if err == nil {
		leave, err = t.turn(ctx, op.Operation.Operation == ast.Mutation)
	}
	if err != nil {
		return exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(err)}), err
	}
	defer leave()
	respond, ctx := exec.DispatchOperation(ctx, op)
	response := respond(ctx)
	if response == nil { // the context has ended
		response = exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(context.Cause(ctx))})
	}
	return response, nil
}

// mayRun refuses what a method can't carry.
func mayRun(w http.ResponseWriter, r *http.Request, op ast.Operation) *refusal {
	switch {
	case op == ast.Subscription:
		return refuse(http.StatusBadRequest, "not_a_stream", "subscribe by server-sent events (Accept: text/event-stream) or a WebSocket")
	case op == ast.Mutation && r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return refuse(http.StatusMethodNotAllowed, "method_not_allowed", "send mutations by POST")
	}
	return nil
}

// read reads the parameters of a request; done releases its files.
func (t overHTTP) read(w http.ResponseWriter, r *http.Request) (_ *graphql.RawParams, done func(), _ *refusal) {
	nothing := func() {}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		params, refused := fromQuery(r)
		return params, nothing, refused
	case http.MethodPost:
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		return nil, nil, refuse(http.StatusMethodNotAllowed, "method_not_allowed", "send queries by GET or POST, mutations by POST")
	}
	if isMultipart(r) {
		return t.fromMultipart(w, r)
	}
	media, attributes, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := attributes["charset"]; err != nil || media != plainJSON || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, nil, refuse(http.StatusUnsupportedMediaType, "unsupported_media_type", "send application/json in UTF-8, or multipart/form-data with files")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, nil, refusedBody(err)
	}
	params, refused := decodeParams(body)
	return params, nothing, refused
}

// refusedBody tells why a body can't be read.
func refusedBody(err error) *refusal {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return refuse(http.StatusRequestEntityTooLarge, "too_large", "the request has more bytes than are accepted")
	}
	return refuse(http.StatusBadRequest, "interrupted", "the request stopped before its end")
}

// named gives each error a code; those of variables come without one.
func named(errs gqlerror.List) gqlerror.List {
	for _, e := range errs {
		if e.Extensions["code"] == nil {
			errcode.Set(e, errcode.ValidationFailed)
		}
	}
	return errs
}

// accepted is the media type that the caller wants most; JSON if it does not say
// (RFC 9110, section 12.5.1).
func accepted(r *http.Request) string {
	best, most := plainJSON, 0.0
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		media, attributes, err := mime.ParseMediaType(part)
		if err != nil || media != responseJSON && media != plainJSON {
			continue
		}
		weight := 1.0
		if text, given := attributes["q"]; given {
			weight, err = strconv.ParseFloat(text, 64)
		}
		if err == nil && weight > most {
			best, most = media, weight
		}
	}
	return best
}

// answer writes a response. One that was never executed has no data entry.
func answer(w http.ResponseWriter, r *http.Request, status int, response *graphql.Response, executed bool) {
	if executed && status == http.StatusOK && len(response.Errors) == 0 && len(response.Extensions) == 0 {
		body := bodyOf(response)
		send(w, r, etagOf(body), body)
		return
	}
	text, err := encoded(response, executed)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", accepted(r)+"; charset=utf-8")
	w.Header().Add("Vary", "Accept, Authorization, Cookie")
	w.Header().Set("Cache-Control", "no-store") // the next answer may be another one
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text) // an error is the caller's having gone
	}
}

func encoded(response *graphql.Response, executed bool) ([]byte, error) {
	if !executed {
		return json.Marshal(struct {
			Errors     gqlerror.List  `json:"errors"`
			Extensions map[string]any `json:"extensions,omitempty"`
		}{response.Errors, response.Extensions})
	}
	return json.Marshal(response)
}
