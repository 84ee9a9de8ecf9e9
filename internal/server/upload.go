package server

import (
	"io"
	"net/http"
	"time"

	"signet/assets"
	"signet/domain"
	"signet/graph"
	"signet/internal/access"
)

// stall is how long an upload may stand still.
const stall = 30 * time.Second

// upload takes in the body of a request as a file, and answers with the digest
// by which a logo can be made of it. Who may not is told before the body is read.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	viewer := access.From(r.Context())
	switch {
	case viewer.Anonymous():
		s.problem(w, problem{http.StatusUnauthorized, string(graph.Unauthenticated), "unauthenticated", "", "this needs a token; send it as Authorization: Bearer …"})
		return
	case !viewer.Can(domain.UploadAssets):
		s.problem(w, problem{http.StatusForbidden, string(graph.Forbidden), "not_permitted", "", "this needs the permission " + string(domain.UploadAssets)})
		return
	case r.ContentLength > s.MaxUpload:
		s.fail(w, r, assets.ErrTooLarge.Because("there are more than %d bytes", s.MaxUpload))
		return
	}
	body := &paced{r: http.MaxBytesReader(w, r.Body, s.MaxUpload+1), control: http.NewResponseController(w)}
	info, err := assets.Receive(r.Context(), s.Store, body, s.MaxUpload)
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
	writeJSON(w, http.StatusCreated, answer)
}

// paced gives each read of a body some time, instead of all of them together: a
// large file may take long, one that stands still may not.
type paced struct {
	r       io.Reader
	control *http.ResponseController
}

func (p *paced) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(stall)) // not every connection can
	return p.r.Read(b)
}
