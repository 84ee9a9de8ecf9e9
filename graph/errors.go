package graph

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"signet/assets"
	"signet/domain"
	"signet/internal/access"
	"signet/internal/eventlog"
	"signet/internal/notify"
	"signet/internal/pressure"
	"signet/projections"
)

// Code is the stable class of an error, in extensions.code. What exactly was
// refused stands in extensions.reason, in snake_case, and where in
// extensions.field.
type Code string

// The classes of errors. A document that is not GraphQL, or not for this schema,
// has the codes of gqlgen: GRAPHQL_PARSE_FAILED and GRAPHQL_VALIDATION_FAILED.
const (
	BadUserInput    Code = "BAD_USER_INPUT"
	NotFound        Code = "NOT_FOUND"
	Conflict        Code = "CONFLICT"
	Forbidden       Code = "FORBIDDEN"
	Unauthenticated Code = "UNAUTHENTICATED"
	RateLimited     Code = "RATE_LIMITED" // you ask for too much; try again later
	Unavailable     Code = "UNAVAILABLE"  // try again
	Timeout         Code = "TIMEOUT"
	Internal        Code = "INTERNAL" // ours; it is in the server's log under the request's id
)

// Told is what a caller is told of an error.
type Told struct {
	Code   Code
	Reason string
	Field  string
	// Sentence says it in English. It holds nothing of the machine.
	Sentence string
	// Status is the HTTP status of an answer that is nothing but this error.
	Status int
}

// Tell is the one place in which an error becomes what its caller is told.
// Errors that nobody meant for callers are Internal, without details.
func Tell(err error) Told {
	if refused := domain.AsError(err); refused != nil {
		code, status := ofDomain(refused)
		return Told{code, refused.Reason, refused.Field, refused.Sentence, status}
	}
	if refused := assets.AsError(err); refused != nil {
		return ofAssets(refused)
	}
	switch {
	case errors.Is(err, pressure.ErrLimited):
		return Told{RateLimited, "rate_limited", "", "this is more than you may ask for at once; try again later", http.StatusTooManyRequests}
	case errors.As(err, new(*pressure.OverloadedError)):
		return Told{Unavailable, "overloaded", "", "too much is asked for at the moment; try again later", http.StatusServiceUnavailable}
	case errors.As(err, new(*NotVisibleError)):
		return Told{Unavailable, "not_visible_yet", "", "this was written, and can't be read here yet; ask again", http.StatusServiceUnavailable}
	case errors.Is(err, context.DeadlineExceeded):
		return Told{Timeout, "timeout", "", "this took too long", http.StatusGatewayTimeout}
	case errors.Is(err, context.Canceled):
		return Told{Unavailable, "cancelled", "", "the request was given up", http.StatusServiceUnavailable}
	case errors.Is(err, eventlog.ErrUnavailable), errors.Is(err, eventlog.ErrClosed):
		return Told{Unavailable, "log_unavailable", "", "nothing can be written at the moment; try again", http.StatusServiceUnavailable}
	case errors.Is(err, projections.ErrUnavailable):
		return Told{Unavailable, "storage_unavailable", "", "this can't be read at the moment; try again", http.StatusServiceUnavailable}
	case errors.Is(err, notify.ErrElsewhere):
		return Told{Unavailable, "webhooks_elsewhere", "", "another node of the registry tells webhooks; ask that one", http.StatusServiceUnavailable}
	case errors.Is(err, eventlog.ErrTooLarge):
		return Told{BadUserInput, "too_large", "", "this is more than one change may hold", http.StatusRequestEntityTooLarge}
	}
	return Told{Internal, "internal", "", "something went wrong here; it has been noted", http.StatusInternalServerError}
}

func ofDomain(e *domain.Error) (Code, int) {
	switch {
	case e.Reason == access.ErrNoToken.Reason:
		return Unauthenticated, http.StatusUnauthorized
	case e.Code == domain.Invalid:
		return BadUserInput, http.StatusBadRequest
	case e.Code == domain.NotFound:
		return NotFound, http.StatusNotFound
	case e.Code == domain.Conflict:
		return Conflict, http.StatusConflict
	default:
		return Forbidden, http.StatusForbidden
	}
}

func ofAssets(e *assets.Error) Told {
	told := Told{Reason: e.Code(), Field: e.Field, Sentence: e.Sentence, Status: e.Status()}
	switch {
	case e.Line > 0:
		told.Sentence = "line " + strconv.Itoa(e.Line) + ": " + e.Sentence
	case e.Status() == http.StatusInternalServerError:
		told.Sentence = "the stored bytes can't be sent"
	}
	switch {
	case e.Status() == http.StatusNotFound:
		told.Code = NotFound
	case e.Status() == http.StatusInternalServerError:
		told.Code = Internal
	case e.Status() > http.StatusInternalServerError:
		told.Code = Unavailable
	default:
		told.Code = BadUserInput
	}
	return told
}

// present makes an error of the API of any error of a resolver, a scalar or the
// executor.
func present(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		var known *gqlerror.Error
		if errors.As(err, &known) && known.Extensions["code"] != nil {
			if known.Extensions["code"] == string(BadUserInput) && known.Extensions["field"] == nil && len(known.Path) > 1 {
				known.Extensions["field"] = fieldOf(known.Path[1:]) // a scalar that was refused
			}
			return withRequest(ctx, known)
		}
		told := Tell(err)
		if told.Code == Internal {
			log.ErrorContext(ctx, "graphql", "error", err, "request", requestID(ctx))
		}
		out := &gqlerror.Error{Message: told.Sentence, Path: graphql.GetPath(ctx), Extensions: map[string]any{
			"code": told.Code, "reason": told.Reason,
		}}
		if known != nil {
			out.Path, out.Locations = known.Path, known.Locations
		}
		if told.Field != "" {
			out.Extensions["field"] = told.Field
		}
		var unseen *NotVisibleError
		if errors.As(err, &unseen) {
			out.Extensions["position"] = strconv.FormatUint(uint64(unseen.Position), 10)
		}
		return withRequest(ctx, out)
	}
}

// withRequest names the request.
func withRequest(ctx context.Context, e *gqlerror.Error) *gqlerror.Error {
	if id := requestID(ctx); id != "" {
		e.Extensions["requestId"] = id
	}
	return e
}

// fieldOf writes the path of an argument as domain errors do: content.units[0].id.
func fieldOf(path ast.Path) string {
	var b strings.Builder
	for i, element := range path {
		switch p := element.(type) {
		case ast.PathIndex:
			b.WriteString("[" + strconv.Itoa(int(p)) + "]")
		case ast.PathName:
			if i == 0 && p == "input" {
				continue
			}
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(string(p))
		}
	}
	return b.String()
}

// invalid refuses a request before any resolver runs.
func invalid(reason, sentence string) *gqlerror.Error {
	return refusedAs(BadUserInput, reason, sentence)
}

// refusedAs refuses a request with a code of its own.
func refusedAs(code Code, reason, sentence string) *gqlerror.Error {
	return &gqlerror.Error{Message: sentence, Extensions: map[string]any{"code": code, "reason": reason}}
}
