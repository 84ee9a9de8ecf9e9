package server

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"signet/graph"
	"signet/internal/oidc"
	"signet/internal/people"
)

// Where people log in, by the provider of OpenID Connect.
const (
	startPath = "/login"
	donePath  = "/login/done"
)

func (s *Server) loginRoutes(handle func(pattern string, h http.HandlerFunc, methods ...string)) {
	handle(sessionPath, s.beginSession, http.MethodPost)
	handle(logoutPath, s.logout, http.MethodPost)
	if s.Door == nil {
		handle(startPath, askForToken, http.MethodGet, http.MethodHead)
		return
	}
	handle(startPath, s.startLogin, http.MethodGet)
	handle(oidc.CallbackPath, s.endLogin, http.MethodGet)
	handle(donePath, s.known(http.HandlerFunc(s.loggedIn)).ServeHTTP, http.MethodGet)
}

// askForToken sends the browser to the page with the form for tokens: without a provider
// there is no other way to log in.
func askForToken(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	path := wanted(query.Get("return"))
	goOn(w, r, loginAddress(pageLang(query.Get("lang"), path), "", path))
}

// startLogin sends the browser to the provider.
func (s *Server) startLogin(w http.ResponseWriter, r *http.Request) {
	address, sealed, err := s.Door.Provider.Begin(r.Context(), r.URL.Query().Get("return"))
	if err != nil {
		s.loginRefused(w, r, err)
		return
	}
	s.setCookie(w, r, loginCookie, sealed, oidc.LoginLasts)
	goOn(w, r, address)
}

// endLogin takes who comes back from the provider in.
func (s *Server) endLogin(w http.ResponseWriter, r *http.Request) {
	sealed := ""
	if cookie, err := r.Cookie(s.cookieName(loginCookie)); err == nil {
		sealed = cookie.Value
	}
	s.setCookie(w, r, loginCookie, "", 0)
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
	s.begun(w, r, session)
	goOn(w, r, cmp.Or(wanted(path), donePath))
}

// tellOf is what the caller of any address is told of an error.
func tellOf(err error) graph.Told {
	switch {
	case errors.Is(err, oidc.ErrUnavailable):
		return graph.Told{Code: graph.Unavailable, Reason: "provider_unavailable", Sentence: "the provider of logins does not answer; try again later", Status: http.StatusServiceUnavailable}
	case errors.Is(err, people.ErrUnavailable):
		return graph.Told{Code: graph.Unavailable, Reason: "people_unavailable", Sentence: "who people are can't be read at the moment; try again later", Status: http.StatusServiceUnavailable}
	}
	t := graph.Tell(err)
	if strings.HasPrefix(t.Reason, "jwt_") { // the provider's doing, and of no use to the one who logs in
		t.Reason, t.Sentence = "login_failed", "what the provider said of you can't be believed; it has been noted"
	}
	return t
}
