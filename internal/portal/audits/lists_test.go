package audits_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

// main is what the main part of a page says.
func main(a *portaltest.Answer) string { return portaltest.Text(portaltest.First(a.Page, "main", "")) }

// places are the places that the findings of a list are at, in its order.
func places(a *portaltest.Answer) (all []string) {
	for _, li := range portaltest.All(a.Page, "li", "") {
		if strings.HasPrefix(portaltest.Attr(li, "class"), "card audits-found") {
			place, _, _ := strings.Cut(portaltest.Text(portaltest.All(li, "p", "")[1]), " –")
			all = append(all, place)
		}
	}
	return all
}

func whoSees(w *audited) {
	finding := w.report("Hội chợ", 3, slogan("Băng rôn", "SUPERSEDED"))["Băng rôn"]
	for _, c := range []struct {
		path                             string
		auditor, agency, other, designer int
	}{
		{"/audits", 200, 200, 200, 403},
		{"/audits?channel=events&from=2020-01-01&to=2026-12-31", 200, 200, 200, 403},
		{"/audits/new", 200, 403, 403, 403},
		{"/audits/" + w.audit, 200, 200, 404, 403},
		{"/audits/" + w.audit + "/change", 200, 403, 403, 403},
		{"/audits/nothing", 404, 404, 404, 403},
		{"/findings", 200, 200, 200, 403},
		{"/findings?audit=" + w.audit + "&status=ALL", 200, 200, 200, 403},
		{"/findings/" + finding, 200, 200, 404, 403},
		{"/findings/nothing", 404, 404, 404, 403},
		{"/usage", 200, 200, 200, 403},
		{"/usage?view=outdated", 200, 200, 200, 403},
		{"/usage?view=declared&ended=1&outdated=1", 200, 200, 200, 403},
		{"/usage?view=downloads", 200, 200, 200, 403},
		{"/usage?view=unused", 200, 200, 200, 403},
		{"/usage/compliance?by=YEAR", 200, 200, 200, 403},
		{"/usage/declare", 403, 200, 200, 200},
		{"/reports", 200, 403, 403, 403},
	} {
		for who, status := range map[portaltest.Who]int{auditor: c.auditor, trade: c.agency, other: c.other, designer: c.designer, nobody: http.StatusSeeOther} {
			langs := []string{"vi", "en"}
			if who != auditor {
				langs = langs[:1] // it is the same to all
			}
			for _, lang := range langs {
				a := w.Get(who, "/"+lang+c.path)
				if a.Status != status {
					w.t.Errorf("%s%s, as %s: %d, not %d", lang, c.path, who.Role, a.Status, status)
				}
				if a.Status == http.StatusOK && strings.Contains(main(a), "audits.") || strings.Contains(a.Body, "%!") {
					w.t.Errorf("%s%s lacks a text: %s", lang, c.path, main(a))
				}
			}
		}
	}
}

func ownOnly(w *audited) {
	w.report("Hội chợ", 3, slogan("Băng rôn", "SUPERSEDED"))
	if got := section(w.Get(trade, "/vi/audits/"+w.audit), "sites"); !strings.Contains(got, "1 trên 1 nơi") {
		w.t.Errorf("its sites: %s", got)
	}
	theirs := w.report("https://vhttdl.example", 1, slogan("/vi", "SUPERSEDED"))["/vi"]
	for _, path := range []string{"/vi/findings?audit=" + w.audit, "/vi/audits/" + w.audit} {
		if got := fmt.Sprint(places(w.Get(trade, path))); got != "[Băng rôn]" {
			w.t.Errorf("%s: %s", path, got)
		}
	}
	w.Get(trade, "/vi/findings/"+theirs).Is(http.StatusNotFound)
	home := w.Get(trade, "/vi/audits")
	if portaltest.First(home.Page, "select", "name=agency") != nil || strings.Contains(main(home), "Sở Văn hoá") {
		w.t.Errorf("an agency is told of others: %s", main(home))
	}
	if portaltest.First(w.Get(auditor, "/vi/audits").Page, "select", "name=agency") == nil {
		w.t.Error("an auditor can't choose an agency")
	}
}

func overdueFirst(w *audited) {
	w.promise(w.report("Chưa ai xem", 0, slogan("Cũ", "SUPERSEDED"))["Cũ"], "2020-01-01")
	ids := w.report("Chưa ai xem", 0, slogan("Mới", "SUPERSEDED"), slogan("Hẹn", "WITHDRAWN"), slogan("Xong", "SUPERSEDED"))
	w.promise(ids["Hẹn"], "2099-01-01")
	w.ask(auditor, `mutation($in: ResolveFindingInput!) { resolveFinding(input: $in) { position } }`, frame.Vars{"finding": ids["Xong"], "resolution": "FIXED"}, nil)
	for path, want := range map[string]string{
		"/vi/audits?agency=so-nnmt":            "Cũ: Hẹn Mới",
		"/vi/audits/" + w.audit:                "Cũ: Hẹn Mới",
		"/vi/findings?audit=" + w.plan("Khác"): "",
		"":                                     "Cũ: Hẹn Mới",
		"&status=ALL":                          "Cũ: Hẹn Mới Xong",
		"&status=OVERDUE":                      "Cũ:",
		"&status=RESOLVED":                     "Xong:",
		"&outcome=WITHDRAWN":                   "Hẹn:",
		"&agency=so-vhttdl":                    "",
		"&channel=portal":                      "Cũ: Hẹn Mới",
		"&channel=press":                       "",
		"&key=none":                            "",
		"&version=2":                           "",
		"&outcome=x&status=x":                  "Cũ: Hẹn Mới",
	} {
		if !strings.HasPrefix(path, "/") {
			path = "/vi/findings?audit=" + w.audit + path
		}
		got := places(w.Get(auditor, path).Is(http.StatusOK))
		if len(got) > 0 {
			slices.Sort(got[1:]) // those of one report are in no order
			got[0] += ":"
		}
		if strings.Join(got, " ") != want {
			w.t.Errorf("%s: %s, not %s", path, got, want)
		}
	}
}

func paged(w *audited) {
	var found []frame.Vars
	for i := range 45 {
		found = append(found, slogan(fmt.Sprintf("Trang%d", i), "SUPERSEDED"))
	}
	ids := w.report("Hội chợ", 0, found...)
	w.promise(ids["Trang0"], "2020-01-01")
	w.ask(auditor, `mutation($in: ResolveFindingInput!) { resolveFinding(input: $in) { position } }`, frame.Vars{"finding": ids["Trang1"], "resolution": "FIXED"}, nil)
	seen := map[string]int{}
	next, pages := "/vi/findings?status=ALL&audit="+w.audit, 0
	for ; next != ""; pages++ {
		a := w.Get(auditor, next).Is(http.StatusOK)
		for _, place := range places(a) {
			seen[place]++
		}
		next = portaltest.Attr(portaltest.First(a.Page, "a", "rel=next"), "href")
	}
	if pages != 3 || len(seen) != 45 {
		w.t.Errorf("%d findings on %d pages", len(seen), pages)
	}
	for place, n := range seen {
		if n != 1 {
			w.t.Errorf("%s is told %d times", place, n)
		}
	}
}

// numbers are the rows of the table below a drawing.
func numbers(figure *html.Node) (rows []string) {
	for _, tr := range portaltest.All(portaltest.First(figure, "tbody", ""), "tr", "") {
		rows = append(rows, portaltest.Text(tr))
	}
	return rows
}

func chartsSpeak(w *audited) {
	w.report("Hội chợ", 3, slogan("Băng rôn", "SUPERSEDED"))
	w.report("https://vhttdl.example", 4)
	for i := range 10 { // of so many agencies the API is not asked at once
		w.ask(admin, `mutation($in: RegisterAgencyInput!) { registerAgency(input: $in) { position } }`,
			frame.Vars{"key": fmt.Sprintf("agency-%d", i), "names": []frame.Vars{{"locale": "vi", "text": fmt.Sprintf("Cơ quan %d", i)}}}, nil)
	}
	a := w.Get(auditor, "/en/audits").Is(http.StatusOK)
	figures := portaltest.All(a.Page, "figure", "")
	if len(figures) != 3 {
		w.t.Fatalf("%d charts", len(figures))
	}
	month := w.Now.In(domain.CityZone).Format("1/2006")
	for i, want := range [][]string{
		{month + " 87 % 2 7 1 0 0 0"},
		{"Department of Industry and Trade 75 % 1 3 1 0 0 0", "Department of Culture, Sports and Tourism 100 % 1 4 0 0 0 0"},
		{"Events 75 % 1 3 1 0 0 0", "Web portal 100 % 1 4 0 0 0 0"},
	} {
		if got := fmt.Sprint(numbers(figures[i])); got != fmt.Sprint(want) {
			w.t.Errorf("chart %d: %s, not %s", i, got, want)
		}
		for _, svg := range portaltest.All(figures[i], "svg", "role=img") {
			for id := range strings.FieldsSeq(portaltest.Attr(svg, "aria-labelledby")) {
				if portaltest.Text(portaltest.First(svg, "", "id="+id)) == "" {
					w.t.Errorf("chart %d has no words %q", i, id)
				}
			}
		}
	}
	// The patterns that parts name are there.
	for _, rect := range portaltest.All(a.Page, "rect", "fill") {
		id := strings.TrimSuffix(strings.TrimPrefix(portaltest.Attr(rect, "fill"), "url(#"), ")")
		if portaltest.First(a.Page, "pattern", "id="+id) == nil {
			w.t.Errorf("there is no pattern %q", id)
		}
	}
	// A bar leads to the page about it alone.
	path := portaltest.Attr(portaltest.First(portaltest.First(figures[1], "ul", ""), "a", ""), "href")
	only := w.Get(auditor, path).Is(http.StatusOK)
	if got := fmt.Sprint(numbers(portaltest.First(only.Page, "figure", ""))); got != "["+month+" 75 % 1 3 1 0 0 0]" {
		w.t.Errorf("of one agency: %s", got)
	}
}

func noInterval(w *audited) {
	for _, path := range []string{"/vi/audits", "/vi/usage/compliance", "/vi/usage?view=unused"} {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		a := w.Get(auditor, path+separator+"from=2026-02-01&to=2026-01-01").Is(http.StatusUnprocessableEntity)
		if got := portaltest.Attr(portaltest.First(a.Page, "input", "name=from"), "value"); got != "2026-02-01" {
			w.t.Errorf("%s forgets what was typed: %q", path, got)
		}
	}
}
