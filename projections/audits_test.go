package projections_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"signet/domain"
	"signet/projections"
)

// audited is a registry with a slogan in its second version and an audit of two
// sites that is repeated.
type audited struct {
	*registry

	audit uuid.UUID
	n     byte // reports made
}

func newAudited(t *testing.T) *audited {
	t.Helper()
	r := newRegistry(t)
	r.register("slogan", domain.Slogan, true)
	r.approve("slogan", slogan(domain.Texts{"vi": "Thành phố Cảng"}), domain.Effective{})
	r.approve("slogan", slogan(domain.Texts{"vi": "Thành phố Cảng xanh"}), domain.Effective{})
	a := &audited{registry: r, audit: uuid.UUID{6: 0x70, 8: 0x80, 15: 200}}
	must(r, domain.Audits, domain.PlanAudit{Audit: a.audit, AuditPlan: domain.AuditPlan{
		Title: domain.Texts{"vi": "Kiểm tra"}, Due: "2027-03-01", RepeatMonths: 6,
		Scope: domain.AuditScope{Sites: []domain.AuditSite{{Address: "https://a.vn", Agency: party, Channel: "web"}, {Address: "https://b.vn", Agency: culture, Channel: "portal"}}},
	}}, an)
	return a
}

func old(place string) domain.Finding {
	return domain.Finding{
		Place: place, Line: 3, Outcome: domain.UseSuperseded, Certainty: domain.Certain, By: domain.ByText, Item: "slogan", Version: 1,
		Evidence: domain.Evidence{Text: "Thành phố Cảng"},
	}
}

// report tells that a whole site was looked at, and in how many places it was right.
func (a *audited) report(site string, right int, findings ...domain.Finding) uuid.UUID {
	a.n++
	id := uuid.UUID{6: 0x70, 8: 0x80, 14: 9, 15: a.n}
	c := domain.ReportAudit{Audit: a.audit, Report: id, Part: 1, Site: domain.AuditSite{Address: site}, Pages: 7, Complete: true, Findings: findings}
	if right > 0 {
		c.Tallies = []domain.Tally{{Outcome: domain.UseCurrent, Item: "slogan", Version: 2, Places: right}}
	}
	must(a.registry, domain.Audits, c, an)
	return id
}

// statuses are the states of the findings, by their places.
func (a *audited) statuses(t *testing.T, f projections.FindingFilter) map[string]domain.FindingStatus {
	t.Helper()
	a.catchUp()
	list, err := a.views.Findings(context.Background(), f, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]domain.FindingStatus{}
	for _, f := range list {
		out[f.Place] = f.Status
	}
	return out
}

func TestAFindingLivesUntilItIsGone(t *testing.T) {
	a, ctx := newAudited(t), context.Background()
	a.report("https://a.vn", 5, old("/1"), old("/2"))
	a.report("https://b.vn", 1, old("/3"))
	if diff := cmp.Diff(map[string]domain.FindingStatus{"/1": "open", "/2": "open", "/3": "open"}, a.statuses(t, projections.FindingFilter{Audit: a.audit})); diff != "" {
		t.Fatal(diff)
	}
	first, err := a.views.Findings(ctx, projections.FindingFilter{Agency: party}, 0, 1)
	if err != nil || len(first) != 1 || first[0].Place != "/2" {
		t.Fatalf("the newest finding: %v, %v", first, err)
	}
	rest, err := a.views.Findings(ctx, projections.FindingFilter{Agency: party}, first[0].Sequence, 10)
	if err != nil || len(rest) != 1 || rest[0].Place != "/1" {
		t.Fatalf("those before it: %v, %v", rest, err)
	}
	one := rest[0]
	a.wait(24 * time.Hour)
	must(a.registry, domain.Audits, domain.AnswerFinding{Audit: a.audit, Finding: one.Finding.Finding, Agency: party, Text: "Sẽ sửa", By: "2027-01-10"}, an)
	a.catchUp()
	for day, want := range map[domain.Date]int{"2027-01-10": 0, "2027-01-11": 1} {
		late, err := a.views.Findings(ctx, projections.FindingFilter{Overdue: day}, 0, 10)
		if err != nil || len(late) != want {
			t.Errorf("late on %s: %v, %v", day, late, err)
		}
	}
	must(a.registry, domain.Audits, domain.ResolveFinding{Audit: a.audit, Finding: one.Finding.Finding, Resolution: domain.Fixed}, an)
	a.wait(24 * time.Hour)
	a.report("https://a.vn", 6, old("/1")) // it was not; /2 is gone
	if diff := cmp.Diff(map[string]domain.FindingStatus{"/1": "open", "/2": "gone", "/3": "open"}, a.statuses(t, projections.FindingFilter{})); diff != "" {
		t.Fatal(diff)
	}
	steps, err := a.views.StepsOfFindings(ctx, []uuid.UUID{one.Finding.Finding})
	if err != nil {
		t.Fatal(err)
	}
	var what []string
	for _, s := range steps[one.Finding.Finding] {
		what = append(what, s.What)
	}
	if !slices.Equal(what, []string{"opened", "answered", "resolved", "reopened"}) {
		t.Errorf("what became of it: %v", what)
	}
	again, err := a.views.Finding(ctx, one.Finding.Finding)
	if err != nil || !again.Last.Equal(a.now) || !again.First.Equal(newYear) || again.Promised != "" || again.Resolution != "" {
		t.Errorf("seen again: %+v, %v", again, err)
	}
	if got := a.statuses(t, projections.FindingFilter{Statuses: []domain.FindingStatus{"gone"}, Item: "slogan", Version: 1, Outcome: "superseded", Channel: "web"}); len(got) != 1 {
		t.Errorf("what is gone: %v", got)
	}
}

func TestAnAuditIsKnownToWhomItConcerns(t *testing.T) {
	a, ctx := newAudited(t), context.Background()
	a.report("https://a.vn", 5, old("/1"))
	must(a.registry, domain.Audits, domain.ConcludeRound{Audit: a.audit, Round: 1, Summary: "Tốt"}, an)
	all := uuid.UUID{6: 0x70, 8: 0x80, 15: 201}
	must(a.registry, domain.Audits, domain.PlanAudit{Audit: all, AuditPlan: domain.AuditPlan{Title: domain.Texts{"vi": "Tất cả"}, Due: "2027-03-01"}}, an)
	a.catchUp()
	for agency, want := range map[string][]uuid.UUID{"": {all, a.audit}, party: {all, a.audit}, foreign: {all}} {
		list, err := a.views.Audits(ctx, agency, true, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []uuid.UUID
		for _, a := range list {
			got = append(got, a.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q knows of %v", agency, got)
		}
		for id, concerns := range map[uuid.UUID]bool{all: agency != "", a.audit: agency == party} {
			if got, err := a.views.AuditConcerns(ctx, id, agency); agency != "" && (err != nil || got != concerns) {
				t.Errorf("%s concerns %q: %t, %v", id, agency, got, err)
			}
		}
	}
	rounds, err := a.views.AuditRounds(ctx, []uuid.UUID{a.audit})
	if err != nil || len(rounds[a.audit]) != 2 || rounds[a.audit][0].Summary != "Tốt" || rounds[a.audit][1].Due != "2027-09-01" {
		t.Errorf("rounds: %v, %v", rounds, err)
	}
	must(a.registry, domain.Audits, domain.EndAudit{Audit: a.audit, Reason: "thôi"}, an)
	a.catchUp()
	if list, err := a.views.Audits(ctx, "", true, 0, 10); err != nil || len(list) != 1 {
		t.Errorf("those that go on: %v, %v", list, err)
	}
}

// What a site is like in a month is what the last look at it in that month said.
func TestComplianceIsThatOfTheLastLook(t *testing.T) {
	a, ctx := newAudited(t), context.Background()
	a.report("https://a.vn", 1, old("/1"), old("/2"))
	a.wait(24 * time.Hour)
	second := a.report("https://a.vn", 5, old("/1"))
	a.report("https://b.vn", 2)
	a.wait(60 * 24 * time.Hour)
	a.report("https://a.vn", 6, domain.Finding{Place: "/x.png", Outcome: domain.UseUnregistered, Certainty: domain.Likely, By: domain.BySight},
		domain.Finding{Place: "/y.png", Outcome: domain.UseUnregistered, Certainty: domain.Look, By: domain.BySight})
	a.catchUp()
	counts, err := a.views.CountsOfReports(ctx, []uuid.UUID{second})
	if diff := cmp.Diff([]*domain.Tally{{Outcome: "superseded", Item: "slogan", Version: 1, Places: 1}, {Outcome: "current", Item: "slogan", Version: 2, Places: 5}}, counts[second]); diff != "" || err != nil {
		t.Error(diff, err)
	}
	reports, err := a.views.AuditReports(ctx, a.audit, party, 0, 10)
	if err != nil || len(reports) != 3 || reports[1].ID != second || reports[1].Pages != 7 {
		t.Errorf("reports: %v, %v", reports, err)
	}
	type places = map[domain.Outcome]int
	for _, c := range []struct {
		name   string
		scope  projections.UsageScope
		months int
		want   []*projections.AuditPoint
	}{
		{"month by month", projections.UsageScope{}, 1, []*projections.AuditPoint{
			{From: "2027-01-01", To: "2027-01-31", Sites: 2, Places: places{"current": 7, "superseded": 1}},
			{From: "2027-02-01", To: "2027-02-28", Places: places{}},
			{From: "2027-03-01", To: "2027-03-31", Sites: 1, Places: places{"current": 6, "unregistered": 1}},
		}},
		{"a quarter", projections.UsageScope{}, 3, []*projections.AuditPoint{
			{From: "2027-01-01", To: "2027-03-31", Sites: 2, Places: places{"current": 8, "unregistered": 1}},
		}},
		{"of an agency", projections.UsageScope{Agency: culture}, 3, []*projections.AuditPoint{
			{From: "2027-01-01", To: "2027-03-31", Sites: 1, Places: places{"current": 2}},
		}},
		{"of a channel and an item", projections.UsageScope{Channel: "web", Item: "slogan"}, 3, []*projections.AuditPoint{
			{From: "2027-01-01", To: "2027-03-31", Sites: 1, Places: places{"current": 6}},
		}},
		{"of no edition", projections.UsageScope{Edition: 1}, 3, []*projections.AuditPoint{
			{From: "2027-01-01", To: "2027-03-31", Sites: 2, Places: places{}},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := a.views.AuditPoints(ctx, c.scope, "2027-01-01", len(c.want), c.months)
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}
