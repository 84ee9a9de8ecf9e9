package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"

	"signet/domain"
	"signet/graph"
)

// tries is how many wrong codes end the first login; the next start makes
// another code.
const tries = 5

// login is the one-time code by which the first administrator comes in. It
// is kept in memory only.
type login struct {
	mu    sync.Mutex
	code  string // guarded by mu; empty: nobody comes in by it
	wrong int    // guarded by mu
}

// take uses the code up if it is the right one.
func (f *login) take(code string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.code == "" {
		return false
	}
	if subtle.ConstantTimeCompare([]byte(code), []byte(f.code)) == 1 {
		f.code = ""
		return true
	}
	if f.wrong++; f.wrong >= tries {
		f.code = ""
	}
	return false
}

// giveBack makes a code that was taken good again, when what it was taken for
// was refused.
func (f *login) giveBack(code string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.code = code
}

// open tells whether somebody could come in still.
func (f *login) open() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.code != ""
}

// FirstLogin makes the one-time code by which the first administrator of a
// registry gets a token, at /first-login?code=…; ok is false once somebody has come
// in, for ever, and while there is an administrator who came by another way. The
// read models must have caught up.
func (s *Server) FirstLogin(ctx context.Context) (code string, ok bool, err error) {
	open, err := s.admission().open(ctx)
	if err != nil || !open {
		return "", false, err
	}
	code = rand.Text()
	s.login.mu.Lock()
	defer s.login.mu.Unlock()
	s.login.code, s.login.wrong = code, 0
	return code, true, nil
}

func (s *Server) admission() *admission { return &admission{s.Runner, s.Views, s.Log} }

// loginPage is what the page of the first login shows.
type loginPage struct {
	Code, Key, NameVi, NameEn string
	Error                     string
	Secret, Origin            string
}

// firstLogin shows the form, and takes it.
func (s *Server) firstLogin(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPost:
		s.takeFirstLogin(w, r)
	case !s.login.open():
		s.showLogin(w, r, http.StatusNotFound, loginPage{})
	default:
		s.showLogin(w, r, http.StatusOK, loginPage{Code: r.URL.Query().Get("code")})
	}
}

func (s *Server) takeFirstLogin(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		s.problem(w, r, problem{http.StatusBadRequest, graph.BadUserInput, "invalid_form", "", "this is not the form of the first login"})
		return
	}
	p := loginPage{
		Code: r.PostForm.Get("code"), Key: strings.TrimSpace(r.PostForm.Get("key")),
		NameVi: strings.TrimSpace(r.PostForm.Get("name_vi")), NameEn: strings.TrimSpace(r.PostForm.Get("name_en")),
	}
	if !s.login.take(p.Code) {
		s.showLogin(w, r, http.StatusForbidden, loginPage{})
		return
	}
	name := domain.Texts{"vi": p.NameVi}
	if p.NameEn != "" {
		name["en"] = p.NameEn
	}
	secret, err := s.admission().admit(r.Context(), p.Key, name)
	if err != nil {
		told := graph.Tell(err)
		p.Error = told.Sentence
		if isClaimed(err) {
			p.Code = "" // it is good for nothing any more
		} else {
			s.login.giveBack(p.Code)
		}
		s.Log.WarnContext(r.Context(), "first login", "error", err)
		s.showLogin(w, r, told.Status, p)
		return
	}
	s.Log.InfoContext(r.Context(), "the first administrator has come in", "agency", p.Key)
	p.Secret, p.Origin = secret, origin(r)
	s.showLogin(w, r, http.StatusOK, p)
}

func origin(r *http.Request) string {
	if secure(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
