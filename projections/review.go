package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"signet/domain"
)

// review answers what waits for whom, since when and until when, and what was said
// about a version meanwhile.
var review = projection{
	name: "review",
	schema: `
CREATE TABLE awaited (
	agency TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL, step TEXT NOT NULL, since INTEGER NOT NULL, due TEXT NOT NULL, escalated INTEGER NOT NULL,
	PRIMARY KEY (agency, item, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX awaited_by_version ON awaited (item, version);
CREATE INDEX awaited_by_due ON awaited (due, item, version) WHERE due <> '';
CREATE TABLE recusal (
	item TEXT NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL, agency TEXT NOT NULL, member TEXT NOT NULL, whole INTEGER NOT NULL,
	reason TEXT NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (item, version, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE comment (
	id TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL, agency TEXT NOT NULL, member TEXT NOT NULL,
	unit TEXT NOT NULL, locale TEXT NOT NULL, passage TEXT NOT NULL, body TEXT NOT NULL, reply_to TEXT NOT NULL, at INTEGER NOT NULL, resolved INTEGER NOT NULL,
	PRIMARY KEY (item, version, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX comment_by_id ON comment (item, version, id);
`,
	apply: applyReview,
}

// ReviewStep is what an agency is waited for.
type ReviewStep string

// The steps of a review.
const (
	StepCoordinating ReviewStep = "coordinating" // to sign as a coordinating agency
	StepLead         ReviewStep = "lead"         // to sign as a lead
	StepRevision     ReviewStep = "revision"     // to answer a return
)

func applyReview(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.VersionSubmitted:
		return w.await(f, e.Key, e.Version)
	case domain.VersionSigned:
		return w.await(f, e.Key, e.Version)
	case domain.VersionReturned:
		return w.await(f, e.Key, e.Version)
	case domain.SubmissionWithdrawn:
		return w.await(f, e.Key, e.Version)
	case domain.VersionRevised:
		return w.await(f, e.Key, e.Version)
	case domain.VersionApproved:
		return w.await(f, e.Key, e.Version)
	case domain.SignerRecused:
		return errors.Join(w.exec("INSERT INTO recusal VALUES (?,?,?,?,?,?,?,?)", e.Key, e.Version, int64(f.position), e.Agency, e.Member.String(), e.Whole, e.Reason, f.at()),
			w.await(f, e.Key, e.Version))
	case domain.ReviewEscalated:
		for _, o := range e.Overdue {
			if err := w.exec("UPDATE awaited SET escalated = ? WHERE agency = ? AND item = ? AND version = ?", f.at(), o.Agency, e.Key, e.Version); err != nil {
				return err
			}
		}
		return nil
	default:
		return applyComments(w, f)
	}
}

// awaiting is what an agency is waited for, and until when.
type awaiting struct {
	step ReviewStep
	due  domain.Date
}

// await writes the difference between who was waited for and who is now, so that
// each knows since when.
func (w *writer) await(f fact, key string, version int) error {
	now, err := w.awaitedNow(key, version)
	if err != nil {
		return err
	}
	before := map[string]awaiting{}
	err = w.each(func(rows *sql.Rows) error {
		var agency string
		var a awaiting
		err := rows.Scan(&agency, &a.step, &a.due)
		before[agency] = a
		return err
	}, "SELECT agency, step, due FROM awaited WHERE item = ? AND version = ?", key, version)
	if err != nil {
		return err
	}
	for agency, a := range before {
		if now[agency].step == a.step {
			continue
		}
		if err := w.exec("DELETE FROM awaited WHERE agency = ? AND item = ? AND version = ?", agency, key, version); err != nil {
			return err
		}
	}
	for agency, a := range now {
		if before[agency].step == a.step {
			err = w.exec("UPDATE awaited SET due = ? WHERE agency = ? AND item = ? AND version = ?", a.due, agency, key, version)
		} else {
			err = w.awaitAnew(f, agency, key, version, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) awaitAnew(f fact, agency, key string, version int, a awaiting) error {
	if err := w.exec("INSERT INTO awaited VALUES (?,?,?,?,?,?,0)", agency, key, version, a.step, f.at(), a.due); err != nil || a.step == StepRevision {
		return err
	}
	return w.tellAwaited(f, agency, key, version, a.due)
}

// awaitedNow asks the domain whose turn it is, of what the tables know.
func (w *writer) awaitedNow(key string, number int) (map[string]awaiting, error) {
	var v domain.Version
	var source domain.Locale
	var policy string
	var id int64
	err := w.row(`SELECT v.state, v.agency, v.policy, v.due, v.lead_due, v.content, i.source FROM version v JOIN item i ON i.key = v.item
		WHERE v.item = ? AND v.number = ?`, key, number).Scan(&v.State, &v.Agency, &policy, &v.Due, &v.LeadDue, &id, &source)
	if err != nil {
		return nil, err
	}
	out := map[string]awaiting{}
	switch v.State {
	case domain.Returned:
		out[v.Agency] = awaiting{StepRevision, v.Due}
		return out, nil
	case domain.Submitted:
	default:
		return out, nil
	}
	if err := json.Unmarshal([]byte(policy), &v.Policy); err != nil {
		return nil, err
	}
	c, err := w.content(id)
	if err != nil {
		return nil, err
	}
	signed, recused, err := w.signers(key, number, c.parts(source))
	if err != nil {
		return nil, err
	}
	agencies, _ := v.Policy.Awaited(signed, recused)
	for _, agency := range agencies {
		out[agency] = awaiting{StepCoordinating, v.Due}
		if slices.Contains(v.Policy.Leads, agency) {
			out[agency] = awaiting{StepLead, v.LeadDue}
		}
	}
	return out, nil
}

// signers reads which agencies have signed all parts of a version, and which are
// recused.
func (w *writer) signers(key string, number int, parts []domain.Locale) (signed, recused []string, err error) {
	err = w.each(func(rows *sql.Rows) error {
		var agency, list string
		if err := rows.Scan(&agency, &list); err != nil {
			return err
		}
		var on []domain.Locale
		if err := json.Unmarshal([]byte(list), &on); err != nil {
			return err
		}
		for _, p := range parts {
			if !slices.Contains(on, p) {
				return nil
			}
		}
		signed = append(signed, agency)
		return nil
	}, "SELECT agency, parts FROM signature WHERE item = ? AND version = ? AND standing = 1", key, number)
	if err != nil {
		return nil, nil, err
	}
	err = w.each(func(rows *sql.Rows) error {
		var agency string
		err := rows.Scan(&agency)
		recused = append(recused, agency)
		return err
	}, "SELECT agency FROM recusal WHERE item = ? AND version = ? AND whole = 1", key, number)
	return signed, recused, err
}

// Awaited is what an agency is waited for.
type Awaited struct {
	Agency  string
	Item    string
	Version int
	Step    ReviewStep
	Since   time.Time
	Due     domain.Date // empty: no deadline
	// Escalated is when it was reported as overdue; zero: it was not.
	Escalated time.Time
}

// Overdue tells by how many days it is overdue on the day of an instant; 0 when it
// is not.
func (a *Awaited) Overdue(now time.Time) int {
	if a.Due == "" {
		return 0
	}
	return max(0, domain.DateOf(now).DaysAfter(a.Due))
}

const selectAwaited = "SELECT agency, item, version, step, since, due, escalated FROM awaited "

func scanAwaited(rows columns) (*Awaited, error) {
	var a Awaited
	var since, escalated int64
	err := rows.Scan(&a.Agency, &a.Item, &a.Version, &a.Step, &since, &a.Due, &escalated)
	a.Since, a.Escalated = fromMicros(since), orZero(escalated)
	return &a, err
}

// ReviewQueue returns what an agency is waited for, in order of item and version,
// what follows after, at most limit.
func (v *Views) ReviewQueue(ctx context.Context, agency string, after VersionKey, limit int) ([]*Awaited, error) {
	return many(ctx, v, scanAwaited, selectAwaited+"WHERE agency = ? AND (item, version) > (?, ?) ORDER BY item, version LIMIT ?", agency, after.Item, after.Number, limit)
}

// AwaitedByKey returns who is waited for in each of the versions, by agency.
func (v *Views) AwaitedByKey(ctx context.Context, keys []VersionKey) (map[VersionKey][]*Awaited, error) {
	return byVersion(ctx, v, keys, func(rows columns, of *VersionKey) (*Awaited, error) {
		a, err := scanAwaited(rows)
		*of = VersionKey{a.Item, a.Version}
		return a, err
	}, selectAwaited+"WHERE (item, version) IN (SELECT item, number FROM wanted) ORDER BY agency")
}

// OverdueCursor is the place of a row in the order of Overdue.
type OverdueCursor struct {
	Due     domain.Date
	Item    string
	Version int
	Agency  string
}

// OverdueCursorOf is the place of a row in the order of Overdue.
func OverdueCursorOf(a *Awaited) OverdueCursor {
	return OverdueCursor{a.Due, a.Item, a.Version, a.Agency}
}

// Overdue returns what was due before a day, the oldest first, what follows after
// the cursor, at most limit; only what was not reported yet, if so asked.
func (v *Views) Overdue(ctx context.Context, before domain.Date, unreported bool, after OverdueCursor, limit int) ([]*Awaited, error) {
	return many(ctx, v, scanAwaited, selectAwaited+`WHERE due <> '' AND due < ? AND (due, item, version, agency) > (?, ?, ?, ?) AND (escalated = 0 OR NOT ?)
		ORDER BY due, item, version, agency LIMIT ?`, before, after.Due, after.Item, after.Version, after.Agency, unreported, limit)
}

// Recusal says that a member, or their whole agency, does not sign a version.
type Recusal struct {
	Agency string
	Member uuid.UUID
	Whole  bool
	Reason string
	At     time.Time
}

// RecusalsByKey returns who has stepped back from each of the versions, in order.
func (v *Views) RecusalsByKey(ctx context.Context, keys []VersionKey) (map[VersionKey][]*Recusal, error) {
	return byVersion(ctx, v, keys, func(rows columns, of *VersionKey) (*Recusal, error) {
		var r Recusal
		var member string
		var at int64
		if err := rows.Scan(&of.Item, &of.Number, &r.Agency, &member, &r.Whole, &r.Reason, &at); err != nil {
			return nil, err
		}
		var err error
		r.At = fromMicros(at)
		r.Member, err = uuid.Parse(member)
		return &r, err
	}, `SELECT item, version, agency, member, whole, reason, at FROM recusal
		WHERE (item, version) IN (SELECT item, number FROM wanted) ORDER BY position`)
}
