package audits_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"signet/internal/portal/portaltest"
)

func planned(w *audited) {
	form := set(w.Get(auditor, "/vi/audits/new").Form("/vi/audits/new"), "title-vi", "Kiểm tra lễ hội", "due", "2099-06-30", "repeat", "12", "channels-other", "zalo, tiktok")
	form.Del("agencies")
	form["channels"] = []string{"events"}
	form["site-address"] = []string{"", " Sân khấu ", ""}
	form["site-agency"] = []string{"", "so-vhttdl", ""}
	form["site-channel"] = []string{"", "events", "portal"}
	to := w.Post(auditor, "/vi/audits/new", form).To()
	if again := w.Post(auditor, "/vi/audits/new", form).To(); again != to {
		w.t.Errorf("a double click plans another audit: %s, %s", to, again)
	}
	path, _, _ := strings.Cut(to, "?")
	shown := main(w.Get(auditor, path).Is(http.StatusOK))
	for _, want := range []string{"Kiểm tra lễ hội", "30/06/2099", "12 tháng", "Sân khấu", "zalo", "tiktok", "Sự kiện"} {
		if !strings.Contains(shown, want) {
			w.t.Errorf("the audit does not tell %q: %s", want, shown)
		}
	}

	change := w.Get(auditor, path+"/change").Is(http.StatusOK).Form(path + "/change")
	if got := fmt.Sprint(change["site-address"], change["channels"], change["due"], change["repeat"]); got != "[Sân khấu   ] [events zalo tiktok] [2099-06-30] [12]" &&
		got != "[Sân khấu   ] [events tiktok zalo] [2099-06-30] [12]" {
		w.t.Errorf("the form to change it says %s", got)
	}
	stale := url.Values{}
	for name, values := range change {
		stale[name] = values
	}
	w.Post(auditor, path+"/change", set(change, "title-vi", "Kiểm tra mùa hè")).To()
	stale["once"] = []string{"another"}
	a := w.Post(auditor, path+"/change", set(stale, "title-vi", "Kiểm tra mùa đông")).Is(http.StatusUnprocessableEntity)
	if got := a.Form(path + "/change").Get("title-vi"); got != "Kiểm tra mùa đông" {
		w.t.Errorf("what was typed is gone: %q", got)
	}
	if got := main(w.Get(auditor, path)); !strings.Contains(got, "Kiểm tra mùa hè") {
		w.t.Errorf("two people overwrite each other: %s", got)
	}
	w.Post(trade, path+"/change", change).Is(http.StatusForbidden)
	w.Post(trade, "/vi/audits/new", form).Is(http.StatusForbidden)
	w.Get(auditor, "/vi/audits/00000000-0000-4000-8000-000000000001/change").Is(http.StatusNotFound)
}

func plannedWrongly(w *audited) {
	form := set(w.Get(auditor, "/en/audits/new").Form("/en/audits/new"), "title-vi", "Kiểm tra", "due", "2099-06-30")
	form["agencies"] = []string{"so-khcn"}
	form["site-address"] = []string{"Cổng chào", "", ""} // of no agency
	a := w.Post(auditor, "/en/audits/new", form).Is(http.StatusUnprocessableEntity)
	again := a.Form("/en/audits/new")
	if got := fmt.Sprint(again["site-address"], again["agencies"], again["title-vi"]); got != "[Cổng chào   ] [so-khcn] [Kiểm tra]" {
		w.t.Errorf("what was typed is gone: %s", got)
	}
	rows := w.Post(auditor, "/en/audits/new", set(again, "more", "1")).Is(http.StatusOK).Form("/en/audits/new")
	if got := rows["site-address"]; len(got) != 4 || got[0] != "Cổng chào" {
		w.t.Errorf("more rows: %q", got)
	}
}

func concluded(w *audited) {
	path := "/vi/audits/" + w.audit
	w.report("Hội chợ", 2)
	rounds := func() int {
		return len(portaltest.All(portaltest.First(w.Get(auditor, path).Page, "section", "aria-labelledby=rounds"), "li", ""))
	}
	if got := section(w.Get(auditor, path), "sites"); !strings.Contains(got, "1 trên 3 nơi") {
		w.t.Errorf("how far it has come: %s", got)
	}
	if formOf(w.Get(trade, path), "conclude") != nil {
		w.t.Error("an agency is offered to conclude")
	}
	w.Post(trade, path, url.Values{"do": {"conclude"}, "round": {"1"}, "text": {"Xong"}}).Is(http.StatusForbidden)
	w.Post(auditor, path, fields(w.t, w.Get(auditor, path), "conclude", "text", "")).Is(http.StatusUnprocessableEntity)
	w.Post(auditor, path, url.Values{"do": {"erase"}}).Is(http.StatusBadRequest)

	change := w.Get(auditor, path+"/change").Form(path + "/change")
	stale := fields(w.t, w.Get(auditor, path), "end", "text", "Đã gộp vào đợt khác.")
	w.Post(auditor, path+"/change", set(change, "repeat", "3")).To()
	w.Post(auditor, path, stale).Is(http.StatusUnprocessableEntity)
	w.Post(auditor, path, fields(w.t, w.Get(auditor, path), "conclude", "text", "Không còn băng rôn cũ.")).To()
	if got := section(w.Get(auditor, path), "rounds"); rounds() != 2 || !strings.Contains(got, "Không còn băng rôn cũ.") || !strings.Contains(got, "30/04/2099") {
		w.t.Errorf("after the first round: %s", got)
	}
	if got := section(w.Get(auditor, path), "sites"); !strings.Contains(got, "0 trên 3 nơi") {
		w.t.Errorf("how far the second round has come: %s", got)
	}
	a := w.Post(auditor, path, fields(w.t, w.Get(auditor, path), "end")).Is(http.StatusUnprocessableEntity) // for no reason
	if formOf(a, "end") == nil {
		w.t.Error("the form is gone")
	}
	w.Post(auditor, path, fields(w.t, w.Get(auditor, path), "end", "text", "Đã gộp vào đợt khác.")).To()
	a = w.Get(auditor, path)
	if formOf(a, "end") != nil || formOf(a, "conclude") != nil || !strings.Contains(main(a), "Đã gộp vào đợt khác.") {
		w.t.Errorf("an audit that has ended: %s", main(a))
	}
}
