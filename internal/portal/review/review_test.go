package review_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
	"signet/internal/portal/review"
)

// What waits in the sample kit: the newest version of a slogan, which one agency has signed.
const (
	slogan = "slogan-port-of-tomorrow"
	desk   = "/vi/review/" + slogan + "/3"
)

var (
	culture = portaltest.Who{Agency: "so-vhttdl", Role: domain.RoleReviewer}
	press   = portaltest.Who{Agency: "bao-ptth", Role: domain.RoleReviewer}
	leader  = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleReviewer}
	author  = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAuthor}
	admin   = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAdmin}
	auditor = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAuditor}
	nobody  portaltest.Who
	// environment coordinates templates.
	environment = portaltest.Who{Agency: "so-nnmt", Role: domain.RoleReviewer}
)

func withClass(n *html.Node, element, class string) (found []*html.Node) {
	for _, e := range portaltest.All(n, element, "class") {
		if slices.Contains(strings.Fields(portaltest.Attr(e, "class")), class) {
			found = append(found, e)
		}
	}
	return found
}

// refused is the reason that a page tells.
func refused(a *portaltest.Answer) string {
	problem := portaltest.First(a.Page, "", "id=problem")
	return portaltest.Text(withClassFirst(problem, "p", "small"))
}

func withClassFirst(n *html.Node, element, class string) *html.Node {
	if n == nil {
		return nil
	}
	if all := withClass(n, element, class); len(all) > 0 {
		return all[0]
	}
	return nil
}

// mutate asks the API for what a test is not about.
func mutate(t *testing.T, w *portaltest.World, who portaltest.Who, field, kind string, input frame.Vars) {
	t.Helper()
	document := fmt.Sprintf("mutation($input: %s!) { %s(input: $input) { position } }", kind, field)
	if err := w.Ask(who, document, frame.Vars{"input": input}, nil); err != nil {
		t.Fatal(err)
	}
}

// One world is enough for all, since each works on what it has to itself; it is slow to make.
func TestTheDesk(t *testing.T) {
	w := portaltest.Open(t, review.Area())
	t.Run("it is not for everybody", notForEverybody(w))
	t.Run("old and new stand beside each other", besideEachOther(w))
	t.Run("what is said stands beside what it is about", talk(w))
	t.Run("a version goes round until all have signed", goesRound(w))
	t.Run("somebody steps back", stepsBack(w))
	t.Run("pictures are laid over each other", pictures(w))
	t.Run("a lead withdraws what is in force", withdraws(w))
	t.Run("an agency lets somebody sign for it", delegates(w))
}

func notForEverybody(w *portaltest.World) func(*testing.T) {
	return func(t *testing.T) {
		designer := portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleDesigner}
		login := http.StatusSeeOther
		for i, c := range []struct {
			who    portaltest.Who
			path   string
			status int
		}{
			{nobody, "/review", login},
			{nobody, "/review/" + slogan + "/3", login},
			{nobody, "/review/" + slogan + "/3/withdraw", login},
			{nobody, "/review/delegations", login},
			{nobody, "/review/none/1", login}, // strangers are not told what there is
			{designer, "/review", http.StatusForbidden},
			{designer, "/review/" + slogan + "/3", http.StatusForbidden},
			{designer, "/review/" + slogan + "/2", http.StatusForbidden},
			{designer, "/review/" + slogan + "/2/withdraw", http.StatusForbidden},
			{culture, "/review/" + slogan + "/2/withdraw", http.StatusForbidden},
			{culture, "/review/delegations", http.StatusOK},
			{auditor, "/review", http.StatusOK},
			{auditor, "/review?agency=so-vhttdl", http.StatusOK},
			{auditor, "/review?show=overdue", http.StatusOK},
			{auditor, "/review/" + slogan + "/3", http.StatusOK},
			{culture, "/review/" + slogan + "/3/sign", http.StatusSeeOther},
			{culture, "/review/delegations/revoke", http.StatusOK},
			{culture, "/review/" + slogan + "/4", http.StatusNotFound},
			{culture, "/review/" + slogan + "/x", http.StatusNotFound},
			{culture, "/review/none/1", http.StatusNotFound},
			{culture, "/review/" + slogan + "/0/withdraw", http.StatusNotFound},
		} {
			lang := []string{"/vi", "/en"}[i%2]
			if a := w.Get(c.who, lang+c.path); a.Status != c.status {
				t.Errorf("%s of %s at %s: status %d, want %d", c.who.Role, c.who.Agency, lang+c.path, a.Status, c.status)
			}
		}
		// Who looks on is offered nothing that they can't do.
		for _, f := range portaltest.All(w.Get(auditor, desk).Page, "form", "method=post") {
			if action := portaltest.Attr(f, "action"); strings.Contains(action, "/review/") {
				t.Errorf("an auditor is offered %s", action)
			}
		}
		a := w.Post(author, desk+"/sign", url.Values{"confirm": {"yes"}}).Is(http.StatusUnprocessableEntity)
		if got := refused(a); got != "not_permitted" {
			t.Errorf("an author who signs is refused as %s", got)
		}
	}
}

func besideEachOther(w *portaltest.World) func(*testing.T) {
	return func(t *testing.T) {
		a := w.Get(culture, "/vi/review").Is(http.StatusOK)
		if portaltest.First(a.Page, "a", "href="+desk) == nil {
			t.Error("what waits does not lead to its page")
		}
		a = w.Get(culture, desk).Is(http.StatusOK)
		chinese := portaltest.First(a.Page, "section", "id=in-zh")
		var gone, fresh string
		for _, e := range portaltest.All(chinese, "del", "") {
			gone += portaltest.Text(e)
		}
		for _, e := range portaltest.All(chinese, "ins", "") {
			fresh += portaltest.Text(e)
		}
		if gone != "明日绿港" || fresh != "绿色港口，智慧之城" {
			t.Errorf("%s became %s", gone, fresh)
		}
		if e := portaltest.First(chinese, "", "data-spot=slogan/zh"); portaltest.Attr(e, "lang") != "zh" {
			t.Error("the Chinese text does not say that it is Chinese")
		}
		if folded := withClass(chinese, "details", "review-fold"); len(folded) != 1 || len(withClass(folded[0], "article", "review-row")) != 2 {
			t.Error("the two texts that did not change are not folded")
		}
		for _, who := range []portaltest.Who{culture, leader, author} {
			w.Get(who, "/en/review").Is(http.StatusOK)
			w.Get(who, "/en/review/"+slogan+"/3").Is(http.StatusOK)
		}
		// Another version can be chosen, and none.
		for against, want := range map[string]int{"?against=1": 1, "?against=0": 0} {
			a := w.Get(culture, desk+against).Is(http.StatusOK)
			if got := len(portaltest.All(portaltest.First(a.Page, "section", "id=in-zh"), "del", "")); min(got, 1) != want {
				t.Errorf("%s: %d deletions", against, got)
			}
		}
	}
}

func talk(w *portaltest.World) func(*testing.T) {
	return func(t *testing.T) {
		action := desk + "/comments"
		form := w.Get(culture, desk+"?on=slogan/vi").Form(action)
		if form.Get("on") != "slogan/vi" {
			t.Errorf("the form is about %q", form.Get("on"))
		}
		if a := w.Post(culture, action, form).Is(http.StatusUnprocessableEntity); refused(a) != "empty_text · text" {
			t.Errorf("nothing said is refused as %s", refused(a))
		}
		form.Set("text", "Có cần không?")
		form.Set("start", "99")
		form.Set("end", "100")
		a := w.Post(culture, action, form).Is(http.StatusUnprocessableEntity)
		if kept := a.Form(action); kept.Get("text") != "Có cần không?" || kept.Get("start") != "99" || kept.Get("on") != "slogan/vi" {
			t.Errorf("of what was typed %v is left", kept)
		}
		form.Set("start", "12")
		form.Set("end", "16")
		to := w.Post(culture, action, form).To()
		if again := w.Post(culture, action, form).To(); again != to {
			t.Errorf("sent twice it leads to %s and to %s", to, again)
		}
		a = w.Get(press, to).Is(http.StatusOK)
		row := portaltest.First(a.Page, "section", "id=in-vi")
		if got := portaltest.Text(portaltest.First(row, "mark", "")); got != "cảng" {
			t.Errorf("what is marked is %q", got)
		}
		id := to[strings.LastIndex(to, "#c-")+3:]
		resolve := desk + "/comments/" + id + "/resolve"
		if portaltest.First(a.Page, "form", "action="+resolve) != nil {
			t.Error("another agency is offered to settle the comment")
		}
		if a := w.Post(press, resolve, nil).Is(http.StatusUnprocessableEntity); refused(a) != "not_your_comment" {
			t.Errorf("another agency is refused as %s", refused(a))
		}
		w.Post(press, action, url.Values{"replyTo": {id}, "on": {"slogan/vi"}, "text": {"Có."}}).To()
		a = w.Get(author, w.Post(culture, resolve, w.Get(culture, desk).Form(resolve)).To()).Is(http.StatusOK)
		row = portaltest.First(a.Page, "section", "id=in-vi")
		if len(withClass(row, "div", "review-reply")) != 1 || portaltest.First(row, "mark", "") != nil || len(withClass(row, "div", "review-settled")) != 1 {
			t.Error("a settled comment is not shown as one, with its answer")
		}
	}
}
