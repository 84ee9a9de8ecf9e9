package server

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
)

// loggedPath is how much of a path is logged, in bytes.
const loggedPath = 300

// logAccess logs a request, for whoever asks for so much. The query is left out, in
// which the code of the first login and the signature of a link stand, and so are all
// headers; a member is its opaque id.
func (s *Server) logAccess(r *http.Request, a *answered, id uuid.UUID, took time.Duration) {
	ctx := context.WithoutCancel(r.Context())
	if !s.Log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request", id.String()), slog.String("method", loggedMethod(r.Method)), slog.String("path", harmless(r.URL.Path)),
		slog.String("address", Address(r).String()), slog.Int("status", a.status), slog.Int64("bytes", a.bytes), slog.Duration("took", took),
	}
	if !a.viewer.Anonymous() {
		attrs = append(attrs, slog.String("agency", a.viewer.Agency), slog.String("member", a.viewer.Member.String()))
	}
	s.Log.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}

// loggedMethod is a method, unless somebody has made one up.
func loggedMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, http.MethodConnect:
		return method
	}
	return "other"
}

// secrets are what people put into an address by mistake: tokens of ours and of others,
// and mail addresses.
var secrets = regexp.MustCompile(`signet_[0-9A-Za-z_]+|eyJ[0-9A-Za-z_-]+\.[0-9A-Za-z_.-]+|[^/\s@]+@[^/\s@]+`)

// harmless is a path that can be logged: short, of one line in any viewer, and
// without what nobody else may know.
func harmless(path string) string {
	long := len(path) > 4*loggedPath
	if long {
		path = path[:4*loggedPath]
	}
	path = secrets.ReplaceAllString(strings.ToValidUTF8(path, "\uFFFD"), "…")
	path = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) { // controls, line separators, and what turns the direction of text
			return '\uFFFD'
		}
		return r
	}, path)
	if len(path) > loggedPath {
		path, long = strings.ToValidUTF8(path[:loggedPath], ""), true
	}
	if long {
		path += "…"
	}
	return path
}
