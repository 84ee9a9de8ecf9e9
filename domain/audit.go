package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Limits of an audit.
const (
	MaxSites    = 500   // of an audit
	MaxFindings = 5_000 // of an audit, also those that have been settled
	MaxPart     = 200   // findings, and tallies, in one part of a report
	maxReports  = 50    // that are being told at the same time
	maxPlace    = 1_000 // characters of a place
	maxEvidence = 300   // characters of a quoted text, and of each side of it
	maxRepeat   = 120   // months
)

// Outcome is what a use was found to be.
type Outcome string

// The outcomes of an audit.
const (
	UseCurrent      Outcome = "current"    // of the version in force
	UseSuperseded   Outcome = "superseded" // of one that was in force before
	UseWithdrawn    Outcome = "withdrawn"  // of one that may not be used any more
	UseAltered      Outcome = "altered"    // of something that was changed
	UseUnregistered Outcome = "unregistered"
)

// Outcomes are all outcomes.
var Outcomes = []Outcome{UseCurrent, UseSuperseded, UseWithdrawn, UseAltered, UseUnregistered}

// Certainty is how sure a finding is.
type Certainty string

// The certainties, the surest first.
const (
	Certain Certainty = "certain" // the very bytes, a stamp, the very words, or somebody saw it
	Likely  Certainty = "likely"  // recognised, and verified
	Look    Certainty = "look"    // a suggestion: a person must look
)

// Recognised is how a use was known.
type Recognised string

// The ways of recognising a use.
const (
	ByDigest Recognised = "digest"
	ByStamp  Recognised = "stamp"
	BySight  Recognised = "sight"
	ByText   Recognised = "text"
	ByPerson Recognised = "person"
)

// FindingStatus is where a finding stands.
type FindingStatus string

// The states of a finding. It is open until the agency answers; an auditor resolves
// it; looking again either confirms that it is gone or opens it again.
const (
	StatusOpen     FindingStatus = "open"
	StatusAnswered FindingStatus = "answered"
	StatusResolved FindingStatus = "resolved"
	StatusGone     FindingStatus = "gone" // it was looked for again, and was not there
)

// Resolution is how a finding was resolved.
type Resolution string

// The resolutions. What was fixed is open again when it is seen again, and what is
// excused is not.
const (
	Fixed      Resolution = "fixed"
	Excepted   Resolution = "excepted" // it may stay as it is, for the reason given
	FalseAlarm Resolution = "false_alarm"
)

// AuditSite is a place that is looked at as a whole, for which an agency answers.
type AuditSite struct {
	Address string `json:"address"` // of a web site, or the name of a place
	Agency  string `json:"agency"`
	Channel string `json:"channel"`
}

// AuditScope is what an audit looks at. Empty lists mean all.
type AuditScope struct {
	Agencies []string    `json:"agencies,omitempty"`
	Channels []string    `json:"channels,omitempty"`
	Sites    []AuditSite `json:"sites,omitempty"`
	// From and Until bound the days of use that the audit is about; Until is the first
	// day after it, and either may be missing.
	From  Date `json:"from,omitempty"`
	Until Date `json:"until,omitempty"`
}

// AuditPlan says what is looked at, and by when.
type AuditPlan struct {
	Title Texts      `json:"title"`
	Scope AuditScope `json:"scope"`
	// Due is the day by which the first round is to be concluded.
	Due Date `json:"due"`
	// RepeatMonths is how long after that the next round is due; 0: there is none.
	RepeatMonths int `json:"repeat_months,omitempty"`
}

// Tally counts the places at which a version was found in the same way.
type Tally struct {
	Outcome Outcome `json:"outcome"`
	Item    string  `json:"item,omitempty"` // empty: nothing that is registered
	Version int     `json:"version,omitempty"`
	Places  int     `json:"places"`
}

// Evidence is what can be looked at later.
type Evidence struct {
	// Picture is the digest of a stored picture of the place.
	Picture string `json:"picture,omitempty"`
	// Text is what stood there, with some of what stood before and behind it.
	Text   string `json:"text,omitempty"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Finding is a use that is not of what is in force.
type Finding struct {
	Finding   uuid.UUID  `json:"finding"`
	Place     string     `json:"place"` // address of a page or file
	Line      int        `json:"line,omitempty"`
	Outcome   Outcome    `json:"outcome"`
	Certainty Certainty  `json:"certainty"`
	By        Recognised `json:"by"`
	Item      string     `json:"item,omitempty"`
	Version   int        `json:"version,omitempty"`
	Evidence  Evidence   `json:"evidence,omitzero"`
}

// Audit is the state of an audit.
type Audit struct {
	Exists bool
	Ended  bool
	Agency string
	Plan   AuditPlan
	Round  int  // that runs, from 1
	Due    Date // of that round
	// Findings are all there ever were, by their ids.
	Findings map[uuid.UUID]FindingState
	// Reports are those that have begun in this round.
	Reports map[uuid.UUID]ReportState
}

// FindingState is what the rules know of a finding.
type FindingState struct {
	Site     AuditSite
	Status   FindingStatus
	Resolved Resolution // of a resolved one
}

// ReportState is what the rules know of a report.
type ReportState struct {
	Parts int
	Ended bool
	// Seen are the findings that it told; nil when it has ended.
	Seen map[uuid.UUID]bool
}

// Audits folds the streams "audit-<id>".
var Audits = Decider[Audit]{Category: "audit", Evolve: evolveAudit}

// AuditStream is the name of an audit's stream.
func AuditStream(id uuid.UUID) string { return "audit-" + id.String() }

func evolveAudit(s Audit, event Event) Audit {
	switch e := event.(type) {
	case AuditPlanned:
		return Audit{Exists: true, Agency: e.Agency, Plan: e.Plan, Round: 1, Due: e.Plan.Due}
	case AuditChanged:
		s.Plan = e.Plan
		s.Due = e.Due
	case AuditReported:
		return s.reported(e)
	case FindingAnswered:
		return s.moved(e.Finding, StatusAnswered, "")
	case FindingResolved:
		return s.moved(e.Finding, StatusResolved, e.Resolution)
	case FindingRechecked:
		if e.Present {
			return s.moved(e.Finding, StatusOpen, "")
		}
		return s.moved(e.Finding, StatusGone, "")
	case AuditRoundConcluded:
		s.Reports = nil
		s.Round++
		s.Due = e.Next
		s.Ended = e.Next == ""
	case AuditEnded:
		s.Ended = true
	}
	return s
}

// reported takes in a part of a report.
func (s Audit) reported(e AuditReported) Audit {
	s.Findings, s.Reports = copied(s.Findings), copied(s.Reports)
	report := s.Reports[e.Report]
	report.Parts, report.Ended, report.Seen = e.Part, e.Complete, copied(report.Seen)
	for _, f := range e.Opened {
		s.Findings[f.Finding] = FindingState{Site: e.Site, Status: StatusOpen}
		report.Seen[f.Finding] = true
	}
	for _, id := range e.Reopened {
		s.Findings[id] = FindingState{Site: e.Site, Status: StatusOpen}
	}
	for _, id := range slices.Concat(e.Seen, e.Reopened) {
		report.Seen[id] = true
	}
	for _, id := range e.Gone {
		f := s.Findings[id]
		f.Status, f.Resolved = StatusGone, ""
		s.Findings[id] = f
	}
	if e.Complete {
		report.Seen = nil
	}
	s.Reports[e.Report] = report
	return s
}

// moved brings a finding to another state.
func (s Audit) moved(id uuid.UUID, to FindingStatus, how Resolution) Audit {
	s.Findings = copied(s.Findings)
	f := s.Findings[id]
	f.Status, f.Resolved = to, how
	s.Findings[id] = f
	return s
}

// AuditPlanned: an agency will look at how the kit is used.
type AuditPlanned struct {
	Audit  uuid.UUID `json:"audit"`
	Agency string    `json:"agency"` // that looks
	Plan   AuditPlan `json:"plan"`
}

// AuditChanged: it looks at something else, or by another day.
type AuditChanged struct {
	Audit uuid.UUID `json:"audit"`
	Plan  AuditPlan `json:"plan"`
	Due   Date      `json:"due"` // of the round that runs
}

// AuditReported: somebody looked at a site. A long report comes in parts.
type AuditReported struct {
	Audit    uuid.UUID `json:"audit"`
	Round    int       `json:"round"`
	Report   uuid.UUID `json:"report"`
	Part     int       `json:"part"` // from 1
	Site     AuditSite `json:"site"`
	Reporter uuid.UUID `json:"reporter"` // opaque id of the member
	Checked  time.Time `json:"checked"`  // when it was looked at
	Tool     string    `json:"tool,omitempty"`
	Pages    int       `json:"pages,omitempty"` // that were read for this part
	// Complete: all of the site was looked at, and this is the last part. What was
	// found there before and not again is gone.
	Complete bool        `json:"complete,omitempty"`
	Tallies  []Tally     `json:"tallies,omitempty"`
	Opened   []Finding   `json:"opened,omitempty"`
	Seen     []uuid.UUID `json:"seen,omitempty"`     // known before, and still there
	Reopened []uuid.UUID `json:"reopened,omitempty"` // that had been fixed, or gone
	Gone     []uuid.UUID `json:"gone,omitempty"`
}

// FindingAnswered: the agency says what it does about a finding.
type FindingAnswered struct {
	Audit   uuid.UUID `json:"audit"`
	Finding uuid.UUID `json:"finding"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
	Text    string    `json:"text"`
	By      Date      `json:"by,omitempty"` // when it will be done
}

// FindingResolved: an auditor has resolved a finding.
type FindingResolved struct {
	Audit      uuid.UUID  `json:"audit"`
	Finding    uuid.UUID  `json:"finding"`
	Member     uuid.UUID  `json:"member"`
	Resolution Resolution `json:"resolution"`
	Text       string     `json:"text,omitempty"`
}

// FindingRechecked: somebody looked again at the place of a finding.
type FindingRechecked struct {
	Audit   uuid.UUID `json:"audit"`
	Finding uuid.UUID `json:"finding"`
	Member  uuid.UUID `json:"member"`
	Present bool      `json:"present"`
	Text    string    `json:"text,omitempty"`
}

// AuditRoundConcluded: a round is over. The next one runs at once.
type AuditRoundConcluded struct {
	Audit   uuid.UUID `json:"audit"`
	Round   int       `json:"round"`
	Member  uuid.UUID `json:"member"`
	Summary string    `json:"summary"`
	Next    Date      `json:"next,omitempty"` // when the next round is due; empty: there is none
}

// AuditEnded: there will be no more rounds, and the one that ran is not concluded.
type AuditEnded struct {
	Audit  uuid.UUID `json:"audit"`
	Member uuid.UUID `json:"member"`
	Reason string    `json:"reason"`
}

// EventType is the stored name.
func (AuditPlanned) EventType() string { return "audit.planned.v1" }

// EventType is the stored name.
func (AuditChanged) EventType() string { return "audit.changed.v1" }

// EventType is the stored name.
func (AuditReported) EventType() string { return "audit.reported.v1" }

// EventType is the stored name.
func (FindingAnswered) EventType() string { return "finding.answered.v1" }

// EventType is the stored name.
func (FindingResolved) EventType() string { return "finding.resolved.v1" }

// EventType is the stored name.
func (FindingRechecked) EventType() string { return "finding.rechecked.v1" }

// EventType is the stored name.
func (AuditRoundConcluded) EventType() string { return "audit.round_concluded.v1" }

// EventType is the stored name.
func (AuditEnded) EventType() string { return "audit.ended.v1" }
