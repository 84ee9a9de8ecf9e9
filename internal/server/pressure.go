package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"time"

	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/pressure"
)

// bodyAtOnce is how long a request to the API may be, in bytes, that does not count as an
// upload: with its body in memory it waits for its caller.
const bodyAtOnce = 64 << 10

// rooms are how much is done at once. Reads and writes are those of the API, once
// their requests have been read. Renditions have bounds of their own (rendition.Maker).
func rooms() map[pressure.Class]pressure.Room {
	return map[pressure.Class]pressure.Room{
		// While one waits for its batch, another one goes on.
		pressure.Reads: {AtOnce: 2 * runtime.GOMAXPROCS(0), Waiting: 1000, Wait: 5 * time.Second},
		// They are written together (see eventlog), so that many wait for one write.
		pressure.Writes:    {AtOnce: 64, Waiting: 256, Wait: 10 * time.Second},
		pressure.HeavyWork: {AtOnce: 4, Waiting: 64, Wait: 10 * time.Second, PerCaller: 32},
		pressure.Uploads:   {AtOnce: 64, Waiting: 64, Wait: 5 * time.Second, PerCaller: 32},
	}
}

// work is what a request costs its caller, and the class whose turn it waits for, if any.
type work struct {
	cost    int
	class   pressure.Class
	waiting bool
}

// heavy are the addresses that read much for each answer.
var heavy = map[string]bool{kitPath: true, manifestPath: true, "/catalogue.json": true, "/reports": true}

// received are the addresses that take files.
var received = map[string]bool{"/files": true, "/evidence": true, "/identify": true, "/xliff": true}

// workOf looks at a request that has been routed.
func workOf(r *http.Request) work {
	post := r.Method == http.MethodPost
	switch {
	case heavy[r.Pattern]:
		return work{pressure.Heavy, pressure.HeavyWork, true}
	case received[r.Pattern] && post:
		return work{pressure.Heavy, pressure.Uploads, true}
	case post && (r.Pattern == vietnamesePath || r.Pattern == englishPath) && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/"):
		return work{pressure.Heavy, pressure.Uploads, true}
	case r.Pattern == graphPath && post && (r.ContentLength < 0 || r.ContentLength > bodyAtOnce):
		return work{pressure.Heavy, pressure.Uploads, true}
	}
	return work{cost: pressure.Read}
}

// open serves who need not say who he is, and charges his address.
func (s *Server) open(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.bear(w, r, next) })
}

// bear charges who calls for a request, and serves it in its turn. The turn is over when
// the answer begins: who reads it slowly keeps nobody waiting.
func (s *Server) bear(w http.ResponseWriter, r *http.Request, next http.Handler) {
	tab, does := pressure.From(r.Context()), workOf(r)
	if err := tab.Spend(does.cost); err != nil {
		s.fail(w, r, err)
		return
	}
	if does.waiting {
		leave, err := s.gate.Enter(r.Context(), does.class, tab.Who())
		if err != nil {
			s.fail(w, r, err)
			return
		}
		defer leave()
		if a, ok := w.(*answered); ok {
			a.begun = leave
		}
	}
	next.ServeHTTP(w, r)
}

// guessed charges the address of whose token is not valid, and returns what he is told:
// that, unless he has tried too many. A token that is valid is taken from his address
// even then.
func guessed(r *http.Request, err error) error {
	if domain.AsError(err) == nil || errors.Is(err, access.ErrCrossSite) {
		return err
	}
	return cmp.Or(pressure.From(r.Context()).Guessed(), err)
}

// refused answers who was not found to be anybody.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, access.ErrBadToken) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="signet", error="invalid_token"`)
	}
	s.fail(w, r, err)
}

// spend charges the caller of the API for an operation.
func (s *Server) spend(ctx context.Context, mutations, fields int) error {
	return pressure.Spend(ctx, pressure.CostOf(mutations, fields))
}

// turn waits for the turn of an operation of the API.
func (s *Server) turn(ctx context.Context, writes bool) (leave func(), err error) {
	class := pressure.Reads
	if writes {
		class = pressure.Writes
	}
	return s.gate.Enter(ctx, class, pressure.From(ctx).Who())
}

// pressed tells of an error that means too much is asked for: by this caller, or by all.
func (s *Server) pressed(w http.ResponseWriter, r *http.Request, err error) bool {
	limited := errors.Is(err, pressure.ErrLimited)
	if !limited && !errors.As(err, new(*pressure.OverloadedError)) {
		return false
	}
	told := graph.Tell(err)
	p := problem{status: told.Status, code: told.Code, reason: told.Reason, message: told.Sentence}
	if limited {
		w.Header().Set("Retry-After", pressure.From(r.Context()).RetryAfter())
	}
	if r.Body != nil && r.Body != http.NoBody {
		w.Header().Set("Connection", "close") // what is refused need not be sent to its end
	}
	if r.Pattern == graphPath {
		s.graphProblem(w, r, p)
	} else {
		s.problem(w, r, p)
	}
	return true
}

// graphProblem answers like problem, in the form of the API.
func (s *Server) graphProblem(w http.ResponseWriter, r *http.Request, p problem) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if p.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "2")
	}
	body, err := json.Marshal(map[string]any{"errors": []any{map[string]any{
		"message":    p.message,
		"extensions": map[string]any{"code": p.code, "reason": p.reason, "requestId": h.Get(requestIDHeader)},
	}}})
	if err != nil {
		s.problem(w, r, p)
		return
	}
	h.Set("Content-Type", "application/graphql-response+json; charset=utf-8")
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // an error is the caller's having gone
	}
}

// tellQuota tells who has a limit how he stands to it.
func tellQuota(h http.Header, tab *pressure.Tab) {
	if q := tab.Quota(); q.Name != "" {
		h["Ratelimit-Policy"], h["Ratelimit"] = []string{q.Policy()}, []string{q.State()}
	}
}
