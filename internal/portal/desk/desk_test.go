package desk_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/desk"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

// The members who come to the desk.
var (
	author     = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAuthor}
	translator = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleTranslator}
	reviewer   = portaltest.Who{Agency: "so-ngoai-vu", Role: domain.RoleReviewer}
	designer   = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleDesigner}
)

// world is one registry for all tests: each has items of its own.
type world struct {
	*portaltest.World

	t *testing.T
}

func TestTheDesk(t *testing.T) {
	w := world{portaltest.Open(t, desk.Area()), t}
	for _, test := range []struct {
		name string
		play func(world)
	}{
		{"is for who writes", whoMayCome},
		{"lists what an agency writes", whatIsListed},
		{"registers items", registering},
		{"writes a first version", writing},
		{"tells at its field what was refused", refusals},
		{"loses nothing when two people write", twoAuthors},
		{"takes files without a script", files},
		{"begins the next version as a copy", nextVersion},
		{"is where texts are translated", translating},
		{"loses nothing when a translator is not alone", twoTranslators},
		{"takes files of translators", exchanging},
		{"submits and takes back", submitting},
		{"answers comments", commenting},
	} {
		t.Run(test.name, func(t *testing.T) { test.play(world{w.In(t), t}) })
	}
}

// ask asks the API, to prepare something.
func (w world) ask(who portaltest.Who, document string, vars frame.Vars, into any) {
	w.t.Helper()
	if err := w.Ask(who, document, vars, into); err != nil {
		w.t.Fatal(err)
	}
}

// draft registers a slogan and begins it, in Vietnamese alone.
func (w world) draft(key string) {
	w.t.Helper()
	w.ask(author, `mutation($key: String!) { registerItem(input: {key: $key, kind: SLOGAN}) { position } }`, frame.Vars{"key": key}, nil)
	form := w.Get(author, "/vi/desk/"+key+"/begin?name=T%C3%AAn").Is(http.StatusOK).Form("/vi/desk/" + key + "/begin")
	form.Set("u.1.text", "Mở ra biển lớn")
	form.Set("do", "save")
	w.Post(author, "/vi/desk/"+key+"/begin", form).To()
}

// revise changes texts of a draft behind the back of whoever looks at its page.
func (w world) revise(key string, texts map[string]string) {
	w.t.Helper()
	here := "/en/desk/" + key + "/1"
	form := w.Get(author, here).Form(here)
	for name, text := range texts {
		form.Set(name, text)
	}
	form.Set("do", "save")
	w.Post(author, here, form).To()
}

// kept is what the registry says in the units of a version, "id locale=text".
func (w world) kept(key string, number int) []string {
	w.t.Helper()
	var answer struct {
		Item struct {
			Version struct {
				Content struct {
					Units []struct {
						ID    string
						Texts []struct{ Locale, Text string }
					}
				}
			}
		}
	}
	w.ask(author, `query($key: String!, $number: Int!) { item(key: $key) { version(number: $number) { content { units { id texts { locale text } } } } } }`, frame.Vars{"key": key, "number": number}, &answer)
	var out []string
	for _, u := range answer.Item.Version.Content.Units {
		for _, t := range u.Texts {
			out = append(out, u.ID+" "+t.Locale+"="+t.Text)
		}
	}
	return out
}

func (w world) same(what string, got, want any) {
	w.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// element is the element with an id.
func element(a *portaltest.Answer, id string) *html.Node {
	return portaltest.First(a.Page, "", "id="+id)
}

// wrong are the ids of the fields that are marked as refused.
func wrong(a *portaltest.Answer) (ids []string) {
	for _, n := range portaltest.All(a.Page, "", "aria-invalid=true") {
		ids = append(ids, portaltest.Attr(n, "id"))
	}
	return ids
}

func whoMayCome(w world) {
	w.draft("slogan-who")
	addresses := []string{"/desk", "/desk/new", "/desk/slogan-who/begin", "/desk/slogan-who/1", "/desk/slogan-who/1/submit", "/desk/slogan-who/1/comments", "/desk/slogan-who/1/texts/ja"}
	for _, lang := range []string{"/vi", "/en"} {
		for i, address := range addresses {
			w.same("a stranger at "+address, w.Get(portaltest.Who{}, lang+address).To(), lang+"/login?return="+url.QueryEscape(lang+address))
			want := http.StatusNotFound // drafts are not there for a designer
			if i < 3 {
				want = http.StatusForbidden
			}
			w.Get(designer, lang+address).Is(want)
		}
		for _, address := range []string{"/desk", "/desk/slogan-who/1", "/desk/slogan-who/1/comments", "/desk/slogan-who/1/texts/ja"} {
			w.Get(translator, lang+address).Is(http.StatusOK)
			w.Get(author, lang+address).Is(http.StatusOK)
		}
		w.Get(author, lang+"/desk/slogan-who/2").Is(http.StatusNotFound)
		w.Get(author, lang+"/desk/slogan-who/x").Is(http.StatusNotFound)
		w.Get(author, lang+"/desk/slogan-who/1/texts/vi").Is(http.StatusNotFound)
		w.Get(author, lang+"/desk/nothing/begin").Is(http.StatusNotFound)
	}
	// Who does not write a version reads it, and can't write it by its form either.
	if len(portaltest.All(w.Get(translator, "/en/desk/slogan-who/1").Page, "textarea", "")) > 0 {
		w.t.Error("a translator is shown the form of an author")
	}
	if n := portaltest.All(w.Get(translator, "/en/desk/slogan-who/1/texts/ko").Page, "textarea", ""); len(n) > 0 {
		w.t.Error("a translator into Japanese is shown the form of another language")
	}
	before := w.kept("slogan-who", 1)
	w.Post(translator, "/en/desk/slogan-who/1", url.Values{"do": {"save"}}).Is(http.StatusForbidden)
	w.Post(reviewer, "/en/desk/slogan-who/begin", url.Values{"do": {"save"}}).Is(http.StatusForbidden)
	w.Post(designer, "/en/desk/slogan-who/1/texts/ja", url.Values{"do": {"save"}}).Is(http.StatusForbidden)
	_, sheet := w.sheet("slogan-who")
	sheet.Set("t.name", "이름")
	w.Post(translator, "/en/desk/slogan-who/1/texts/ko", sheet).Is(http.StatusUnprocessableEntity)
	w.same("what is kept", w.kept("slogan-who", 1), before)
}

func whatIsListed(w world) {
	w.draft("slogan-listed")
	page := w.Get(author, "/en/desk")
	said := portaltest.Text(portaltest.First(page.Page, "main", ""))
	for _, want := range []string{"slogan-listed", "slogan-red-flamboyant", "slogan-port-of-tomorrow", "hiệu đính với người bản ngữ"} { // the last one is why it was returned
		if !strings.Contains(said, want) {
			w.t.Errorf("there is no %q in: %s", want, said)
		}
	}
	w.same("what is in force, and waits for nothing", len(portaltest.All(page.Page, "", "class=state in_force")), 0)
	var work []string
	for _, n := range portaltest.All(w.Get(translator, "/vi/desk").Page, "a", "class=button second") {
		work = append(work, portaltest.Attr(n, "href"))
	}
	if !slices.Contains(work, "/vi/desk/slogan-listed/1/texts/ja") {
		w.t.Errorf("a translator is led to %q", work)
	}
}

func registering(w world) {
	form := w.Get(author, "/vi/desk/new").Form("/vi/desk/new")
	form.Set("name", "Khẩu hiệu & biển")
	form.Set("key", "slogan-của-tôi")
	again := w.Post(author, "/vi/desk/new", form).Is(http.StatusUnprocessableEntity)
	w.same("the refused field", wrong(again), []string{"f-key"})
	form = again.Form("/vi/desk/new")
	w.same("what was typed", form.Get("name")+form.Get("key")+form.Get("kind"), "Khẩu hiệu & biểnslogan-của-tôiSLOGAN")
	form.Set("key", "slogan-registered")
	first, second := w.Post(author, "/vi/desk/new", form).To(), w.Post(author, "/vi/desk/new", form).To()
	w.same("a double click", second, first)
	page := w.Get(author, first).Is(http.StatusOK)
	w.same("the name", page.Form("/vi/desk/slogan-registered/begin").Get("u.0.text"), "Khẩu hiệu & biển")
	form.Set("kind", "PAINTING")
	w.Post(author, "/vi/desk/new", form).Is(http.StatusUnprocessableEntity)
}

// send posts a form with files, as a browser without scripts does.
func (w world) send(who portaltest.Who, path string, form url.Values, field string, files map[string]string) *portaltest.Answer {
	w.t.Helper()
	var body bytes.Buffer
	out := multipart.NewWriter(&body)
	for name, values := range form {
		for _, value := range values {
			_ = out.WriteField(name, value)
		}
	}
	for name, text := range files {
		part, err := out.CreateFormFile(field, name)
		if err != nil {
			w.t.Fatal(err)
		}
		_, _ = part.Write([]byte(text))
	}
	_ = out.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", out.FormDataContentType())
	return w.Do(who, r)
}
