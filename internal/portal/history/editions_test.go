package history_test

import (
	"fmt"
	"net/http"

	"signet/domain"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

func (t in) oneEdition() {
	issued := t.w.Get(designer, "/en/editions/1")
	if !links(issued.Page, "/en/?at=2026-11-16") || !links(issued.Page, "/en/items/"+slogan+"/compare?from=1&to=2") || !links(issued.Page, "/en/items/"+logo+"/versions/1") {
		t.Error("an issued edition does not lead to what it changed")
	}
	if links(issued.Page, "/en/editions/compare?from=0&to=1") {
		t.Error("the first edition is compared with one before it")
	}
	public := t.w.Get(nobody, "/en/editions/1")
	if !links(public.Page, "/en/items/"+slogan) || links(public.Page, "/en/items/"+slogan+"/versions/1") {
		t.Error("anybody sees nothing of an issued edition, or too much")
	}
	open := t.w.Get(designer, "/en/editions/2")
	if len(withClass(open.Page, "dl", "counts")) != 1 || links(open.Page, "/en/items/slogan-port-of-tomorrow/versions/3") {
		t.Error("a designer does not see how ready an edition is, or sees its drafts")
	}
	if !links(t.w.Get(auditor, "/en/editions/2").Page, "/en/items/slogan-port-of-tomorrow/versions/3") {
		t.Error("an auditor does not see the candidates")
	}
	for who, want := range map[portaltest.Who]bool{admin: true, auditor: false} {
		if links(t.w.Get(who, "/en/editions/2").Page, "/en/admin/editions/2") != want {
			t.Errorf("whether %s is led to prepare it: %v", who.Role, !want)
		}
	}
}

// logoFile is a file of the logo, as the API takes it.
func logoFile(colour, layout, name, digest string) map[string]any {
	return map[string]any{"colour": colour, "layout": layout, "name": name, "digest": digest}
}

// twoVersions compares texts, and pictures: one that changed, one that is new, and those
// that are gone.
func (t in) twoVersions() {
	a := t.w.Get(designer, "/en/items/"+slogan+"/compare")
	if portaltest.First(a.Page, "select", "name=from") == nil || len(portaltest.All(a.Page, "ins", "")) < 2 || len(portaltest.All(a.Page, "del", "")) < 2 {
		t.Error("two versions are not compared by word")
	}
	if len(portaltest.All(portaltest.First(a.Page, "", "lang=ja"), "ins", "")) == 0 {
		t.Error("what is inserted in Japanese is not told in Japanese")
	}
	for name, selected := range map[string]string{"from": "1", "to": "2"} {
		if got := portaltest.Attr(portaltest.First(portaltest.First(a.Page, "select", "name="+name), "option", "selected"), "value"); got != selected {
			t.Errorf("%s is version %s", name, got)
		}
	}
	var now struct {
		Item struct {
			Version struct {
				Content struct {
					Files []struct{ Name, Digest string }
				}
			}
		}
	}
	if err := t.w.Ask(author, `{ item(key: "logo-sample") { version(number: 1) { content { files { name digest } } } } }`, frame.Vars{}, &now); err != nil {
		t.Fatal(err)
	}
	files := now.Item.Version.Content.Files
	input := frame.Vars{"input": map[string]any{"key": logo, "content": map[string]any{
		"units": []any{map[string]any{"id": "name", "role": "NAME", "texts": []any{map[string]any{"locale": "vi", "text": "Biểu trưng"}}}},
		"files": []any{
			logoFile("FULL", "HORIZONTAL", files[0].Name, files[0].Digest),
			logoFile("FULL", "STACKED", files[1].Name, files[3].Digest),
			logoFile("REVERSED", "HORIZONTAL", "mới.png", files[5].Digest),
		},
	}}}
	if err := t.w.Ask(author, `mutation($input: DraftVersionInput!) { draftVersion(input: $input) { position } }`, input, nil); err != nil {
		t.Fatal(err)
	}
	a = t.w.Get(author, "/en/items/"+logo+"/compare")
	pairs, both := withClass(a.Page, "div", "pair"), 0
	for _, p := range pairs {
		if len(portaltest.All(p, "img", "")) == 2 {
			both++
		}
	}
	if len(pairs) != len(files) || both != 1 {
		t.Errorf("%d pairs of pictures, %d of them of two; want %d and 1", len(pairs), both, len(files))
	}
	same := t.w.Get(author, "/en/items/"+logo+"/compare?from=1&to=1")
	if len(withClass(same.Page, "p", "empty")) != 1 || len(withClass(same.Page, "div", "pair")) != 0 {
		t.Error("a version differs from itself")
	}
	if one := t.w.Get(author, "/en/items/positioning/compare"); len(withClass(one.Page, "p", "empty")) != 1 {
		t.Error("a single version is compared")
	}
}

// twoEditions issues the second edition with one slogan, and without another.
func (t in) twoEditions() {
	const changed, retired = "slogan-port-of-tomorrow", slogan
	if page := t.w.Get(auditor, "/en/editions/compare"); len(withClass(page.Page, "p", "empty")) != 1 {
		t.Error("one edition is compared")
	}
	for _, agency := range []string{"so-ngoai-vu", "so-vhttdl", "bao-ptth", portaltest.Lead} {
		signer := portaltest.Who{Agency: agency, Role: domain.RoleReviewer}
		err := t.w.Ask(signer, fmt.Sprintf(`mutation { signVersion(input: {key: %q, version: 3}) { position } }`, changed), frame.Vars{}, nil)
		t.Log(agency, err) // one of them has signed in the sample
	}
	t.change(admin, "includeInEdition", fmt.Sprintf("number: 2, key: %q, version: 3", changed))
	t.change(admin, "retireInEdition", fmt.Sprintf("number: 2, key: %q", retired))
	t.change(admin, "issueEdition", `number: 2, decision: "02/QĐ", decided: "2026-11-20"`)

	a := t.w.Get(designer, "/en/editions/compare").Is(http.StatusOK)
	cards := withClass(a.Page, "section", "changed")
	if len(cards) != 2 {
		t.Fatalf("%d changes", len(cards))
	}
	gone, other := cards[0], cards[1] // in order of their keys
	if !links(gone, "/en/items/"+retired+"/history") || len(withClass(gone, "span", "state", "withdrawn")) != 1 || portaltest.First(gone, "details", "open") != nil {
		t.Error("what was retired is not told as such")
	}
	if !links(other, "/en/items/"+changed+"/versions/2") || !links(other, "/en/items/"+changed+"/versions/3") || len(portaltest.All(other, "ins", "")) == 0 || portaltest.First(other, "details", "open") == nil {
		t.Error("what was changed is not told by word")
	}
	a = t.w.Get(designer, "/en/editions/compare?from=2&to=1").Is(http.StatusUnprocessableEntity)
	if portaltest.First(a.Page, "select", "aria-invalid") == nil {
		t.Error("the field that is wrong is not marked")
	}
	t.w.Get(designer, "/en/editions/compare?from=1&to=7").Is(http.StatusNotFound)
	if !links(t.w.Get(designer, "/en/editions/2").Page, "/en/editions/compare?from=1&to=2") {
		t.Error("an edition does not lead to the comparison with the one before")
	}
}
