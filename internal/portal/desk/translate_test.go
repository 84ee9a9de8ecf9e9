package desk_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"signet/internal/portal/portaltest"
)

func (w world) path(key string, number int) string {
	return "/vi/desk/" + key + "/" + strconv.Itoa(number)
}

// sheet is the form of a version's texts in Japanese.
func (w world) sheet(key string) (here string, form url.Values) {
	w.t.Helper()
	here = w.path(key, 1) + "/texts/ja"
	form = w.Get(translator, here).Is(http.StatusOK).Form(here)
	form.Set("do", "save")
	return here, form
}

func translating(w world) {
	w.draft("slogan-texts")
	here, form := w.sheet("slogan-texts")
	w.same("the first one to do", portaltest.Attr(portaltest.First(w.Get(translator, here).Page, "a", "class=button second desk-next-todo"), "href"), "#u-name")
	form.Set("t.slogan", "海へひらく")
	form.Set("at", "slogan")
	w.same("where it leads", w.Post(translator, here, form).To(), here+"?done=desk-saved#u-slogan")
	w.same("what is kept", w.kept("slogan-texts", 1), []string{"name vi=Tên", "slogan ja=海へひらく", "slogan vi=Mở ra biển lớn"})

	// When its source changes it is stale, shown with what changed, and can be confirmed.
	w.revise("slogan-texts", map[string]string{"u.1.text": "Mở ra biển rộng"})
	page := w.Get(translator, here)
	w.same("what is new", portaltest.Text(portaltest.First(element(page, "u-slogan"), "ins", "")), "rộng")
	form = page.Form(here)
	form.Set("do", "save")
	w.Post(translator, here, form).To()
	w.same("still stale", element(w.Get(translator, here), "u-slogan") != nil && portaltest.First(element(w.Get(translator, here), "u-slogan"), "", "class=state stale") != nil, true)
	form.Set("ok.slogan", "1")
	w.Post(translator, here, form).To()
	w.same("confirmed", portaltest.First(element(w.Get(translator, here), "u-slogan"), "", "class=state stale") == nil, true)

	// An emptied field takes the text out.
	_, form = w.sheet("slogan-texts")
	form.Set("t.slogan", " ")
	w.Post(translator, here, form).To()
	w.same("what is kept", w.kept("slogan-texts", 1), []string{"name vi=Tên", "slogan vi=Mở ra biển rộng"})

	// What is refused is told at its unit, and stays.
	here, form = w.sheet("template-letter")
	form.Set("t.body", "拝啓")
	again := w.Post(translator, here, form).Is(http.StatusUnprocessableEntity)
	w.same("the refused text", wrong(again), []string{"t-body"})
	w.same("what was typed", again.Form(here).Get("t.body"), "拝啓")
	w.same("another language", w.Get(author, "/vi/desk/slogan-texts/1/texts?locale=fr").To(), "/vi/desk/slogan-texts/1/texts/fr")
}

func twoTranslators(w world) {
	w.draft("slogan-both")
	write := func(unit, text string) {
		here, form := w.sheet("slogan-both")
		form.Set("t."+unit, text)
		w.Post(translator, here, form).To()
	}
	// Another one has written on another unit: both are kept.
	here, form := w.sheet("slogan-both")
	write("name", "名前")
	form.Set("t.slogan", "海へ")
	w.Post(translator, here, form).To()
	w.same("what is kept", w.kept("slogan-both", 1), []string{"name ja=名前", "name vi=Tên", "slogan ja=海へ", "slogan vi=Mở ra biển lớn"})

	// On the same one: nothing is saved, and both are shown.
	_, form = w.sheet("slogan-both")
	write("slogan", "海とともに")
	form.Set("t.slogan", "大海へ")
	form.Set("t.name", "別名")
	page := w.Post(translator, here, form).Is(http.StatusOK)
	w.same("mine", page.Form(here).Get("t.slogan")+page.Form(here).Get("t.name"), "大海へ別名")
	w.same("theirs", portaltest.Text(portaltest.First(element(page, "u-slogan"), "blockquote", "")), "海とともに")
	w.same("what is kept", w.kept("slogan-both", 1)[2], "slogan ja=海とともに")
	form = page.Form(here)
	form.Set("do", "save")
	w.Post(translator, here, form).To()
	w.same("what is kept", w.kept("slogan-both", 1), []string{"name ja=別名", "name vi=Tên", "slogan ja=大海へ", "slogan vi=Mở ra biển lớn"})

	// The source has changed under the translation: it is not taken for one of the new source.
	_, form = w.sheet("slogan-both")
	w.revise("slogan-both", map[string]string{"u.1.text": "Khác hẳn"})
	form.Set("t.slogan", "海")
	page = w.Post(translator, here, form).Is(http.StatusOK)
	w.same("mine", page.Form(here).Get("t.slogan"), "海")
	w.same("what is kept", w.kept("slogan-both", 1)[2], "slogan ja=大海へ")
}

func exchanging(w world) {
	w.draft("slogan-xliff")
	here, form := w.sheet("slogan-xliff")
	file := func(target string) string {
		return `<?xml version="1.0"?><xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="vi" trgLang="ja"><file id="slogan-xliff" original="slogan-xliff/1">` +
			`<unit id="name"><segment><source>Tên cũ</source><target>古い名</target></segment></unit>` +
			`<unit id="slogan"><segment><source>Mở ra biển lớn</source>` + target + `</segment></unit></file></xliff>`
	}
	form.Set("do", "import")
	page := w.send(translator, here, form, "file", map[string]string{"a.xlf": file("<target>海へ</target>")}).Is(http.StatusOK)
	w.same("the form", page.Form(here).Get("t.slogan")+page.Form(here).Get("t.name"), "海へ")
	w.same("nothing is saved yet", len(w.kept("slogan-xliff", 1)), 2)
	form = page.Form(here)
	form.Set("do", "save")
	w.Post(translator, here, form).To()
	w.same("what is kept", w.kept("slogan-xliff", 1)[1:2], []string{"slogan ja=海へ"})
	for name, text := range map[string]string{"broken": file("<target>"), "of another version": strings.ReplaceAll(file(""), "xliff/1", "xliff/2"), "none": ""} {
		form.Set("do", "import")
		page := w.send(translator, here, form, "file", map[string]string{"a.xlf": text}).Is(http.StatusOK)
		if portaltest.First(page.Page, "", "role=alert") == nil {
			w.t.Errorf("of a file that is %s nothing is told", name)
		}
	}
}
