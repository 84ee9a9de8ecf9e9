package projections_test

import (
	"bytes"
	"maps"
	"slices"

	"github.com/google/uuid"

	"signet/domain"
)

// audit plans an audit, reports to it, or does something to its findings.
func (h *history) audit(key string) {
	id := uuid.UUID{6: 0x70, 8: 0x80, 14: 5, 15: byte(h.dice(2))}
	a := load(h, domain.Audits, domain.AuditStream(id))
	site := domain.AuditSite{Address: choose(h, []string{"https://a.vn", "https://b.vn"}), Agency: choose(h, []string{party, culture}), Channel: "web"}
	plan := domain.AuditPlan{Title: domain.Texts{"vi": "Kiểm tra"}, Due: domain.DateOf(h.soon()), RepeatMonths: h.dice(3)}
	if h.dice(2) == 0 {
		plan.Scope.Sites = []domain.AuditSite{site}
	}
	if !a.Exists {
		try(h.registry, domain.Audits, domain.PlanAudit{Audit: id, AuditPlan: plan}, an)
	}
	switch h.dice(8) {
	case 0:
		try(h.registry, domain.Audits, domain.ChangeAudit{Audit: id, AuditPlan: plan}, an)
	case 1:
		try(h.registry, domain.Audits, domain.ConcludeRound{Audit: id, Round: max(1, a.Round), Summary: "xong"}, an)
	case 2:
		if h.dice(8) == 0 {
			try(h.registry, domain.Audits, domain.EndAudit{Audit: id, Reason: "thôi"}, an)
		}
	case 3:
		if known := slices.SortedFunc(maps.Keys(a.Findings), func(x, y uuid.UUID) int { return bytes.Compare(x[:], y[:]) }); len(known) > 0 {
			h.settle(id, choose(h, known))
		}
	default:
		h.report(id, site, key)
	}
}

// settle does something to a finding.
func (h *history) settle(audit, finding uuid.UUID) {
	switch h.dice(4) {
	case 0:
		try(h.registry, domain.Audits, domain.AnswerFinding{Audit: audit, Finding: finding, Agency: choose(h, []string{party, culture}), Text: "sẽ sửa", By: domain.DateOf(h.soon())}, an)
	case 1:
		try(h.registry, domain.Audits, domain.RecheckFinding{Audit: audit, Finding: finding, Present: h.dice(2) == 0}, an)
	default:
		how := choose(h, []domain.Resolution{domain.Fixed, domain.Excepted})
		try(h.registry, domain.Audits, domain.ResolveFinding{Audit: audit, Finding: finding, Resolution: how, Text: "được"}, an)
	}
}

// report tells of one page or two.
func (h *history) report(audit uuid.UUID, site domain.AuditSite, key string) {
	id := uuid.UUID{6: 0x70, 8: 0x80, 14: 6, 15: byte(h.dice(256))}
	for part := range 1 + h.dice(2) {
		c := domain.ReportAudit{Audit: audit, Report: id, Part: part + 1, Site: site, Tool: "thử", Pages: h.dice(4), Complete: h.dice(2) == 0}
		for range h.dice(3) {
			f := domain.Finding{Place: choose(h, []string{"/a", "/b"}), Outcome: domain.UseUnregistered, Certainty: domain.Look, By: domain.BySight}
			if h.dice(4) > 0 {
				f.Outcome, f.Item, f.Version, f.By = domain.UseSuperseded, key, 1, domain.ByText
			}
			c.Findings = append(c.Findings, f)
		}
		if h.dice(2) == 0 {
			c.Tallies = []domain.Tally{{Outcome: domain.UseCurrent, Item: key, Version: 1, Places: 1 + h.dice(8)}}
		}
		try(h.registry, domain.Audits, c, an)
	}
}
