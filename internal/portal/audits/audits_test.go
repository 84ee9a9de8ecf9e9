package audits_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/audits"
	"signet/internal/portal/frame"
	"signet/internal/portal/portaltest"
)

var (
	auditor  = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAuditor}
	admin    = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAdmin}
	designer = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleDesigner}
	other    = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAgency}
	trade    = portaltest.Who{Agency: "so-cong-thuong", Role: domain.RoleAgency}
	reviewer = portaltest.Who{Agency: "so-vhttdl", Role: domain.RoleReviewer}
	nobody   portaltest.Who
)

// audited is a world in which an audit of three sites runs.
type audited struct {
	*portaltest.World

	t     *testing.T
	audit string
}

// All tests share a world, which takes long to make. Each has an audit of its own.
func TestThePagesOfAudits(t *testing.T) {
	world := portaltest.Open(t, audits.Area())
	for _, c := range []struct {
		name string
		test func(*testing.T, *audited)
	}{
		{"charts say in words and numbers what they show", chartsSpeak},
		{"what is overdue comes first", overdueFirst},
		{"who sees which page", whoSees},
		{"an agency sees its own", ownOnly},
		{"a long list is paged", paged},
		{"an interval that is none", noInterval},
		{"a finding shows what is in force instead", insteadShown},
		{"a finding is answered, settled and looked at again", settled},
		{"who may not settle a finding", notSettled},
		{"an audit is planned once and changed by its revision", planned},
		{"a plan that is refused is shown as it was typed", plannedWrongly},
		{"a round is concluded and an audit ended", concluded},
		{"a use is declared once and ended", declared},
		{"a use of another version, for another agency, by who may not read uses", declaredOtherwise},
		{"what was used after its end comes first", outdatedFirst},
		{"a report is chosen", reportChosen},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &audited{World: world.In(t), t: t}
			w.audit = w.plan("Kiểm tra các kênh")
			c.test(t, w)
		})
	}
}

func (w *audited) ask(who portaltest.Who, document string, in any, into any) {
	w.t.Helper()
	if err := w.Ask(who, document, frame.Vars{"in": in}, into); err != nil {
		w.t.Fatal(err)
	}
}

func (w *audited) plan(title string) string {
	w.t.Helper()
	var told struct {
		PlanAudit struct{ Audit struct{ Audit string } }
	}
	site := func(address, agency, channel string) frame.Vars {
		return frame.Vars{"address": address, "agency": agency, "channel": channel}
	}
	w.ask(auditor, `mutation($in: PlanAuditInput!) { planAudit(input: $in) { audit { audit } } }`, frame.Vars{
		"titles": []frame.Vars{{"locale": "vi", "text": title}, {"locale": "en", "text": "The channels"}}, "due": "2099-01-31",
		"scope": frame.Vars{"sites": []frame.Vars{
			site("Hội chợ", "so-cong-thuong", "events"), site("https://vhttdl.example", "so-vhttdl", "portal"), site("Chưa ai xem", "so-nnmt", "portal"),
		}},
	}, &told)
	return told.PlanAudit.Audit.Audit
}

// slogan is a finding of the first version of a slogan.
func slogan(place, outcome string) frame.Vars {
	return frame.Vars{
		"place": place, "outcome": outcome, "certainty": "CERTAIN", "by": "TEXT", "key": "slogan-open-sea", "version": 1,
		"evidence": frame.Vars{"text": "Hai Phong – Reaching for the Open Sea", "before": "Welcome to", "after": "of Vietnam"},
	}
}

// report tells what was found at a site, beside some places of what is in force, and
// returns the ids of all findings there by their places.
func (w *audited) report(site string, current int, found ...frame.Vars) map[string]string {
	w.t.Helper()
	in := frame.Vars{"audit": w.audit, "report": uuid.NewString(), "site": frame.Vars{"address": site}, "findings": found}
	if current > 0 {
		in["counts"] = []frame.Vars{{"outcome": "CURRENT", "key": "positioning", "version": 1, "places": current}}
	}
	w.ask(auditor, `mutation($in: ReportAuditInput!) { reportAudit(input: $in) { position } }`, in, nil)
	var told struct {
		Findings struct {
			Edges []struct {
				Node struct{ Finding, Place string }
			}
		}
	}
	w.ask(auditor, `query($in: FindingFilter) { findings(filter: $in, first: 100) { edges { node { finding place } } } }`, frame.Vars{"audit": w.audit}, &told)
	ids := map[string]string{}
	for _, e := range told.Findings.Edges {
		ids[e.Node.Place] = e.Node.Finding
	}
	return ids
}

// promise answers a finding.
func (w *audited) promise(finding, by string) {
	w.t.Helper()
	w.ask(admin, `mutation($in: AnswerFindingInput!) { answerFinding(input: $in) { position } }`, frame.Vars{"finding": finding, "text": "Sẽ sửa", "by": by}, nil)
}

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

func whoSees(t *testing.T, w *audited) {
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
					t.Errorf("%s%s, as %s: %d, not %d", lang, c.path, who.Role, a.Status, status)
				}
				if a.Status == http.StatusOK && strings.Contains(main(a), "audits.") || strings.Contains(a.Body, "%!") {
					t.Errorf("%s%s lacks a text: %s", lang, c.path, main(a))
				}
			}
		}
	}
}

func ownOnly(t *testing.T, w *audited) {
	w.report("Hội chợ", 3, slogan("Băng rôn", "SUPERSEDED"))
	theirs := w.report("https://vhttdl.example", 1, slogan("/vi", "SUPERSEDED"))["/vi"]
	for _, path := range []string{"/vi/findings?audit=" + w.audit, "/vi/audits/" + w.audit} {
		if got := fmt.Sprint(places(w.Get(trade, path))); got != "[Băng rôn]" {
			t.Errorf("%s: %s", path, got)
		}
	}
	w.Get(trade, "/vi/findings/"+theirs).Is(http.StatusNotFound)
	home := w.Get(trade, "/vi/audits")
	if portaltest.First(home.Page, "select", "name=agency") != nil || strings.Contains(main(home), "Sở Văn hoá") {
		t.Errorf("an agency is told of others: %s", main(home))
	}
	if portaltest.First(w.Get(auditor, "/vi/audits").Page, "select", "name=agency") == nil {
		t.Error("an auditor can't choose an agency")
	}
}

func overdueFirst(t *testing.T, w *audited) {
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
			t.Errorf("%s: %s, not %s", path, got, want)
		}
	}
}

func paged(t *testing.T, w *audited) {
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
		t.Errorf("%d findings on %d pages", len(seen), pages)
	}
	for place, n := range seen {
		if n != 1 {
			t.Errorf("%s is told %d times", place, n)
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

func chartsSpeak(t *testing.T, w *audited) {
	w.report("Hội chợ", 3, slogan("Băng rôn", "SUPERSEDED"))
	w.report("https://vhttdl.example", 4)
	for i := range 10 { // of so many agencies the API is not asked at once
		w.ask(admin, `mutation($in: RegisterAgencyInput!) { registerAgency(input: $in) { position } }`,
			frame.Vars{"key": fmt.Sprintf("agency-%d", i), "names": []frame.Vars{{"locale": "vi", "text": fmt.Sprintf("Cơ quan %d", i)}}}, nil)
	}
	a := w.Get(auditor, "/en/audits").Is(http.StatusOK)
	figures := portaltest.All(a.Page, "figure", "")
	if len(figures) != 3 {
		t.Fatalf("%d charts", len(figures))
	}
	month := w.Now.In(domain.CityZone).Format("1/2006")
	for i, want := range [][]string{
		{month + " 87 % 2 7 1 0 0 0"},
		{"Department of Industry and Trade 75 % 1 3 1 0 0 0", "Department of Culture, Sports and Tourism 100 % 1 4 0 0 0 0"},
		{"Events 75 % 1 3 1 0 0 0", "Web portal 100 % 1 4 0 0 0 0"},
	} {
		if got := fmt.Sprint(numbers(figures[i])); got != fmt.Sprint(want) {
			t.Errorf("chart %d: %s, not %s", i, got, want)
		}
		for _, svg := range portaltest.All(figures[i], "svg", "role=img") {
			for id := range strings.FieldsSeq(portaltest.Attr(svg, "aria-labelledby")) {
				if portaltest.Text(portaltest.First(svg, "", "id="+id)) == "" {
					t.Errorf("chart %d has no words %q", i, id)
				}
			}
		}
	}
	// The patterns that parts name are there.
	for _, rect := range portaltest.All(a.Page, "rect", "fill") {
		id := strings.TrimSuffix(strings.TrimPrefix(portaltest.Attr(rect, "fill"), "url(#"), ")")
		if portaltest.First(a.Page, "pattern", "id="+id) == nil {
			t.Errorf("there is no pattern %q", id)
		}
	}
	// A bar leads to the page about it alone.
	path := portaltest.Attr(portaltest.First(portaltest.First(figures[1], "ul", ""), "a", ""), "href")
	only := w.Get(auditor, path).Is(http.StatusOK)
	if got := fmt.Sprint(numbers(portaltest.First(only.Page, "figure", ""))); got != "["+month+" 75 % 1 3 1 0 0 0]" {
		t.Errorf("of one agency: %s", got)
	}
}

func noInterval(t *testing.T, w *audited) {
	for _, path := range []string{"/vi/audits", "/vi/usage/compliance", "/vi/usage?view=unused"} {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		a := w.Get(auditor, path+separator+"from=2026-02-01&to=2026-01-01").Is(http.StatusUnprocessableEntity)
		if got := portaltest.Attr(portaltest.First(a.Page, "input", "name=from"), "value"); got != "2026-02-01" {
			t.Errorf("%s forgets what was typed: %q", path, got)
		}
	}
}
