// Package account is how people come into the portal, and what it knows of them.
package account

import (
	"embed"

	"signet/internal/portal/frame"
)

//go:embed *.html
var pages embed.FS

//go:embed account.css
var style string

// Area returns the area.
func Area() frame.Area {
	return frame.Area{
		Name: "account", Pages: pages, Texts: texts, Style: style,
		Routes: []frame.Route{
			{Pattern: "GET /login", Serve: login},
			{Pattern: "GET /me", Serve: me},
			{Pattern: "POST /me", Serve: change},
			{Pattern: "GET /me/watches", Serve: home},
			{Pattern: "POST /me/watches", Serve: watch},
		},
	}
}

// login is the form that takes a token, and the way to the provider if there is one.
// The form is answered by the server's /session.
func login(v *frame.Visit) error {
	problem := v.Value("problem")
	if problem != "bad_token" && problem != "session_ended" {
		problem = ""
	}
	if !v.Viewer.Anonymous() && problem == "" {
		return v.Go("/me")
	}
	v.W.Header().Set("Cache-Control", "no-store")
	back := v.Value("return")
	if back == "" {
		back = v.Path("/")
	}
	return v.Show("account/login", struct{ Return, Problem string }{back, problem})
}
