package server

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"signet/graph"
	"signet/internal/access"
	"signet/internal/signin"
)

// Where people begin and end sessions, whether there is a provider or not.
const (
	sessionPath = "/session"
	logoutPath  = "/logout"
)

// Names of cookies. Browsers take one that begins so from this host alone, by https,
// and for all of it (RFC 6265bis, section 4.1.3.2); on plain http, which is for trying
// on one's own machine, they would not take it at all.
const (
	hostPrefix    = "__Host-"
	sessionCookie = "signet"
	loginCookie   = "signet-login"
)

// maxForm bounds the forms of pages, in bytes.
const maxForm = 16 << 10

// useSessions lets the authenticator know of sessions, and of the provider's tokens.
func (s *Server) useSessions() (err error) {
	s.PublicURL = strings.TrimSuffix(s.PublicURL, "/")
	if s.Door != nil {
		s.PublicURL = s.Door.Provider.PublicURL
		if s.Door.Provider.Audience != "" {
			if err := s.auth.UseForeign(s.Door.Bearer); err != nil {
				return err
			}
		}
	}
	if s.sessions, err = signin.NewSessions(s.Runner, s.Views, s.Session); err != nil {
		return err
	}
	return s.auth.UseSessions(access.Sessions{
		Cookie: s.cookieName(sessionCookie), Origin: s.PublicURL,
		Guarded: func(r *http.Request) bool { return r.URL.Path == graphPath },
	})
}

func (s *Server) cookieName(name string) string {
	if strings.HasPrefix(s.PublicURL, "https://") {
		return hostPrefix + name
	}
	return name
}

// setCookie sets a cookie for some time; none takes it away. It goes along when
// somebody follows a link to here, as they do from the provider (SameSite=Lax).
func (s *Server) setCookie(w http.ResponseWriter, r *http.Request, name, value string, lasts time.Duration) {
	name = s.cookieName(name)
	age := int(lasts.Seconds())
	if lasts <= 0 {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: secure(r) || strings.HasPrefix(name, hostPrefix), SameSite: http.SameSiteLaxMode,
	})
}

// beginSession begins a session of who shows a token in the form of a login page:
//
//	POST /session  token=signet_…&return=/vi/…&lang=vi
//
// The browser is sent to the path, if that is one of this server, or to one's own page;
// with a token that is not valid back to the login page. A page of another site can't
// log anybody in, as whom it likes: see access.Authenticator.OwnPage.
func (s *Server) beginSession(w http.ResponseWriter, r *http.Request) {
	if !s.auth.OwnPage(r) {
		s.fail(w, r, access.ErrCrossSite)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		s.problem(w, r, problem{http.StatusBadRequest, graph.BadUserInput, "invalid_form", "", "this is not the form of a login"})
		return
	}
	path := wanted(r.PostForm.Get("return"))
	lang := pageLang(r.PostForm.Get("lang"), path)
	session, err := s.enter(w, r, strings.TrimSpace(r.PostForm.Get("token")))
	switch {
	case errors.Is(err, access.ErrBadToken):
		goOn(w, r, loginAddress(lang, "bad_token", path))
	case err != nil:
		s.loginRefused(w, r, err)
	default:
		s.begun(w, r, session)
		goOn(w, r, cmp.Or(path, "/"+lang+"/me"))
	}
}

// enter begins a session of who has a token. It costs what any write does.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, secret string) (signin.Session, error) {
	viewer, err := s.auth.Ours(r.Context(), secret)
	if err != nil {
		return signin.Session{}, guessed(r, err)
	}
	meet(w, r, viewer)
	if err := s.spend(r.Context(), 1, 0); err != nil {
		return signin.Session{}, err
	}
	return s.sessions.Begin(r.Context(), viewer)
}

// begun gives the browser a session in the place of the one that it had.
func (s *Server) begun(w http.ResponseWriter, r *http.Request, session signin.Session) {
	s.endFormer(r)
	s.Log.InfoContext(r.Context(), "signed in", "agency", session.Agency, "member", session.Member)
	s.setCookie(w, r, sessionCookie, session.Secret, session.Expires.Sub(s.now()))
}

// endFormer ends the session that the browser had before. If that fails it ends by
// itself.
func (s *Server) endFormer(r *http.Request) {
	viewer, err := s.session(r)
	if err == nil && !viewer.Anonymous() {
		err = s.sessions.Leave(r.Context(), viewer)
	}
	if err != nil && !errors.Is(err, access.ErrBadToken) {
		s.Log.WarnContext(r.Context(), "a former session goes on", "error", err)
	}
}

// session is who has signed in with the browser, whatever else the request carries.
func (s *Server) session(r *http.Request) (access.Viewer, error) {
	r = r.Clone(r.Context())
	r.Header.Del("Authorization")
	return s.auth.FromRequest(r)
}

// logout ends the session, and sends the browser to the first page in the language of the
// form. No cookie comes along from another site, but the answer would take it away.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	if !s.auth.OwnPage(r) {
		s.fail(w, r, access.ErrCrossSite)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	lang := pageLang(r.PostFormValue("lang"), "")
	viewer, err := s.session(r)
	s.setCookie(w, r, sessionCookie, "", 0)
	if err == nil && !viewer.Anonymous() {
		err = s.sessions.Leave(r.Context(), viewer)
	}
	if err != nil && !errors.Is(err, access.ErrBadToken) {
		s.fail(w, r, err)
		return
	}
	goOn(w, r, "/"+lang+"/")
}

// visitor finds out who looks at a page. Unlike known it lets a browser go on whose
// session has ended: what it reads it reads as anybody does, and what it has written in a
// form it can send again once somebody has logged in.
func (s *Server) visitor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Referrer-Policy", formPolicy)
		viewer, err := s.caller(w, r)
		switch {
		case err == nil:
		case !errors.Is(err, access.ErrBadToken) || r.Header.Get("Authorization") != "" || !wantsPage(r):
			s.refused(w, r, err)
			return
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			goOn(w, r, loginAddress(pageLang("", r.URL.Path), "session_ended", wanted(pageOf(r))))
			return
		}
		s.serve(w, r, viewer, next)
	})
}

// sessionWait is how long a browser waits for a node to read of its session.
const sessionWait = 3 * time.Second

// caughtUp tells, for the cookie of a session that the node does not know, whether it has
// read of more since: a session that has just begun at another node is not taken for
// one that has ended.
func (s *Server) caughtUp(r *http.Request) bool {
	if _, err := r.Cookie(s.cookieName(sessionCookie)); err != nil || r.Header.Get("Authorization") != "" {
		return false
	}
	ctx, cancel := context.WithTimeout(r.Context(), sessionWait)
	defer cancel()
	head, err := s.head(ctx)
	return err == nil && s.Views.Position() < head && s.Views.WaitFor(ctx, head) == nil
}

// badSession takes a cookie away whose token is not valid any more, so that the browser
// sees what anybody sees next time.
func (s *Server) badSession(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		return
	}
	if _, err := r.Cookie(s.cookieName(sessionCookie)); err == nil {
		s.setCookie(w, r, sessionCookie, "", 0)
	}
}
