package server

import (
	"encoding/json"
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
	status                       int
	code, reason, field, message string
}

// gone is the code of what was withdrawn and may not be used any more.
const gone = "GONE"

func (s *Server) problem(w http.ResponseWriter, p problem) {
	w.Header().Set("Cache-Control", "no-store")
	if p.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="signet"`)
	}
	if p.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	body := map[string]string{"code": p.code, "reason": p.reason, "message": p.message, "requestId": w.Header().Get(requestIDHeader)}
	if p.field != "" {
		body["field"] = p.field
	}
	writeJSON(w, p.status, map[string]any{"error": body})
}

// fail tells the caller of an error; what is ours alone is logged.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	told := graph.Tell(err)
	if told.Code == graph.Internal {
		s.Log.ErrorContext(r.Context(), "request failed", "error", err, "request", w.Header().Get(requestIDHeader))
	}
	s.problem(w, problem{told.Status, string(told.Code), told.Reason, told.Field, told.Sentence})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // an error is the caller's having gone
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
