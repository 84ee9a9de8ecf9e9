package server

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/google/uuid"

	"signet/internal/access"
)

// requestIDHeader names a request in answers and in the log.
const requestIDHeader = "X-Request-Id"

// answered remembers the status of an answer, for the log.
type answered struct {
	http.ResponseWriter

	status int
}

// Unwrap is for http.ResponseController.
func (w *answered) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *answered) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *answered) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Flush passes on what was written: server-sent events ask for it.
func (w *answered) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// identified gives every request an id, sets the headers that every answer has,
// and writes the access log. Paths are logged without their queries, in which
// the code of the first login stands.
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
		a := &answered{ResponseWriter: w}
		next.ServeHTTP(a, r)
		if s.Log.Enabled(r.Context(), slog.LevelDebug) {
			s.Log.DebugContext(r.Context(), "request", "id", id, "method", r.Method, "path", r.URL.Path, "status", a.status, "took", time.Since(began))
		}
	})
}

// recovered answers a panic like any other failure.
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
			if a, ok := w.(*answered); ok && a.status == 0 {
				s.fail(w, r, errors.New("server: a panic"))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// known finds out who calls. A token that is not valid is refused, and not taken
// for none.
func (s *Server) known(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		viewer, err := s.auth.FromRequest(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		next(w, r.WithContext(access.With(r.Context(), viewer)))
	})
}
