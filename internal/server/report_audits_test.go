package server_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/report"
)

// audited lets two sites be looked at, of which one agency has said three days ago that
// it would mend a thing by yesterday, and another thing next month. A third one is no
// more than a suggestion.
func (r *registry) audited() {
	r.t.Helper()
	audit := uuid.New()
	found := func(place, item string, outcome domain.Outcome) domain.Finding {
		return domain.Finding{Place: place, Outcome: outcome, Certainty: domain.Certain, By: domain.ByText, Item: item, Version: 1, Evidence: domain.Evidence{Text: "x"}}
	}
	then := func(ago time.Duration, c domain.Command[domain.Audit]) {
		r.t.Helper()
		admin := domain.Actor{Member: uuid.New(), Agency: "bao-ptth", Roles: domain.Roles{domain.RoleAdmin}}
		result, err := commands.Run(r.t.Context(), r.runner, domain.Audits, c, commands.Request{Actor: admin, At: time.Now().Add(-ago), Via: "import"})
		if err == nil {
			err = r.views.WaitFor(r.t.Context(), result.Position)
		}
		if err != nil {
			r.t.Fatalf("%T: %v", c, err)
		}
	}
	then(0, domain.PlanAudit{Audit: audit, AuditPlan: domain.AuditPlan{Title: domain.Texts{"vi": "Kiểm tra"}, Due: domain.DateOf(time.Now()).AddDays(30)}})
	look := found("/gợi-ý", "new-slogan", domain.UseSuperseded)
	look.Certainty = domain.Look
	then(0, domain.ReportAudit{
		Audit: audit, Report: uuid.New(), Part: 1, Site: domain.AuditSite{Address: "https://bao.example", Agency: "bao-ptth", Channel: "portal"}, Pages: 9, Complete: true,
		Findings: []domain.Finding{found("/a", "new-slogan", domain.UseSuperseded), found("/cũ", "old-slogan", domain.UseWithdrawn), found("/mới", "old-slogan", domain.UseWithdrawn), look},
		Tallies:  []domain.Tally{{Outcome: domain.UseCurrent, Item: "new-slogan", Version: 1, Places: 5}},
	})
	then(0, domain.ReportAudit{
		Audit: audit, Report: uuid.New(), Part: 1, Site: domain.AuditSite{Address: "https://sở.example", Agency: "so-ngoai-vu", Channel: "web"}, Pages: 1, Complete: true,
		Findings: []domain.Finding{found("/b", "new-slogan", domain.UseAltered)},
	})
	for place, days := range map[string]int{"/cũ": -1, "/mới": 30} {
		then(72*time.Hour, domain.AnswerFinding{Audit: audit, Finding: r.findingAt(place), Agency: "bao-ptth", Text: "sẽ sửa", By: domain.DateOf(time.Now()).AddDays(days)})
	}
}

// findingAt is the id of the finding at a place.
func (r *registry) findingAt(place string) uuid.UUID {
	r.t.Helper()
	var data struct {
		Findings struct {
			Edges []struct {
				Node struct{ Finding, Place string }
			}
		}
	}
	r.query(domain.RoleAuditor, `{ findings(first: 100) { edges { node { finding place } } } }`, &data)
	for _, e := range data.Findings.Edges {
		if e.Node.Place == place {
			return uuid.MustParse(e.Node.Finding)
		}
	}
	r.t.Fatalf("there is no finding at %s", place)
	return uuid.Nil
}

// spansAreFew looks at intervals of many months until now: they are told of by months,
// by quarters or by years.
func (r *registry) spansAreFew() {
	r.t.Helper()
	now := domain.DateOf(time.Now())
	for before, want := range map[int]int{0: 1, 23: 1, 24: 3, 95: 3, 96: 12} {
		first := (now[:8] + "01").AddMonths(-before)
		d := r.reportOf("from=" + string(first) + "&until=" + string(now.AddDays(400)))
		if len(d.Compliance) != 1 || d.Compliance[0].Sites != 2 {
			r.t.Fatalf("since %s: %+v", first, d.Compliance)
		}
		if c := d.Compliance[0]; domain.Date(c.From).AddMonths(want).AddDays(-1) != domain.Date(c.To) || domain.Date(c.To) < now || domain.Date(c.From) > now {
			r.t.Errorf("since %s, %d months ago: %+v", first, before, c)
		}
	}
}

func (r *registry) auditsAsTheAPI(d report.Report) {
	r.t.Helper()
	type point struct {
		From, To                                                     string
		Sites, Current, Superseded, Withdrawn, Altered, Unregistered int
	}
	var data struct {
		AuditCompliance []point
		Findings        struct {
			Edges []struct {
				Node struct {
					Site                struct{ Agency, Channel string }
					Place, Outcome, Key string
					Version             int
					Status              string
					Promised            *string
					Overdue             bool
				}
			}
		}
	}
	r.query(domain.RoleAuditor, `{ auditCompliance(from: "2026-01-01") { from to sites current superseded withdrawn altered unregistered }
		findings(first: 100) { edges { node { site { agency channel } place outcome key version status promised overdue } } } }`, &data)
	var got, want []string
	for _, c := range d.Compliance {
		got = append(got, fmt.Sprint(point{c.From, c.To, c.Sites, c.Current, c.Superseded, c.Withdrawn, c.Altered, c.Unregistered}))
	}
	for _, p := range data.AuditCompliance {
		if p.Sites > 0 {
			want = append(want, fmt.Sprint(p))
		}
	}
	r.equal("compliance", got, want)
	told := map[string]bool{}
	for _, e := range data.Findings.Edges {
		f := e.Node
		told[fmt.Sprint(f.Site, f.Place, strings.ToLower(f.Outcome), f.Key, f.Version, f.Status == "ANSWERED", text(f.Promised), f.Overdue)] = true
	}
	var places []string
	for _, f := range d.Findings {
		site := struct{ Agency, Channel string }{f.Agency, f.Channel}
		if !told[fmt.Sprint(site, f.Place, f.Outcome, f.Item, f.Version, f.Answered, f.Promised, f.Days > 0)] {
			r.t.Errorf("the API tells of no finding %+v: %v", f, told)
		}
		places = append(places, f.Place)
	}
	if fmt.Sprint(places) != "[/cũ /a /b /mới]" || d.Findings[0].Days != 1 {
		r.t.Errorf("not settled: %+v", d.Findings)
	}
	if got := fmt.Sprint(d.Found); got != "[{bao-ptth portal 1 2 0 0 3 1} {so-ngoai-vu web 0 0 1 0 1 0}]" {
		r.t.Errorf("found: %s", got)
	}
	// No other section tells of it in a time to come.
	tomorrow := domain.DateOf(time.Now()).AddDays(1)
	if later := r.reportOf("from=" + string(tomorrow) + "&until=" + string(tomorrow.AddDays(1))); later.Names["old-slogan"]["en"] == "" {
		r.t.Errorf("what was found is not named: %v", later.Names)
	}
}
