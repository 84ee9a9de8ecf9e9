package domain

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
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

// Decide knows findings again, and tells which are gone.
func (c ReportAudit) Decide(s Audit, call Call) ([]Event, error) {
	if err := s.running(); err != nil {
		return nil, err
	}
	report, err := c.part(s)
	if err != nil || report == nil {
		return nil, err
	}
	call.Facts = remembered{call.Facts, map[string]Item{}}
	e, err := c.normalise(s, call)
	if err != nil {
		return nil, err
	}
	seen := copied(report.Seen)
	for i, f := range c.Findings {
		f, err := f.normalise(call, c.Audit, e.Site)
		if err != nil {
			return nil, within(err, "findings["+strconv.Itoa(i)+"]")
		}
		if !seen[f.Finding] {
			seen[f.Finding] = true
			e.take(s, f)
		}
	}
	if len(s.Findings)+len(e.Opened) > MaxFindings {
		return nil, Refuse(Conflict, "too_many_findings", "an audit has at most %d findings", MaxFindings).At("findings")
	}
	if c.Complete {
		e.Gone = s.missing(e.Site, seen)
	}
	return []Event{e}, nil
}

// remembered reads an item once, however many findings are of it.
type remembered struct {
	Facts

	items map[string]Item
}

func (r remembered) Item(key string) (Item, error) {
	item, known := r.items[key]
	if known {
		return item, nil
	}
	item, err := r.Facts.Item(key)
	if err == nil {
		r.items[key] = item
	}
	return item, err
}

// part finds the report that the part belongs to; nil if it has been told.
func (c ReportAudit) part(s Audit) (*ReportState, error) {
	if c.Report == uuid.Nil {
		return nil, Refuse(Invalid, "invalid_report", "a report has an id").At("report")
	}
	report, there := s.Reports[c.Report]
	switch {
	case c.Part >= 1 && c.Part <= report.Parts:
		return nil, nil
	case report.Ended:
		return nil, Refuse(Conflict, "report_ended", "the report has ended with part %d", report.Parts).At("part")
	case c.Part != report.Parts+1:
		return nil, Refuse(Conflict, "part_missing", "the next part is %d", report.Parts+1).At("part")
	case len(c.Findings) > MaxPart || len(c.Tallies) > MaxPart:
		return nil, Refuse(Invalid, "too_many", "a part has at most %d findings and tallies", MaxPart).At("findings")
	}
	if !there {
		running := 0
		for _, r := range s.Reports {
			if !r.Ended {
				running++
			}
		}
		if running >= maxReports {
			return nil, Refuse(Conflict, "too_many_reports", "%d reports have not ended", running).At("report")
		}
	}
	return &report, nil
}

// normalise checks all but the findings.
func (c ReportAudit) normalise(s Audit, call Call) (AuditReported, error) {
	e := AuditReported{
		Audit: c.Audit, Round: s.Round, Report: c.Report, Part: c.Part, Reporter: call.Actor.Member,
		Checked: instant(c.Checked), Pages: c.Pages, Complete: c.Complete,
	}
	var err error
	if e.Site, err = s.site(c.Site, call); err != nil {
		return e, err
	}
	if c.Checked.IsZero() {
		e.Checked = instant(call.At)
	}
	if e.Checked.After(call.At) {
		return e, Refuse(Invalid, "in_future", "it was looked at before now").At("checked")
	}
	if e.Tool, err = NormaliseText(c.Tool, MaxKey); err != nil {
		return e, AsError(err).At("tool")
	}
	if c.Pages < 0 {
		return e, Refuse(Invalid, "invalid_number", "pages are counted").At("pages")
	}
	for i, t := range c.Tallies {
		if t.Places < 1 {
			return e, Refuse(Invalid, "invalid_number", "a tally counts at least one place").At("tallies[%d].places", i)
		}
		if err := named(call, t.Outcome, t.Item, t.Version); err != nil {
			return e, within(err, "tallies["+strconv.Itoa(i)+"]")
		}
		e.Tallies = append(e.Tallies, t)
	}
	return e, nil
}

// site is the site of a report. One of the plan is told by its address; another one
// must be in the audit's scope, and of an agency for which the actor may report.
func (s Audit) site(in AuditSite, call Call) (AuditSite, error) {
	address, err := NormaliseText(in.Address, maxPlace)
	if err != nil {
		return in, AsError(err).At("site.address")
	}
	if address == "" {
		return in, Refuse(Invalid, "place_required", "say which site was looked at").At("site.address")
	}
	in.Address = address
	if i := slices.IndexFunc(s.Plan.Scope.Sites, func(p AuditSite) bool { return p.Address == address }); i >= 0 && in.Agency == "" && in.Channel == "" {
		in = s.Plan.Scope.Sites[i]
	}
	if err := in.known(call, "site"); err != nil {
		return in, err
	}
	scope := s.Plan.Scope
	if len(scope.Agencies) > 0 && !slices.Contains(scope.Agencies, in.Agency) || len(scope.Channels) > 0 && !slices.Contains(scope.Channels, in.Channel) {
		if !slices.Contains(scope.Sites, in) {
			return in, Refuse(Invalid, "outside_scope", "the audit is not about %s at %s", in.Channel, in.Agency).At("site")
		}
	}
	if !call.Actor.May(ManageAudits, Scope{}) && in.Agency != call.Actor.Agency {
		return in, Refuse(Forbidden, "not_permitted", "you report for your own agency").At("site.agency")
	}
	return in, nil
}

// take sorts a finding by what is known of it.
func (e *AuditReported) take(s Audit, f Finding) {
	known, there := s.Findings[f.Finding]
	switch {
	case !there:
		e.Opened = append(e.Opened, f)
	case known.Status == StatusGone || known.Status == StatusResolved && known.Resolved == Fixed:
		e.Reopened = append(e.Reopened, f.Finding)
	default:
		e.Seen = append(e.Seen, f.Finding)
	}
}

// missing are the findings at a site that were there before and were not seen,
// sorted.
func (s Audit) missing(site AuditSite, seen map[uuid.UUID]bool) []uuid.UUID {
	var gone []uuid.UUID
	for id, f := range s.Findings {
		if f.Site.Address == site.Address && f.Status != StatusGone && !seen[id] {
			gone = append(gone, id)
		}
	}
	slices.SortFunc(gone, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return gone
}

// normalise checks a finding, and gives it the id by which it is known again: of the
// place, what is used there, and the words or the picture when it is nothing
// registered.
func (f Finding) normalise(call Call, audit uuid.UUID, site AuditSite) (Finding, error) {
	var err error
	if f.Place, err = NormaliseText(f.Place, maxPlace); err != nil {
		return f, AsError(err).At("place")
	}
	if f.Place == "" {
		return f, Refuse(Invalid, "place_required", "say where it was found").At("place")
	}
	if f.Line < 0 {
		return f, Refuse(Invalid, "invalid_number", "lines are counted from 1").At("line")
	}
	if f.Outcome == UseCurrent {
		return f, Refuse(Invalid, "not_a_finding", "what is in force is counted by a tally").At("outcome")
	}
	if err := named(call, f.Outcome, f.Item, f.Version); err != nil {
		return f, err
	}
	if !slices.Contains([]Certainty{Certain, Likely, Look}, f.Certainty) {
		return f, Refuse(Invalid, "unknown_certainty", "%q is not a certainty", clip(string(f.Certainty))).At("certainty")
	}
	if !slices.Contains([]Recognised{ByDigest, ByStamp, BySight, ByText, ByPerson}, f.By) {
		return f, Refuse(Invalid, "unknown_way", "%q is not a way to recognise something", clip(string(f.By))).At("by")
	}
	if f.Evidence, err = f.Evidence.normalise(); err != nil {
		return f, within(err, "evidence")
	}
	same := []string{site.Address, f.Place, f.Item, strconv.Itoa(f.Version)}
	if f.Outcome == UseAltered || f.Outcome == UseUnregistered {
		same = append(same, f.Evidence.Text, f.Evidence.Picture)
	}
	f.Finding = uuid.NewSHA1(audit, []byte(strings.Join(same, "\x00")))
	return f, nil
}

func (e Evidence) normalise() (Evidence, error) {
	if e.Picture != "" {
		if _, err := ParseDigest(e.Picture); err != nil {
			return e, AsError(err).At("picture")
		}
	}
	var err error
	for _, part := range []struct {
		text *string
		name string
	}{{&e.Text, "text"}, {&e.Before, "before"}, {&e.After, "after"}} {
		if *part.text, err = NormaliseText(*part.text, maxEvidence); err != nil {
			return e, AsError(err).At("%s", part.name)
		}
	}
	return e, nil
}

// named checks what was found: everything but the unregistered is something that was
// approved once.
func named(call Call, outcome Outcome, item string, version int) error {
	if !slices.Contains(Outcomes, outcome) {
		return Refuse(Invalid, "unknown_outcome", "%q is not an outcome", clip(string(outcome))).At("outcome")
	}
	if outcome == UseUnregistered {
		if item != "" || version != 0 {
			return Refuse(Invalid, "not_registered", "what is not registered has no item").At("item")
		}
		return nil
	}
	known, err := knownItem(call, item)
	if err == nil {
		_, err = known.open(item, version, Approved, Withdrawn)
	}
	return err
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

// normalise checks a plan.
func (p AuditPlan) normalise(call Call) (AuditPlan, error) {
	var err error
	if p.Title, err = p.Title.normalise("title"); err != nil {
		return p, err
	}
	if len(p.Title) == 0 {
		return p, Refuse(Invalid, "title_required", "an audit has a title").At("title")
	}
	if _, err := ParseDate(string(p.Due)); err != nil {
		return p, AsError(err).At("due")
	}
	if p.RepeatMonths < 0 || p.RepeatMonths > maxRepeat {
		return p, Refuse(Invalid, "invalid_number", "an audit is repeated after 1 to %d months, or not at all", maxRepeat).At("repeatMonths")
	}
	p.Scope, err = p.Scope.normalise(call)
	return p, err
}

func (p AuditPlan) equal(o AuditPlan) bool {
	a, errA := marshalPlain(p)
	b, errB := marshalPlain(o)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// normalise checks a scope, and sorts it.
func (s AuditScope) normalise(call Call) (AuditScope, error) {
	if len(s.Sites) > MaxSites || len(s.Agencies) > MaxSites || len(s.Channels) > MaxSites {
		return s, Refuse(Invalid, "too_many", "at most %d sites, agencies and channels", MaxSites).At("scope")
	}
	for i, key := range s.Agencies {
		if err := knownAgency(call, key, "scope.agencies["+strconv.Itoa(i)+"]"); err != nil {
			return s, err
		}
	}
	for i, key := range s.Channels {
		if _, err := ParseKey(key); err != nil {
			return s, AsError(err).At("scope.channels[%d]", i)
		}
	}
	s.Agencies, s.Channels = sortedKeys(s.Agencies), sortedKeys(s.Channels)
	s.Sites = slices.Clone(s.Sites)
	for i := range s.Sites {
		field := "scope.sites[" + strconv.Itoa(i) + "]"
		address, err := NormaliseText(s.Sites[i].Address, maxPlace)
		if err != nil {
			return s, AsError(err).At("%s.address", field)
		}
		if address == "" {
			return s, Refuse(Invalid, "place_required", "a site has an address or a name").At("%s.address", field)
		}
		if slices.ContainsFunc(s.Sites[:i], func(o AuditSite) bool { return o.Address == address }) {
			return s, Refuse(Conflict, "site_twice", "a site is named once").At("%s.address", field)
		}
		s.Sites[i].Address = address
		if err := s.Sites[i].known(call, field); err != nil {
			return s, err
		}
	}
	return s, s.period()
}

// period refuses days that are none, and an end before the beginning.
func (s AuditScope) period() error {
	for field, d := range map[string]Date{"from": s.From, "until": s.Until} {
		if d == "" {
			continue
		}
		if _, err := ParseDate(string(d)); err != nil {
			return AsError(err).At("scope.%s", field)
		}
	}
	if s.From != "" && s.Until != "" && s.Until <= s.From {
		return Refuse(Invalid, "invalid_period", "the period ends after it has begun").At("scope.until")
	}
	return nil
}

// known refuses agencies that there are not, and channels that can't be.
func (s AuditSite) known(call Call, field string) error {
	if err := knownAgency(call, s.Agency, field+".agency"); err != nil {
		return err
	}
	if _, err := ParseKey(s.Channel); err != nil {
		return AsError(err).At("%s.channel", field)
	}
	return nil
}

func sortedKeys(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}
