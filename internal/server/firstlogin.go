package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/projections"
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
// registry gets a token, at /first-login?code=…; ok is false when there is an
// administrator already. The read models must have caught up.
func (s *Server) FirstLogin(ctx context.Context) (code string, ok bool, err error) {
	there, err := s.administered(ctx)
	if err != nil || there {
		return "", false, err
	}
	code = rand.Text()
	s.login.mu.Lock()
	defer s.login.mu.Unlock()
	s.login.code, s.login.wrong = code, 0
	return code, true, nil
}

// administered tells whether any administrator has a token: those of a kit that
// was imported have none.
func (s *Server) administered(ctx context.Context) (bool, error) {
	const page = 100
	agencies, err := eachPage(func(after string) ([]*projections.Agency, error) { return s.Views.Agencies(ctx, after, page) },
		func(a *projections.Agency) string { return a.Key })
	if err != nil {
		return false, err
	}
	for _, agency := range agencies {
		members, err := eachPage(func(after string) ([]*projections.Member, error) {
			return s.Views.Members(ctx, agency.Key, after, page)
		},
			func(m *projections.Member) string { return m.ID.String() })
		if err != nil {
			return false, err
		}
		there, err := s.anyToken(ctx, slices.DeleteFunc(members, func(m *projections.Member) bool { return !m.Roles.Has(domain.RoleAdmin) }))
		if err != nil || there {
			return there, err
		}
	}
	return false, nil
}

// anyToken tells whether one of the members has a token that has not expired.
func (s *Server) anyToken(ctx context.Context, members []*projections.Member) (bool, error) {
	keys := make([]projections.MemberKey, len(members))
	for i, m := range members {
		keys[i] = projections.MemberKey{Agency: m.Agency, ID: m.ID}
	}
	tokens, err := s.Views.TokensByKey(ctx, keys)
	if err != nil {
		return false, err
	}
	for _, list := range tokens {
		if slices.ContainsFunc(list, func(t *projections.Token) bool { return t.ValidAt(s.now()) }) {
			return true, nil
		}
	}
	return false, nil
}

// eachPage reads all pages of something small.
func eachPage[R any](read func(after string) ([]*R, error), key func(*R) string) ([]*R, error) {
	var all []*R
	for after := ""; ; {
		rows, err := read(after)
		if err != nil || len(rows) == 0 {
			return all, err
		}
		all = append(all, rows...)
		after = key(rows[len(rows)-1])
	}
}

// operator is whoever runs the program on the machine: it prints the code there.
var operator = domain.Actor{
	Member: uuid.NewSHA1(uuid.NameSpaceURL, []byte("signet:first-login")),
	Roles:  domain.Roles{domain.RoleOperator},
}

// admit registers the agency, and adds its first member, who is an administrator.
func (s *Server) admit(ctx context.Context, key string, name domain.Texts) (secret string, _ error) {
	agency, _, err := commands.Load(ctx, s.Runner.Log, domain.Agencies, domain.AgencyStream(key))
	if err != nil {
		return "", err
	}
	member, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	token := access.NewToken()
	steps := []domain.Command[domain.Agency]{
		domain.AddMember{Agency: key, Member: member, Roles: []domain.Role{domain.RoleAdmin}},
		domain.IssueToken{Agency: key, Member: member, Token: token.ID, Hash: token.Hash},
	}
	if !agency.Exists {
		steps = append([]domain.Command[domain.Agency]{domain.RegisterAgency{Key: key, Name: name}}, steps...)
	}
	var last commands.Result
	for _, step := range steps {
		if last, err = commands.Run(ctx, s.Runner, domain.Agencies, step, commands.Request{Actor: operator, Via: "first-login"}); err != nil {
			return "", err
		}
	}
	return token.Secret, graph.Visible(ctx, s.Views, last.Position, graph.Applied)
}

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
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
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
	secret, err := s.admit(r.Context(), p.Key, name)
	if err != nil {
		s.login.giveBack(p.Code)
		told := graph.Tell(err)
		p.Error = told.Sentence
		s.Log.WarnContext(r.Context(), "first login", "error", err)
		s.showLogin(w, r, told.Status, p)
		return
	}
	s.Log.InfoContext(r.Context(), "the first administrator has come in", "agency", p.Key)
	p.Secret, p.Origin = secret, origin(r)
	s.showLogin(w, r, http.StatusOK, p)
}

func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
