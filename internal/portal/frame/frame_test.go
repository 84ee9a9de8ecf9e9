package frame_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/portal/frame"
)

// answers is an API that knows one answer.
type answers string

func (a answers) ServeHTTP(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(a)) }

func refusal(code, reason, field string) answers {
	return answers(`{"errors":[{"message":"it is said in English","extensions":{"code":"` + code + `","reason":"` + reason + `","field":"` + field + `"}}]}`)
}

// page is an area with one page and one form.
func page(serve func(*frame.Visit) error) frame.Area {
	return frame.Area{
		Name: "x",
		Pages: fstest.MapFS{"one.html": {Data: []byte(
			`{{define "title"}}{{t "x.title"}}{{end}}{{define "main"}}<h1>{{t "x.many" .D}}</h1>{{if .Invalid "text"}}<b>wrong</b>{{end}}{{end}}`,
		)}},
		Texts:  frame.Texts{"x.title": frame.Say("Trang", "Page"), "x.many": frame.Say("%d trang", "one page|%d pages")},
		Routes: []frame.Route{{Pattern: "GET /x", Serve: serve}, {Pattern: "POST /x", Serve: serve, MaxBody: 20}},
	}
}

func site(t *testing.T, api http.Handler, areas ...frame.Area) http.Handler {
	t.Helper()
	s, err := frame.New(frame.Options{API: api, Origin: func(*http.Request) string { return "" }}, areas...)
	if err != nil {
		t.Fatal(err)
	}
	return s.Handler()
}

func ask(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func show(v *frame.Visit) error { return v.Show("x/one", 1234) }

func TestAPageSpeaksTheLanguageOfItsAddress(t *testing.T) {
	h := site(t, answers(""), page(show))
	for path, want := range map[string]string{"/vi/x": "<h1>1.234 trang</h1>", "/en/x": "<h1>1,234 pages</h1>"} {
		w := ask(h, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if w.Header().Get("Content-Language") != path[1:3] {
			t.Errorf("%s is in %q", path, w.Header().Get("Content-Language"))
		}
	}
	one := site(t, answers(""), page(func(v *frame.Visit) error { return v.Show("x/one", 1) }))
	if w := ask(one, httptest.NewRequest(http.MethodGet, "/en/x", http.NoBody)); !strings.Contains(w.Body.String(), "<h1>one page</h1>") {
		t.Errorf("one of them: %s", w.Body)
	}
}

func TestAPageThatIsKnownIsNotSentAgain(t *testing.T) {
	h := site(t, answers(""), page(show))
	r := httptest.NewRequest(http.MethodGet, "/en/x", http.NoBody)
	tag := ask(h, r).Header().Get("ETag")
	r.Header.Set("If-None-Match", tag)
	if w := ask(h, r); tag == "" || w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("%q: %d", tag, w.Code)
	}
}

func TestWhatTheAPIRefuses(t *testing.T) {
	member := access.Viewer{Actor: domain.Actor{Member: uuid.New(), Agency: "a", Token: "t"}}
	get := func(v *frame.Visit) error { return v.Ask("{ a }", nil, nil) }
	form := func(v *frame.Visit) error {
		if err := v.Refused(v.Ask("mutation { a }", nil, nil)); err != nil {
			return err
		}
		return v.Show("x/one", 1)
	}
	for name, c := range map[string]struct {
		api    answers
		serve  func(*frame.Visit) error
		method string
		viewer access.Viewer
		status int
		has    string
	}{
		"what is not there":                     {refusal("NOT_FOUND", "unknown_item", ""), get, "GET", access.Viewer{}, 404, "<h1>"},
		"what a member may not see":             {refusal("FORBIDDEN", "not_permitted", ""), get, "GET", member, 403, "not_permitted"},
		"what a stranger may not see":           {refusal("UNAUTHENTICATED", "unauthenticated", ""), get, "GET", access.Viewer{}, 303, "/en/login?return=%2Fen%2Fx%3Fa%3Db"},
		"too much":                              {refusal("RATE_LIMITED", "rate_limited", ""), get, "GET", member, 429, "rate_limited"},
		"what went wrong":                       {answers("no JSON"), get, "GET", member, 500, "internal"},
		"a field of a form":                     {refusal("BAD_USER_INPUT", "invalid_text", "input.text"), form, "POST", member, 422, "<b>wrong</b>"},
		"another field of a form":               {refusal("BAD_USER_INPUT", "invalid_text", "input.context"), form, "POST", member, 422, "invalid_text"},
		"what somebody else has changed":        {refusal("CONFLICT", "stale", ""), form, "POST", member, 422, "stale"},
		"a form for what is not there any more": {refusal("NOT_FOUND", "unknown_item", ""), form, "POST", member, 404, "unknown_item"},
	} {
		h := site(t, c.api, page(c.serve))
		r := httptest.NewRequest(c.method, "/en/x?a=b", http.NoBody)
		w := ask(h, r.WithContext(access.With(r.Context(), c.viewer)))
		if w.Code != c.status || !strings.Contains(w.Body.String()+w.Header().Get("Location"), c.has) {
			t.Errorf("%s: %d %s %s", name, w.Code, w.Header().Get("Location"), w.Body)
		}
		if strings.Contains(w.Body.String(), "<b>wrong</b>") != (c.has == "<b>wrong</b>") {
			t.Errorf("%s: another field is marked", name)
		}
	}
}

func TestALongFormIsRefused(t *testing.T) {
	h := site(t, answers(""), page(func(v *frame.Visit) error {
		if err := v.ParseForm(); err != nil {
			return err
		}
		return v.Show("x/one", 1)
	}))
	r := httptest.NewRequest(http.MethodPost, "/en/x", strings.NewReader("a="+strings.Repeat("b", 20)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w := ask(h, r); w.Code != http.StatusBadRequest {
		t.Errorf("%d", w.Code)
	}
}

func TestAddressesAreEscaped(t *testing.T) {
	var v frame.Visit
	v.Lang = frame.Vietnamese
	for want, parts := range map[string][]any{
		"/vi/items/a%2Fb%3F/history?at=2026-01-01": {"/items/", "a/b?", "/history?at=", "2026-01-01"},
		"/vi/search?q=%26x%3D%2F&kind=logo":        {"/search?q=", "&x=/", "&kind=", "logo"},
	} {
		if got := v.Path(parts...); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}

func TestAreasThatDoNotFit(t *testing.T) {
	good := page(show)
	lacking := page(show)
	lacking.Pages = fstest.MapFS{"one.html": {Data: []byte(`{{define "title"}}{{end}}{{define "main"}}{{if .D}}{{with .D}}{{t "x.unknown"}}{{end}}{{end}}{{end}}`)}}
	headless := page(show)
	headless.Pages = fstest.MapFS{"one.html": {Data: []byte(`{{define "main"}}{{end}}`)}}
	silent := page(show)
	silent.Texts["x.empty"] = frame.Say("Có", "")
	twice := page(show)
	twice.Pages = nil
	for name, areas := range map[string][]frame.Area{
		"a text that there is not": {lacking}, "a page without a title": {headless}, "a text that lacks a language": {silent}, "a text twice": {good, twice},
	} {
		if _, err := frame.New(frame.Options{API: answers("")}, areas...); err == nil {
			t.Errorf("%s: nothing is said", name)
		}
	}
}

func TestOtherErrorsAreNotTold(t *testing.T) {
	secret := errors.New("the disk at /secret is full")
	h := site(t, answers(""), page(func(*frame.Visit) error { return secret }))
	if w := ask(h, httptest.NewRequest(http.MethodGet, "/en/x", http.NoBody)); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// Words of people are text wherever they stand, and a page runs nothing but the portal's
// own script, in no frame of another site.
func TestWhatPeopleWroteIsNoMarkup(t *testing.T) {
	a := page(func(v *frame.Visit) error {
		return v.Show("x/one", `"><script>alert(1)</script><img src=x onerror="alert(1)">`)
	})
	a.Pages = fstest.MapFS{"one.html": {Data: []byte(
		`{{define "title"}}{{.D}}{{end}}{{define "main"}}<h1 title="{{.D}}">{{.D}}</h1><a href="{{path "/items/" .D}}">{{template "area" (dict "P" . "Name" "x" "Label" .D "Value" .D)}}</a>{{end}}`,
	)}}
	w := ask(site(t, answers(""), a), httptest.NewRequest(http.MethodGet, "/en/x?done=%3Cscript%3E", http.NoBody))
	if body := w.Body.String(); w.Code != http.StatusOK || strings.Count(body, "<script") != 1 || strings.Contains(body, "<img src=x") {
		t.Errorf("%d %s", w.Code, body)
	}
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error(policy)
	}
}
