package frame

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"signet/domain"
	"signet/graph"
	"signet/internal/access"
)

// Vars are the variables of a document.
type Vars map[string]any

// Visit is one request for a page, and its answer.
type Visit struct {
	*http.Request

	W      http.ResponseWriter
	Lang   Lang
	Viewer access.Viewer

	site     *Site
	pattern  string
	problem  *Problem
	agencies map[string]string // names by keys, once they were asked for
}

func (s *Site) visit(w http.ResponseWriter, r *http.Request, lang Lang) *Visit {
	return &Visit{Request: r, W: w, Lang: lang, Viewer: access.From(r.Context()), site: s}
}

// Site is the portal.
func (v *Visit) Site() *Site { return v.site }

// Ask asks the API for who visits, see graph.Asker: errors of the API are
// *graph.Refusal. After a change, what is read sees it.
func (v *Visit) Ask(document string, variables Vars, into any) error {
	return v.site.asker.Ask(v.Context(), document, variables, into)
}

// Can tells whether the visitor holds a permission, such as "versions.sign", for the
// own agency at least. It is for what is offered; the API decides.
func (v *Visit) Can(permission string) bool {
	return v.Viewer.May(domain.Permission(permission), domain.Scope{Agency: v.Viewer.Agency})
}

// NeedLogin refuses who has not logged in: that leads to the login, and back.
func (v *Visit) NeedLogin() error {
	if v.Viewer.Anonymous() {
		return &graph.Refusal{Code: graph.Unauthenticated, Reason: "unauthenticated"}
	}
	return nil
}

// Need refuses who lacks a permission that a page is about, before anything is read for
// it; who has not logged in does so first.
func (v *Visit) Need(permission string) error {
	if err := v.NeedLogin(); err != nil {
		return err
	}
	if !v.Can(permission) {
		return &graph.Refusal{Code: graph.Forbidden, Reason: "not_permitted", Sentence: "this needs the permission " + permission}
	}
	return nil
}

// T returns a text; an unknown key is shown as it is, and a test finds it.
func (v *Visit) T(key string, args ...any) string {
	text, err := v.site.speech[v.Lang].say(key, args...)
	if err != nil {
		return key
	}
	return text
}

// Path is an address of a page in the visitor's language. Its parts are in turn text
// that stands as it is, and a value, which is escaped.
func (v *Visit) Path(parts ...any) string { return pathIn(v.Lang, parts...) }

// Origin is that of the registry, such as "https://host".
func (v *Visit) Origin() string { return v.site.Origin(v.Request) }

// Go sends the visitor to another page, with a GET. It is how every form ends that was
// accepted; "?done=<key>" has the page say the text "done.<key>".
func (v *Visit) Go(parts ...any) error {
	v.W.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.W, v.Request, v.Path(parts...), http.StatusSeeOther)
	return nil
}

// Value is what a form field or a parameter of the address says, without space around.
func (v *Visit) Value(name string) string { return strings.TrimSpace(v.FormValue(name)) }

// Values are all values of a field.
func (v *Visit) Values(name string) []string {
	_ = v.FormValue(name) // reads the form
	return v.Form[name]
}

// Optional is a value for the API: nil where the field is empty.
func (v *Visit) Optional(name string) any {
	if text := v.Value(name); text != "" {
		return text
	}
	return nil
}

// Refused keeps what the API refused, so that the page which is shown next tells it. Of
// other errors it returns the error: the visit ends by it. A form is taken so:
//
//	if err := v.Ask(…); err != nil {
//		if err := v.Refused(err); err != nil { return err }
//		return showTheFormAgain(v)
//	}
func (v *Visit) Refused(err error) error {
	r := asRefusal(err)
	if r == nil {
		return err
	}
	if r.Code != graph.BadUserInput && r.Code != graph.Conflict && r.Code != graph.Forbidden {
		return err
	}
	v.problem = v.problemOf(r)
	return nil
}

// RefusedInput is Refused for forms that name things. One that is not found is refused
// like any other input: if the page itself is about nothing, showing it again says so.
func (v *Visit) RefusedInput(err error) error {
	if r := asRefusal(err); r != nil && r.Code == graph.NotFound {
		again := *r
		again.Code = graph.BadUserInput
		err = &again
	}
	return v.Refused(err)
}

// Show answers with a page of an area, "area/page". Data is the page's .D.
func (v *Visit) Show(name string, data any) error {
	status := http.StatusOK
	if v.problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return v.write(status, name, data)
}

func (v *Visit) write(status int, name string, data any) error {
	body, err := v.site.render(v.Lang, name, "page", &Page{V: v, D: data, name: name})
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.Lang))
	h.Set("Content-Security-Policy", policy)
	h.Add("Vary", "Cookie")
	switch {
	case h.Get("Cache-Control") != "":
	case v.Method != http.MethodGet && v.Method != http.MethodHead || status != http.StatusOK:
		h.Set("Cache-Control", "no-store")
	default:
		h.Set("Cache-Control", "private, no-cache")
		sum := sha256.Sum256(body)
		tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", tag)
		if v.Header.Get("If-None-Match") == tag {
			v.W.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	v.W.WriteHeader(status)
	if v.Method != http.MethodHead {
		_, _ = v.W.Write(body) // an error is the reader's having gone
	}
	return nil
}

// policy allows what the registry itself serves, and forms to it; pictures also of what
// a script has made of a file that is about to be uploaded.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// end shows why there is no page.
func (v *Visit) end(err error) {
	r := asRefusal(err)
	switch {
	case errors.Is(err, context.Canceled):
		return
	case errors.As(err, new(*http.MaxBytesError)):
		r = &graph.Refusal{Code: graph.BadUserInput, Reason: "too_large", Sentence: "this is more than is accepted"}
	case r == nil:
		v.site.Log.ErrorContext(v.Context(), "portal", "error", err, "path", v.URL.Path, "request", v.requestID())
		r = &graph.Refusal{Code: graph.Internal, Reason: "internal", Sentence: "something went wrong here; it has been noted"}
	case r.Code == graph.Unauthenticated && v.Viewer.Anonymous():
		v.toLogin()
		return
	}
	v.problem = nil
	v.W.Header().Set("Cache-Control", "no-store")
	status := statusOf[r.Code]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if err := v.write(status, "frame/problem", v.problemOf(r)); err != nil {
		v.site.Log.ErrorContext(v.Context(), "portal", "error", err, "request", v.requestID())
		http.Error(v.W, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
}

func (v *Visit) requestID() string { return v.W.Header().Get("X-Request-Id") }

// toLogin sends a visitor to the login, and back afterwards.
func (v *Visit) toLogin() {
	back := v.URL.RequestURI()
	if v.Method != http.MethodGet && v.Method != http.MethodHead {
		back = v.Path("/")
	}
	v.W.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.W, v.Request, v.Path("/login?return=", back), http.StatusSeeOther)
}

var statusOf = map[graph.Code]int{
	graph.BadUserInput: http.StatusBadRequest, graph.NotFound: http.StatusNotFound, graph.Conflict: http.StatusConflict,
	graph.Forbidden: http.StatusForbidden, graph.Unauthenticated: http.StatusUnauthorized, graph.RateLimited: http.StatusTooManyRequests,
	graph.Unavailable: http.StatusServiceUnavailable, graph.Timeout: http.StatusGatewayTimeout,
}

// Agency is the name of an agency in the visitor's language; its key where names are
// not told.
func (v *Visit) Agency(key string) string {
	if v.agencies == nil {
		v.agencies = map[string]string{}
		if !v.Viewer.Anonymous() {
			v.askAgencies()
		}
	}
	if name := v.agencies[key]; name != "" {
		return name
	}
	return key
}

func (v *Visit) askAgencies() {
	var all struct {
		Agencies struct {
			Edges []struct{ Node struct{ Key, Name string } }
		}
	}
	const document = `query PortalAgencies($locale: Locale!) { agencies(first: 100) { edges { node { key name(locale: $locale) } } } }`
	if err := v.Ask(document, Vars{"locale": v.Lang}, &all); err != nil {
		v.site.Log.WarnContext(v.Context(), "portal: names of agencies", "error", err)
		return
	}
	for _, e := range all.Agencies.Edges {
		v.agencies[e.Node.Key] = e.Node.Name
	}
}

// inLang is the address of this page in another language.
func (v *Visit) inLang(lang Lang) string {
	u := url.URL{Path: "/" + string(lang) + strings.TrimPrefix(v.URL.Path, "/"+string(v.Lang)), RawQuery: v.URL.RawQuery}
	if v.Method != http.MethodGet && v.Method != http.MethodHead {
		u.RawQuery = ""
	}
	return u.RequestURI()
}
