package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"signet/domain"
	"signet/graph/socket"
	"signet/internal/access"
	"signet/internal/pressure"
)

// streamsOfAddress is how many sockets and streams are open at once for one address, which
// may be that of a whole house.
const streamsOfAddress = 1000

// longLived says how operations are carried that go on for long, and until when:
// who calls is asked for again while they do.
func longLived(r *Resolver, auth *access.Authenticator, over overHTTP, log *slog.Logger) socket.Options {
	return socket.Options{
		Enter:     enter(auth),
		Still:     func(ctx context.Context) error { return forbidden(auth.Still(ctx, access.From(ctx))) },
		Changed:   r.Views.Advanced,
		Lasts:     r.lasts,
		Anonymous: func(ctx context.Context) context.Context { return access.With(ctx, access.Viewer{}) },
		Parse: func(payload []byte) (*graphql.RawParams, *gqlerror.Error) {
			params, refused := decodeParams(payload)
			if refused != nil {
				return nil, refused.err
			}
			return params, nil
		},
		Request: func(w http.ResponseWriter, req *http.Request) *graphql.RawParams {
			params, _, refused := over.read(w, req)
			if refused != nil {
				return nil
			}
			return params
		},
		Prepare: func(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
			op, errs := exec.CreateOperationContext(ctx, params)
			if errs == nil && op.Operation.Operation == ast.Subscription {
				if err := over.charged(ctx, op); err != nil {
					return op, exec.DispatchError(graphql.WithOperationContext(ctx, op), gqlerror.List{gqlerror.Wrap(err)}).Errors
				}
			}
			return op, named(errs)
		},
		Execute: func(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext) *graphql.Response {
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			response, _ := over.execute(ctx, exec, op)
			return response
		},
		Otherwise:     over,
		MaxPerAddress: streamsOfAddress,
		Address:       r.Address,
		Log:           log,
	}
}

// enter finds out who opens a WebSocket: browsers can't send headers with it.
// Without a token it is whom the request came from.
func enter(auth *access.Authenticator) func(context.Context, string) (context.Context, error) {
	return func(ctx context.Context, header string) (context.Context, error) {
		if header == "" {
			return ctx, nil
		}
		viewer, err := auth.FromRequest((&http.Request{Header: http.Header{"Authorization": {header}}}).WithContext(ctx))
		tab := pressure.From(ctx)
		if err != nil {
			if domain.AsError(err) != nil {
				err = cmp.Or(tab.Guessed(), err)
			}
			return nil, forbidden(err)
		}
		tab.Holder(viewer.Token)
		return access.With(ctx, viewer), nil
	}
}

// forbidden marks an error that tells of the caller, and not of the registry.
func forbidden(err error) error {
	if domain.AsError(err) != nil || errors.Is(err, pressure.ErrLimited) {
		return fmt.Errorf("%w: %w", socket.ErrForbidden, err)
	}
	return err
}

// lasts is after how much time the viewer's token expires; 0 if it does not, or is
// another server's: that one is asked for every few seconds.
func (r *Resolver) lasts(ctx context.Context) time.Duration {
	viewer := access.From(ctx)
	if viewer.Anonymous() {
		return 0
	}
	token, err := r.Views.Token(ctx, viewer.Token)
	if err != nil || token.Expires.IsZero() {
		return 0
	}
	return max(time.Millisecond, token.Expires.Sub(r.now(ctx)))
}
