package projections

import (
	"github.com/google/uuid"

	"signet/domain"
)

// audits answers what was looked at, what was found there, and what became of that.
//
// A report counts places: those that it told as findings, and those that it only
// counted. What a site is like at a time is what the last report on it counted.
var audits = projection{
	name: "audits",
	schema: `
CREATE TABLE audit (
	id TEXT PRIMARY KEY, position INTEGER NOT NULL, agency TEXT NOT NULL, plan TEXT NOT NULL, due TEXT NOT NULL, round INTEGER NOT NULL,
	ended INTEGER NOT NULL, reason TEXT NOT NULL, planned INTEGER NOT NULL, revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX audit_by_position ON audit (position);
CREATE INDEX audit_by_due ON audit (due, id) WHERE due <> '' AND ended = 0;
CREATE TABLE audit_round (
	audit TEXT NOT NULL, round INTEGER NOT NULL, due TEXT NOT NULL, concluded INTEGER NOT NULL, summary TEXT NOT NULL,
	PRIMARY KEY (audit, round)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_concerns (
	agency TEXT NOT NULL, audit TEXT NOT NULL,
	PRIMARY KEY (agency, audit)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_report (
	id TEXT PRIMARY KEY, audit TEXT NOT NULL, position INTEGER NOT NULL, round INTEGER NOT NULL, site TEXT NOT NULL, agency TEXT NOT NULL,
	channel TEXT NOT NULL, reporter TEXT NOT NULL, checked INTEGER NOT NULL, tool TEXT NOT NULL, pages INTEGER NOT NULL, complete INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_report_by_audit ON audit_report (audit, position);
CREATE INDEX audit_report_by_agency ON audit_report (agency, checked);
CREATE INDEX audit_report_by_checked ON audit_report (checked);
CREATE TABLE audit_count (
	report TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL, outcome TEXT NOT NULL, places INTEGER NOT NULL,
	PRIMARY KEY (report, item, version, outcome)
) STRICT, WITHOUT ROWID;
CREATE TABLE finding (
	id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, audit TEXT NOT NULL, site TEXT NOT NULL, agency TEXT NOT NULL, channel TEXT NOT NULL,
	place TEXT NOT NULL, line INTEGER NOT NULL, outcome TEXT NOT NULL, certainty TEXT NOT NULL, via TEXT NOT NULL, item TEXT NOT NULL,
	version INTEGER NOT NULL, evidence TEXT NOT NULL, status TEXT NOT NULL, resolution TEXT NOT NULL, promised TEXT NOT NULL,
	first INTEGER NOT NULL, last INTEGER NOT NULL, changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX finding_by_sequence ON finding (sequence);
CREATE INDEX finding_by_audit ON finding (audit, sequence);
CREATE INDEX finding_by_agency ON finding (agency, sequence);
CREATE INDEX finding_by_item ON finding (item, sequence);
CREATE INDEX finding_by_status ON finding (status, sequence);
CREATE INDEX finding_by_change ON finding (changed);
CREATE INDEX finding_by_promised ON finding (promised, sequence) WHERE promised <> '';
CREATE TABLE finding_step (
	finding TEXT NOT NULL, position INTEGER NOT NULL, what TEXT NOT NULL, agency TEXT NOT NULL, member TEXT NOT NULL, at INTEGER NOT NULL,
	text TEXT NOT NULL, promised TEXT NOT NULL, resolution TEXT NOT NULL,
	PRIMARY KEY (finding, position)
) STRICT, WITHOUT ROWID;
`,
	apply: applyAudits,
}

func applyAudits(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.AuditPlanned:
		plan, err := asJSON(e.Plan)
		if err != nil {
			return err
		}
		if err := w.exec("INSERT OR IGNORE INTO audit VALUES (?,?,?,?,?,1,0,'',?,?)", e.Audit.String(), int64(f.position), e.Agency, plan, e.Plan.Due,
			f.at(), f.envelope.Revision); err != nil {
			return err
		}
		return w.beginRound(e.Audit, 1, e.Plan.Due, e.Plan.Scope)
	case domain.AuditChanged:
		plan, err := asJSON(e.Plan)
		if err != nil {
			return err
		}
		if err := w.exec("UPDATE audit SET plan = ?, due = ?, revision = ? WHERE id = ?", plan, e.Due, f.envelope.Revision, e.Audit.String()); err != nil {
			return err
		}
		if err := w.exec("UPDATE audit_round SET due = ? WHERE audit = ? AND concluded = 0", e.Due, e.Audit.String()); err != nil {
			return err
		}
		return w.concern(e.Audit, e.Plan.Scope)
	case domain.AuditRoundConcluded:
		return w.concluded(f, e)
	case domain.AuditEnded:
		return w.exec("UPDATE audit SET ended = ?, due = '', reason = ?, revision = ? WHERE id = ?", f.at(), e.Reason, f.envelope.Revision, e.Audit.String())
	case domain.AuditReported:
		return w.reported(f, e)
	default:
		return applyFindings(w, f)
	}
}

// applyFindings enters what became of a finding.
func applyFindings(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.FindingAnswered:
		if err := w.exec("UPDATE finding SET promised = ? WHERE id = ?", e.By, e.Finding.String()); err != nil {
			return err
		}
		return w.move(f, e.Finding, domain.StatusAnswered, FindingStep{Agency: e.Agency, Member: e.Member, Text: e.Text, Promised: e.By})
	case domain.FindingResolved:
		return w.move(f, e.Finding, domain.StatusResolved, FindingStep{Member: e.Member, Text: e.Text, Resolution: e.Resolution})
	case domain.FindingRechecked:
		to := domain.StatusGone
		if e.Present {
			to = domain.StatusOpen
			if err := w.exec("UPDATE finding SET last = max(last, ?) WHERE id = ?", f.at(), e.Finding.String()); err != nil {
				return err
			}
		}
		return w.move(f, e.Finding, to, FindingStep{Member: e.Member, Text: e.Text})
	}
	return nil
}

func (w *writer) beginRound(audit uuid.UUID, round int, due domain.Date, scope domain.AuditScope) error {
	if err := w.exec("INSERT OR IGNORE INTO audit_round VALUES (?,?,?,0,'')", audit.String(), round, due); err != nil {
		return err
	}
	return w.concern(audit, scope)
}

// concern notes which agencies may know of an audit: those in its scope, or all
// (empty).
func (w *writer) concern(audit uuid.UUID, scope domain.AuditScope) error {
	agencies := append([]string{}, scope.Agencies...)
	for _, s := range scope.Sites {
		agencies = append(agencies, s.Agency)
	}
	if len(scope.Agencies) == 0 && len(scope.Sites) == 0 {
		agencies = append(agencies, "")
	}
	for _, a := range agencies {
		if err := w.exec("INSERT OR IGNORE INTO audit_concerns VALUES (?,?)", a, audit.String()); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) concluded(f fact, e domain.AuditRoundConcluded) error {
	id := e.Audit.String()
	if err := w.exec("UPDATE audit_round SET concluded = ?, summary = ? WHERE audit = ? AND round = ?", f.at(), e.Summary, id, e.Round); err != nil {
		return err
	}
	if e.Next == "" {
		return w.exec("UPDATE audit SET ended = ?, due = '', revision = ? WHERE id = ?", f.at(), f.envelope.Revision, id)
	}
	if err := w.exec("UPDATE audit SET round = ?, due = ?, revision = ? WHERE id = ?", e.Round+1, e.Next, f.envelope.Revision, id); err != nil {
		return err
	}
	return w.exec("INSERT OR IGNORE INTO audit_round VALUES (?,?,?,0,'')", id, e.Round+1, e.Next)
}

// findingsOfAPart is more than a part of a report can tell: findings of an event are
// numbered within its position.
const findingsOfAPart = 1024

// reported enters a part of a report.
func (w *writer) reported(f fact, e domain.AuditReported) error {
	report := e.Report.String()
	if err := w.exec(`INSERT INTO audit_report VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12) ON CONFLICT DO UPDATE SET
		checked = ?9, pages = pages + ?11, complete = max(complete, ?12)`, report, e.Audit.String(), int64(f.position), e.Round, e.Site.Address, e.Site.Agency,
		e.Site.Channel, e.Reporter.String(), micros(e.Checked), e.Tool, e.Pages, e.Complete); err != nil {
		return err
	}
	if err := w.exec("INSERT OR IGNORE INTO audit_concerns VALUES (?,?)", e.Site.Agency, e.Audit.String()); err != nil {
		return err
	}
	if err := w.exec("UPDATE audit SET revision = ? WHERE id = ?", f.envelope.Revision, e.Audit.String()); err != nil {
		return err
	}
	for _, t := range e.Tallies {
		if err := w.countPlaces(report, t); err != nil {
			return err
		}
	}
	for i, found := range e.Opened {
		if err := w.opened(f, e, i, found); err != nil {
			return err
		}
	}
	return w.seenAgain(f, e)
}

func (w *writer) countPlaces(report string, t domain.Tally) error {
	return w.exec("INSERT INTO audit_count VALUES (?1,?2,?3,?4,?5) ON CONFLICT DO UPDATE SET places = places + ?5", report, t.Item, t.Version, t.Outcome, t.Places)
}

// opened enters a new finding.
func (w *writer) opened(f fact, e domain.AuditReported, i int, found domain.Finding) error {
	evidence, err := asJSON(found.Evidence)
	if err != nil {
		return err
	}
	if err := w.exec("INSERT OR IGNORE INTO finding VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,'open','','',?,?,?)", found.Finding.String(), int64(f.position)*findingsOfAPart+int64(i),
		e.Audit.String(), e.Site.Address, e.Site.Agency, e.Site.Channel, found.Place, found.Line, found.Outcome, found.Certainty, found.By, found.Item, found.Version,
		evidence, micros(e.Checked), micros(e.Checked), f.at()); err != nil {
		return err
	}
	if err := w.findingStep(f, found.Finding, "opened", FindingStep{Member: e.Reporter}); err != nil {
		return err
	}
	if found.Certainty == domain.Look {
		return nil // it is a suggestion, and counts for nothing
	}
	return w.countPlaces(e.Report.String(), domain.Tally{Outcome: found.Outcome, Item: found.Item, Version: found.Version, Places: 1})
}

// seenAgain enters what was known before, and is still there or not.
func (w *writer) seenAgain(f fact, e domain.AuditReported) error {
	there := func(id uuid.UUID) error {
		if err := w.exec("UPDATE finding SET last = max(last, ?) WHERE id = ?", micros(e.Checked), id.String()); err != nil {
			return err
		}
		return w.exec(`INSERT INTO audit_count SELECT ?1, item, version, outcome, 1 FROM finding WHERE id = ?2 AND certainty <> 'look'
			ON CONFLICT DO UPDATE SET places = places + 1`, e.Report.String(), id.String())
	}
	for _, id := range e.Seen {
		if err := there(id); err != nil {
			return err
		}
	}
	for _, id := range e.Reopened {
		if err := there(id); err != nil {
			return err
		}
		if err := w.move(f, id, domain.StatusOpen, FindingStep{Member: e.Reporter}); err != nil {
			return err
		}
	}
	for _, id := range e.Gone {
		if err := w.move(f, id, domain.StatusGone, FindingStep{Member: e.Reporter}); err != nil {
			return err
		}
	}
	return nil
}

// move brings a finding to another state, and notes by what step. What is open again,
// or gone, has no promise and no resolution any more.
func (w *writer) move(f fact, id uuid.UUID, to domain.FindingStatus, by FindingStep) error {
	if err := w.exec("UPDATE finding SET status = ?, resolution = ?, promised = CASE WHEN ? = 'answered' THEN promised ELSE '' END, changed = ? WHERE id = ?",
		to, by.Resolution, to, f.at(), id.String()); err != nil {
		return err
	}
	if err := w.exec("UPDATE audit SET revision = ? WHERE id = (SELECT audit FROM finding WHERE id = ?)", f.envelope.Revision, id.String()); err != nil {
		return err
	}
	what := string(to)
	if to == domain.StatusOpen {
		what = "reopened"
	}
	return w.findingStep(f, id, what, by)
}

func (w *writer) findingStep(f fact, id uuid.UUID, what string, by FindingStep) error {
	return w.exec("INSERT OR IGNORE INTO finding_step VALUES (?,?,?,?,?,?,?,?,?)", id.String(), int64(f.position), what, by.Agency, by.Member.String(), f.at(),
		by.Text, by.Promised, by.Resolution)
}
