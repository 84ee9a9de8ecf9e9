package server

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"signet/assets"
	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/identify"
)

// asker is who asks about a file.
func (s *Server) asker(r *http.Request) identify.Asker {
	return identify.Asker{Now: s.now(), Approved: access.From(r.Context()).Can(domain.ReadApproved)}
}

// identify tells which version a file is, and whether that is in force:
//
//	GET  /identify?digest=…&digest=…&item=…&version=…
//	POST /identify    with the file as the body
//
// The file is read and not kept. The answer is a list, empty for what is not known.
func (s *Server) identify(w http.ResponseWriter, r *http.Request) {
	claims, err := s.claims(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answers, err := identify.Find(r.Context(), s.Views, s.asker(r), claims)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if answers == nil {
		answers = []identify.Answer{}
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, r, http.StatusOK, map[string]any{"answers": answers})
}

func (s *Server) claims(w http.ResponseWriter, r *http.Request) (identify.Claims, error) {
	if r.Method == http.MethodPost {
		return s.claimsOf(w, r)
	}
	q := r.URL.Query()
	claims := identify.Claims{Digests: q["digest"], Item: q.Get("item")}
	if text := q.Get("version"); text != "" {
		var err error
		if claims.Version, err = strconv.Atoi(text); err != nil {
			return claims, domain.Refuse(domain.Invalid, "invalid_number", "a version is a number").At("version")
		}
	}
	return claims, nil
}

// claimsOf reads a file: what its digests are, and what is stamped into it.
func (s *Server) claimsOf(w http.ResponseWriter, r *http.Request) (identify.Claims, error) {
	ctx := r.Context()
	staged, err := s.Store.Stage(ctx)
	if err != nil {
		return identify.Claims{}, err
	}
	defer func() { _ = staged.Discard() }()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(staged, sum), http.MaxBytesReader(w, r.Body, s.MaxUpload))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return identify.Claims{}, assets.ErrTooLarge.Because("there are more than %d bytes", s.MaxUpload)
	case err != nil:
		return identify.Claims{}, assets.ErrInterrupted.From(err)
	}
	claims, _, err := identify.Read(ctx, staged, size, hex.EncodeToString(sum.Sum(nil)))
	return claims, err
}

// statusPath is where a version's standing is told, which is stamped into files.
const statusPath = "/status/"

// statusNames are the states for people.
var statusNames = map[identify.State]struct{ Vietnamese, English string }{
	identify.Scheduled:  {"đã được phê duyệt, chưa có hiệu lực", "approved, not yet in force"},
	identify.InForce:    {"đang có hiệu lực", "in force"},
	identify.Superseded: {"đã được thay thế, không còn hiệu lực", "superseded, no longer in force"},
	identify.Withdrawn:  {"đã bị thu hồi, không được sử dụng", "withdrawn, not to be used any more"},
}

// status tells what has become of a version, to whoever holds a file of it: as a page
// in two languages, or as JSON.
//
//	GET /status/{item}/{version}
func (s *Server) status(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.PathValue("version"))
	if err != nil {
		number = 0
	}
	answer, err := identify.Of(r.Context(), s.Views, s.asker(r), r.PathValue("item"), number)
	switch {
	case err != nil:
		s.fail(w, r, err)
		return
	case answer == nil:
		s.problem(w, r, problem{http.StatusNotFound, graph.NotFound, "unknown_version", "", "there is no such version"})
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Add("Vary", "Accept, Authorization")
	if !wantsPage(r) {
		writeJSON(w, r, http.StatusOK, answer)
		return
	}
	names := statusNames[answer.State]
	s.show(w, r, http.StatusOK, "status.html", struct {
		*identify.Answer
		Vietnamese, English, Day string
		Good                     bool
	}{answer, names.Vietnamese, names.English, answer.Since.In(domain.CityZone).Format(time.DateOnly), answer.State == identify.InForce})
}
