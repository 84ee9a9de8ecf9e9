package server

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"

	"signet/graph"
)

//go:embed pages
var pageFiles embed.FS

var (
	pages = template.Must(template.ParseFS(pageFiles, "pages/*.html"))
	style = readStyle()
	// pagePolicy allows the one style sheet of the pages, and forms to ourselves.
	pagePolicy = "default-src 'none'; style-src 'sha256-" + styleDigest() + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

// formPolicy is for pages with forms: where browsers tell no Sec-Fetch-Site, as on plain
// http, "no-referrer" would let them hide the Origin of what they send to us, too
// (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
const formPolicy = "same-origin"

func readStyle() template.CSS {
	text, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		panic(err) // it is embedded
	}
	return template.CSS(text) //nolint:gosec // our own
}

func styleDigest() string {
	sum := sha256.Sum256([]byte(style))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// show writes a page.
func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, map[string]any{"Style": style, "Data": data}); err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Referrer-Policy", formPolicy)
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page.Bytes()) // an error is the reader's having gone
	}
}

func (s *Server) showLogin(w http.ResponseWriter, r *http.Request, status int, p loginPage) {
	w.Header().Set("Cache-Control", "no-store")
	s.show(w, r, status, "first-login.html", p)
}

// nothing answers for what is at no address.
func (s *Server) nothing(w http.ResponseWriter, r *http.Request) {
	s.problem(w, r, problem{http.StatusNotFound, graph.NotFound, "unknown_path", "", "there is nothing at this address"})
}
