package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"signet/graph"
)

// problem is the answer to a request that can't be served, outside of GraphQL:
//
//	{"error": {"code": "NOT_FOUND", "reason": "unknown_file", "field": "…", "message": "…", "requestId": "…"}}
//
// Codes and reasons are those of the API; GONE comes for what was withdrawn.
type problem struct {
	status                 int
	code                   graph.Code
	reason, field, message string
}

// gone is the code of what was withdrawn and may not be used any more.
const gone graph.Code = "GONE"

func (s *Server) problem(w http.ResponseWriter, r *http.Request, p problem) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if p.status == http.StatusUnauthorized && h.Get("WWW-Authenticate") == "" {
		h.Set("WWW-Authenticate", `Bearer realm="signet"`)
	}
	if p.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "2")
	}
	body := map[string]string{"code": string(p.code), "reason": p.reason, "message": p.message, "requestId": h.Get(requestIDHeader)}
	if p.field != "" {
		body["field"] = p.field
	}
	writeJSON(w, r, p.status, map[string]any{"error": body})
}

// fail tells the caller of an error. What is not the caller's doing is logged.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if s.pressed(w, r, err) {
		return
	}
	id := w.Header().Get(requestIDHeader)
	switch tellOf(err).Code { //nolint:exhaustive // the others are the caller's doing
	case graph.Internal:
		s.Log.ErrorContext(r.Context(), "request failed", "error", err, "request", id)
	case graph.Unavailable, graph.Timeout:
		if !errors.Is(err, context.Canceled) { // the caller has gone
			s.Log.WarnContext(r.Context(), "request not served", "error", err, "request", id)
		}
	}
	s.tell(w, r, err)
}

// tell tells the caller of an error.
func (s *Server) tell(w http.ResponseWriter, r *http.Request, err error) {
	t := tellOf(err)
	s.problem(w, r, problem{t.Status, t.Code, t.Reason, t.Field, t.Sentence})
}

func writeJSON(w http.ResponseWriter, r *http.Request, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append(text, '\n')) // an error is the caller's having gone
	}
}

// wantsPage tells whether the caller is a browser that shows a page.
func wantsPage(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		media, _, _ := strings.Cut(part, ";")
		switch strings.TrimSpace(media) {
		case "text/html":
			return true
		case "application/json", "application/graphql-response+json":
			return false
		}
	}
	return false
}
