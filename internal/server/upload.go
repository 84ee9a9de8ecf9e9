package server

import (
	"errors"
	"net/http"
	"os"

	"signet/assets"
	"signet/domain"
	"signet/graph"
	"signet/internal/access"
)

// upload takes in the body of a request as a file, and answers with the digest
// by which a logo can be made of it. Who may not is told before the body is read.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	s.receive(w, r, domain.UploadAssets, s.MaxUpload, nil)
}

// receive takes in the body of a request, of who holds the permission, up to a limit
// in bytes; of some types only, if there is a list of them.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, permission domain.Permission, limit int64, types []assets.Media) {
	if err := access.From(r.Context()).Require(permission); err != nil {
		s.fail(w, r, err)
		return
	}
	if r.ContentLength > limit {
		s.fail(w, r, assets.ErrTooLarge.Because("there are more than %d bytes", limit))
		return
	}
	info, err := assets.Receive(r.Context(), s.Store, http.MaxBytesReader(w, r.Body, limit+1), limit, types...)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.tooSlow(w, r)
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := map[string]any{"digest": info.Ref, "mediaType": info.Media, "size": info.Size}
	if info.Width > 0 && info.Height > 0 {
		answer["width"], answer["height"] = info.Width, info.Height
	}
	warnings := make([]string, len(info.Warnings))
	for i, warning := range info.Warnings {
		warnings[i] = warning.Sentence
	}
	answer["warnings"] = warnings
	writeJSON(w, r, http.StatusCreated, answer)
}

// tooSlow answers a body that did not come at the pace that it must have.
func (s *Server) tooSlow(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "close")
	s.problem(w, r, problem{http.StatusRequestTimeout, graph.Timeout, "too_slow", "", "the upload stood still, or came too slowly"})
}
