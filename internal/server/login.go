package server

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"signet/graph"
	"signet/internal/access"
	"signet/internal/oidc"
	"signet/internal/people"
)

// Where people log in, by the provider of OpenID Connect.
const (
	startPath  = "/login"
	donePath   = "/login/done"
	logoutPath = "/logout"
)

// Names of cookies. Browsers take one that begins so from this host alone, by https,
// and for all of it (RFC 6265bis, section 4.1.3.2); on plain http, which is for trying
// on one's own machine, they would not take it at all.
const (
	hostPrefix    = "__Host-"
	sessionCookie = "signet"
	loginCookie   = "signet-login"
)

// useDoor lets the authenticator know of sessions, and of the provider's tokens.
func (s *Server) useDoor() error {
	if s.Door == nil {
		return nil
	}
	if s.Door.Provider.Audience != "" {
		if err := s.auth.UseForeign(s.Door.Bearer); err != nil {
			return err
		}
	}
	return s.auth.UseSessions(access.Sessions{
		Cookie: s.cookieName(sessionCookie), Origin: s.Door.Provider.PublicURL,
		Guarded: func(r *http.Request) bool { return r.URL.Path == graphPath },
	})
}

func (s *Server) loginRoutes(handle func(pattern string, h http.HandlerFunc, methods ...string)) {
	if s.Door == nil {
		handle(startPath, func(w http.ResponseWriter, r *http.Request) { s.loginRefused(w, r, errNoProvider) }, http.MethodGet, http.MethodHead)
		return
	}
	handle(startPath, s.startLogin, http.MethodGet)
	handle(oidc.CallbackPath, s.endLogin, http.MethodGet)
	handle(donePath, s.known(http.HandlerFunc(s.loggedIn)).ServeHTTP, http.MethodGet)
	handle(logoutPath, s.logout, http.MethodPost)
}

func (s *Server) cookieName(name string) string {
	if s.Door.Provider.Secure() {
		return hostPrefix + name
	}
	return name
}

// setCookie sets a cookie for some time; none takes it away. It goes along when
// somebody follows a link to here, as they do from the provider (SameSite=Lax).
func (s *Server) setCookie(w http.ResponseWriter, name, value string, lasts time.Duration) {
	age := int(lasts.Seconds())
	if lasts <= 0 {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.Door.Provider.Secure(), SameSite: http.SameSiteLaxMode,
	})
}

// startLogin sends the browser to the provider.
func (s *Server) startLogin(w http.ResponseWriter, r *http.Request) {
	address, sealed, err := s.Door.Provider.Begin(r.Context(), r.URL.Query().Get("return"))
	if err != nil {
		s.loginRefused(w, r, err)
		return
	}
	s.setCookie(w, loginCookie, sealed, oidc.LoginLasts)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// endLogin takes who comes back from the provider in.
func (s *Server) endLogin(w http.ResponseWriter, r *http.Request) {
	sealed := ""
	if cookie, err := r.Cookie(s.cookieName(loginCookie)); err == nil {
		sealed = cookie.Value
	}
	s.setCookie(w, loginCookie, "", 0)
	identity, path, err := s.Door.Provider.Finish(r.Context(), sealed, r.URL.Query())
	if err != nil {
		s.loginRefused(w, r, err)
		return
	}
	session, err := s.Door.Enter(r.Context(), identity)
	if err != nil {
		s.loginRefused(w, r, err)
		return
	}
	s.endFormer(r)
	s.Log.InfoContext(r.Context(), "signed in", "agency", session.Agency, "member", session.Member)
	s.setCookie(w, sessionCookie, session.Secret, session.Expires.Sub(s.now()))
	if path == "/" || strings.HasPrefix(path, startPath) { // where one would only log in again
		path = donePath
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, path, http.StatusSeeOther)
}

// endFormer ends the session that the browser had before. If that fails it ends by
// itself.
func (s *Server) endFormer(r *http.Request) {
	viewer, err := s.session(r)
	if err == nil && !viewer.Anonymous() {
		err = s.Door.Leave(r.Context(), viewer)
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

// logout ends the session.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	viewer, err := s.session(r)
	if errors.Is(err, access.ErrCrossSite) {
		s.fail(w, r, err)
		return
	}
	s.setCookie(w, sessionCookie, "", 0)
	if err == nil && !viewer.Anonymous() {
		err = s.Door.Leave(r.Context(), viewer)
	}
	if err != nil && !errors.Is(err, access.ErrBadToken) {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// badSession takes a cookie away whose token is not valid any more, so that the browser
// sees what anybody sees next time.
func (s *Server) badSession(w http.ResponseWriter, r *http.Request) {
	if s.Door == nil || r.Header.Get("Authorization") != "" {
		return
	}
	if _, err := r.Cookie(s.cookieName(sessionCookie)); err == nil {
		s.setCookie(w, sessionCookie, "", 0)
	}
}

// tellOf is what the caller of any address is told of an error.
func tellOf(err error) graph.Told {
	switch {
	case errors.Is(err, oidc.ErrUnavailable):
		return graph.Told{Code: graph.Unavailable, Reason: "provider_unavailable", Sentence: "the provider of logins does not answer; try again later", Status: http.StatusServiceUnavailable}
	case errors.Is(err, people.ErrUnavailable):
		return graph.Told{Code: graph.Unavailable, Reason: "people_unavailable", Sentence: "who people are can't be read at the moment; try again later", Status: http.StatusServiceUnavailable}
	case errors.Is(err, errNoProvider):
		return graph.Told{Code: graph.NotFound, Reason: "no_provider", Sentence: "nobody logs in here: use a token, or start signet serve with --oidc-issuer", Status: http.StatusNotFound}
	}
	t := graph.Tell(err)
	if strings.HasPrefix(t.Reason, "jwt_") { // the provider's doing, and of no use to the one who logs in
		t.Reason, t.Sentence = "login_failed", "what the provider said of you can't be believed; it has been noted"
	}
	return t
}

// errNoProvider: the registry has no provider of logins.
var errNoProvider = errors.New("server: there is no provider of logins")
