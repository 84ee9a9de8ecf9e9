package review_test

import (
	"net/http"
	"testing"

	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

// stands is how many signatures the page shows.
func stands(a *portaltest.Answer) int { return len(withClass(a.Page, "li", "review-signed")) }

// signs signs as the page offers it.
func signs(t *testing.T, w *portaltest.World, who portaltest.Who) string {
	t.Helper()
	form := w.Get(who, desk).Is(http.StatusOK).Form(desk + "/sign")
	form.Set("confirm", "yes")
	return w.Post(who, desk+"/sign", form).To()
}

func goesRound(w *portaltest.World) func(*testing.T) {
	return func(t *testing.T) {
		form := w.Get(culture, desk).Form(desk + "/sign")
		if a := w.Post(culture, desk+"/sign", form).Is(http.StatusUnprocessableEntity); refused(a) != "not_confirmed · confirm" {
			t.Errorf("what is not confirmed is refused as %s", refused(a))
		}
		// Who looked at something older signs nothing.
		mutate(t, w, press, "commentOnVersion", "CommentOnVersionInput", frame.Vars{"key": slogan, "version": 3, "text": "!"})
		form.Set("confirm", "yes")
		a := w.Post(culture, desk+"/sign", form).Is(http.StatusUnprocessableEntity)
		if again := a.Form(desk + "/sign"); again.Get("revision") == form.Get("revision") || stands(a) != 1 {
			t.Errorf("after a change at revision %s the page shows %s, and %d signatures", form.Get("revision"), again.Get("revision"), stands(a))
		}
		if to := signs(t, w, culture); to != desk+"?done=review-signed" {
			t.Errorf("the signature leads to %s", to)
		}
		a = w.Get(culture, desk)
		if portaltest.First(a.Page, "form", "action="+desk+"/sign") != nil || stands(a) != 2 {
			t.Errorf("after the signature it shows %d, or offers another one", stands(a))
		}
		// A return has a reason, and what was typed is kept without one.
		form = w.Get(press, desk).Form(desk + "/return")
		form.Set("reason", "  ")
		if a := w.Post(press, desk+"/return", form).Is(http.StatusUnprocessableEntity); refused(a) != "reason_required · reason" {
			t.Errorf("a return without a reason is refused as %s", refused(a))
		}
		form.Set("reason", "Chưa rõ nghĩa.")
		a = w.Get(author, w.Post(press, desk+"/return", form).To())
		if got := portaltest.Text(portaltest.First(portaltest.First(a.Page, "", "id=next"), "blockquote", "")); got != "Chưa rõ nghĩa." {
			t.Errorf("the author is told %q", got)
		}
		mutate(t, w, author, "submitVersion", "SubmitVersionInput", frame.Vars{"key": slogan, "version": 3, "effective": frame.Vars{"edition": 2}})
		a = w.Get(leader, desk)
		if stands(a) != 2 || portaltest.First(a.Page, "form", "action="+desk+"/sign") != nil || portaltest.First(a.Page, "form", "action="+desk+"/return") == nil {
			t.Errorf("before its turn the lead sees %d signatures, and is offered something else than to return", stands(a))
		}
		signs(t, w, press)
		if to := signs(t, w, leader); to != desk+"?done=review-approved" {
			t.Errorf("the last signature leads to %s", to)
		}
		a = w.Get(leader, desk+"?done=review-approved")
		if len(withClass(a.Page, "span", "approved")) != 1 || portaltest.First(a.Page, "", "id=decide") != nil || portaltest.First(a.Page, "a", "href="+desk+"/withdraw") == nil {
			t.Error("an approved version is shown as another one")
		}
	}
}

func stepsBack(w *portaltest.World) func(*testing.T) {
	return func(t *testing.T) {
		const path = "/vi/review/template-investor-letter/2"
		form := w.Get(environment, path).Form(path + "/recuse")
		if a := w.Post(environment, path+"/recuse", form).Is(http.StatusUnprocessableEntity); refused(a) != "reason_required · reason" {
			t.Errorf("to step back without a reason is refused as %s", refused(a))
		}
		form.Set("reason", "Có liên quan.")
		a := w.Get(environment, w.Post(environment, path+"/recuse", form).To())
		if portaltest.First(a.Page, "form", "action="+path+"/sign") != nil || portaltest.First(a.Page, "form", "action="+path+"/recuse") != nil {
			t.Error("who stepped back is offered to sign, or to do it again")
		}
	}
}
