package server

import (
	"net/http"

	"github.com/google/uuid"

	"signet/assets"
	"signet/domain"
	"signet/graph"
)

// maxEvidence is the size of the largest picture of a place, in bytes.
const maxEvidence = 4 << 20

// keepEvidence takes in a picture of the place of a finding:
//
//	POST /evidence
//
// It answers with the digest, which a report names then. It is PNG, JPEG or WebP.
func (s *Server) keepEvidence(w http.ResponseWriter, r *http.Request) {
	s.receive(w, r, domain.ReportAudits, min(maxEvidence, s.MaxUpload), []assets.Media{assets.PNG, assets.JPEG, assets.WebP})
}

// evidence answers with the picture of the place of a finding:
//
//	GET /evidence/{finding}
func (s *Server) evidence(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Authorization")
	blob, info, err := s.pictureOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer blob.Close()
	assets.Serve(w, r, assets.Download{Content: blob, Digest: info.Ref, Media: info.Media, Title: "evidence", Inline: true, CacheControl: "private, no-cache"})
}

func (s *Server) pictureOf(r *http.Request) (assets.Blob, assets.Info, error) {
	id, err := uuid.Parse(r.PathValue("finding"))
	if err != nil {
		return nil, assets.Info{}, unknownFile
	}
	f, err := graph.SeeFinding(r.Context(), s.Views, id)
	if err != nil {
		return nil, assets.Info{}, err
	}
	if f == nil || f.Evidence.Picture == "" {
		return nil, assets.Info{}, unknownFile
	}
	info, err := assets.Describe(r.Context(), s.Store, assets.Ref(f.Evidence.Picture))
	if err != nil {
		return nil, info, err
	}
	blob, err := s.Store.Open(r.Context(), info.Ref)
	return blob, info, err
}
