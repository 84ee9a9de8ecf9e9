package review_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

// draftLogo begins a version with two files, of which one is drawn by a radius.
func draftLogo(t *testing.T, w *portaltest.World, radius int) {
	t.Helper()
	ctx := access.With(context.Background(), w.Viewer(author))
	var files []frame.Vars
	for layout, r := range map[string]int{"MARK": radius, "STACKED": 10} {
		drawn := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="%d"/></svg>`, r)
		info, err := w.Site.Receive(ctx, strings.NewReader(drawn))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, frame.Vars{"colour": "FULL", "layout": layout, "name": layout + ".svg", "digest": info.Ref})
	}
	said := func(text string) []any { return []any{frame.Vars{"locale": "vi", "text": text}} }
	mutate(t, w, author, "draftVersion", "DraftVersionInput", frame.Vars{"key": "logo-try", "content": frame.Vars{
		"units": []any{frame.Vars{"id": "name", "role": "NAME", "texts": said("Thử")}}, "files": files,
		"colours": []any{frame.Vars{"names": said("Đỏ"), "hex": "#D7263D"}}, "licence": "x",
	}})
}

func pictures(w *portaltest.World) func(*testing.T) {
	return func(t *testing.T) {
		const path = "/en/review/logo-try/2"
		mutate(t, w, author, "registerItem", "RegisterItemInput", frame.Vars{"key": "logo-try", "kind": "LOGO"})
		draftLogo(t, w, 40)
		mutate(t, w, author, "submitVersion", "SubmitVersionInput", frame.Vars{"key": "logo-try", "version": 1})
		for _, who := range []portaltest.Who{{Agency: "so-ngoai-vu", Role: domain.RoleReviewer}, culture, press, leader} {
			mutate(t, w, who, "signVersion", "SignVersionInput", frame.Vars{"key": "logo-try", "version": 1})
		}
		draftLogo(t, w, 50)
		a := w.Get(culture, path).Is(http.StatusOK)
		cards := portaltest.All(a.Page, "article", "data-pictures")
		if len(cards) != 1 {
			t.Fatalf("%d pictures are compared, want the one that changed", len(cards))
		}
		for _, of := range []string{"1", "2"} {
			if len(portaltest.All(cards[0], "img", "src=/files/logo-try/"+of+"/MARK.svg?width=800&format=webp&preview=1")) != 2 { // beside, and over
				t.Errorf("the picture of version %s is not shown", of)
			}
		}
		if over := withClass(cards[0], "div", "review-over"); len(over) != 1 || portaltest.Attr(over[0], "hidden") != "" || len(portaltest.All(cards[0], "div", "hidden")) != 1 {
			t.Error("without the script more than the pictures side by side is shown")
		}
	}
}

func withdraws(w *portaltest.World) func(*testing.T) {
	return func(t *testing.T) {
		const path = "/vi/review/slogan-open-sea/2/withdraw"
		if a := w.Get(leader, path).Is(http.StatusOK); portaltest.First(a.Page, "table", "") != nil {
			t.Error("a reviewer is told who has used it")
		}
		mutate(t, w, portaltest.Who{Agency: "so-cong-thuong", Role: domain.RoleAgency}, "declareUse", "DeclareUseInput",
			frame.Vars{"key": "slogan-open-sea", "version": 2, "channel": "portal", "place": "https://x.example/"})
		if a := w.Get(admin, path).Is(http.StatusOK); len(portaltest.All(portaltest.First(a.Page, "tbody", ""), "tr", "")) != 1 {
			t.Error("an administrator is not told who has used it")
		}
		form := w.Get(leader, path).Form(path)
		form.Set("other", "none 7")
		form.Set("reason", "Một chữ sai.")
		a := w.Post(leader, path, form).Is(http.StatusUnprocessableEntity)
		if again := a.Form(path); !strings.HasPrefix(refused(a), "unknown_item") || again.Get("reason") != "Một chữ sai." || again.Get("other") != "none 7" {
			t.Errorf("of what was typed %v is left", again)
		}
		form.Del("other")
		form.Set("instead", "1")
		a = w.Get(leader, w.Post(leader, path, form).To())
		next := portaltest.First(a.Page, "", "id=next")
		if portaltest.Text(portaltest.First(next, "blockquote", "")) != "Một chữ sai." || portaltest.First(next, "a", "href=/vi/items/slogan-open-sea") == nil {
			t.Errorf("the page says %s", portaltest.Text(next))
		}
		if portaltest.First(a.Page, "form", "id=say") != nil {
			t.Error("one can comment on what is withdrawn")
		}
		w.Get(leader, path).Is(http.StatusForbidden)
	}
}

func delegates(w *portaltest.World) func(*testing.T) {
	return func(t *testing.T) {
		const path = "/en/review/delegations"
		form := w.Get(culture, path).Is(http.StatusOK).Form(path)
		form.Set("memberAgency", portaltest.Lead)
		form.Set("member", w.Viewer(auditor).Member.String())
		form.Set("until", w.Now.AddDate(2, 0, 0).Format("2006-01-02"))
		form.Set("reason", "Nghỉ phép.")
		a := w.Post(culture, path, form).Is(http.StatusUnprocessableEntity)
		if again := a.Form(path); refused(a) != "too_long · until" || again.Get("member") != form.Get("member") || again.Get("memberAgency") != portaltest.Lead {
			t.Errorf("%s; of what was typed %v is left", refused(a), again)
		}
		form.Set("until", w.Now.AddDate(0, 0, 5).Format("2006-01-02"))
		a = w.Get(culture, w.Post(culture, path, form).To())
		revoke := path + "/revoke"
		end := a.Form(revoke)
		if len(portaltest.All(a.Page, "form", "action="+revoke)) != 1 || end.Get("delegation") == "" {
			t.Fatal("the delegation is not shown")
		}
		a = w.Get(culture, w.Post(culture, revoke, end).To())
		if portaltest.First(a.Page, "form", "action="+revoke) != nil {
			t.Error("the delegation is still there")
		}
		if a := w.Get(author, path).Is(http.StatusOK); portaltest.First(a.Page, "form", "action="+path) != nil {
			t.Error("who can't delegate is offered to")
		}
	}
}
