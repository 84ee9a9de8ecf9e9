package admin_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/admin"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
	"signet/internal/webhooks"
)

var (
	chief    = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAdmin}
	second   = portaltest.Who{Agency: "so-ngoai-vu", Role: domain.RoleAdmin}
	auditor  = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAuditor}
	designer = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleDesigner}
	office   = portaltest.Who{Agency: "so-cong-thuong", Role: domain.RoleAgency}
	nobody   portaltest.Who
)

// main is what a page says.
func main(a *portaltest.Answer) string { return portaltest.Text(portaltest.First(a.Page, "main", "")) }

// has fails the test for words that a page lacks.
func has(t *testing.T, a *portaltest.Answer, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(main(a), w) {
			t.Errorf("the page lacks %q: %s", w, main(a))
		}
	}
}

// reason is why a form was refused.
func reason(a *portaltest.Answer) string {
	problem := portaltest.First(a.Page, "", "id=problem")
	word, _, _ := strings.Cut(portaltest.Text(portaltest.First(problem, "p", "class=small")), " ")
	return word
}

// form is the form that a page has for an address and an act.
func form(t *testing.T, a *portaltest.Answer, action, do string) url.Values {
	t.Helper()
	for _, f := range portaltest.All(a.Page, "form", "action="+action) {
		if portaltest.First(f, "input", "value="+do) == nil {
			continue
		}
		alone, copied := *a, *f
		copied.Parent, copied.PrevSibling, copied.NextSibling = nil, nil, nil
		alone.Page = &html.Node{Type: html.DocumentNode, FirstChild: &copied, LastChild: &copied}
		return alone.Form(action)
	}
	t.Fatalf("the page has no form to %s at %s", do, action)
	return nil
}

// with changes fields of a form.
func with(f url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// story is a test in a world that it shares with others.
type story struct {
	t *testing.T
	w *portaltest.World
}

// One world is enough for all, since each works on what it has to itself; it is slow to make.
func TestTheAdministration(t *testing.T) {
	w := portaltest.Open(t, admin.Area())
	for _, c := range []struct {
		name string
		test func(story)
	}{
		{"it is not for everybody", story.notForEverybody},
		{"an agency is registered and renamed", story.agencies},
		{"a member is added, changed and removed", story.members},
		{"a token is issued, replaced and revoked", story.tokens},
		{"what needs attention stands first", story.attention},
		{"a policy is set", story.policies},
		{"an edition is prepared and issued", story.editions},
		{"an agency is told of changes", story.hooks},
		{"a person is erased by two people", story.people},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(story{t, w.In(t)}) })
	}
}

func (s story) notForEverybody() {
	t, w := s.t, s.w
	const ok, login, forbidden = http.StatusOK, http.StatusSeeOther, http.StatusForbidden
	for _, c := range []struct {
		path   string
		status [5]int // of the chief, the auditor, an agency, a designer and nobody
	}{
		{"/admin", [5]int{ok, ok, login, forbidden, login}}, // an agency is led to its webhooks
		{"/admin/agencies", [5]int{ok, ok, forbidden, forbidden, login}},
		{"/admin/agencies/so-nnmt", [5]int{ok, ok, forbidden, forbidden, login}},
		{"/admin/agencies/none", [5]int{404, 404, forbidden, forbidden, login}},
		{"/admin/agencies/so-nnmt/members/none", [5]int{404, 404, forbidden, forbidden, login}},
		{"/admin/agencies/so-nnmt/members/none/tokens", [5]int{404, 404, forbidden, forbidden, login}},
		{"/admin/policies", [5]int{ok, ok, ok, ok, login}},
		{"/admin/policies/slogan", [5]int{ok, ok, ok, ok, login}},
		{"/admin/policies/weather", [5]int{404, 404, 404, 404, login}},
		{"/admin/editions", [5]int{ok, ok, ok, ok, login}},
		{"/admin/editions/2", [5]int{ok, ok, forbidden, forbidden, login}},
		{"/admin/editions/9", [5]int{404, 404, forbidden, forbidden, login}},
		{"/admin/editions/x", [5]int{404, 404, forbidden, forbidden, login}},
		{"/admin/editions/2/issue", [5]int{ok, forbidden, forbidden, forbidden, login}},
		{"/admin/editions/1/issue", [5]int{login, forbidden, forbidden, forbidden, login}}, // it is issued: see there
		{"/admin/webhooks", [5]int{ok, forbidden, ok, forbidden, login}},
		{"/admin/webhooks/none", [5]int{404, forbidden, 404, forbidden, login}},
		{"/admin/people", [5]int{ok, ok, forbidden, forbidden, login}},
		{"/admin/people/none", [5]int{404, forbidden, forbidden, forbidden, login}},
		{"/admin/system", [5]int{ok, ok, forbidden, forbidden, login}},
	} {
		for i, who := range []portaltest.Who{chief, auditor, office, designer, nobody} {
			for _, lang := range []string{"/vi", "/en"} {
				if a := w.Get(who, lang+c.path); a.Status != c.status[i] {
					t.Errorf("%s of %s at %s: status %d, want %d", who.Role, who.Agency, lang+c.path, a.Status, c.status[i])
				}
			}
		}
	}
	// Who looks on is offered nothing that they can't do.
	for _, path := range []string{"/en/admin/agencies", "/en/admin/agencies/so-nnmt", "/en/admin/policies/logo", "/en/admin/editions", "/en/admin/editions/2", "/en/admin/people"} {
		for _, f := range portaltest.All(portaltest.First(w.Get(auditor, path).Page, "main", ""), "form", "method=post") {
			t.Errorf("an auditor is offered the form %s at %s", portaltest.Attr(f, "action"), path)
		}
	}
}

func TestEveryNameHasAWord(t *testing.T) {
	texts := admin.Area().Texts
	var keys []string
	for _, p := range domain.Permissions() {
		keys = append(keys, "admin.scope."+string(p))
	}
	for _, f := range []webhooks.Failure{
		webhooks.FailedStatus, webhooks.FailedGone, webhooks.FailedTimeout, webhooks.FailedName, webhooks.FailedAddress,
		webhooks.FailedConnect, webhooks.FailedTLS, webhooks.FailedConnection, webhooks.FailedURL, webhooks.FailedSecret,
	} {
		keys = append(keys, "admin.failure."+string(f))
	}
	for _, key := range keys {
		if _, ok := texts[key]; !ok {
			t.Errorf("there is no word for %s", key)
		}
	}
	for key := range texts {
		if family, name, _ := strings.Cut(strings.TrimPrefix(key, "admin."), "."); family == "scope" && !slices.Contains(domain.Permissions(), domain.Permission(name)) {
			t.Errorf("there is no permission %s any more", name)
		}
	}
}

// ask asks the API for what a test is not about.
func ask(t *testing.T, w *portaltest.World, who portaltest.Who, document string, vars frame.Vars, into any) {
	t.Helper()
	if err := w.Ask(who, document, vars, into); err != nil {
		t.Fatal(err)
	}
}
