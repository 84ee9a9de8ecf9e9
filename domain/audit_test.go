package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// Those of the stories of audits.
var (
	thu     = member(8, industry, RoleAuditor)
	vinh    = member(9, culture, RoleAgency)
	audit   = person(100)
	report  = person(101)
	site    = AuditSite{Address: "https://haiphong.gov.vn", Agency: culture, Channel: "web"}
	planned = AuditPlanned{Audit: audit, Agency: industry, Plan: auditPlan()}
	lived   = kit.and(passed(1)...)
	audited = lived.and(planned)
)

func auditPlan() AuditPlan {
	return AuditPlan{Title: Texts{"vi": "Kiểm tra nửa năm"}, Scope: AuditScope{Sites: []AuditSite{site}}, Due: "2027-08-01", RepeatMonths: 6}
}

// oldSlogan is a finding as it is reported.
func oldSlogan() Finding {
	return Finding{
		Place: "https://haiphong.gov.vn/gioi-thieu", Line: 12, Outcome: UseSuperseded, Certainty: Certain, By: ByText, Item: sloganKey, Version: 1,
		Evidence: Evidence{Text: "Hải Phòng", Before: "Chào mừng đến"},
	}
}

// found is a finding as it is kept.
func found(f Finding) Finding {
	same := []string{site.Address, f.Place, f.Item, fmt.Sprint(f.Version)}
	if f.Outcome == UseAltered || f.Outcome == UseUnregistered {
		same = append(same, f.Evidence.Text, f.Evidence.Picture)
	}
	f.Finding = uuid.NewSHA1(audit, []byte(strings.Join(same, "\x00")))
	return f
}

// reported is a report of one part, as it is kept.
func reported(change func(*AuditReported)) AuditReported {
	e := AuditReported{Audit: audit, Round: 1, Report: report, Part: 1, Site: site, Reporter: thu.Member, Checked: noon}
	change(&e)
	return e
}

func opened(e *AuditReported) { e.Opened = []Finding{found(oldSlogan())} }

func auditStories() []story {
	plan := func(change func(*AuditPlan)) attempt {
		p := auditPlan()
		change(&p)
		return try(Audits, PlanAudit{Audit: audit, AuditPlan: p})
	}
	change := func(change func(*AuditPlan)) attempt {
		p := auditPlan()
		change(&p)
		return try(Audits, ChangeAudit{Audit: audit, AuditPlan: p})
	}
	asIs := func(*AuditPlan) {}
	scoped := func(f func(*AuditScope)) func(*AuditPlan) { return func(p *AuditPlan) { f(&p.Scope) } }
	other := auditPlan()
	other.Scope.Agencies = []string{party, culture}
	later := auditPlan()
	conclude := func(round int, summary string) attempt {
		return try(Audits, ConcludeRound{Audit: audit, Round: round, Summary: summary})
	}
	once := planned
	once.Plan.RepeatMonths = 0
	concluded := AuditRoundConcluded{Audit: audit, Round: 1, Member: thu.Member, Summary: "Tốt", Next: "2028-02-01"}
	last := concluded
	last.Next = ""
	end := func(why string) attempt { return try(Audits, EndAudit{Audit: audit, Reason: why}) }
	ended := AuditEnded{Audit: audit, Member: thu.Member, Reason: "Đổi kế hoạch"}
	overdue := planned
	overdue.Plan.Due, overdue.Plan.RepeatMonths = "2026-01-31", 1
	return []story{
		{"an audit is planned", city, thu, plan(asIs), happens(planned)},
		{"it has an id", city, thu, try(Audits, PlanAudit{AuditPlan: auditPlan()}), refused(Invalid, "invalid_audit", "audit")},
		{"it is planned once", audited, thu, plan(asIs), refused(Conflict, "audit_exists", "audit")},
		{"it has a title", city, thu, plan(func(p *AuditPlan) { p.Title = nil }), refused(Invalid, "title_required", "title")},
		{"in a language", city, thu, plan(func(p *AuditPlan) { p.Title = Texts{"?": "a"} }), refused(Invalid, "unknown_locale", "title")},
		{"it is due on a day", city, thu, plan(func(p *AuditPlan) { p.Due = "soon" }), refused(Invalid, "invalid_date", "due")},
		{"it is repeated within ten years", city, thu, plan(func(p *AuditPlan) { p.RepeatMonths = 121 }), refused(Invalid, "invalid_number", "repeatMonths")},
		{
			"the agencies are known", city, thu, plan(scoped(func(s *AuditScope) { s.Agencies = []string{culture, "none"} })),
			refused(NotFound, "unknown_agency", "scope.agencies[1]"),
		},
		{"channels have keys", city, thu, plan(scoped(func(s *AuditScope) { s.Channels = []string{"?"} })), refused(Invalid, "invalid_key", "scope.channels[0]")},
		{
			"a site has an address", city, thu, plan(scoped(func(s *AuditScope) { s.Sites = []AuditSite{{Agency: culture, Channel: "web"}} })),
			refused(Invalid, "place_required", "scope.sites[0].address"),
		},
		{
			"which is text", city, thu, plan(scoped(func(s *AuditScope) { s.Sites = []AuditSite{{Address: "\x00"}} })),
			refused(Invalid, "control_character", "scope.sites[0].address"),
		},
		{
			"and is named once", city, thu, plan(scoped(func(s *AuditScope) { s.Sites = []AuditSite{site, site} })),
			refused(Conflict, "site_twice", "scope.sites[1].address"),
		},
		{
			"an agency answers for it", city, thu, plan(scoped(func(s *AuditScope) { s.Sites = []AuditSite{{Address: "a", Agency: "none"}} })),
			refused(NotFound, "unknown_agency", "scope.sites[0].agency"),
		},
		{
			"it is a channel", city, thu, plan(scoped(func(s *AuditScope) { s.Sites = []AuditSite{{Address: "a", Agency: culture}} })),
			refused(Invalid, "invalid_key", "scope.sites[0].channel"),
		},
		{
			"there are not too many", city, thu, plan(scoped(func(s *AuditScope) { s.Channels = make([]string, MaxSites+1) })),
			refused(Invalid, "too_many", "scope"),
		},
		{"a period has days", city, thu, plan(scoped(func(s *AuditScope) { s.From = "x" })), refused(Invalid, "invalid_date", "scope.from")},
		{
			"and ends after its beginning", city, thu, plan(scoped(func(s *AuditScope) { s.From, s.Until = "2027-01-01", "2027-01-01" })),
			refused(Invalid, "invalid_period", "scope.until"),
		},

		{"a plan is changed", audited, thu, change(func(p *AuditPlan) { p.Scope.Agencies = []string{party, culture, party} }), happens(AuditChanged{Audit: audit, Plan: other, Due: "2027-08-01"})},
		{"or not", audited, thu, change(asIs), quiet()},
		{
			"later rounds don't move the first", audited.and(concluded), thu, change(func(p *AuditPlan) { p.Due = "2028-03-01" }),
			happens(AuditChanged{Audit: audit, Plan: later, Due: "2028-03-01"}),
		},
		{"it is checked as a new one", audited, thu, change(func(p *AuditPlan) { p.Due = "" }), refused(Invalid, "invalid_date", "due")},
		{"there is no such audit", city, thu, change(asIs), refused(NotFound, "unknown_audit", "audit")},

		{"a round is concluded, and the next is due", audited, thu, conclude(1, " Tốt "), happens(concluded)},
		{"or it was the last", lived.and(once), thu, conclude(1, "Tốt"), happens(last)},
		{
			"what is due has not passed", lived.and(overdue), thu, conclude(1, "Tốt"),
			happens(AuditRoundConcluded{Audit: audit, Round: 1, Member: thu.Member, Summary: "Tốt", Next: "2027-07-28"}),
		},
		{"it has been concluded", audited.and(concluded), thu, conclude(1, "Tốt"), refused(Conflict, "round_concluded", "round")},
		{"it has not begun", audited, thu, conclude(2, "Tốt"), refused(NotFound, "unknown_round", "round")},
		{"something came out", audited, thu, conclude(1, " "), refused(Invalid, "empty_text", "summary")},
		{"which is text", audited, thu, conclude(1, "\x00"), refused(Invalid, "control_character", "summary")},
		{"after the last there is none", lived.and(once, last), thu, conclude(2, "Tốt"), refused(Conflict, "audit_ended", "audit")},

		{"an audit ends for a reason", audited, thu, end("Đổi kế hoạch"), happens(ended)},
		{"there is one", audited, thu, end(""), refused(Invalid, "reason_required", "reason")},
		{"it ends once", audited.and(ended), thu, end("Đổi"), refused(Conflict, "audit_ended", "audit")},
		{"there is no such audit", city, thu, end("Đổi"), refused(NotFound, "unknown_audit", "audit")},
	}
}

func findingStories() []story {
	tell := func(change func(*ReportAudit)) attempt {
		c := ReportAudit{Audit: audit, Report: report, Part: 1, Site: AuditSite{Address: site.Address}}
		change(&c)
		return try(Audits, c)
	}
	one := func(change func(*Finding)) attempt {
		return tell(func(c *ReportAudit) {
			f := oldSlogan()
			change(&f)
			c.Findings = []Finding{f}
		})
	}
	asIs := func(*Finding) {}
	id := found(oldSlogan()).Finding
	known := audited.and(reported(opened))
	answered := FindingAnswered{Audit: audit, Finding: id, Agency: culture, Member: vinh.Member, Text: "Sẽ sửa", By: "2027-07-10"}
	resolved := func(how Resolution, text string) Event {
		return FindingResolved{Audit: audit, Finding: id, Member: thu.Member, Resolution: how, Text: text}
	}
	gone := FindingRechecked{Audit: audit, Finding: id, Member: thu.Member}
	again := func(change func(*ReportAudit)) attempt {
		return tell(func(c *ReportAudit) {
			c.Report = person(102)
			change(c)
		})
	}
	next := func(change func(*AuditReported)) Event {
		return reported(func(e *AuditReported) {
			e.Report = person(102)
			change(e)
		})
	}
	answer := func(change func(*AnswerFinding)) attempt {
		c := AnswerFinding{Audit: audit, Finding: id, Agency: culture, Text: "Sẽ sửa", By: "2027-07-10"}
		change(&c)
		return try(Audits, c)
	}
	resolve := func(how Resolution, text string) attempt {
		return try(Audits, ResolveFinding{Audit: audit, Finding: id, Resolution: how, Text: text})
	}
	recheck := func(present bool, text string) attempt {
		return try(Audits, RecheckFinding{Audit: audit, Finding: id, Present: present, Text: text})
	}
	full := Audit{Exists: true, Round: 1, Plan: auditPlan(), Findings: map[uuid.UUID]FindingState{}, Reports: map[uuid.UUID]ReportState{}}
	busy := full
	for i := range MaxFindings {
		full.Findings[uuid.NewSHA1(audit, fmt.Append(nil, i))] = FindingState{}
	}
	busy.Findings, busy.Reports = nil, map[uuid.UUID]ReportState{}
	for i := range maxReports {
		busy.Reports[uuid.NewSHA1(audit, fmt.Append(nil, i))] = ReportState{Parts: 1}
	}
	partOne := ReportAudit{Audit: audit, Report: report, Part: 1, Site: AuditSite{Address: site.Address}, Findings: []Finding{oldSlogan()}}
	banner := Finding{
		Place: "banner.png", Outcome: UseUnregistered, Certainty: Look, By: BySight, Evidence: Evidence{Picture: digest},
	}
	narrow := planned
	narrow.Plan.Scope = AuditScope{Agencies: []string{party}, Channels: []string{"web"}}
	tallies := []Tally{{UseCurrent, sloganKey, 1, 40}, {UseUnregistered, "", 0, 2}}
	return []story{
		{"what was found is kept, with a name of its own", audited, thu, one(asIs), happens(reported(opened))},
		{
			"twice is once", audited, thu, tell(func(c *ReportAudit) { c.Findings = []Finding{oldSlogan(), oldSlogan()} }), happens(reported(opened)),
		},
		{"what is nothing registered is known by its picture", audited, thu, one(func(f *Finding) { *f = banner }), happens(reported(func(e *AuditReported) { e.Opened = []Finding{found(banner)} }))},
		{
			"what is in force is counted", audited, thu, tell(func(c *ReportAudit) { c.Tallies, c.Pages, c.Tool, c.Checked = tallies, 20, "signet check", earlier }),
			happens(reported(func(e *AuditReported) { e.Tallies, e.Pages, e.Tool, e.Checked = tallies, 20, "signet check", earlier })),
		},
		{"the agency itself reports", audited, vinh, one(asIs), happens(reported(func(e *AuditReported) { opened(e); e.Reporter = vinh.Member }))},
		{
			"but not of another", audited, member(9, party, RoleAgency), one(asIs), refused(Forbidden, "not_permitted", "site.agency"),
		},
		{"a part is told once", known, thu, one(asIs), quiet()},
		{"a part follows the one before", audited, thu, tell(func(c *ReportAudit) { c.Part = 2 }), refused(Conflict, "part_missing", "part")},
		{
			"nothing follows the last", audited.and(reported(func(e *AuditReported) { e.Complete = true })), thu,
			tell(func(c *ReportAudit) { c.Part = 2 }), refused(Conflict, "report_ended", "part"),
		},
		{"a report has an id", audited, thu, tell(func(c *ReportAudit) { c.Report = uuid.Nil }), refused(Invalid, "invalid_report", "report")},
		{"a part is not too long", audited, thu, tell(func(c *ReportAudit) { c.Findings = make([]Finding, MaxPart+1) }), refused(Invalid, "too_many", "findings")},
		{"an audit has room for some findings", lived, thu, tryIn(full, partOne), refused(Conflict, "too_many_findings", "findings")},
		{"and for some reports at a time", lived, thu, tryIn(busy, partOne), refused(Conflict, "too_many_reports", "report")},
		{"there is no such audit", city, thu, one(asIs), refused(NotFound, "unknown_audit", "audit")},
		{
			"it was looked at before", audited, thu, tell(func(c *ReportAudit) { c.Checked = noon.Add(time.Second) }), refused(Invalid, "in_future", "checked"),
		},
		{"a tool has a name", audited, thu, tell(func(c *ReportAudit) { c.Tool = "\x00" }), refused(Invalid, "control_character", "tool")},
		{"pages are counted", audited, thu, tell(func(c *ReportAudit) { c.Pages = -1 }), refused(Invalid, "invalid_number", "pages")},
		{
			"a tally counts something", audited, thu, tell(func(c *ReportAudit) { c.Tallies = []Tally{{UseCurrent, sloganKey, 1, 0}} }),
			refused(Invalid, "invalid_number", "tallies[0].places"),
		},
		{
			"that there is", audited, thu, tell(func(c *ReportAudit) { c.Tallies = []Tally{{UseCurrent, "none", 1, 1}} }),
			refused(NotFound, "unknown_item", "tallies[0].item"),
		},

		{"a site has an address", audited, thu, tell(func(c *ReportAudit) { c.Site = AuditSite{} }), refused(Invalid, "place_required", "site.address")},
		{"an address is text", audited, thu, tell(func(c *ReportAudit) { c.Site.Address = "\x00" }), refused(Invalid, "control_character", "site.address")},
		{"one that is not planned has an agency", audited, thu, tell(func(c *ReportAudit) { c.Site.Address = "b" }), refused(Invalid, "invalid_key", "site.agency")},
		{
			"and a channel", audited, thu, tell(func(c *ReportAudit) { c.Site = AuditSite{Address: "b", Agency: culture} }), refused(Invalid, "invalid_key", "site.channel"),
		},
		{
			"it is in the scope", lived.and(narrow), thu, tell(func(c *ReportAudit) { c.Site = site }), refused(Invalid, "outside_scope", "site"),
		},

		{"a finding has a place", audited, thu, one(func(f *Finding) { f.Place = "" }), refused(Invalid, "place_required", "findings[0].place")},
		{"a place is text", audited, thu, one(func(f *Finding) { f.Place = "\x00" }), refused(Invalid, "control_character", "findings[0].place")},
		{"lines are counted", audited, thu, one(func(f *Finding) { f.Line = -1 }), refused(Invalid, "invalid_number", "findings[0].line")},
		{"what is right is no finding", audited, thu, one(func(f *Finding) { f.Outcome = UseCurrent }), refused(Invalid, "not_a_finding", "findings[0].outcome")},
		{"there are five outcomes", audited, thu, one(func(f *Finding) { f.Outcome = "ugly" }), refused(Invalid, "unknown_outcome", "findings[0].outcome")},
		{"three certainties", audited, thu, one(func(f *Finding) { f.Certainty = "" }), refused(Invalid, "unknown_certainty", "findings[0].certainty")},
		{"five ways", audited, thu, one(func(f *Finding) { f.By = "smell" }), refused(Invalid, "unknown_way", "findings[0].by")},
		{"the unregistered has no item", audited, thu, one(func(f *Finding) { f.Outcome = UseUnregistered }), refused(Invalid, "not_registered", "findings[0].item")},
		{"it was approved once", audited, thu, one(func(f *Finding) { f.Version = 2 }), refused(NotFound, "unknown_version", "findings[0].version")},
		{"a picture is stored", audited, thu, one(func(f *Finding) { f.Evidence.Picture = "a.png" }), refused(Invalid, "invalid_digest", "findings[0].evidence.picture")},
		{
			"a text is a part of one", audited, thu, one(func(f *Finding) { f.Evidence.After = strings.Repeat("a", maxEvidence+1) }),
			refused(Invalid, "text_too_long", "findings[0].evidence.after"),
		},

		{"it is still there", known, thu, again(func(c *ReportAudit) { c.Findings = []Finding{oldSlogan()} }), happens(next(func(e *AuditReported) { e.Seen = []uuid.UUID{id} }))},
		{
			"it is gone when all was looked at", known, thu, again(func(c *ReportAudit) { c.Complete = true }),
			happens(next(func(e *AuditReported) { e.Complete, e.Gone = true, []uuid.UUID{id} })),
		},
		{"but not when only a part was", known, thu, again(func(*ReportAudit) {}), happens(next(func(*AuditReported) {}))},
		{
			"nor when a part before has seen it", known.and(next(func(e *AuditReported) { e.Seen = []uuid.UUID{id} })), thu,
			again(func(c *ReportAudit) { c.Part, c.Complete = 2, true }), happens(next(func(e *AuditReported) { e.Part, e.Complete = 2, true })),
		},
		{
			"nor when another site was looked at", known, thu,
			again(func(c *ReportAudit) { c.Site, c.Complete = AuditSite{"b", culture, "web"}, true }),
			happens(next(func(e *AuditReported) { e.Site, e.Complete = AuditSite{"b", culture, "web"}, true })),
		},
		{
			"it is there again after it was fixed", known.and(resolved(Fixed, "")), thu, again(func(c *ReportAudit) { c.Findings = []Finding{oldSlogan()} }),
			happens(next(func(e *AuditReported) { e.Reopened = []uuid.UUID{id} })),
		},
		{
			"and after it was gone", known.and(gone), thu, again(func(c *ReportAudit) { c.Findings = []Finding{oldSlogan()} }),
			happens(next(func(e *AuditReported) { e.Reopened = []uuid.UUID{id} })),
		},
		{
			"an exception stays one", known.and(resolved(Excepted, "Biển đồng")), thu, again(func(c *ReportAudit) { c.Findings = []Finding{oldSlogan()} }),
			happens(next(func(e *AuditReported) { e.Seen = []uuid.UUID{id} })),
		},

		{"an agency answers", known, vinh, answer(func(*AnswerFinding) {}), happens(answered)},
		{"without a day", known, vinh, answer(func(c *AnswerFinding) { c.By = "" }), happens(FindingAnswered{Audit: audit, Finding: id, Agency: culture, Member: vinh.Member, Text: "Sẽ sửa"})},
		{"for what is its own", known, vinh, answer(func(c *AnswerFinding) { c.Agency = party }), refused(NotFound, "unknown_finding", "finding")},
		{"there is no such finding", audited, vinh, answer(func(*AnswerFinding) {}), refused(NotFound, "unknown_finding", "finding")},
		{"it says something", known, vinh, answer(func(c *AnswerFinding) { c.Text = "" }), refused(Invalid, "empty_text", "text")},
		{"in characters", known, vinh, answer(func(c *AnswerFinding) { c.Text = "\x00" }), refused(Invalid, "control_character", "text")},
		{"a day is a day", known, vinh, answer(func(c *AnswerFinding) { c.By = "x" }), refused(Invalid, "invalid_date", "by")},
		{"what is settled needs no answer", known.and(gone), vinh, answer(func(*AnswerFinding) {}), refused(Conflict, "finding_settled", "finding")},

		{"an auditor resolves it", known.and(answered), thu, resolve(Fixed, ""), happens(resolved(Fixed, ""))},
		{"once", known.and(resolved(Fixed, "")), thu, resolve(Fixed, ""), quiet()},
		{"or otherwise later", known.and(resolved(Fixed, "")), thu, resolve(FalseAlarm, "Trích dẫn"), happens(resolved(FalseAlarm, "Trích dẫn"))},
		{"an exception has a reason", known, thu, resolve(Excepted, ""), refused(Invalid, "reason_required", "text")},
		{"which is text", known, thu, resolve(Excepted, "\x00"), refused(Invalid, "control_character", "text")},
		{"there are three resolutions", known, thu, resolve("", ""), refused(Invalid, "unknown_resolution", "resolution")},
		{"there is no such finding", audited, thu, resolve(Fixed, ""), refused(NotFound, "unknown_finding", "finding")},

		{"somebody looks again: it is gone", known.and(resolved(Fixed, "")), thu, recheck(false, ""), happens(gone)},
		{"it is gone already", known.and(gone), thu, recheck(false, ""), quiet()},
		{
			"or it is still there", known.and(resolved(Fixed, "")), thu, recheck(true, "Ở chân trang"),
			happens(FindingRechecked{Audit: audit, Finding: id, Member: thu.Member, Present: true, Text: "Ở chân trang"}),
		},
		{"there is no such finding", audited, thu, recheck(false, ""), refused(NotFound, "unknown_finding", "finding")},
		{"a note is text", known, thu, recheck(false, "\x00"), refused(Invalid, "control_character", "text")},
	}
}

// A finding that is open again can be answered again, and a state that was folded
// before is not written to.
func TestAFindingThatIsSeenAgainIsOpenAgain(t *testing.T) {
	id := found(oldSlogan()).Finding
	before := Audits.Fold(planned, reported(opened), FindingResolved{Audit: audit, Finding: id, Resolution: Fixed})
	after := Audits.Evolve(before, reported(func(e *AuditReported) { e.Report, e.Reopened = person(102), []uuid.UUID{id} }))
	if got := []FindingStatus{before.Findings[id].Status, after.Findings[id].Status}; !slices.Equal(got, []FindingStatus{StatusResolved, StatusOpen}) {
		t.Errorf("before and after: %v", got)
	}
	gone := Audits.Evolve(after, reported(func(e *AuditReported) { e.Report, e.Gone = person(103), []uuid.UUID{id} }))
	if gone.Findings[id].Status != StatusGone || after.Findings[id].Status != StatusOpen {
		t.Errorf("gone: %v, before: %v", gone.Findings[id], after.Findings[id])
	}
	concluded := Audits.Evolve(gone, AuditRoundConcluded{Audit: audit, Round: 1, Next: "2028-02-01"})
	if concluded.Round != 2 || concluded.Due != "2028-02-01" || len(concluded.Reports) > 0 || concluded.Ended {
		t.Errorf("after the first round: %+v", concluded)
	}
}
