package audits_test

import (
	"net/http"
	"strings"

	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

// row is the row of a table that tells of a place; nil if none does.
func row(a *portaltest.Answer, place string) *html.Node {
	for _, tr := range portaltest.All(a.Page, "tr", "") {
		if strings.Contains(portaltest.Text(tr), place) {
			return tr
		}
	}
	return nil
}

func declared(w *audited) {
	const path, list = "/vi/usage/declare", "/vi/usage?view=declared"
	form := set(w.Get(trade, path+"?key=slogan-open-sea").Form(path), "channel", "events", "place", "Gian hàng hội chợ")
	if got := form.Get("version"); got != "slogan-open-sea 2" {
		w.t.Errorf("what is chosen is %q", got)
	}
	a := w.Post(trade, path, set(form, "channel-other", "Hội chợ")).Is(http.StatusUnprocessableEntity)
	if got := a.Form(path); got.Get("place") != "Gian hàng hội chợ" || got.Get("channel-other") != "Hội chợ" {
		w.t.Errorf("what was typed is gone: %s", got)
	}
	form.Set("channel-other", "")
	for range 2 { // a double click declares once
		if to := w.Post(trade, path, form).To(); !strings.HasPrefix(to, list) {
			w.t.Errorf("a declaration leads to %s", to)
		}
	}
	a = w.Get(trade, list)
	if got := strings.Count(main(a), "Gian hàng hội chợ"); got != 2 { // its place, and the form that ends it
		w.t.Errorf("it is told %d times: %s", got, main(a))
	}
	if portaltest.First(row(w.Get(auditor, list), "Gian hàng hội chợ"), "form", "") != nil {
		w.t.Error("an auditor may end it")
	}
	if row(w.Get(other, list), "Gian hàng hội chợ") != nil {
		w.t.Error("another agency sees it")
	}
	end := unseen(portaltest.First(row(a, "Gian hàng hội chợ"), "form", ""))
	w.Post(trade, "/vi/usage/end", set(end, "on", "hôm nay")).Is(http.StatusUnprocessableEntity)
	w.Post(other, "/vi/usage/end", set(end, "on", "")).Is(http.StatusNotFound)
	w.Post(auditor, "/vi/usage/end", end).Is(http.StatusForbidden)
	w.Post(trade, "/vi/usage/end", set(end, "on", "")).To()
	if row(w.Get(trade, list), "Gian hàng hội chợ") != nil || row(w.Get(trade, list+"&ended=1"), "Gian hàng hội chợ") == nil {
		w.t.Error("it goes on, or is forgotten")
	}
}

func declaredOtherwise(w *audited) {
	const path = "/en/usage/declare"
	form := w.Get(designer, path).Form(path)
	if _, chooses := form["agency"]; chooses {
		w.t.Error("a designer may choose an agency")
	}
	w.Post(designer, path, set(form, "other", "slogan-open-sea", "place", "Poster")).Is(http.StatusUnprocessableEntity) // without a number
	if to := w.Post(designer, path, set(form, "other", "slogan-open-sea 1", "channel-other", "zalo", "place", "Poster")).To(); !strings.HasPrefix(to, path) {
		w.t.Errorf("who may not read uses is led to %s", to)
	}
	form = set(w.Get(admin, path).Form(path), "agency", "so-khcn", "other", "slogan-gateway 1", "place", "Website")
	w.Post(admin, path, form).To()
	w.Post(reviewer, path, form).Is(http.StatusForbidden)
	a := w.Get(auditor, "/en/usage?view=declared&outdated=1")
	for place, want := range map[string]string{"Poster": "zalo", "Website": "Department of Science and Technology"} {
		if got := portaltest.Text(row(a, place)); !strings.Contains(got, want) {
			w.t.Errorf("%s: %s", place, got)
		}
	}
}

func outdatedFirst(w *audited) {
	w.ask(trade, `mutation($in: DeclareUseInput!) { declareUse(input: $in) { position } }`,
		frame.Vars{"key": "slogan-red-flamboyant", "version": 1, "channel": "press", "place": "Tờ gấp"}, nil)
	a := w.Get(trade, "/en/usage")
	first := portaltest.Text(portaltest.First(a.Page, "section", ""))
	if !strings.Contains(first, "Version 1") || !strings.Contains(first, "one declared use goes on") {
		w.t.Errorf("first of all: %s", first)
	}
	w.Get(trade, "/en/usage?view=outdated&agency=so-khcn").Is(http.StatusOK) // its own, whatever is asked for
	compliance := main(w.Get(trade, "/en/usage/compliance"))
	if !strings.Contains(compliance, "of which 1 of what was no longer in force") {
		w.t.Errorf("compliance: %s", compliance)
	}
}

func reportChosen(w *audited) {
	year := w.Now.In(domain.CityZone).Format("2006")
	for query, want := range map[string]string{
		"?period=" + year + "-H1&language=en": "/reports?period=" + year + "-H1&lang=en&format=html",
		"?period=" + year:                     "/reports?period=" + year + "&lang=vi&format=html",
		"?period=1066&language=la":            "/reports?period=" + year + "-H",
	} {
		a := w.Get(auditor, "/vi/reports"+query).Is(http.StatusOK)
		got := portaltest.Attr(portaltest.First(portaltest.First(a.Page, "main", ""), "a", "class=button"), "href")
		if !strings.HasPrefix(got, want) {
			w.t.Errorf("%s leads to %s", query, got)
		}
	}
	if got := section(w.Get(auditor, "/en/reports?period="+year), "issued"); !strings.Contains(got, "MẪU-01/QĐ-TĐ") && year == "2026" {
		w.t.Errorf("the edition of the year: %s", got)
	}
}
