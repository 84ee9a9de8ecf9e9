package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"signet/assets"
	"signet/domain"
	"signet/internal/commands"
)

// auditDemo adds an audit with what was found in the months before the demo was set up.
func auditDemo(ctx context.Context, r *registry, begun time.Time) error {
	auditor, err := demoMember(ctx, r, "so-ngoai-vu", domain.RoleAuditor)
	if err != nil {
		return err
	}
	audit := uuid.NewSHA1(demoPeople, []byte("audit"))
	plan := domain.PlanAudit{Audit: audit, AuditPlan: domain.AuditPlan{
		Title: domain.Texts{"vi": "Kiểm tra việc sử dụng bộ nhận diện trên các kênh (mẫu)", "en": "How the kit is used on our channels (sample)"},
		Scope: domain.AuditScope{Sites: sampleSites},
		Due:   domain.DateOf(begun.Add(20 * day)), RepeatMonths: 6,
	}}
	if err := demoCommand(ctx, r, domain.Audits, plan, auditor, "audit", begun.Add(-91*day)); err != nil {
		return fmt.Errorf("plan an audit: %w", err)
	}
	looked := map[int]time.Time{} // when something was found at a site first
	for n, s := range sampleReports {
		report, err := s.report(ctx, r, begun)
		if err != nil {
			return fmt.Errorf("report on %s: %w", sampleSites[s.site].Address, err)
		}
		report.Audit, report.Report = audit, uuid.NewSHA1(audit, fmt.Appendf(nil, "report/%d", n))
		if _, again := looked[s.site]; s.found != nil && !again {
			looked[s.site] = report.Checked
		}
		if err := demoCommand(ctx, r, domain.Audits, report, auditor, fmt.Sprintf("audit/report/%d", n), report.Checked); err != nil {
			return fmt.Errorf("report on %s: %w", report.Site.Address, err)
		}
	}
	return answerDemo(ctx, r, audit, auditor, begun, looked)
}

// report makes the command of a report. What was found was there by then.
func (s sampleReport) report(ctx context.Context, r *registry, begun time.Time) (domain.ReportAudit, error) {
	c := domain.ReportAudit{Part: 1, Site: sampleSites[s.site], Checked: begun.Add(-s.ago), Pages: s.current, Complete: true}
	if s.found != nil {
		found := *s.found
		var err error
		if c.Checked, err = sinceWrong(ctx, r, found, c.Checked); err != nil {
			return c, err
		}
		if found.Evidence.Picture, err = keepEvidence(ctx, r, s.picture); err != nil {
			return c, err
		}
		c.Findings = []domain.Finding{found}
	}
	items := []string{"slogan-open-sea", "slogan-red-flamboyant", "positioning", sampleLogo}
	standing, err := r.views.InForceByKey(ctx, items, c.Checked)
	if err != nil {
		return c, err
	}
	for n := range s.current {
		if v := standing[items[n%len(items)]]; v != nil {
			c.Tallies = append(c.Tallies, domain.Tally{Outcome: domain.UseCurrent, Item: v.Item, Version: v.Version, Places: 1})
		}
	}
	return c, nil
}

// sinceWrong returns the instant, or one soon after a use of that kind became a wrong
// one if that was later.
func sinceWrong(ctx context.Context, r *registry, f domain.Finding, at time.Time) (time.Time, error) {
	if f.Item == "" {
		return at, nil
	}
	if f.Outcome == domain.UseAltered {
		return sinceInForce(ctx, r, f.Item, f.Version, at)
	}
	validities, err := r.views.Validities(ctx, f.Item, f.Version)
	if err != nil {
		return at, err
	}
	if len(validities) == 0 {
		return at, fmt.Errorf("%s, version %d, was never in force", f.Item, f.Version)
	}
	if soon := validities[len(validities)-1].Until.Add(time.Hour); at.Before(soon) {
		return soon, nil
	}
	return at, nil
}

// keepEvidence puts a picture into the store, and returns its digest; of none it is empty.
func keepEvidence(ctx context.Context, r *registry, picture string) (string, error) {
	if picture == "" {
		return "", nil
	}
	body, err := evidence.ReadFile("demo_evidence/" + picture + ".webp")
	if err != nil {
		return "", err
	}
	info, err := assets.Receive(ctx, r.store, bytes.NewReader(body), int64(len(body)), assets.WebP)
	return string(info.Ref), err
}

// answerDemo tells what became of the findings.
func answerDemo(ctx context.Context, r *registry, audit uuid.UUID, auditor domain.Actor, begun time.Time, looked map[int]time.Time) error {
	state, _, err := commands.Load(ctx, r.log, domain.Audits, domain.AuditStream(audit))
	if err != nil {
		return err
	}
	of := map[domain.AuditSite]uuid.UUID{} // each site has one finding
	for id, f := range state.Findings {
		of[f.Site] = id
	}
	for n, a := range sampleAnswers {
		site := sampleSites[a.site]
		at := begun.Add(-a.ago)
		if soon := looked[a.site].Add(time.Hour); at.Before(soon) {
			at = soon
		}
		key := fmt.Sprintf("audit/answer/%d", n)
		if a.resolved != "" {
			c := domain.ResolveFinding{Audit: audit, Finding: of[site], Resolution: a.resolved, Text: a.text}
			if err := demoCommand(ctx, r, domain.Audits, c, auditor, key, at); err != nil {
				return fmt.Errorf("resolve a finding at %s: %w", site.Address, err)
			}
			continue
		}
		actor, err := demoMember(ctx, r, site.Agency, domain.RoleAgency)
		if err != nil {
			return err
		}
		c := domain.AnswerFinding{Audit: audit, Finding: of[site], Agency: site.Agency, Text: a.text, By: domain.DateOf(begun.Add(a.by))}
		if err := demoCommand(ctx, r, domain.Audits, c, actor, key, at); err != nil {
			return fmt.Errorf("answer a finding at %s: %w", site.Address, err)
		}
	}
	return nil
}
