package graph

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"signet/assets"
	"signet/domain"
	"signet/graph/gen"
	"signet/internal/access"
	"signet/internal/eventlog"
	"signet/projections"
)

// EvidencePath is where the picture of a finding is, before its id.
const EvidencePath = "/evidence/"

// auditsOf is whose audits and findings the viewer may see: all of them (empty), or
// those of the own agency.
func auditsOf(ctx context.Context) (string, error) {
	viewer, err := need(ctx, domain.ReadUsage)
	if err != nil || viewer.Can(domain.ReadAllUsage) {
		return "", err
	}
	return viewer.Agency, nil
}

func unknownAudit() error {
	return domain.Refuse(domain.NotFound, "unknown_audit", "there is no such audit").At("audit")
}

func unknownFinding() error {
	return domain.Refuse(domain.NotFound, "unknown_finding", "there is no such finding").At("finding")
}

// seeAudit returns an audit that the viewer may see, else nil.
func (r *Resolver) seeAudit(ctx context.Context, id uuid.UUID) (*projections.Audit, error) {
	viewer := access.From(ctx)
	if !viewer.Can(domain.ReadUsage) {
		return nil, nil
	}
	if !viewer.Can(domain.ReadAllUsage) {
		if concerns, err := r.Views.AuditConcerns(ctx, id, viewer.Agency); err != nil || !concerns {
			return nil, err
		}
	}
	return orNothing(r.Views.Audit(ctx, id))
}

// SeeFinding returns a finding that the viewer of the context may see, else nil.
func SeeFinding(ctx context.Context, views *projections.Views, id uuid.UUID) (*projections.Finding, error) {
	viewer := access.From(ctx)
	if !viewer.Can(domain.ReadUsage) {
		return nil, nil
	}
	f, err := orNothing(views.Finding(ctx, id))
	if f != nil && f.Site.Agency != viewer.Agency && !viewer.Can(domain.ReadAllUsage) {
		return nil, nil
	}
	return f, err
}

// runAudit runs a command of an audit, and returns the audit after it.
func runAudit(ctx context.Context, r *Resolver, c domain.Command[domain.Audit], id uuid.UUID, idempotency *string, seen *int) (*gen.AuditPayload, error) {
	result, err := run(ctx, r, domain.Audits, c, idempotency, seen)
	if err != nil {
		return nil, err
	}
	audit, err := r.Views.Audit(ctx, id)
	return &gen.AuditPayload{Audit: audit, Position: result.Position}, err
}

// runFinding finds a finding by its id, runs the command that is made of it, and
// returns the finding after it. What the command needs is asked first, so that nobody
// learns from a refusal what there is.
func runFinding(ctx context.Context, r *Resolver, id string, command func(*projections.Finding) domain.Command[domain.Audit], idempotency *string, seen *int) (*gen.FindingPayload, error) {
	permission, _ := command(&projections.Finding{}).Needs()
	if _, err := need(ctx, permission); err != nil {
		return nil, err
	}
	of, err := uuid.Parse(id)
	if err != nil {
		return nil, unknownFinding()
	}
	f, err := SeeFinding(ctx, r.Views, of)
	if err == nil && f == nil {
		err = unknownFinding()
	}
	if err != nil {
		return nil, err
	}
	result, err := run(ctx, r, domain.Audits, command(f), idempotency, seen)
	if err != nil {
		return nil, err
	}
	f, err = r.Views.Finding(ctx, of)
	return &gen.FindingPayload{Finding: f, Position: result.Position}, err
}

// auditPlan reads a plan.
func auditPlan(titles []*domain.LocalizedText, scope *gen.AuditScopeInput, due domain.Date, repeat *int) (domain.AuditPlan, error) {
	title, err := texts(titles, "titles")
	p := domain.AuditPlan{Title: title, Due: due, RepeatMonths: or(repeat, 0)}
	if scope != nil {
		p.Scope = domain.AuditScope{Agencies: scope.Agencies, Channels: scope.Channels, From: or(scope.From, ""), Until: or(scope.Until, "")}
		for _, s := range scope.Sites {
			p.Scope.Sites = append(p.Scope.Sites, siteOf(s))
		}
	}
	return p, err
}

func siteOf(in *gen.AuditSiteInput) domain.AuditSite {
	return domain.AuditSite{Address: in.Address, Agency: or(in.Agency, ""), Channel: or(in.Channel, "")}
}

// reportOf reads a part of a report.
func reportOf(in gen.ReportAuditInput) (domain.ReportAudit, error) {
	audit, err := opaque(in.Audit, "audit")
	if err != nil {
		return domain.ReportAudit{}, err
	}
	report, err := opaque(in.Report, "report")
	c := domain.ReportAudit{
		Audit: audit, Report: report, Part: or(in.Part, 1), Site: siteOf(in.Site), Tool: or(in.Tool, ""), Pages: or(in.Pages, 0), Complete: or(in.Complete, false),
	}
	if in.Checked != nil {
		c.Checked = *in.Checked
	}
	for _, n := range in.Counts {
		c.Tallies = append(c.Tallies, domain.Tally{Outcome: n.Outcome, Item: or(n.Key, ""), Version: or(n.Version, 0), Places: n.Places})
	}
	for _, f := range in.Findings {
		found := domain.Finding{
			Place: f.Place, Line: or(f.Line, 0), Outcome: f.Outcome, Certainty: f.Certainty, By: f.By, Item: or(f.Key, ""), Version: or(f.Version, 0),
		}
		if e := f.Evidence; e != nil {
			found.Evidence = domain.Evidence{Picture: or(e.Picture, ""), Text: or(e.Text, ""), Before: or(e.Before, ""), After: or(e.After, "")}
		}
		c.Findings = append(c.Findings, found)
	}
	return c, err
}

// pictured refuses findings with pictures that were not sent.
func (r *Resolver) pictured(ctx context.Context, findings []domain.Finding) error {
	for i, f := range findings {
		if f.Evidence.Picture == "" {
			continue
		}
		_, err := r.Store.Stat(ctx, assets.Ref(f.Evidence.Picture))
		if errors.Is(err, assets.ErrNotFound) {
			return domain.Refuse(domain.NotFound, "unknown_file", "no picture with this digest was sent").At("findings[%d].evidence.picture", i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// auditReports is a page of the reports of an audit.
func (r *Resolver) auditReports(ctx context.Context, audit uuid.UUID, first *int, after *string) (*gen.AuditReportConnection, error) {
	agency, err := auditsOf(ctx)
	if err != nil {
		return nil, err
	}
	p, err := pageOf[eventlog.Position](first, after)
	if err != nil {
		return nil, err
	}
	rows, err := r.Views.AuditReports(together(ctx), audit, agency, p.after, p.fetch())
	if err != nil {
		return nil, err
	}
	var c gen.AuditReportConnection
	c.Edges, c.PageInfo = edges(p, rows, func(r *projections.AuditReport) eventlog.Position { return r.Position }, func(c string, r *projections.AuditReport) *gen.AuditReportEdge {
		return &gen.AuditReportEdge{Cursor: c, Node: r}
	})
	return &c, nil
}

// audits is a page of audits.
func (r *Resolver) audits(ctx context.Context, running bool, first *int, after *string) (*gen.AuditConnection, error) {
	agency, err := auditsOf(ctx)
	if err != nil {
		return nil, err
	}
	p, err := pageOf[eventlog.Position](first, after)
	if err != nil {
		return nil, err
	}
	rows, err := r.Views.Audits(ctx, agency, running, p.after, p.fetch())
	if err != nil {
		return nil, err
	}
	var c gen.AuditConnection
	c.Edges, c.PageInfo = edges(p, rows, func(a *projections.Audit) eventlog.Position { return a.Position }, func(c string, a *projections.Audit) *gen.AuditEdge {
		return &gen.AuditEdge{Cursor: c, Node: a}
	})
	return &c, nil
}

// findings is a page of findings that the viewer may see.
func (r *Resolver) findings(ctx context.Context, in *gen.FindingFilter, first *int, after *string) (*gen.FindingConnection, error) {
	agency, err := auditsOf(ctx)
	if err != nil {
		return nil, err
	}
	f, err := r.findingFilter(ctx, in)
	if err != nil {
		return nil, err
	}
	if agency != "" {
		if f.Agency != "" && f.Agency != agency {
			return nil, domain.Refuse(domain.Forbidden, "not_permitted", "this shows the findings of your own agency only").At("filter.agency")
		}
		f.Agency = agency
	}
	p, err := pageOf[int64](first, after)
	if err != nil {
		return nil, err
	}
	rows, err := r.Views.Findings(ctx, f, p.after, p.fetch())
	if err != nil {
		return nil, err
	}
	var c gen.FindingConnection
	c.Edges, c.PageInfo = edges(p, rows, func(f *projections.Finding) int64 { return f.Sequence }, func(c string, f *projections.Finding) *gen.FindingEdge {
		return &gen.FindingEdge{Cursor: c, Node: f}
	})
	return &c, nil
}

func (r *Resolver) findingFilter(ctx context.Context, in *gen.FindingFilter) (projections.FindingFilter, error) {
	if in == nil {
		return projections.FindingFilter{}, nil
	}
	f := projections.FindingFilter{
		Agency: or(in.Agency, ""), Channel: or(in.Channel, ""), Item: or(in.Key, ""), Version: or(in.Version, 0), Outcome: or(in.Outcome, ""), Statuses: in.Statuses,
	}
	if or(in.Overdue, false) {
		f.Overdue = domain.DateOf(r.today(ctx))
	}
	if in.Audit == nil {
		return f, nil
	}
	var err error
	f.Audit, err = opaque(*in.Audit, "filter.audit")
	return f, err
}
