package projections

import (
	"cmp"
	"context"
	"encoding/hex"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// history answers what happened to an item: who (by opaque id), for which
// agency, when, why.
var history = projection{
	name: "history",
	schema: `
CREATE TABLE step (
	position INTEGER PRIMARY KEY, item TEXT NOT NULL, version INTEGER NOT NULL, what TEXT NOT NULL,
	member TEXT NOT NULL, agency TEXT NOT NULL, at INTEGER NOT NULL, recorded INTEGER NOT NULL, via TEXT NOT NULL,
	reason TEXT NOT NULL, effective INTEGER NOT NULL, edition INTEGER NOT NULL, digest BLOB NOT NULL
) STRICT;
CREATE INDEX step_by_item ON step (item, position);
CREATE INDEX step_of_return ON step (at, position) WHERE what = 'returned';
CREATE TABLE edition_step (
	position INTEGER NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL, edition INTEGER NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
`,
	apply: applyHistory,
}

// StepKind is what happened in a step.
type StepKind string

// The steps of an item's history.
const (
	StepRegistered StepKind = "registered"
	StepVisibility StepKind = "visibility_changed"
	StepDrafted    StepKind = "drafted"
	StepRevised    StepKind = "revised"
	StepSubmitted  StepKind = "submitted"
	StepSigned     StepKind = "signed"
	StepReturned   StepKind = "returned"
	StepTranslated StepKind = "translated"
	StepCommented  StepKind = "commented"
	StepResolved   StepKind = "comment_resolved"
	StepRecused    StepKind = "recused"
	StepTakenBack  StepKind = "taken_back"
	StepEscalated  StepKind = "escalated"
	StepMoved      StepKind = "rescheduled"
	StepApproved   StepKind = "approved"
	StepWithdrawn  StepKind = "withdrawn"
	StepIncluded   StepKind = "included"
	StepExcluded   StepKind = "excluded"
	StepIssued     StepKind = "issued"
	StepRetired    StepKind = "retired"
)

// Step is one step in an item's history.
type Step struct {
	Position eventlog.Position
	Item     string
	Version  int // 0: the item as a whole
	What     StepKind
	Member   uuid.UUID
	Agency   string // for which it was done
	At       time.Time
	// Recorded is when the log was told: later than At for what was imported.
	Recorded time.Time
	Via      string // "import", or empty
	Reason   string
	// Effective is the instant from which an approval or withdrawal counts.
	Effective time.Time
	Edition   int
	// Digest is that of the event (see eventlog.Record.Digest), in hexadecimal. The steps
	// of an edition's items are of one event.
	Digest string
}

func applyHistory(w *writer, f fact) error {
	s := Step{Version: 0}
	switch e := f.event.(type) {
	case domain.ItemRegistered:
		s.Item, s.What = e.Key, StepRegistered
	case domain.ItemVisibilityChanged:
		s.Item, s.What = e.Key, StepVisibility
	case domain.VersionDrafted:
		s.Item, s.Version, s.What = e.Key, e.Version, StepDrafted
	case domain.VersionRevised:
		s.Item, s.Version, s.What = e.Key, e.Version, StepRevised
	case domain.VersionSubmitted:
		s.Item, s.Version, s.What, s.Edition = e.Key, e.Version, StepSubmitted, e.Effective.Edition
		if e.Effective.At != nil {
			s.Effective = *e.Effective.At
		}
	case domain.VersionSigned:
		s.Item, s.Version, s.What, s.Agency = e.Key, e.Version, StepSigned, e.Agency
	case domain.VersionReturned:
		s.Item, s.Version, s.What, s.Reason, s.Agency = e.Key, e.Version, StepReturned, e.Reason, e.Agency
	case domain.VersionApproved:
		s.Item, s.Version, s.What, s.Edition = e.Key, e.Version, StepApproved, e.Edition
		if e.From != nil {
			s.Effective = *e.From
		}
	case domain.VersionWithdrawn:
		s.Item, s.Version, s.What, s.Reason, s.Effective = e.Key, e.Version, StepWithdrawn, e.Reason, e.From
	default:
		return applyReviewSteps(w, f)
	}
	return w.step(f, s)
}

// applyReviewSteps enters what happens between a draft and its approval.
func applyReviewSteps(w *writer, f fact) error {
	s := Step{}
	switch e := f.event.(type) {
	case domain.VersionTranslated:
		s.Item, s.Version, s.What, s.Reason = e.Key, e.Version, StepTranslated, string(e.Locale)
	case domain.VersionCommented:
		s.Item, s.Version, s.What, s.Reason = e.Key, e.Version, StepCommented, e.Text
	case domain.CommentResolved:
		s.Item, s.Version, s.What = e.Key, e.Version, StepResolved
	case domain.SignerRecused:
		s.Item, s.Version, s.What, s.Reason = e.Key, e.Version, StepRecused, e.Reason
	case domain.SubmissionWithdrawn:
		s.Item, s.Version, s.What, s.Reason = e.Key, e.Version, StepTakenBack, e.Reason
	case domain.ReviewEscalated:
		var late []string
		for _, o := range e.Overdue {
			late = append(late, o.Agency)
		}
		s.Item, s.Version, s.What, s.Reason = e.Key, e.Version, StepEscalated, strings.Join(late, ", ")
	case domain.VersionRescheduled:
		s.Item, s.Version, s.What, s.Reason, s.Edition = e.Key, e.Version, StepMoved, e.Reason, e.Edition
	default:
		return applyEditionSteps(w, f)
	}
	return w.step(f, s)
}

// applyEditionSteps enters what an edition did to its items. Several items share
// the position of the edition's issue.
func applyEditionSteps(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.EditionIncluded:
		return w.step(f, Step{Item: e.Item, Version: e.Version, What: StepIncluded, Edition: e.Number})
	case domain.EditionExcluded:
		return w.step(f, Step{Item: e.Item, What: StepExcluded, Edition: e.Number})
	case domain.EditionIssued:
		for _, entry := range e.Entries {
			if err := w.exec("INSERT INTO edition_step VALUES (?,?,?,?,?)", int64(f.position), entry.Item, entry.Version, e.Number, micros(e.From)); err != nil {
				return err
			}
		}
		for _, key := range e.Retired {
			if err := w.exec("INSERT INTO edition_step VALUES (?,?,0,?,?)", int64(f.position), key, e.Number, micros(e.From)); err != nil {
				return err
			}
		}
		return w.step(f, Step{What: StepIssued, Edition: e.Number, Reason: e.Decision, Effective: e.From})
	}
	return nil
}

func (w *writer) step(f fact, s Step) error {
	var effective int64
	if !s.Effective.IsZero() {
		effective = micros(s.Effective)
	}
	digest := f.record.Digest()
	return w.exec("INSERT INTO step VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", int64(f.position), s.Item, s.Version, s.What,
		f.envelope.Member.String(), cmp.Or(s.Agency, f.envelope.Agency), f.at(), micros(f.envelope.Recorded), f.envelope.Via, s.Reason, effective, s.Edition, digest[:])
}

const selectStep = "SELECT position, item, version, what, member, agency, at, recorded, via, reason, effective, edition, digest FROM step"

// History returns the steps of an item after a position, in order, at most
// limit. Version 0 means those of all versions.
func (v *Views) History(ctx context.Context, key string, version int, after eventlog.Position, limit int) ([]*Step, error) {
	return many(ctx, v, scanStep, selectStep+`
			WHERE item = ?1 AND position > ?2 AND (?3 = 0 OR version = ?3)
		UNION ALL
		SELECT s.position, e.item, e.version, CASE e.version WHEN 0 THEN 'retired' ELSE 'issued' END, s.member, s.agency, s.at, s.recorded, s.via, s.reason, e.at, e.edition, s.digest
			FROM edition_step e JOIN step s ON s.position = e.position
			WHERE e.item = ?1 AND e.position > ?2 AND (?3 = 0 OR e.version = ?3)
		ORDER BY 1 LIMIT ?4`, key, int64(after), version, limit)
}

func scanStep(rows columns) (*Step, error) {
	var s Step
	var member string
	var at, recorded, effective int64
	var digest []byte
	if err := rows.Scan(&s.Position, &s.Item, &s.Version, &s.What, &member, &s.Agency, &at, &recorded, &s.Via, &s.Reason, &effective, &s.Edition, &digest); err != nil {
		return nil, err
	}
	s.Digest = hex.EncodeToString(digest)
	s.At, s.Recorded, s.Effective = fromMicros(at), fromMicros(recorded), orZero(effective)
	var err error
	s.Member, err = uuid.Parse(member)
	return &s, err
}
