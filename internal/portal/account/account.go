// Package account is how people come into the portal, and what it knows of them.
package account

import (
	"embed"
	"net/http"

	"signet/internal/portal/frame"
)

//go:embed *.html
var pages embed.FS

// Area returns the area.
func Area() frame.Area {
	return frame.Area{
		Name: "account", Pages: pages, Texts: texts,
		Routes: []frame.Route{
			{Pattern: "GET /login", Serve: login},
			{Pattern: "GET /me", Serve: me},
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

// whoami is what the API tells of the visitor.
type whoami struct {
	Viewer *struct {
		Member, Agency string
		Roles, Locales []string
		Name           string
		Mail           string
		Token          *struct{ Expires string }
	}
}

func me(v *frame.Visit) error {
	if v.Viewer.Anonymous() {
		http.Redirect(v.W, v.Request, v.Path("/login?return=", v.Path("/me")), http.StatusSeeOther)
		return nil
	}
	var who whoami
	if err := v.Ask(`query PortalMe { viewer { member agency roles locales name mail token { expires } } }`, nil, &who); err != nil {
		return err
	}
	return v.Show("account/me", who)
}
