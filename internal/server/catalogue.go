package server

import (
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"

	"signet/assets"
	"signet/domain"
	"signet/internal/access"
	"signet/internal/catalogue"
	"signet/internal/identify"
)

// catalogue answers with everything that was ever in force, by which signet check
// finds uses of it:
//
//	GET /catalogue.json
//
// Without a token it is what is public. The ETag is the same as long as the answer is,
// but for its instant.
func (s *Server) catalogue(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Authorization")
	ctx := r.Context()
	asker := identify.Asker{Now: s.now(), Approved: access.From(ctx).Can(domain.ReadApproved)}
	c, err := catalogue.Make(ctx, s.Views, asker, here(r)+"/", s.Prints.Of)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	versions, err := json.Marshal(c.Versions)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	tag := `"` + string(assets.RefOf(versions)) + `"`
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body, err := json.Marshal(struct { // the versions are encoded already
		*catalogue.Catalogue

		Versions json.RawMessage `json:"versions"`
	}{c, versions})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	if r.Method == http.MethodHead {
		return
	}
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		_, _ = w.Write(body) // an error is the caller's having gone
		return
	}
	h.Set("Content-Encoding", "gzip")
	h.Add("Vary", "Accept-Encoding")
	packed := gzip.NewWriter(w)
	if _, err := packed.Write(body); err == nil {
		_ = packed.Close() // an error is the caller's having gone
	}
}
