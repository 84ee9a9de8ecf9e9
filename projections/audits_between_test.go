package projections_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/projections"
)

// settling is an audit of which findings end in all ways, a day apart: each is named by
// its place.
func settling(t *testing.T) (a *audited, at map[string]time.Time) {
	t.Helper()
	a, at = newAudited(t), map[string]time.Time{}
	look, withdrawn := old("/suggested"), old("/promised")
	look.Certainty = domain.Look
	withdrawn.Outcome = domain.UseWithdrawn
	at["found"] = a.wait(day)
	a.report("https://a.vn", 5, old("/open"), old("/fixed"), old("/no-finding"), withdrawn, old("/late"), look)
	a.report("https://b.vn", 5, old("/other"), old("/later"))
	a.catchUp()
	ids := map[string]uuid.UUID{}
	list, err := a.views.Findings(t.Context(), projections.FindingFilter{}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	agencies := map[string]string{}
	for _, f := range list {
		ids[f.Place], agencies[f.Place] = f.Finding.Finding, f.Site.Agency
	}
	today := domain.DateOf(a.now)
	for place, by := range map[string]domain.Date{"/promised": today.AddDays(30), "/late": today.AddDays(2), "/later": today.AddDays(3)} {
		must(a.registry, domain.Audits, domain.AnswerFinding{Audit: a.audit, Finding: ids[place], Agency: agencies[place], Text: "sẽ sửa", By: by}, an)
	}
	at["settled"] = a.wait(day)
	must(a.registry, domain.Audits, domain.ResolveFinding{Audit: a.audit, Finding: ids["/fixed"], Resolution: domain.Fixed}, an)
	must(a.registry, domain.Audits, domain.ResolveFinding{Audit: a.audit, Finding: ids["/no-finding"], Resolution: domain.FalseAlarm, Text: "không phải"}, an)
	at["now"] = a.wait(10 * day)
	a.catchUp()
	return a, at
}

func TestFindingsOfAnInterval(t *testing.T) {
	a, at := settling(t)
	const moment = time.Microsecond
	ofA := fmt.Sprintf("%s web superseded 3 2 1; %s web withdrawn 1 1 0", party, party)
	ofB := fmt.Sprintf("; %s portal superseded 2 2 1", culture)
	settled := fmt.Sprintf("%s web superseded 2 2 1; %s web withdrawn 1 1 0", party, party)
	for name, test := range map[string]struct {
		from, until time.Time
		want        string
	}{
		"all":                            {newYear, at["now"], ofA + ofB},
		"before anything was found":      {newYear, at["found"], ""},
		"as they were found":             {at["found"], at["found"].Add(moment), ofA + ofB},
		"while they were open":           {at["found"].Add(hour), at["found"].Add(2 * hour), ofA + ofB},
		"as they were settled":           {at["settled"], at["now"], ofA + ofB},
		"after some of them are settled": {at["settled"].Add(moment), at["now"], settled + ofB},
	} {
		counts, err := a.views.FindingCounts(t.Context(), test.from, test.until, domain.DateOf(at["now"]), 100)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range counts {
			got = append(got, fmt.Sprint(c.Agency, " ", c.Channel, " ", c.Outcome, " ", c.All, " ", c.Open, " ", c.Overdue))
		}
		slices.Sort(got)
		want := slices.DeleteFunc(strings.Split(test.want, "; "), func(s string) bool { return s == "" })
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	}
}

func TestWhatIsOverdueComesFirst(t *testing.T) {
	a, at := settling(t)
	for until, want := range map[time.Time]string{at["now"]: "/late /later /open /other /promised", at["found"]: ""} {
		for _, limit := range []int{2, 100} {
			list, err := a.views.Unsettled(t.Context(), until, domain.DateOf(at["now"]), limit)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range list {
				got = append(got, f.Place)
			}
			wanted := strings.Fields(want)
			if !slices.Equal(got, wanted[:min(limit, len(wanted))]) {
				t.Errorf("until %s, %d of them: %q, want %s", until, limit, got, want)
			}
		}
	}
	// On the day that was promised it is not late yet.
	promised := domain.DateOf(at["found"]).AddDays(2)
	for day, want := range map[domain.Date]string{promised: "/open", promised.AddDays(1): "/late"} {
		if list, err := a.views.Unsettled(t.Context(), at["now"], day, 1); err != nil || list[0].Place != want {
			t.Errorf("on %s: %+v, %v", day, list[0], err)
		}
	}
}

func TestNoReportReadsAllFindings(t *testing.T) {
	a, at := settling(t)
	if _, err := a.views.FindingCounts(t.Context(), newYear, at["now"], "2027-01-20", 10); err != nil {
		t.Fatal(err)
	}
	if _, err := a.views.Unsettled(t.Context(), at["now"], "2027-01-20", 10); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	looked := 0
	projections.EachQuery(a.views, func(query string) {
		if !strings.Contains(query, "certainty <> 'look'") {
			return
		}
		looked++
		for _, step := range plan(t, db, query) {
			if strings.HasPrefix(step, "SCAN") {
				t.Errorf("%s\nis answered by: %s", query, step)
			}
		}
	})
	if looked != 2 {
		t.Errorf("%d queries were looked at", looked)
	}
}
