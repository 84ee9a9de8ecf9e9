package domain

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

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
