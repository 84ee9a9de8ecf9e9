package server_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/report"
)

// reportOf asks for a report as the auditor, and reads its JSON.
func (r *registry) reportOf(query string) (d report.Report) {
	r.t.Helper()
	a := r.ask("GET", "/reports?"+query, domain.RoleAuditor, nil)
	if err := json.Unmarshal(a.body, &d); err != nil || a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		r.t.Fatalf("%s: %d %s, %v", query, a.status, a.body, err)
	}
	return d
}

// busy lets things happen that a report tells of: two approvals, a return, a recall
// of what two agencies use, and a step that nobody does.
func (r *registry) busy() {
	r.t.Helper()
	r.publish("old-slogan", true)
	r.publish("new-slogan", true)
	for range 3 {
		act(r, "so-ngoai-vu", domain.RoleAgency, domain.DownloadLog, domain.RecordDownload{
			Agency: "so-ngoai-vu", Month: time.Now(), Item: "old-slogan", Version: 1, Digest: strings.Repeat("ab", 32), Channel: "portal",
		})
	}
	act(r, "bao-ptth", domain.RoleAgency, domain.Uses, domain.DeclareUse{Use: uuid.New(), Agency: "bao-ptth", Item: "old-slogan", Version: 1, Channel: "portal", Place: "trang chủ"})
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.WithdrawVersion{
		Key: "old-slogan", Version: 1, Reason: "=sai tên", Replacement: &domain.VersionRef{Item: "new-slogan", Version: 1},
	})
	r.withLetter()
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.SubmitVersion{Key: letter, Version: 1})
	act(r, "so-vhttdl", domain.RoleReviewer, domain.Items, domain.ReturnVersion{Key: letter, Version: 1, Reason: "chưa rõ"})
	r.audited()
}

// thisHalf is the name of the half-year, and thisYear that of the year, in the city.
func thisHalf() string {
	now := time.Now().In(domain.CityZone)
	return fmt.Sprintf("%d-H%d", now.Year(), 1+(int(now.Month())-1)/6)
}

func thisYear() string { return time.Now().In(domain.CityZone).Format("2006") }

func TestWhoMayNotHaveAReport(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	for role, want := range map[domain.Role]string{
		"": "401 UNAUTHENTICATED unauthenticated", domain.RoleDesigner: "403 FORBIDDEN not_permitted", domain.RoleAgency: "403 FORBIDDEN not_permitted",
		domain.RoleAuthor: "403 FORBIDDEN not_permitted", domain.RoleTranslator: "403 FORBIDDEN not_permitted", domain.RoleReviewer: "403 FORBIDDEN not_permitted",
		domain.RoleAuditor: "200 none", domain.RoleAdmin: "200 none",
	} {
		for _, query := range []string{"period=2026-H2", "period=2026-H2&format=csv", "period=2026-H2&format=html", "from=2026-07-01&until=2026-10-01"} {
			if a := r.ask("GET", "/reports?"+query, role, nil); fmt.Sprint(a.status, " ", a.problem()) != want {
				t.Errorf("%s as %q: %d %s, want %s", query, role, a.status, a.problem(), want)
			}
		}
	}
}

func TestAWrongPeriodIsNamed(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	for query, want := range map[string]string{
		"":                                 "invalid_date from",
		"period=2026-H3":                   "period_malformed period",
		"period=1945":                      "period_malformed period",
		"period=2026-H1&from=2026-01-01":   "two_intervals period",
		"period=2026-H1&until=2026-01-01":  "two_intervals period",
		"from=2026-01-01":                  "invalid_date until",
		"until=2026-01-01":                 "invalid_date from",
		"from=2026-02-30&until=2026-03-01": "invalid_date from",
		"from=2026-02-01&until=1.3.2026":   "invalid_date until",
		"from=2026-02-01&until=2026-02-01": "interval_empty until",
		"from=2026-02-02&until=2026-02-01": "interval_empty until",
		"period=2026-H2&format=pdf":        "unknown_format format",
	} {
		if a := r.ask("GET", "/reports?"+query, domain.RoleAuditor, nil); a.status != http.StatusBadRequest || a.problem() != "BAD_USER_INPUT "+want {
			t.Errorf("%s: %d %s, want %s", query, a.status, a.body, want)
		}
	}
}

func TestAnIntervalIsOneOfTheCity(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	for query, want := range map[string][3]string{
		"period=2026-H1":                   {"2026-H1", "2026-01-01T00:00:00+07:00", "2026-07-01T00:00:00+07:00"},
		"period=2026-H2":                   {"2026-H2", "2026-07-01T00:00:00+07:00", "2027-01-01T00:00:00+07:00"},
		"period=2026":                      {"2026", "2026-01-01T00:00:00+07:00", "2027-01-01T00:00:00+07:00"},
		"from=2026-10-20&until=2026-10-21": {"", "2026-10-20T00:00:00+07:00", "2026-10-21T00:00:00+07:00"},
	} {
		d := r.reportOf(query)
		if got := [3]string{d.Period, d.From.In(domain.CityZone).Format(time.RFC3339), d.Until.In(domain.CityZone).Format(time.RFC3339)}; got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	// What is covered is counted at the end of an interval that has ended; in the first
	// half of 2026 nothing was in force yet.
	if early := r.reportOf("period=2026-H1"); len(early.Coverage) != 0 || len(r.reportOf("period=2026").Coverage) == 0 {
		t.Errorf("covered in the first half of 2026: %+v", early.Coverage)
	}
	// The samples of the first edition were signed for the last time on 20 October, in
	// the afternoon.
	day, before := r.reportOf("from=2026-10-20&until=2026-10-21"), r.reportOf("from=2026-10-19&until=2026-10-20")
	named := func(d report.Report, item string) bool {
		for _, a := range d.Approvals {
			if a.Item == item && a.Version == 2 {
				return true
			}
		}
		return false
	}
	if !named(day, "slogan-open-sea") || named(before, "slogan-open-sea") {
		t.Errorf("approved on 20 October: %+v; on 19 October: %+v", day.Approvals, before.Approvals)
	}
}

func TestAReportCountsAsTheAPIDoes(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	before := r.reportOf("period=" + thisHalf())
	r.busy()
	d := r.reportOf("period=" + thisHalf())
	if len(d.Approvals) != len(before.Approvals)+2 || len(d.Returns) != len(before.Returns)+1 || len(d.Recalls) != len(before.Recalls)+1 {
		t.Errorf("%d, %d, %d more", len(d.Approvals)-len(before.Approvals), len(d.Returns)-len(before.Returns), len(d.Recalls)-len(before.Recalls))
	}
	if year := r.reportOf("period=" + thisYear()); len(year.Approvals) < len(d.Approvals) || len(year.Recalls) < len(d.Recalls) {
		t.Error("a year has less than its half")
	}
	last := d.Approvals[len(d.Approvals)-1]
	if last.Item != "new-slogan" || last.Kind != "slogan" || last.Name["en"] != "Name of new-slogan" || fmt.Sprint(last.Agencies) != "[ban-tuyen-giao-dan-van]" || last.Days != 0 {
		t.Errorf("%+v", last)
	}
	if back := d.Returns[len(d.Returns)-1]; back.Item != letter || back.Agency != "so-vhttdl" || back.Reason != "chưa rõ" {
		t.Errorf("%+v", back)
	}
	if d.Agencies["bao-ptth"]["vi"] != "Báo và PTTH Hải Phòng" || d.Truncated {
		t.Errorf("%+v", d.Agencies)
	}
	nextYear := domain.DateOf(time.Now()).AddMonths(12)
	all := r.reportOf("from=2026-01-01&until=" + string(nextYear))
	r.recallsAsTheAPI(all)
	r.countsAsTheAPI(all)
	r.auditsAsTheAPI(all)
	r.spansAreFew()
	if later := r.reportOf("from=" + string(nextYear) + "&until=" + string(nextYear.AddDays(1))); len(later.Approvals)+len(later.Returns)+len(later.Recalls)+len(later.Usage)+len(later.Compliance) != 0 {
		t.Errorf("in a year: %+v", later)
	}
}

func TestAReportToReadAndToCount(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.busy()
	query := "period=" + thisHalf()
	d := r.reportOf(query)
	for lang, words := range map[string][2]string{"vi": {"Sở Ngoại vụ", "<html lang=\"vi\""}, "en": {"Department of Foreign Affairs", "<html lang=\"en\""}} {
		table := r.ask("GET", "/reports?format=csv&lang="+lang+"&"+query, domain.RoleAuditor, nil)
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table.body, []byte("\uFEFF")))).ReadAll()
		if err != nil || !bytes.HasPrefix(table.body, []byte("\uFEFF")) || !strings.HasPrefix(table.header.Get("Content-Type"), "text/csv") ||
			!strings.Contains(table.header.Get("Content-Disposition"), "report.csv") || !bytes.Contains(table.body, []byte(words[0])) {
			t.Fatalf("%s: %d %v, %v", lang, table.status, table.header, err)
		}
		sections := map[string]int{}
		for _, row := range rows[1:] {
			sections[row[0]]++
		}
		affected := 0
		for _, c := range d.Recalls {
			affected += len(c.Affected)
		}
		total := 0
		for _, n := range []int{len(d.Approvals), len(d.Returns), len(d.Editions), len(d.Coverage), len(d.Recalls), affected, len(d.Usage), len(d.Overdue), len(d.Compliance), len(d.Found), len(d.Findings)} {
			total += n
		}
		if about := len(rows) - 1 - total; about < 1 || about > 4 || len(sections) < 10 {
			t.Errorf("%s: %d rows of the table for %d of the report, in %d sections", lang, len(rows)-1, total, len(sections))
		}
		if bytes.Contains(table.body, []byte(",=sai")) {
			t.Errorf("%s: a spreadsheet would run a text", lang)
		}
		page := r.ask("GET", "/reports?format=html&lang="+lang+"&"+query, domain.RoleAuditor, nil)
		if page.status != http.StatusOK || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") || page.header.Get("Content-Security-Policy") != report.ContentSecurityPolicy() ||
			!bytes.Contains(page.body, []byte(words[0])) || !bytes.Contains(page.body, []byte(words[1])) || page.header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %d %v", lang, page.status, page.header)
		}
	}
	if a := r.ask("GET", "/reports?format=html&"+query, domain.RoleAuditor, nil, "Accept-Language", "en"); !bytes.Contains(a.body, []byte(`lang="en"`)) {
		t.Error("the reader's language is not asked for")
	}
	if a := r.ask("HEAD", "/reports?"+query, domain.RoleAuditor, nil); a.status != http.StatusOK || len(a.body) > 0 {
		t.Errorf("%d %s", a.status, a.body)
	}
}
