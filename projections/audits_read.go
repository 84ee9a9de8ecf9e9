package projections

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// Audit is a plan to look at how the kit is used, and how far that is.
type Audit struct {
	ID       uuid.UUID
	Position eventlog.Position
	Agency   string // that looks
	Plan     domain.AuditPlan
	Due      domain.Date // of the round that runs; empty when it has ended
	Round    int         // the last that has begun, from 1
	Ended    time.Time   // zero: it goes on
	Reason   string      // why it was ended before its time
	Planned  time.Time
	Revision eventlog.Revision
}

const selectAudit = "SELECT id, position, agency, plan, due, round, ended, reason, planned, revision FROM audit a "

// Audit returns one audit, or ErrNotFound.
func (v *Views) Audit(ctx context.Context, id uuid.UUID) (*Audit, error) {
	return one(ctx, v, scanAudit, selectAudit+"WHERE id = ?", id.String())
}

// Audits returns audits, those planned last first, before a position (0: all), at
// most limit. With an agency only those that concern it.
func (v *Views) Audits(ctx context.Context, agency string, running bool, before eventlog.Position, limit int) ([]*Audit, error) {
	return many(ctx, v, scanAudit, selectAudit+`WHERE position < ? AND (ended = 0 OR NOT ?)
		AND (? = '' OR EXISTS (SELECT 1 FROM audit_concerns c WHERE c.audit = a.id AND c.agency IN ('', ?))) ORDER BY position DESC LIMIT ?`,
		beforeOr(before), running, agency, agency, limit)
}

// AuditConcerns tells whether an agency may know of an audit.
func (v *Views) AuditConcerns(ctx context.Context, id uuid.UUID, agency string) (bool, error) {
	concerns, err := one(ctx, v, func(rows columns) (*bool, error) {
		var b bool
		return &b, rows.Scan(&b)
	}, "SELECT EXISTS (SELECT 1 FROM audit_concerns WHERE audit = ? AND agency IN ('', ?))", id.String(), agency)
	return err == nil && *concerns, err
}

// beforeOr is the position before which rows are wanted; 0 is no bound.
func beforeOr(p eventlog.Position) int64 {
	if p == 0 {
		return Forever
	}
	return int64(p)
}

func scanAudit(rows columns) (*Audit, error) {
	var a Audit
	var id, plan string
	var ended, planned int64
	if err := rows.Scan(&id, &a.Position, &a.Agency, &plan, &a.Due, &a.Round, &ended, &a.Reason, &planned, &a.Revision); err != nil {
		return nil, err
	}
	a.Ended, a.Planned = orZero(ended), fromMicros(planned)
	var err error
	a.ID, err = uuid.Parse(id)
	return &a, errors.Join(err, json.Unmarshal([]byte(plan), &a.Plan))
}

// AuditRound is a round of an audit.
type AuditRound struct {
	Audit     uuid.UUID
	Round     int
	Due       domain.Date
	Concluded time.Time // zero: it runs, or the audit was ended
	Summary   string
}

// AuditRounds returns the rounds of audits, in order.
func (v *Views) AuditRounds(ctx context.Context, audits []uuid.UUID) (map[uuid.UUID][]*AuditRound, error) {
	return byID(ctx, v, audits, func(rows columns) (*AuditRound, uuid.UUID, error) {
		var r AuditRound
		var id string
		var concluded int64
		if err := rows.Scan(&id, &r.Round, &r.Due, &concluded, &r.Summary); err != nil {
			return nil, uuid.Nil, err
		}
		r.Concluded = orZero(concluded)
		var err error
		r.Audit, err = uuid.Parse(id)
		return &r, r.Audit, err
	}, "SELECT audit, round, due, concluded, summary FROM audit_round WHERE audit IN (SELECT value FROM json_each(?)) ORDER BY audit, round")
}

// AuditReport is what somebody found at a site.
type AuditReport struct {
	ID       uuid.UUID
	Audit    uuid.UUID
	Position eventlog.Position
	Round    int
	Site     domain.AuditSite
	Reporter uuid.UUID
	Checked  time.Time
	Tool     string
	Pages    int
	Complete bool
}

// AuditReports returns the reports of an audit, the newest first, those before a
// position (0: all), at most limit; with an agency only those on its sites.
func (v *Views) AuditReports(ctx context.Context, audit uuid.UUID, agency string, before eventlog.Position, limit int) ([]*AuditReport, error) {
	return many(ctx, v, func(rows columns) (*AuditReport, error) {
		var r AuditReport
		var id, of, reporter string
		var checked int64
		if err := rows.Scan(&id, &of, &r.Position, &r.Round, &r.Site.Address, &r.Site.Agency, &r.Site.Channel, &reporter, &checked, &r.Tool, &r.Pages, &r.Complete); err != nil {
			return nil, err
		}
		r.Checked = fromMicros(checked)
		return &r, parseIDs(parsed{id, &r.ID}, parsed{of, &r.Audit}, parsed{reporter, &r.Reporter})
	}, `SELECT id, audit, position, round, site, agency, channel, reporter, checked, tool, pages, complete FROM audit_report
		WHERE audit = ? AND position < ? AND (? = '' OR agency = ?) ORDER BY position DESC LIMIT ?`, audit.String(), beforeOr(before), agency, agency, limit)
}

// parsed is where the id in a text goes.
type parsed struct {
	text string
	into *uuid.UUID
}

func parseIDs(ids ...parsed) error {
	for _, id := range ids {
		var err error
		if *id.into, err = uuid.Parse(id.text); err != nil {
			return err
		}
	}
	return nil
}

// CountsOfReports returns what reports counted, in order of item, version and outcome.
func (v *Views) CountsOfReports(ctx context.Context, reports []uuid.UUID) (map[uuid.UUID][]*domain.Tally, error) {
	return byID(ctx, v, reports, func(rows columns) (*domain.Tally, uuid.UUID, error) {
		var t domain.Tally
		var id string
		if err := rows.Scan(&id, &t.Item, &t.Version, &t.Outcome, &t.Places); err != nil {
			return nil, uuid.Nil, err
		}
		of, err := uuid.Parse(id)
		return &t, of, err
	}, "SELECT report, item, version, outcome, places FROM audit_count WHERE report IN (SELECT value FROM json_each(?)) ORDER BY report, item, version, outcome")
}

// byID groups rows by the id that scan says they are of.
func byID[T any](ctx context.Context, v *Views, ids []uuid.UUID, scan func(columns) (*T, uuid.UUID, error), query string) (map[uuid.UUID][]*T, error) {
	list, err := asJSON(ids)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID][]*T, len(ids))
	_, err = many(ctx, v, func(rows columns) (*T, error) {
		row, of, err := scan(rows)
		out[of] = append(out[of], row)
		return row, err
	}, query, list)
	return out, err
}

// Finding is a use that was not of what was in force.
type Finding struct {
	domain.Finding

	Sequence   int64 // grows from the first finding to the last
	Audit      uuid.UUID
	Site       domain.AuditSite
	Status     domain.FindingStatus
	Resolution domain.Resolution // of a resolved one
	Promised   domain.Date       // by when the agency will have mended it; empty: it did not say
	First      time.Time         // when it was seen first
	Last       time.Time         // and last
	Changed    time.Time         // when its state changed last
	Revision   eventlog.Revision // of the audit
}

// FindingFilter says which findings are asked for; empty fields mean any.
type FindingFilter struct {
	Audit    uuid.UUID
	Agency   string
	Channel  string
	Item     string
	Version  int
	Outcome  domain.Outcome
	Statuses []domain.FindingStatus
	// Overdue is a day: only findings that were to be mended before it, and are not.
	Overdue domain.Date
}

const selectFinding = `SELECT id, sequence, audit, site, agency, channel, place, line, outcome, certainty, via, item, version, evidence, status, resolution, promised,
	first, last, changed, (SELECT revision FROM audit WHERE audit.id = finding.audit) FROM finding `

// Finding returns one finding, or ErrNotFound.
func (v *Views) Finding(ctx context.Context, id uuid.UUID) (*Finding, error) {
	return one(ctx, v, scanFinding, selectFinding+"WHERE id = ?", id.String())
}

// Findings returns findings, the newest first, those before a sequence (0: all), at
// most limit.
func (v *Views) Findings(ctx context.Context, f FindingFilter, before int64, limit int) ([]*Finding, error) {
	if before == 0 {
		before = Forever
	}
	query, args := selectFinding+"WHERE sequence < ?", []any{before}
	for _, c := range []struct {
		column string
		value  string
	}{{"agency", f.Agency}, {"channel", f.Channel}, {"item", f.Item}, {"outcome", string(f.Outcome)}} {
		if c.value != "" {
			query, args = query+" AND "+c.column+" = ?", append(args, c.value)
		}
	}
	if f.Audit != uuid.Nil {
		query, args = query+" AND audit = ?", append(args, f.Audit.String())
	}
	if f.Version != 0 {
		query, args = query+" AND version = ?", append(args, f.Version)
	}
	if len(f.Statuses) > 0 {
		query += " AND status IN (?" + strings.Repeat(",?", len(f.Statuses)-1) + ")"
		for _, s := range f.Statuses {
			args = append(args, s)
		}
	}
	if f.Overdue != "" {
		query, args = query+" AND promised <> '' AND promised < ?", append(args, f.Overdue)
	}
	return many(ctx, v, scanFinding, query+" ORDER BY sequence DESC LIMIT ?", append(args, limit)...)
}

func scanFinding(rows columns) (*Finding, error) {
	var f Finding
	var id, audit, evidence string
	var first, last, changed int64
	if err := rows.Scan(&id, &f.Sequence, &audit, &f.Site.Address, &f.Site.Agency, &f.Site.Channel, &f.Place, &f.Line, &f.Outcome, &f.Certainty, &f.By,
		&f.Item, &f.Version, &evidence, &f.Status, &f.Resolution, &f.Promised, &first, &last, &changed, &f.Revision); err != nil {
		return nil, err
	}
	f.First, f.Last, f.Changed = fromMicros(first), fromMicros(last), fromMicros(changed)
	return &f, errors.Join(parseIDs(parsed{id, &f.Finding.Finding}, parsed{audit, &f.Audit}), json.Unmarshal([]byte(evidence), &f.Evidence))
}

// FindingStep is something that became of a finding.
type FindingStep struct {
	What       string // opened, answered, resolved, gone, reopened
	Agency     string // that answered
	Member     uuid.UUID
	At         time.Time
	Text       string
	Promised   domain.Date
	Resolution domain.Resolution
}

// StepsOfFindings returns what became of findings, in order of time.
func (v *Views) StepsOfFindings(ctx context.Context, findings []uuid.UUID) (map[uuid.UUID][]*FindingStep, error) {
	return byID(ctx, v, findings, func(rows columns) (*FindingStep, uuid.UUID, error) {
		var s FindingStep
		var id, member string
		var at int64
		if err := rows.Scan(&id, &s.What, &s.Agency, &member, &at, &s.Text, &s.Promised, &s.Resolution); err != nil {
			return nil, uuid.Nil, err
		}
		s.At = fromMicros(at)
		var of uuid.UUID
		err := parseIDs(parsed{id, &of}, parsed{member, &s.Member})
		return &s, of, err
	}, "SELECT finding, what, agency, member, at, text, promised, resolution FROM finding_step WHERE finding IN (SELECT value FROM json_each(?)) ORDER BY finding, position")
}

// AuditPoint is what the last reports of a time on each site counted.
type AuditPoint struct {
	From, To domain.Date // first and last day
	Sites    int         // that were looked at
	Places   map[domain.Outcome]int
}

// AuditPoints counts, for each of so many spans of months, that of a day being the
// first, what the last report of the span on each site found.
func (v *Views) AuditPoints(ctx context.Context, s UsageScope, from domain.Date, spans, months int) ([]*AuditPoint, error) {
	begins, _, err := dayBounds(from)
	if err != nil {
		return nil, err
	}
	first := monthOf(fromMicros(begins))
	out := make([]*AuditPoint, spans)
	for i := range out {
		until := monthBegins(first + (i+1)*months)
		out[i] = &AuditPoint{From: domain.DateOf(monthBegins(first + i*months)), To: domain.DateOf(until).AddDays(-1), Places: map[domain.Outcome]int{}}
	}
	type cell struct {
		span    int
		outcome domain.Outcome
		places  int
	}
	cells, err := many(ctx, v, func(rows columns) (*cell, error) {
		var c cell
		return &c, rows.Scan(&c.span, &c.outcome, &c.places)
	}, `WITH looked AS (
			SELECT id, span FROM (SELECT id, span, row_number() OVER (PARTITION BY site, agency, channel, span ORDER BY checked DESC, position DESC) AS nth FROM (
				SELECT *, (CAST(strftime('%Y', checked / 1000000 + 25200, 'unixepoch') AS INTEGER) * 12 + CAST(strftime('%m', checked / 1000000 + 25200, 'unixepoch') AS INTEGER) - 1 - ?3) / ?4 AS span
				FROM audit_report WHERE checked >= ?1 AND checked < ?2 AND (?5 = '' OR agency = ?5) AND (?6 = '' OR channel = ?6)))
			WHERE nth = 1)
		SELECT l.span, c.outcome, sum(c.places) FROM looked l JOIN audit_count c ON c.report = l.id
		WHERE (?7 = '' OR c.item = ?7) AND (?8 = 0 OR EXISTS (SELECT 1 FROM effect e WHERE e.item = c.item AND e.version = c.version AND e.edition = ?8))
		GROUP BY l.span, c.outcome
		UNION ALL SELECT span, '', count(*) FROM looked GROUP BY span`,
		micros(monthBegins(first)), micros(monthBegins(first+spans*months)), first, months, s.Agency, s.Channel, s.Item, s.Edition)
	for _, c := range cells {
		if c.outcome == "" {
			out[c.span].Sites = c.places
		} else {
			out[c.span].Places[c.outcome] = c.places
		}
	}
	return out, err
}
