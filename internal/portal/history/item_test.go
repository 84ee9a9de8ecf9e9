package history_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

// steps are those that a page lists.
func steps(a *portaltest.Answer) []*html.Node { return withClass(a.Page, "li", "step") }

var digest = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (t in) lifeWithSteps() {
	a := t.w.Get(auditor, "/en/items/"+slogan+"/history")
	rows := lanes(a)
	path := "/en/items/" + slogan + "/versions/"
	for number, want := range map[string][]string{
		"1": {"drafting", "review", "in_force"},
		"2": {"drafting", "review", "waiting", "in_force", "in_force ahead"},
		"3": {"drafting"},
	} {
		if got := bars(rows[path+number]); !slices.Equal(got, want) {
			t.Errorf("version %s is drawn as %v, want %v", number, got, want)
		}
	}
	if signed := withClass(rows[path+"2"], "svg", "mark", "signed"); len(signed) != 4 {
		t.Errorf("%d signatures are drawn", len(signed))
	}
	returned := t.w.Get(auditor, "/en/items/slogan-red-flamboyant/history")
	lane := lanes(returned)["/en/items/slogan-red-flamboyant/versions/3"]
	if got := bars(lane); !slices.Equal(got, []string{"drafting", "review", "drafting"}) || len(withClass(lane, "svg", "mark", "returned")) != 1 {
		t.Errorf("what was returned is drawn as %v", got)
	}
	for _, step := range steps(a) {
		position, shown := "", false
		for _, code := range portaltest.All(step, "code", "") {
			text := portaltest.Text(code)
			if digest.MatchString(text) {
				shown = true
			} else if position == "" && strings.Trim(text, "0123456789") == "" {
				position = text
			}
		}
		copies := portaltest.Attr(portaltest.First(step, "button", "data-copy"), "data-copy")
		if !shown || position == "" || !strings.Contains(copies, "log show "+position+" ") {
			t.Errorf("a step has no proof: %s", portaltest.Text(step))
		}
	}
	if n := len(withClass(a.Page, "li", "step", "issued")); n != 1 {
		t.Errorf("%d steps tell of an issue", n)
	}
	only := steps(t.w.Get(auditor, "/en/items/"+slogan+"/history?version=3"))
	if len(only) != 1 || !links(only[0], path+"3") {
		t.Errorf("version 3 has %d steps", len(only))
	}
}

func (t in) lifeWithoutSteps() {
	path := "/en/items/" + slogan
	a := t.w.Get(designer, path+"/history")
	if len(steps(a)) != 0 || strings.Contains(a.Body, "log show") {
		t.Error("a designer reads who did what")
	}
	rows := lanes(a)
	if got := bars(rows[path+"/versions/2"]); !slices.Equal(got, []string{"drafting", "review", "waiting", "in_force", "in_force ahead"}) || rows[path+"/versions/3"] != nil {
		t.Errorf("a designer sees %v of version 2, and %v of a draft", got, rows[path+"/versions/3"])
	}
	a = t.w.Get(nobody, path+"/history")
	rows = lanes(a)
	if got := bars(rows[path+"/versions/2"]); len(rows) != 1 || !slices.Equal(got, []string{"in_force", "in_force ahead"}) {
		t.Errorf("anybody sees %v of %d versions", got, len(rows))
	}
	if len(steps(a)) != 0 || links(a.Page, path+"/compare") {
		t.Error("anybody is told of what is for members")
	}
}

// pagedSteps: each step stands on one page, and the pages follow each other.
func (t in) pagedSteps() {
	for i := range 32 {
		t.change(leader, "commentOnVersion", fmt.Sprintf(`key: %q, version: 3, text: "Góp ý %d"`, "slogan-red-flamboyant", i))
	}
	seen, pages := map[string]bool{}, 0
	for next := "/en/items/slogan-red-flamboyant/history"; next != ""; pages++ {
		a := t.w.Get(auditor, next)
		for _, step := range steps(a) {
			position := portaltest.Text(portaltest.First(portaltest.First(step, "dl", ""), "code", ""))
			if seen[position] {
				t.Errorf("the step at %s is told twice", position)
			}
			seen[position] = true
		}
		next, _, _ = strings.Cut(portaltest.Attr(portaltest.First(a.Page, "a", "rel=next"), "href"), "#")
	}
	var all struct {
		Item struct {
			History struct{ Edges []struct{ Cursor string } }
		}
	}
	if err := t.w.Ask(auditor, `{ item(key: "slogan-red-flamboyant") { history(first: 100) { edges { cursor } } } }`, frame.Vars{}, &all); err != nil {
		t.Fatal(err)
	}
	if want := len(all.Item.History.Edges); len(seen) != want || want <= 50 || pages != 2 {
		t.Errorf("%d steps on %d pages, want %d", len(seen), pages, want)
	}
}

func (t in) oneVersion() {
	path := "/vi/items/" + slogan
	old := t.w.Get(designer, path+"/versions/1")
	if warned := withClass(old.Page, "div", "notice"); len(warned) != 1 || !links(warned[0], path+"/versions/2") {
		t.Error("what was superseded does not lead to what is in force")
	}
	current := t.w.Get(nobody, path+"/versions/2")
	if warned := withClass(current.Page, "div", "notice"); len(warned) != 0 {
		t.Error("what is in force is warned of")
	}
	for _, lang := range []string{"vi", "en", "ja", "ko", "zh"} {
		if len(portaltest.All(current.Page, "dd", "lang="+lang)) != 3 {
			t.Errorf("the texts in %s are not told as such", lang)
		}
	}
	for rel, want := range map[string]string{"prev": path + "/versions/1", "next": path + "/versions/3"} {
		if got := portaltest.Attr(portaltest.First(t.w.Get(auditor, path+"/versions/2").Page, "a", "rel="+rel), "href"); got != want {
			t.Errorf("%s is %q", rel, got)
		}
	}
	withdrawn := t.w.Get(designer, "/vi/items/"+gateway+"/versions/1")
	if len(withClass(withdrawn.Page, "div", "notice", "bad")) != 1 {
		t.Error("what was withdrawn is not told as such")
	}
	pictures := portaltest.All(t.w.Get(nobody, "/vi/items/"+logo+"/versions/1").Page, "img", "loading=lazy")
	if len(pictures) != 12 {
		t.Fatalf("%d pictures", len(pictures))
	}
	for _, p := range pictures {
		at, err := url.Parse(portaltest.Attr(p, "src"))
		if err != nil || at.Query().Get("preview") != "1" || at.Query().Get("width") == "" || portaltest.Attr(p, "alt") == "" {
			t.Errorf("to look at a picture is a download, or it has no words: %s", at)
		}
	}
}

// versionToCome: one that is approved for a later day.
func (t in) versionToCome() {
	const key = "slogan-later"
	t.change(author, "registerItem", fmt.Sprintf("key: %q, kind: SLOGAN", key))
	t.change(author, "draftVersion", fmt.Sprintf(`key: %q, content: {units: [{id: "name", role: NAME, texts: [{locale: "vi", text: "Sau"}]},
		{id: "slogan", role: SLOGAN, texts: [{locale: "vi", text: "Mai sau"}]}]}`, key))
	later := t.w.Now.AddDate(0, 0, 10).UTC().Format(time.RFC3339)
	t.change(author, "submitVersion", fmt.Sprintf("key: %q, version: 1, effective: {at: %q}", key, later))
	for _, agency := range []string{"so-ngoai-vu", "so-vhttdl", "bao-ptth", portaltest.Lead} {
		t.change(portaltest.Who{Agency: agency, Role: domain.RoleReviewer}, "signVersion", fmt.Sprintf("key: %q, version: 1", key))
	}
	life := t.w.Get(auditor, "/en/items/"+key+"/history")
	if got := bars(lanes(life)["/en/items/"+key+"/versions/1"]); !slices.Equal(got, []string{"waiting ahead", "in_force ahead"}) {
		t.Errorf("it is drawn as %v", got)
	}
	if got := bars(lanes(t.w.Get(designer, "/en/history"))["/en/items/"+key+"/history"]); !slices.Equal(got, []string{"in_force ahead"}) {
		t.Errorf("in the kit it is drawn as %v", got)
	}
	version := t.w.Get(designer, "/en/items/"+key+"/versions/1")
	if len(withClass(version.Page, "div", "notice", "warn")) != 1 {
		t.Error("what is not in force yet is not warned of")
	}
}
