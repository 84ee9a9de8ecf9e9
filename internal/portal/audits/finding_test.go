package audits_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

// formOf is the form of a page that says what it does by "do"; nil if there is none.
func formOf(a *portaltest.Answer, do string) *html.Node {
	for _, f := range portaltest.All(a.Page, "form", "") {
		if portaltest.Attr(portaltest.First(f, "input", "name=do"), "value") == do {
			return f
		}
	}
	return nil
}

// fields are what that form sends unseen, with what is typed in pairs of name and value.
func fields(t *testing.T, a *portaltest.Answer, do string, typed ...string) url.Values {
	t.Helper()
	f := formOf(a, do)
	if f == nil {
		t.Fatalf("the page has no form to %s", do)
	}
	return set(unseen(f), typed...)
}

// unseen is what a form sends without being shown.
func unseen(form *html.Node) url.Values {
	values := url.Values{}
	for _, i := range portaltest.All(form, "input", "type=hidden") {
		values.Set(portaltest.Attr(i, "name"), portaltest.Attr(i, "value"))
	}
	return values
}

// set changes fields of a form, in pairs of name and value.
func set(form url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// section is what a section of a page says, by the id of its heading.
func section(a *portaltest.Answer, id string) string {
	return portaltest.Text(portaltest.First(a.Page, "section", "aria-labelledby="+id))
}

func insteadShown(w *audited) {
	altered := frame.Vars{"place": "Đầu trang", "outcome": "ALTERED", "certainty": "LIKELY", "by": "SIGHT", "key": "logo-sample", "version": 1}
	withdrawn := frame.Vars{"place": "Bài đăng", "outcome": "WITHDRAWN", "certainty": "CERTAIN", "by": "PERSON", "key": "slogan-gateway", "version": 1}
	free := frame.Vars{"place": "Áp phích", "outcome": "UNREGISTERED", "certainty": "CERTAIN", "by": "PERSON", "evidence": frame.Vars{"text": "Một câu khác"}}
	// The mark is not in force until the edition: then it is.
	ids := w.report("Hội chợ", 0, slogan("Băng rôn", "SUPERSEDED"), altered, withdrawn, free)
	page := func(place string) *portaltest.Answer {
		return w.Get(trade, "/en/findings/"+ids[place]).Is(http.StatusOK)
	}

	a := page("Băng rôn")
	if got := section(a, "was"); !strings.Contains(got, "Welcome to Hai Phong – Reaching for the Open Sea of Vietnam") {
		w.t.Errorf("what was used: %s", got)
	}
	if got := section(a, "instead"); !strings.Contains(got, "Hai Phong – Together to the Open Sea") || !strings.Contains(got, "Version 2") {
		w.t.Errorf("what is to be used: %s", got)
	}
	differs := portaltest.First(a.Page, "p", "class=audits-differs")
	if got := portaltest.Text(portaltest.First(differs, "ins", "")); portaltest.Attr(differs, "lang") != "en" || got == "" {
		w.t.Errorf("what differs: %s", portaltest.Text(differs))
	}
	picture := portaltest.First(portaltest.First(page("Đầu trang").Page, "section", "aria-labelledby=instead"), "img", "")
	if src := portaltest.Attr(picture, "src"); !strings.HasPrefix(src, "/files/logo-sample/") || !strings.HasSuffix(src, "&preview=1") {
		w.t.Errorf("the picture of what is in force is at %q, which would count as a download", src)
	}
	if got := section(page("Bài đăng"), "instead"); !strings.Contains(got, "dừng sử dụng trên mọi kênh") {
		w.t.Errorf("why it was withdrawn: %s", got)
	}
	if got := section(page("Áp phích"), "was"); !strings.Contains(got, "Một câu khác") || strings.Contains(section(page("Áp phích"), "instead"), "Version") {
		w.t.Errorf("of nothing that is registered: %s", got)
	}
}

func settled(w *audited) {
	path := "/vi/findings/" + w.report("Hội chợ", 0, slogan("Băng rôn", "SUPERSEDED"))["Băng rôn"]
	post := func(who portaltest.Who, do string, typed ...string) *portaltest.Answer {
		return w.Post(who, path, fields(w.t, w.Get(who, path), do, typed...))
	}
	stands := func() string { return portaltest.Text(portaltest.First(w.Get(trade, path).Page, "p", "class=labels")) }
	before := stands()

	a := post(trade, "answer", "text", " ", "by", "2099-05-01").Is(http.StatusUnprocessableEntity)
	if got := portaltest.Attr(portaltest.First(formOf(a, "answer"), "input", "name=by"), "value"); got != "2099-05-01" {
		w.t.Errorf("what was typed is gone: %q", got)
	}
	if portaltest.First(formOf(a, "answer"), "textarea", "aria-invalid=true") == nil {
		w.t.Error("the text that is missing is not marked")
	}
	answer := fields(w.t, w.Get(trade, path), "answer", "text", "Đang in băng rôn mới.", "by", "2099-05-01")
	for range 2 { // a double click answers once
		if to := w.Post(trade, path, answer).To(); !strings.HasPrefix(to, path+"?done=") {
			w.t.Errorf("an answer leads to %s", to)
		}
	}
	steps := section(w.Get(trade, path), "steps")
	if strings.Count(steps, "Đang in băng rôn mới.") != 1 || !strings.Contains(steps, "01/05/2099") {
		w.t.Errorf("what became of it: %s", steps)
	}
	stale := fields(w.t, w.Get(auditor, path), "resolve", "resolution", "FIXED")
	post(auditor, "recheck", "present", "yes").To()
	if w.Post(auditor, path, stale).Is(http.StatusUnprocessableEntity); stands() != before {
		w.t.Errorf("after a look that found it again: %s, at first %s", stands(), before)
	}
	a = post(auditor, "resolve", "resolution", "EXCEPTED").Is(http.StatusUnprocessableEntity)
	if _, ok := attributes(portaltest.First(formOf(a, "resolve"), "input", "value=EXCEPTED"))["checked"]; !ok {
		w.t.Error("what was chosen is gone")
	}
	post(auditor, "resolve", "resolution", "EXCEPTED", "text", "Chỉ treo một ngày.").To()
	a = w.Get(trade, path)
	if formOf(a, "answer") != nil || formOf(w.Get(auditor, path), "resolve") != nil {
		w.t.Error("what is settled can be answered, or settled again")
	}
	post(auditor, "recheck", "present", "no").To()
	if got := section(w.Get(trade, path), "steps"); strings.Count(got, "Xem lại, vẫn còn") != 1 || strings.Count(got, "Xem lại, không còn thấy") != 1 {
		w.t.Errorf("it was looked at twice: %s", got)
	}
	w.Post(auditor, path, url.Values{"do": {"erase"}}).Is(http.StatusBadRequest)
}

// attributes are those of an element, by their names.
func attributes(n *html.Node) map[string]string {
	all := map[string]string{}
	if n != nil {
		for _, a := range n.Attr {
			all[a.Key] = a.Val
		}
	}
	return all
}

func notSettled(w *audited) {
	path := "/vi/findings/" + w.report("Hội chợ", 0, slogan("Băng rôn", "SUPERSEDED"))["Băng rôn"]
	if formOf(w.Get(trade, path), "resolve") != nil || formOf(w.Get(auditor, path), "answer") != nil || formOf(w.Get(admin, path), "answer") == nil {
		w.t.Error("forms are offered to those who may not use them, or not to those who may")
	}
	for who, status := range map[portaltest.Who]int{trade: http.StatusUnprocessableEntity, other: http.StatusNotFound, designer: http.StatusNotFound, nobody: http.StatusSeeOther} {
		a := w.Post(who, path, url.Values{"do": {"resolve"}, "resolution": {"FIXED"}}).Is(status)
		if to := a.Header.Get("Location"); who == nobody && !strings.HasPrefix(to, "/vi/login") {
			w.t.Errorf("a stranger is led to %s", to)
		}
	}
	if got := section(w.Get(auditor, path), "steps"); strings.Contains(got, "giải quyết") {
		w.t.Errorf("it was settled: %s", got)
	}
}
