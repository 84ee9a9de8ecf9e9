package graph

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"signet/graph/gen"
	"signet/internal/access"
)

const (
	// maxBody is the longest request without files, in bytes.
	maxBody = 4 << 20
	// cachedDocuments is how many parsed documents are remembered.
	cachedDocuments = 500
	// patience is how long a query or mutation may take.
	patience = 30 * time.Second
	// pulse is the interval of signs of life on open subscriptions.
	pulse = 15 * time.Second
	// closeForbidden ends a WebSocket whose token is not valid
	// (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md).
	closeForbidden = 4403
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
	h := handler.New(gen.NewExecutableSchema(gen.Config{Resolvers: r}))
	h.AddTransport(transport.Websocket{InitFunc: enter(auth), InitTimeout: 10 * time.Second, PingPongInterval: pulse})
	h.AddTransport(transport.SSE{KeepAlivePingInterval: pulse})
	h.AddTransport(newTransport(r.MaxUpload))
	h.SetQueryCache(lru.New[*ast.QueryDocument](cachedDocuments))
	h.SetParserTokenLimit(maxTokens)
	h.SetDisableSuggestion(false)
	h.Use(extension.Introspection{})
	h.Use(limits{})
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

// enter finds out who opens a WebSocket. Browsers can't send headers with it.
func enter(auth *access.Authenticator) transport.WebsocketInitFunc {
	return func(ctx context.Context, payload transport.InitPayload) (context.Context, *transport.InitPayload, error) {
		header := payload.Authorization()
		if header == "" {
			return ctx, nil, nil
		}
		viewer, err := auth.FromRequest((&http.Request{Header: http.Header{"Authorization": {header}}}).WithContext(ctx))
		if err != nil {
			return transport.AppendCloseReason(transport.WithWebsocketCloseCode(ctx, closeForbidden), "Forbidden"), nil, err
		}
		return access.With(ctx, viewer), nil, nil
	}
}

type requestIDKey struct{}

func withRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
