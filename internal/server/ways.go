package server

import (
	"net/http"
	"net/url"
	"strings"

	"signet/internal/oidc"
)

// The pages for people are below one of these, in Vietnamese and English.
const (
	vietnamesePath = "/vi/"
	englishPath    = "/en/"
)

// goOn sends a browser to another page, whatever it came by.
func goOn(w http.ResponseWriter, r *http.Request, address string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// pageLang is the language in which to go on: that which was said, or that of a path.
func pageLang(said, path string) string {
	if said == "en" || said != "vi" && strings.HasPrefix(path, englishPath) {
		return "en"
	}
	return "vi"
}

// loginAddress is that of the page at which one logs in, which says what has gone wrong
// (bad_token, session_ended), and leads to a path afterwards; both may be empty.
func loginAddress(lang, problem, path string) string {
	query := url.Values{}
	if problem != "" {
		query.Set("problem", problem)
	}
	if path != "" {
		query.Set("return", path)
	}
	u := url.URL{Path: "/" + lang + startPath, RawQuery: query.Encode()}
	return u.String()
}

// wanted is where somebody wants to go who logs in; empty for what is not on this server,
// nowhere in particular, or where one would only log in again.
func wanted(path string) string {
	path = oidc.Local(path)
	for _, no := range []string{startPath, vietnamesePath + startPath[1:], englishPath + startPath[1:]} {
		if path == "/" || strings.HasPrefix(path, no) {
			return ""
		}
	}
	return path
}

// pageOf is the page of ours that a form was sent from, if the browser tells, and else
// where it was sent to.
func pageOf(r *http.Request) string {
	if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
		return u.RequestURI()
	}
	return r.URL.RequestURI()
}
