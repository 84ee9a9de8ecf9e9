package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/graph"
	"signet/internal/access"
)

// requestIDHeader names a request in answers and in the log.
const requestIDHeader = "X-Request-Id"

// loggedPath is how much of a path is logged, in bytes.
const loggedPath = 300

// identified gives every request an id and its deadlines, sets the headers that
// every answer has, and writes the access log.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		id, err := uuid.NewV7()
		if err != nil {
			id = uuid.New()
		}
		h := w.Header()
		h.Set(requestIDHeader, id.String())
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		a := newAnswered(w)
		a.mark = s.mark
		defer pace(a, r)()
		defer func() { s.logAccess(r, a, id, time.Since(began)) }()
		next.ServeHTTP(a, r)
	})
}

// logAccess logs a request, for whoever asks for so much. The query is left out,
// in which the code of the first login stands, and so are all headers; a member
// is its opaque id.
func (s *Server) logAccess(r *http.Request, a *answered, id uuid.UUID, took time.Duration) {
	ctx := context.WithoutCancel(r.Context())
	if !s.Log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	path := r.URL.Path
	if len(path) > loggedPath {
		path = strings.ToValidUTF8(path[:loggedPath], "") + "…"
	}
	attrs := []slog.Attr{
		slog.String("request", id.String()), slog.String("method", r.Method), slog.String("path", path),
		slog.Int("status", a.status), slog.Int64("bytes", a.bytes), slog.Duration("took", took),
	}
	if !a.viewer.Anonymous() {
		attrs = append(attrs, slog.String("agency", a.viewer.Agency), slog.String("member", a.viewer.Member.String()))
	}
	s.Log.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}

// recovered answers a panic like any other failure. An answer that has begun
// already is cut off, so that nobody takes it for whole.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			panicked := recover()
			if panicked == nil {
				return
			}
			if err, ok := panicked.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(panicked)
			}
			s.Log.ErrorContext(r.Context(), "panic", "panic", panicked, "stack", string(debug.Stack()), "request", w.Header().Get(requestIDHeader))
			if a, ok := w.(*answered); !ok || a.status != 0 {
				panic(http.ErrAbortHandler)
			}
			s.tell(w, r, errPanic)
		}()
		next.ServeHTTP(w, r)
	})
}

// errPanic is told as any error that nobody meant for callers.
var errPanic = errors.New("server: a panic")

// known finds out who calls. A token that is not valid is refused, and not taken
// for none.
func (s *Server) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		viewer, err := s.auth.FromRequest(r)
		if err != nil {
			if errors.Is(err, access.ErrBadToken) {
				w.Header().Set("WWW-Authenticate", `Bearer realm="signet", error="invalid_token"`)
			}
			s.fail(w, r, err)
			return
		}
		if a, ok := w.(*answered); ok {
			a.viewer = viewer
		}
		next.ServeHTTP(w, r.WithContext(access.With(r.Context(), viewer)))
	})
}

// only answers other methods with status 405 (RFC 9110, section 15.5.6).
func (s *Server) only(next http.Handler, methods ...string) http.Handler {
	allowed := strings.Join(methods, ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(methods, r.Method) {
			w.Header().Set("Allow", allowed)
			s.problem(w, r, problem{
				status: http.StatusMethodNotAllowed, code: graph.BadUserInput, reason: "method_not_allowed",
				message: "this address takes " + allowed,
			})
			return
		}
		next.ServeHTTP(w, r)
	})
}
