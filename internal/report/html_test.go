package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/internal/report"
	"signet/internal/testneeds"
)

func html(t *testing.T, r report.Report, lang report.Lang) string {
	t.Helper()
	return written(t, func(b *bytes.Buffer) error { return r.WriteHTML(b, lang) })
}

func TestHTMLIsStable(t *testing.T) {
	for _, lang := range both {
		golden(t, "report."+string(lang)+".html", html(t, sample(), lang))
	}
}

func TestThePageAsksForNothingAndRunsNothing(t *testing.T) {
	for _, lang := range both {
		page := html(t, sample(), lang)
		if !strings.HasPrefix(page, "<!DOCTYPE html>") || !strings.Contains(page, `<html lang="`+string(lang)+`">`) {
			t.Error("no document in its language")
		}
		if found := regexp.MustCompile(`(?i)<(script|link|img|iframe|object|form|base)|\s(on\w+|src|href|style)=|url\(|@import`).FindAllString(page, -1); found != nil {
			t.Errorf("%q", found)
		}
	}
}

func TestTheStyleIsTheOneOfTheHash(t *testing.T) {
	page := html(t, sample(), report.Vietnamese)
	styles := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(page, -1)
	if len(styles) != 1 {
		t.Fatalf("%d styles", len(styles))
	}
	sum := sha256.Sum256([]byte(styles[0][1]))
	if want := "sha256-" + base64.StdEncoding.EncodeToString(sum[:]); report.StyleHash() != want || !strings.Contains(report.ContentSecurityPolicy(), "'"+want+"'") {
		t.Errorf("%s is not %s", report.StyleHash(), want)
	}
}

func TestTheTagsOfThePageMatch(t *testing.T) {
	tag := regexp.MustCompile(`<(/?)([a-z0-9]+)[^>]*?(/?)>`)
	void := []string{"meta", "br"}
	for _, lang := range both {
		var open []string
		page := regexp.MustCompile(`(?s)<style>.*?</style>`).ReplaceAllString(html(t, sample(), lang), "")
		for _, m := range tag.FindAllStringSubmatch(page, -1) {
			switch {
			case m[3] == "/" || slices.Contains(void, m[2]):
			case m[1] == "":
				open = append(open, m[2])
			case len(open) == 0 || open[len(open)-1] != m[2]:
				t.Fatalf("</%s> closes %q", m[2], open)
			default:
				open = open[:len(open)-1]
			}
		}
		if len(open) != 0 {
			t.Errorf("%q stay open", open)
		}
	}
}

func TestEveryTableCanBeHeardAndIsWhole(t *testing.T) {
	page := html(t, sample(), report.English)
	tables := regexp.MustCompile(`(?s)<table>.*?</table>`).FindAllString(page, -1)
	if len(tables) != 10 {
		t.Fatalf("%d tables", len(tables))
	}
	cell := regexp.MustCompile(`<t[hd]\b[^>]*>`)
	colspan := regexp.MustCompile(`colspan="(\d)"`)
	for _, text := range tables {
		if strings.Count(text, "<caption>") != 1 || strings.Contains(text, "<caption></caption>") {
			t.Error("a table has no caption")
		}
		for _, th := range regexp.MustCompile(`<th\b[^>]*>`).FindAllString(text, -1) {
			if !strings.Contains(th, `scope="`) {
				t.Errorf("%s has no scope", th)
			}
		}
		want := 0
		for i, row := range regexp.MustCompile(`(?s)<tr>.*?</tr>`).FindAllString(text, -1) {
			wide := 0
			for _, c := range cell.FindAllString(row, -1) {
				wide++
				if m := colspan.FindStringSubmatch(c); m != nil {
					wide += int(m[1][0]-'0') - 1
				}
			}
			if i == 0 {
				want = wide
			}
			if wide != want {
				t.Errorf("a row of %d cells in a table of %d: %s", wide, want, row)
			}
		}
	}
}

func TestDatesAndNumbersAreThoseOfTheLanguageAndTheCity(t *testing.T) {
	for lang, want := range map[report.Lang][]string{
		"vi": {">12/07/2027<", ">27/10/2027<", ">10/12/2027<", ">1.733<", ">93,2%<", ">99,9%<", ">Tiếng Hàn<", ">Tiếng Trung (zh-Hant)<", ">Sở Ngoại vụ<", ">so-nong-nghiep-moi-truong<", ">hoi-nghi-ngoai-giao<"},
		"en": {">12 July 2027<", ">27 October 2027<", ">10 December 2027<", ">1,733<", ">93.2%<", ">99.9%<", ">Korean<", ">Traditional Chinese<", ">Department of Foreign Affairs<", `<span lang="vi">Ban Quản lý Khu kinh tế Hải Phòng</span>`},
	} {
		page := html(t, sample(), lang)
		for _, text := range want {
			if !strings.Contains(page, text) {
				t.Errorf("%s: no %s", lang, text)
			}
		}
	}
}

func TestAnHourBeforeMidnightUTCIsTheCitysNextDay(t *testing.T) {
	r := sample()
	r.Approvals[0].ApprovedAt = time.Date(2027, 11, 19, 23, 0, 0, 0, time.UTC)
	if page := html(t, r, report.Vietnamese); !strings.Contains(page, `<time datetime="2027-11-19T23:00:00Z">20/11/2027</time>`) {
		t.Error("the day is not the city's")
	}
	if text, _ := table(t, r, report.English); !strings.Contains(text, "2027-11-20") {
		t.Error("the day of the table is not the city's")
	}
}

func TestTheTargetIsMetByAllTextsOnly(t *testing.T) {
	for name, c := range map[string]struct {
		covered, total    int
		class, width, say string
	}{
		"all":         {24, 24, "met", "100", "target.met"},
		"all but one": {99_999, 100_000, "missed", "99.9", "target.missed"},
		"none":        {0, 24, "missed", "0", "target.missed"},
		"of nothing":  {0, 0, "", "", "target.none"},
	} {
		t.Run(name, func(t *testing.T) {
			r := report.Report{From: at(2027, 1, 1, 0), Until: at(2028, 1, 1, 0), Coverage: []report.Coverage{{Kind: "logo", Locale: "ja", Covered: c.covered, Total: c.total}}}
			page := html(t, r, report.English)
			if got := strings.Contains(page, `<rect class="`+c.class+`" x="0" y="2" width="`+c.width+`" height="8"/>`); got != (c.class != "") {
				t.Error("the bar is drawn otherwise")
			}
			if met := strings.Contains(page, ">"+report.English.Word(c.say)+"<"); !met {
				t.Errorf("it does not say %s", c.say)
			}
		})
	}
}

func TestTextIsNeverMarkup(t *testing.T) {
	evil := `</style><script>alert(1)</script>"><b x='`
	r := sample()
	r.Registry, r.Returns[0].Reason, r.Approvals[0].Item, r.Approvals[1].Kind = evil, evil, evil, evil
	r.Approvals[2].Name = map[string]string{evil: evil}
	r.Findings[0].Place, r.Findings[1].Outcome, r.Findings[2].Item, r.Found[0].Channel, r.Found[1].Agency = evil, evil, evil, evil, evil
	r.Usage[0].Channel, r.Coverage[0].Locale, r.Recalls[0].Replacement, r.Editions[0].Decision = evil, evil, evil, evil
	page := html(t, r, report.English)
	if strings.Contains(page, "<script") || strings.Contains(page, "<b x") || strings.Count(page, "</style>") != 1 {
		t.Error("a text became markup")
	}
}

func TestAnIntervalIsNamedByItsPeriod(t *testing.T) {
	seen := map[string]string{}
	for _, period := range []string{"2026", "2026-H1", "2026-H2", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026-07", "2026-08", ""} {
		for _, lang := range both {
			r := report.Report{From: at(2026, 3, 5, 14), Until: at(2026, 3, 9, 9), Made: at(2026, 3, 9, 9), Period: period}
			if period != "" {
				r.From, r.Until, _ = report.ParsePeriod(period)
			}
			title := regexp.MustCompile(`<h1>(.*)</h1>`).FindStringSubmatch(html(t, r, lang))[1]
			if other, twice := seen[title]; twice {
				t.Errorf("%q names %s and %s", title, period, other)
			}
			seen[title] = period
			if strings.Contains(title, "2026") != (period != "") {
				t.Errorf("%s: %q", period, title)
			}
		}
	}
}

func TestAnIntervalOfWholeDaysIsNamedByItsLast(t *testing.T) {
	interval := regexp.MustCompile(`<p class="interval">(.*)</p>`)
	r := sample()
	if got := interval.FindString(html(t, r, report.Vietnamese)); !strings.Contains(got, "01/07/2027") || !strings.Contains(got, "31/12/2027") || strings.Contains(got, ":") {
		t.Error(got)
	}
	r.Period, r.Until = "", at(2027, 12, 31, 15)
	if got := interval.FindString(html(t, r, report.English)); !strings.Contains(got, "1 July 2027, 00:00") || !strings.Contains(got, "31 December 2027, 15:00") {
		t.Error(got)
	}
}

// A browser is the judge of whether its own policy lets the page be.
func TestABrowserShowsThePageUnderItsPolicy(t *testing.T) {
	chromium := testneeds.Chromium(t)
	complaints := func(page string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/favicon.ico" { // a browser's own wish, not the page's
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", report.ContentSecurityPolicy())
			_, _ = w.Write([]byte(page))
		}))
		defer server.Close()
		out, err := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
			"--no-first-run", "--enable-logging=stderr", "--user-data-dir="+t.TempDir(), "--dump-dom", server.URL).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		var found []string
		for line := range strings.Lines(string(out)) {
			if strings.Contains(line, "CONSOLE") && !strings.Contains(line, "favicon") {
				found = append(found, line)
			}
		}
		return strings.Join(found, "")
	}
	page := html(t, sample(), report.Vietnamese)
	if found := complaints(page); found != "" {
		t.Error(found)
	}
	if complaints(strings.Replace(page, "<style>", "<style> ", 1)) == "" {
		t.Error("the browser does not mind another style: it was not asked")
	}
}
