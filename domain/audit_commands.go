package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// PlanAudit plans to look at how the kit is used.
type PlanAudit struct {
	Audit uuid.UUID // made by the caller
	AuditPlan
}

// ChangeAudit replaces the plan of an audit. Its due day is that of the round that
// runs.
type ChangeAudit struct {
	Audit uuid.UUID
	AuditPlan
}

// ReportAudit tells what was found at a site. The same part of the same report is
// told once, however often it is sent.
type ReportAudit struct {
	Audit    uuid.UUID
	Report   uuid.UUID // made by the caller
	Part     int       // from 1, in order
	Site     AuditSite
	Checked  time.Time // zero: now
	Tool     string
	Pages    int
	Complete bool
	Tallies  []Tally
	// Findings have no ids: equal ones are known again by what they say.
	Findings []Finding
}

// AnswerFinding says what the agency does about a finding.
type AnswerFinding struct {
	Audit   uuid.UUID
	Finding uuid.UUID
	Agency  string
	Text    string
	By      Date // empty: no day is promised
}

// ResolveFinding settles a finding.
type ResolveFinding struct {
	Audit      uuid.UUID
	Finding    uuid.UUID
	Resolution Resolution
	Text       string // required for an exception and a false alarm
}

// RecheckFinding says that somebody looked again.
type RecheckFinding struct {
	Audit   uuid.UUID
	Finding uuid.UUID
	Present bool
	Text    string
}

// ConcludeRound ends the round that runs, and begins the next if there is to be one.
type ConcludeRound struct {
	Audit   uuid.UUID
	Round   int
	Summary string
}

// EndAudit ends an audit before its time.
type EndAudit struct {
	Audit  uuid.UUID
	Reason string
}

// Stream is the audit's.
func (c PlanAudit) Stream() string { return AuditStream(c.Audit) }

// Stream is the audit's.
func (c ChangeAudit) Stream() string { return AuditStream(c.Audit) }

// Stream is the audit's.
func (c ReportAudit) Stream() string { return AuditStream(c.Audit) }

// Stream is the audit's.
func (c AnswerFinding) Stream() string { return AuditStream(c.Audit) }

// Stream is the audit's.
func (c ResolveFinding) Stream() string { return AuditStream(c.Audit) }

// Stream is the audit's.
func (c RecheckFinding) Stream() string { return AuditStream(c.Audit) }

// Stream is the audit's.
func (c ConcludeRound) Stream() string { return AuditStream(c.Audit) }

// Stream is the audit's.
func (c EndAudit) Stream() string { return AuditStream(c.Audit) }

// Needs the permission to manage audits.
func (PlanAudit) Needs() (Permission, Scope) { return ManageAudits, Scope{} }

// Needs the permission to manage audits.
func (ChangeAudit) Needs() (Permission, Scope) { return ManageAudits, Scope{} }

// Needs the permission to report; for which agencies is decided.
func (ReportAudit) Needs() (Permission, Scope) { return ReportAudits, Scope{} }

// Needs the permission to answer within the agency.
func (c AnswerFinding) Needs() (Permission, Scope) { return AnswerFindings, Scope{Agency: c.Agency} }

// Needs the permission to manage audits.
func (ResolveFinding) Needs() (Permission, Scope) { return ManageAudits, Scope{} }

// Needs the permission to manage audits.
func (RecheckFinding) Needs() (Permission, Scope) { return ManageAudits, Scope{} }

// Needs the permission to manage audits.
func (ConcludeRound) Needs() (Permission, Scope) { return ManageAudits, Scope{} }

// Needs the permission to manage audits.
func (EndAudit) Needs() (Permission, Scope) { return ManageAudits, Scope{} }

// Decide refuses what could not be looked at.
func (c PlanAudit) Decide(s Audit, call Call) ([]Event, error) {
	if c.Audit == uuid.Nil {
		return nil, Refuse(Invalid, "invalid_audit", "an audit has an id").At("audit")
	}
	if s.Exists {
		return nil, Refuse(Conflict, "audit_exists", "the audit has been planned").At("audit")
	}
	plan, err := c.normalise(call)
	if err != nil {
		return nil, err
	}
	return []Event{AuditPlanned{Audit: c.Audit, Agency: call.Actor.Agency, Plan: plan}}, nil
}

// Decide stays quiet when nothing changes.
func (c ChangeAudit) Decide(s Audit, call Call) ([]Event, error) {
	if err := s.running(); err != nil {
		return nil, err
	}
	plan, err := c.normalise(call)
	if err != nil {
		return nil, err
	}
	due := plan.Due
	if plan.Due = s.Plan.Due; s.Round == 1 {
		plan.Due = due
	}
	if due == s.Due && plan.equal(s.Plan) {
		return nil, nil
	}
	return []Event{AuditChanged{Audit: c.Audit, Plan: plan, Due: due}}, nil
}

// Decide refuses an answer for another agency.
func (c AnswerFinding) Decide(s Audit, call Call) ([]Event, error) {
	f, err := s.finding(c.Finding)
	if err != nil {
		return nil, err
	}
	if f.Site.Agency != c.Agency {
		return nil, unknownFinding()
	}
	if f.Status != StatusOpen && f.Status != StatusAnswered {
		return nil, Refuse(Conflict, "finding_settled", "the finding is %s", f.Status).At("finding")
	}
	text, err := NormaliseText(c.Text, MaxReason)
	if err != nil {
		return nil, AsError(err).At("text")
	}
	if text == "" {
		return nil, Refuse(Invalid, "empty_text", "say what is done about it").At("text")
	}
	if c.By != "" {
		if _, err := ParseDate(string(c.By)); err != nil {
			return nil, AsError(err).At("by")
		}
	}
	return []Event{FindingAnswered{Audit: c.Audit, Finding: c.Finding, Agency: c.Agency, Member: call.Actor.Member, Text: text, By: c.By}}, nil
}

// Decide stays quiet when it has been resolved in the same way.
func (c ResolveFinding) Decide(s Audit, call Call) ([]Event, error) {
	f, err := s.finding(c.Finding)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]Resolution{Fixed, Excepted, FalseAlarm}, c.Resolution) {
		return nil, Refuse(Invalid, "unknown_resolution", "%q is not a resolution", clip(string(c.Resolution))).At("resolution")
	}
	text, err := NormaliseText(c.Text, MaxReason)
	if err != nil {
		return nil, AsError(err).At("text")
	}
	if text == "" && c.Resolution != Fixed {
		return nil, Refuse(Invalid, "reason_required", "say why").At("text")
	}
	if f.Status == StatusResolved && f.Resolved == c.Resolution {
		return nil, nil
	}
	return []Event{FindingResolved{Audit: c.Audit, Finding: c.Finding, Member: call.Actor.Member, Resolution: c.Resolution, Text: text}}, nil
}

// Decide stays quiet about what is known to be gone.
func (c RecheckFinding) Decide(s Audit, call Call) ([]Event, error) {
	f, err := s.finding(c.Finding)
	if err != nil {
		return nil, err
	}
	text, err := NormaliseText(c.Text, MaxReason)
	if err != nil {
		return nil, AsError(err).At("text")
	}
	if !c.Present && f.Status == StatusGone {
		return nil, nil
	}
	return []Event{FindingRechecked{Audit: c.Audit, Finding: c.Finding, Member: call.Actor.Member, Present: c.Present, Text: text}}, nil
}

// Decide plans the next round for its day.
func (c ConcludeRound) Decide(s Audit, call Call) ([]Event, error) {
	if c.Round > 0 && c.Round < s.Round && s.Exists {
		return nil, Refuse(Conflict, "round_concluded", "round %d has been concluded", c.Round).At("round")
	}
	if err := s.running(); err != nil {
		return nil, err
	}
	if c.Round != s.Round {
		return nil, Refuse(NotFound, "unknown_round", "round %d runs", s.Round).At("round")
	}
	summary, err := NormaliseText(c.Summary, MaxReason)
	if err != nil {
		return nil, AsError(err).At("summary")
	}
	if summary == "" {
		return nil, Refuse(Invalid, "empty_text", "say what came out").At("summary")
	}
	e := AuditRoundConcluded{Audit: c.Audit, Round: c.Round, Member: call.Actor.Member, Summary: summary}
	if n := s.Plan.RepeatMonths; n > 0 {
		e.Next = s.Plan.Due.AddMonths(n * s.Round)
		for today := DateOf(call.At); e.Next <= today; {
			e.Next = e.Next.AddMonths(n)
		}
	}
	return []Event{e}, nil
}

// Decide asks for a reason.
func (c EndAudit) Decide(s Audit, call Call) ([]Event, error) {
	if err := s.running(); err != nil {
		return nil, err
	}
	why, err := reason(c.Reason)
	if err != nil {
		return nil, err
	}
	return []Event{AuditEnded{Audit: c.Audit, Member: call.Actor.Member, Reason: why}}, nil
}

// running refuses an audit that there is not, or no longer.
func (s Audit) running() error {
	if !s.Exists {
		return Refuse(NotFound, "unknown_audit", "there is no such audit").At("audit")
	}
	if s.Ended {
		return Refuse(Conflict, "audit_ended", "the audit has ended").At("audit")
	}
	return nil
}

// finding finds a finding. It can be settled also after the audit has ended.
func (s Audit) finding(id uuid.UUID) (FindingState, error) {
	f, there := s.Findings[id]
	if !there {
		return f, unknownFinding()
	}
	return f, nil
}

func unknownFinding() *Error {
	return Refuse(NotFound, "unknown_finding", "there is no such finding").At("finding")
}
