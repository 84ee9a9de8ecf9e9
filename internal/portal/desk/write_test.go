package desk_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"signet/internal/portal/portaltest"
)

func writing(w world) {
	const here = "/en/desk/template-letter/begin"
	w.ask(author, `mutation { registerItem(input: {key: "template-letter", kind: TEMPLATE}) { position } }`, nil, nil)
	form := w.Get(author, here).Form(here)
	form.Set("u.0.text", "Thư mời")
	form.Set("u.1.text", "Kính gửi {{ten}}, ngày {{ngay}}:\r\nXin chào.")
	form.Set("do", "add-unit SUBJECT")
	page := w.Post(author, here, form).Is(http.StatusOK)
	form = page.Form(here)
	w.same("the new unit", form.Get("u.2.role")+" "+form.Get("p.0.name")+" "+form.Get("p.1.name"), "SUBJECT ten ngay")
	form.Set("u.2.text", "Mời {{ten}}")
	form.Set("p.1.type", "DATE")
	form.Set("p.1.style", "long")
	form.Set("p.0.note.en", "Who is invited")
	form.Set("p.0.example", "Nguyễn Văn A")
	form.Set("licence", "Dùng tự do.")
	form.Set("do", "save")
	first := w.Post(author, here, form).To()
	w.same("where it leads", first, "/en/desk/template-letter/1?done=desk-begun")
	w.same("a double click", w.Post(author, here, form).To(), first)
	w.same("the texts", w.kept("template-letter", 1), []string{"name vi=Thư mời", "body vi=Kính gửi {{ten}}, ngày {{ngay}}:\nXin chào.", "subject vi=Mời {{ten}}"})
	form = w.Get(author, first).Form("/en/desk/template-letter/1")
	w.same("the rest", form.Get("p.1.type")+form.Get("p.1.style")+form.Get("p.0.note.en")+form.Get("p.0.example")+form.Get("licence"), "DATElongWho is invitedNguyễn Văn ADùng tự do.")

	// A plural has its forms, and what is not used any more is left out.
	form.Set("p.0.type", "PLURAL")
	form.Set("u.1.text", "Kính gửi {{ten}}.")
	form.Set("do", "look")
	form = w.Post(author, "/en/desk/template-letter/1", form).Is(http.StatusOK).Form("/en/desk/template-letter/1")
	form.Set("p.0.form.0.text", "# người")
	form.Set("do", "save")
	w.Post(author, "/en/desk/template-letter/1", form).To()
	form = w.Get(author, first).Form("/en/desk/template-letter/1")
	form.Set("u.1.text", "Kính gửi {{ban}} và {{ten}}.")
	form.Set("do", "save")
	first = w.Post(author, "/en/desk/template-letter/1", form).To()
	w.same("a double click with a new placeholder", w.Post(author, "/en/desk/template-letter/1", form).To(), first)
	w.same("the plural", form.Get("p.0.form.0.locale")+form.Get("p.0.form.0.category")+form.Get("p.0.form.0.text")+form.Get("p.1.name"), "viother# người")
}

func refusals(w world) {
	w.ask(author, `mutation { registerItem(input: {key: "messages-refused", kind: MESSAGE_SET}) { position } }`, nil, nil)
	const here = "/vi/desk/messages-refused/begin"
	form := w.Get(author, here).Form(here)
	form.Set("u.0.text", "Bộ thông điệp")
	form.Set("u.1.text", "Cảng mở")
	form.Set("u.1.pillar", "Trụ cột")
	form.Set("u.1.audience", "investors")
	form.Set("do", "save")
	for _, c := range []struct{ field, text, id string }{
		{"u.1.pillar", "Trụ cột", "content-units-1-pillar"},
		{"u.1.audience", "A B", "content-units-1-audience"},
		{"u.1.text", "", "content-units-1-text-vi"},
		{"licence", strings.Repeat("x", 2001), "content-licence"},
	} {
		was := form.Get(c.field)
		form.Set("u.1.pillar", "sea")
		form.Set(c.field, c.text)
		page := w.Post(author, here, form).Is(http.StatusUnprocessableEntity)
		w.same("the refused field", wrong(page), []string{c.id})
		again := page.Form(here)
		w.same(c.field, again.Get(c.field), c.text)
		w.same("the other text", again.Get("u.0.text"), "Bộ thông điệp")
		form.Set(c.field, was)
	}
	if page := w.Get(author, here); len(wrong(page)) > 0 {
		w.t.Error("something is wrong before anything was sent")
	}
}

func twoAuthors(w world) {
	const key, here = "slogan-two", "/en/desk/slogan-two/1"
	w.draft(key)
	mine := w.Get(author, here).Form(here)
	mine.Set("do", "save")

	// What a translator writes meanwhile is no matter to the author, and is not lost.
	w.ask(author, `mutation { translateVersion(input: {key: "slogan-two", version: 1, locale: "ja", texts: [{unit: "slogan", text: "海へ"}]}) { position } }`, nil, nil)
	mine.Set("u.1.text", "Ra biển lớn")
	w.Post(author, here, mine).To()
	w.same("the texts", w.kept(key, 1), []string{"name vi=Tên", "slogan ja=海へ", "slogan vi=Ra biển lớn"})
	w.same("a double click", w.Post(author, here, mine).To(), here+"?done=desk-saved")

	// What another author writes is shown, and joined where it can be.
	mine = w.Get(author, here).Form(here)
	w.revise(key, map[string]string{"u.0.text": "Tên mới", "u.1.text": "Của họ"})
	mine.Set("u.1.text", "Của tôi")
	mine.Set("do", "save")
	page := w.Post(author, here, mine).Is(http.StatusOK)
	if element(page, "meanwhile") == nil {
		w.t.Fatal("nobody is told that another one wrote")
	}
	w.same("theirs", portaltest.Text(portaltest.First(element(page, "content-units-1"), "blockquote", "")), "Của họ")
	again := page.Form(here)
	w.same("the form", again.Get("u.0.text")+", "+again.Get("u.1.text"), "Tên mới, Của tôi")
	w.same("what is kept", slices.Contains(w.kept(key, 1), "slogan vi=Của họ"), true)
	again.Set("do", "save")
	w.Post(author, here, again).To()
	w.same("what is kept", w.kept(key, 1), []string{"name vi=Tên mới", "slogan ja=海へ", "slogan vi=Của tôi"})

	// A version that was submitted meanwhile is not written over, and what was typed stays.
	mine = w.Get(author, here).Form(here)
	mine.Set("u.0.text", "Quá muộn")
	mine.Set("do", "save")
	w.ask(author, `mutation { translateVersion(input: {key: "slogan-two", version: 1, locale: "ja", texts: [{unit: "slogan", text: ""}]}) { position } }`, nil, nil)
	w.ask(author, `mutation { submitVersion(input: {key: "slogan-two", version: 1}) { position } }`, nil, nil)
	late := w.Post(author, here, mine).Is(http.StatusUnprocessableEntity)
	w.same("what was typed", late.Form(here).Get("u.0.text"), "Quá muộn")
}

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><path d="M0 0h9v9z"/></svg>`

func files(w world) {
	w.ask(author, `mutation { registerItem(input: {key: "logo-files", kind: LOGO}) { position } }`, nil, nil)
	const here = "/en/desk/logo-files/begin"
	form := w.Get(author, here).Form(here)
	form.Set("u.0.text", "Biểu trưng")
	form.Set("do", "save")
	w.same("without a file", element(w.Post(author, here, form).Is(http.StatusUnprocessableEntity), "content-files") != nil, true)
	form.Set("do", "upload")
	page := w.send(author, here, form, "files", map[string]string{"dọc âm bản.svg": drawing, "bad.svg": "no picture"}).Is(http.StatusOK)
	if said := portaltest.Text(portaltest.First(page.Page, "", "role=alert")); !strings.Contains(said, "bad.svg") {
		w.t.Errorf("of the file that can't be taken it is told: %s", said)
	}
	form = page.Form(here)
	w.same("the file", form.Get("f.0.name")+form.Get("f.0.colour")+form.Get("f.0.layout")+form.Get("f.0.width")+form.Get("f.1.name"), "dọc âm bản.svgREVERSEDSTACKED30")
	form.Set("do", "add-colour")
	form = w.Post(author, here, form).Form(here)
	form.Set("c.0.hex", "b3261e")
	form.Set("c.0.name.vi", "Đỏ")
	form.Set("do", "save")
	page = w.Post(author, here, form).Is(http.StatusUnprocessableEntity)
	w.same("the refused field", wrong(page), []string{"content-colours-0-hex"})
	form = page.Form(here)
	form.Set("c.0.hex", "#b3261e")
	form.Set("do", "save")
	w.Post(author, here, form).To()
	saved := w.Get(author, "/en/desk/logo-files/1")
	w.same("the colour", saved.Form("/en/desk/logo-files/1").Get("c.0.hex"), "#B3261E")
	w.same("the picture", portaltest.Attr(portaltest.First(element(saved, "content-files-0"), "img", ""), "src"), "/files/logo-files/1/d%E1%BB%8Dc%20%C3%A2m%20b%E1%BA%A3n.svg")

	// To look at an approved file is a use of it, which a desk is not.
	approved := element(w.Get(author, "/en/desk/logo-sample/begin").Is(http.StatusOK), "content-files")
	w.same("files and pictures of what is approved", fmt.Sprint(len(portaltest.All(approved, "li", "id=content-files-0")), len(portaltest.All(approved, "img", ""))), "1 0")

	// Files are not taken from who may not upload.
	w.send(designer, here, form, "files", map[string]string{"x.svg": drawing}).Is(http.StatusForbidden)
	w.send(translator, "/en/desk/logo-files/1", form, "files", map[string]string{"x.svg": drawing}).Is(http.StatusForbidden)
}

func nextVersion(w world) {
	const key, here = "slogan-gateway", "/vi/desk/slogan-gateway/begin"
	w.same("the item that was chosen", w.Get(author, "/vi/desk/begin?key="+key).To(), here)
	form := w.Get(author, here).Form(here)
	var before struct {
		Item struct {
			Versions struct {
				Edges []struct{ Node struct{ Number int } }
			}
		}
	}
	w.ask(author, `{ item(key: "slogan-gateway") { versions { edges { node { number } } } } }`, nil, &before)
	newest := before.Item.Versions.Edges[0].Node.Number
	from := w.kept(key, int(form.Get("from")[0]-'0'))
	form.Set("do", "save")
	to := w.Post(author, here, form).To()
	w.same("where it leads", to, w.path(key, newest+1)+"?done=desk-begun")
	w.same("what it says, in all languages", w.kept(key, newest+1), from)
	w.same("another one", w.Get(author, here).To(), w.path(key, newest+1)+"?done=desk-open")
}
