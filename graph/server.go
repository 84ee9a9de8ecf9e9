package graph

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"

	"signet/graph/gen"
	"signet/graph/socket"
	"signet/internal/access"
)

const (
	// maxBody is the longest request without files, in bytes.
	maxBody = 4 << 20
	// patience is how long a query or mutation may take.
	patience = 30 * time.Second
)

// NewHandler serves the API: GraphQL over HTTP (POST with JSON, GET for queries),
// GraphQL multipart requests for uploads, and subscriptions by server-sent events
// or graphql-transport-ws. Who calls stands in the request's context
// (access.With); on a WebSocket the token may also come as "Authorization" in the
// payload of connection_init. Answers to a caller carry the response header
// X-Request-Id as extensions.requestId of their errors.
func NewHandler(r *Resolver, auth *access.Authenticator, log *slog.Logger) http.Handler {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	schema := gen.NewExecutableSchema(gen.Config{Resolvers: r})
	h := handler.New(schema)
	over := newTransport(r)
	streams := socket.New(longLived(r, auth, over, log))
	documents := &documents{schema: schema.Schema(), rules: r.Documents, recent: newRecent()}
	for _, transport := range []graphql.Transport{streams, streams.Events(), over} {
		h.AddTransport(prepared{transport, documents})
	}
	h.SetQueryCache(foundCache{})
	h.Use(limits{r.Documents})
	h.Use(oneOf{schema.Schema()})
	h.SetErrorPresenter(present(log))
	h.SetRecoverFunc(func(ctx context.Context, panicked any) error {
		log.ErrorContext(ctx, "graphql panicked", "panic", panicked, "stack", string(debug.Stack()), "request", requestID(ctx))
		return errPanicked
	})
	kept := newAnswers(r)
	h.AroundOperations(kept.operation)
	h.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		return next(r.withLoaders(ctx))
	})
	h.AroundResponses(cut)
	if r.Operated != nil {
		h.AroundResponses(r.counted)
	}
	answered := kept.serve(h)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Body != nil && req.Header.Get("Upgrade") == "" && !isMultipart(req) {
			req.Body = http.MaxBytesReader(w, req.Body, maxBody)
		}
		answered.ServeHTTP(w, req.WithContext(withRequestID(req.Context(), w.Header().Get("X-Request-Id"))))
	})
}

// counted tells of each answer what it was for and how it ended; of a subscription
// each event is one.
func (r *Resolver) counted(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil || !graphql.HasOperationContext(ctx) {
		return response
	}
	operation, code := "", Code("")
	if op := graphql.GetOperationContext(ctx).Operation; op != nil {
		operation = string(op.Operation)
	}
	if len(response.Errors) > 0 {
		code = Internal
		switch c := response.Errors[0].Extensions["code"].(type) {
		case Code:
			code = c
		case string:
			code = Code(c)
		}
	}
	r.Operated(operation, code)
	return response
}

type requestIDKey struct{}

func withRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
