package server

import (
	"net/http"
	"strconv"
	"time"

	"signet/graph"
	"signet/internal/eventlog"
)

// Headers by which callers of several nodes keep their place.
const (
	// positionHeader is, in an answer, up to where the log had been read for it at
	// least; in a request, up to where it has to be read for the answer. It is a
	// decimal number that means nothing but that.
	positionHeader = "Signet-Position"
	// asOfHeader is in the answers of a node that can't reach the log, or has not
	// caught up with it: when it last knew that it told all (RFC 3339, UTC).
	asOfHeader = "Signet-As-Of"
)

// mark tells how far the node has read, in the header of an answer.
func (s *Server) mark(h http.Header) {
	h.Set(positionHeader, strconv.FormatUint(uint64(s.Views.Position()), 10))
	now := time.Now()
	if asOf := graph.AsOf(s.Runner.Log, s.Views, now); asOf.IsZero() {
		h.Set(asOfHeader, "never")
	} else if asOf != now {
		h.Set(asOfHeader, asOf.UTC().Format(time.RFC3339))
	}
}

// placed waits until the node has read what the caller has seen, at this node or
// another, and refuses with status 503 if that takes longer than graph.Reached.
func (s *Server) placed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text := r.Header.Get(positionHeader); text != "" {
			position, err := strconv.ParseUint(text, 10, 63)
			if err != nil {
				s.problem(w, r, problem{
					status: http.StatusBadRequest, code: graph.BadUserInput, reason: "invalid_position", field: positionHeader,
					message: "the header is the number that an answer of this registry had in it",
				})
				return
			}
			if err := graph.Visible(r.Context(), s.Views, eventlog.Position(position), graph.Reached); err != nil {
				s.problem(w, r, problem{
					status: http.StatusServiceUnavailable, code: graph.Unavailable, reason: "not_caught_up", field: positionHeader,
					message: "this node has not read so far yet; try again",
				})
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
