package server

import (
	"errors"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/graph"
	"signet/internal/access"
	"signet/internal/pressure"
)

// requestIDHeader names a request in answers and in the log.
const requestIDHeader = "X-Request-Id"

// identified gives every request an id and its deadlines, sets the headers that
// every answer has, and writes the access log.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, outer *http.Request) {
		began := time.Now()
		id, err := uuid.NewV7()
		if err != nil {
			id = uuid.New()
		}
		from := proxies(s.Proxies).arrival(outer)
		tab := s.limiter.Tab(from.address)
		r := outer.WithContext(pressure.With(withArrival(outer.Context(), from), tab))
		defer func() { outer.Pattern = r.Pattern }() // metrics count by it
		if from.address != peerOf(outer) {
			r.RemoteAddr = from.address.String() // for what counts by it, such as subscriptions
		} else if from.address.IsPrivate() || from.address.IsLoopback() {
			s.doubt(r)
		}
		h := w.Header()
		guard(h, from.secure)
		h.Set(requestIDHeader, id.String())
		a := newAnswered(w)
		a.mark = func(h http.Header) {
			s.mark(h)
			tellQuota(h, tab)
		}
		defer pace(a, r)()
		defer func() { s.logAccess(r, a, id, time.Since(began)) }()
		next.ServeHTTP(a, r)
	})
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
		viewer, err := s.caller(w, r)
		if err != nil {
			s.refused(w, r, err)
			return
		}
		s.serve(w, r, viewer, next)
	})
}

// caller is who calls. A guess has been charged when it returns, and the cookie of a
// session that has ended is taken away.
func (s *Server) caller(w http.ResponseWriter, r *http.Request) (access.Viewer, error) {
	w.Header().Add("Vary", "Cookie")
	viewer, err := s.auth.FromRequest(r)
	if errors.Is(err, access.ErrBadToken) && s.caughtUp(r) {
		viewer, err = s.auth.FromRequest(r)
	}
	if err == nil {
		return viewer, nil
	}
	if errors.Is(err, access.ErrBadToken) {
		s.badSession(w, r)
	}
	return access.Viewer{}, guessed(r, err)
}

// serve serves a request of somebody.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, viewer access.Viewer, next http.Handler) {
	meet(w, r, viewer)
	s.bear(w, r.WithContext(access.With(r.Context(), viewer)), next)
}

// meet notes who calls, for the access log and for whoever charges him: of all sessions
// of a token that token.
func meet(w http.ResponseWriter, r *http.Request, viewer access.Viewer) {
	if !viewer.Anonymous() {
		pressure.From(r.Context()).Holder(access.BegunWith(viewer.Token))
	}
	if a, ok := w.(*answered); ok {
		a.viewer = viewer
	}
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
