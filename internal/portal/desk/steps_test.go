package desk_test

import (
	"net/http"
	"net/url"
	"strings"

	"signet/internal/portal/portaltest"
)

func submitting(w world) {
	w.draft("slogan-steps")
	here := "/en/desk/slogan-steps/1"
	// A stale translation is told with the way to it.
	w.ask(author, `mutation { translateVersion(input: {key: "slogan-steps", version: 1, locale: "ja", texts: [{unit: "slogan", text: "海へ"}]}) { position } }`, nil, nil)
	w.revise("slogan-steps", map[string]string{"u.1.text": "Khác"})
	form := w.Get(author, here+"/submit").Form(here + "/submit")
	page := w.Post(author, here+"/submit", form).Is(http.StatusUnprocessableEntity)
	w.same("the way to it", portaltest.First(page.Page, "a", "href=/en/desk/slogan-steps/1/texts/ja#u-slogan") != nil, true)
	w.ask(author, `mutation { translateVersion(input: {key: "slogan-steps", version: 1, locale: "ja", texts: [{unit: "slogan", text: ""}]}) { position } }`, nil, nil)

	// What has changed since the page was shown is not submitted unseen.
	w.Post(author, here+"/submit", form).Is(http.StatusUnprocessableEntity)

	form = w.Get(author, here+"/submit").Form(here + "/submit")
	for name, chosen := range map[string]url.Values{
		"at": {"when": {"day"}, "day": {"2020-01-01"}}, "edition": {"when": {"edition"}, "edition": {"99"}}, "": {"when": {"day"}, "day": {"soon"}},
	} {
		for field, value := range chosen {
			form[field] = value
		}
		page := w.Post(author, here+"/submit", form).Is(http.StatusUnprocessableEntity)
		again := page.Form(here + "/submit")
		w.same("the day for "+name, again.Get("day"), form.Get("day"))
	}
	form.Set("when", "day")
	form.Set("day", "2099-12-31")
	first := w.Post(author, here+"/submit", form).To()
	w.same("a double click", w.Post(author, here+"/submit", form).To(), first)
	var begins struct {
		Item struct{ Version struct{ EffectiveAt string } }
	}
	w.ask(author, `{ item(key: "slogan-steps") { version(number: 1) { effectiveAt } } }`, nil, &begins)
	w.same("the beginning of the day in the city", begins.Item.Version.EffectiveAt, "2099-12-30T17:00:00Z")
	page = w.Get(author, first).Is(http.StatusOK)
	said := portaltest.Text(portaltest.First(page.Page, "main", ""))
	if !strings.Contains(said, "31 December 2099") || len(portaltest.All(page.Page, "textarea", "")) != 1 {
		w.t.Errorf("a version in review: %s", said)
	}
	w.same("the page to submit it", w.Get(author, here+"/submit").To(), here)

	form = page.Form(here + "/take-back")
	form.Set("reason", "")
	w.same("the refused field", wrong(w.Post(author, here+"/take-back", form).Is(http.StatusUnprocessableEntity)), []string{"f-reason"})
	form.Set("reason", "Thiếu bản tiếng Anh")
	w.Post(author, here+"/take-back", form).To()
	w.Get(author, here).Form(here)

	// With the open edition of the sample.
	form = w.Get(author, here+"/submit").Form(here + "/submit")
	form.Set("when", "edition")
	w.Post(author, here+"/submit", form).To()
	w.Post(reviewer, here+"/take-back", form).Is(http.StatusUnprocessableEntity)
}

func commenting(w world) {
	w.draft("slogan-comments")
	here := "/vi/desk/slogan-comments/1"
	var made struct {
		CommentOnVersion struct{ Comment struct{ ID string } }
	}
	w.ask(reviewer, `mutation { commentOnVersion(input: {key: "slogan-comments", version: 1, unit: "slogan", locale: "vi", passage: {start: 0, end: 2}, text: "Nên là Vươn"}) { comment { id } } }`, nil, &made)
	id := made.CommentOnVersion.Comment.ID
	page := w.Get(author, here)
	link := portaltest.First(element(page, "content-units-1"), "a", "href="+here+"/comments#c-"+id)
	w.same("the comment beside its text", link != nil, true)
	w.same("what it is about", portaltest.Text(portaltest.First(element(page, "content-units-1"), "mark", "")), "Mở")

	w.same("a comment on the Vietnamese text, beside a Japanese one", strings.Contains(w.Get(author, here+"/texts/ja").Body, "Nên là Vươn"), false)

	form := w.Get(author, here+"/comments").Form(here + "/comments")
	form.Set("do", "answer")
	again := w.Post(author, here+"/comments", form).Is(http.StatusUnprocessableEntity)
	form = again.Form(here + "/comments")
	form.Set("text", "Đồng ý")
	form.Set("do", "answer")
	to := w.Post(author, here+"/comments", form).To()
	w.same("where it leads", strings.HasSuffix(to, "#c-"+id), true)
	thread := element(w.Get(author, here+"/comments"), "c-"+id)
	w.same("the answer", strings.Contains(portaltest.Text(portaltest.First(thread, "div", "class=desk-answer")), "Đồng ý"), true)
	form.Set("do", "settle")
	form.Set("once", "another")
	w.Post(author, here+"/comments", form).To()
	w.same("an open comment beside the text", strings.Contains(w.Get(author, here).Body, "Nên là Vươn"), false)
	w.same("the settled one", element(w.Get(author, here+"/comments"), "c-"+id) != nil, true)
}
