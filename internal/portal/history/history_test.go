package history_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/frame"
	"signet/internal/portal/history"
	"signet/internal/portal/portaltest"
)

var (
	nobody   portaltest.Who
	designer = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleDesigner}
	author   = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAuthor}
	leader   = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleReviewer}
	auditor  = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAuditor}
	admin    = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAdmin}
	trade    = portaltest.Who{Agency: "so-cong-thuong", Role: domain.RoleAgency}
)

// What the sample kit has: a slogan of two versions that were approved, and a draft; one
// that was withdrawn; a logo.
const (
	slogan  = "slogan-open-sea"
	gateway = "slogan-gateway"
	logo    = "logo-sample"
)

// in is a test in a world.
type in struct {
	*testing.T

	w *portaltest.World
}

// All tests share a world, which takes long to make: those that read come first.
func TestHistory(t *testing.T) {
	w := portaltest.Open(t, history.Area())
	for _, test := range []struct {
		name string
		run  func(in)
	}{
		{"every page is shown to whom it is for", in.everyPage},
		{"the drawing is in percent, and no more than a picture", in.drawn},
		{"the kit on a day", in.kitOnADay},
		{"the kit for who has no token", in.publicKit},
		{"the life of an item for who sees drafts", in.lifeWithSteps},
		{"the life of an item for others", in.lifeWithoutSteps},
		{"one version", in.oneVersion},
		{"an edition before and after its issue", in.oneEdition},
		{"two versions", in.twoVersions},
		{"a version that is to come", in.versionToCome},
		{"a history is read page by page", in.pagedSteps},
		{"two editions", in.twoEditions},
		{"withdrawals", in.withdrawals},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(in{t, w}) })
	}
}

const login = http.StatusSeeOther

func (t in) everyPage() {
	const ok, none = http.StatusOK, http.StatusNotFound
	for _, c := range []struct {
		path                      string
		nobody, designer, auditor int
	}{
		{"/history", ok, ok, ok},
		{"/history?kind=LOGO&at=2026-10-01", ok, ok, ok},
		{"/editions", ok, ok, ok},
		{"/editions/1", ok, ok, ok},
		{"/editions/2", none, ok, ok},
		{"/editions/3", none, none, none},
		{"/editions/x", none, none, none},
		{"/editions/compare", ok, ok, ok},
		{"/recalls", login, ok, ok},
		{"/proof", ok, ok, ok},
		{"/items/" + slogan + "/history", ok, ok, ok},
		{"/items/" + gateway + "/history", none, ok, ok},
		{"/items/nothing/history", none, none, none},
		{"/items/" + slogan + "/versions/2", ok, ok, ok},
		{"/items/" + slogan + "/versions/1", none, ok, ok},
		{"/items/" + slogan + "/versions/3", none, none, ok},
		{"/items/" + slogan + "/versions/3000000000", none, none, none},
		{"/items/" + gateway + "/versions/1", none, ok, ok},
		{"/items/" + slogan + "/compare", login, ok, ok},
		{"/items/" + slogan + "/compare?from=1&to=3", login, none, ok},
		{"/items/nothing/compare", none, none, none},
	} {
		for who, status := range map[portaltest.Who]int{nobody: c.nobody, designer: c.designer, auditor: c.auditor} {
			langs := map[portaltest.Who][]string{nobody: {"/vi"}, designer: {"/en"}, auditor: {"/vi", "/en"}} // each page in both
			for _, lang := range langs[who] {
				a := t.w.Get(who, lang+c.path)
				if a.Status != status {
					t.Errorf("%s of %s%s: status %d, want %d: %s", who.Role, lang, c.path, a.Status, status, portaltest.Text(portaltest.First(a.Page, "main", "")))
				}
				if n := len(portaltest.All(a.Page, "h1", "")); status != login && n != 1 {
					t.Errorf("%s%s has %d h1", lang, c.path, n)
				}
				if portaltest.First(a.Page, "", "style") != nil {
					t.Errorf("%s%s has a style of an element, which no browser heeds", lang, c.path)
				}
			}
		}
	}
}

// withClass are the elements below one that have all of some classes.
func withClass(n *html.Node, element string, classes ...string) (found []*html.Node) {
	for _, e := range portaltest.All(n, element, "class") {
		has := strings.Fields(portaltest.Attr(e, "class"))
		if !slices.ContainsFunc(classes, func(c string) bool { return !slices.Contains(has, c) }) {
			found = append(found, e)
		}
	}
	return found
}

// lanes are the rows of a drawing, by the addresses that they are about.
func lanes(a *portaltest.Answer) map[string]*html.Node {
	found := map[string]*html.Node{}
	for _, list := range withClass(a.Page, "ol", "lanes") {
		for _, li := range portaltest.All(list, "li", "") {
			found[portaltest.Attr(portaltest.First(li, "a", ""), "href")] = li
		}
	}
	return found
}

// bars are the kinds of the bars of a lane, and of which number each version is.
func bars(lane *html.Node) (told []string) {
	for _, b := range withClass(lane, "svg", "bar") {
		told = append(told, strings.TrimPrefix(portaltest.Attr(b, "class"), "bar "))
	}
	return told
}

// links tells whether a page links to an address.
func links(n *html.Node, to string) bool { return portaltest.First(n, "a", "href="+to) != nil }

// change is a mutation, which must be accepted.
func (t in) change(who portaltest.Who, mutation, input string) {
	t.Helper()
	if err := t.w.Ask(who, fmt.Sprintf("mutation { %s(input: {%s}) { position } }", mutation, input), frame.Vars{}, nil); err != nil {
		t.Fatalf("%s: %v", mutation, err)
	}
}
