package projections

import (
	"context"
	"database/sql"
	"time"

	"signet/domain"
	"signet/internal/eventlog"
)

// Change is what became of a version.
type Change string

// The changes that are told to those who listen.
const (
	ChangeApproved   Change = "approved"
	ChangeInForce    Change = "in_force"
	ChangeSuperseded Change = "superseded"
	ChangeWithdrawn  Change = "withdrawn"
)

// Notice tells that something became of a version at an instant.
type Notice struct {
	Item     string
	Kind     domain.Kind
	Public   bool
	Version  int
	What     Change
	At       time.Time
	Position eventlog.Position
}

// Mark is how far a listener has been told: everything that was known at the
// position and had come to pass by the instant.
type Mark struct {
	Position eventlog.Position
	At       time.Time
}

// Now is the mark of everything until the instant.
func (v *Views) Now(at time.Time) Mark { return Mark{Position: v.Position(), At: at} }

// Notices returns what came to pass between two marks, in order of time: what
// was learnt since, and what had been learnt before and was due since then.
func (v *Views) Notices(ctx context.Context, from, to Mark) ([]*Notice, error) {
	return many(ctx, v, scanNotice, `SELECT n.item, i.kind, i.public, n.version, n.what, n.at, n.position FROM (
			SELECT * FROM notice WHERE position > ?1 AND position <= ?2 AND at <= ?4
			UNION ALL
			SELECT * FROM notice WHERE at > ?3 AND at <= ?4 AND position <= ?1
		) n JOIN item i ON i.key = n.item
		ORDER BY n.at, n.position, n.item, n.version, n.what`,
		int64(from.Position), int64(to.Position), micros(from.At), micros(to.At))
}

// NextNotice returns when the next change that is known of comes to pass after
// the instant; zero if none is known.
func (v *Views) NextNotice(ctx context.Context, after time.Time) (time.Time, error) {
	at, err := one(ctx, v, func(rows columns) (*sql.NullInt64, error) {
		var at sql.NullInt64
		return &at, rows.Scan(&at)
	}, "SELECT min(at) FROM notice WHERE at > ?", micros(after))
	if err != nil || !at.Valid {
		return time.Time{}, err
	}
	return fromMicros(at.Int64), nil
}

// Recent returns what came to pass until the instant, the newest first, at most
// limit; only of a kind or of an item, when it is given. If only what is public is asked
// for, approvals are left out: what is not in force yet is not public.
func (v *Views) Recent(ctx context.Context, until time.Time, kind domain.Kind, item string, public bool, limit int) ([]*Notice, error) {
	return many(ctx, v, scanNotice, `SELECT n.item, i.kind, i.public, n.version, n.what, n.at, n.position FROM notice n JOIN item i ON i.key = n.item
		WHERE n.at <= ?1 AND (i.public = 1 AND n.what <> 'approved' OR NOT ?2) AND (i.kind = ?3 OR ?3 = '') AND (n.item = ?4 OR ?4 = '') ORDER BY n.at DESC, n.position DESC, n.item, n.version, n.what LIMIT ?5`,
		micros(until), public, kind, item, limit)
}

func scanNotice(rows columns) (*Notice, error) {
	var n Notice
	var at int64
	err := rows.Scan(&n.Item, &n.Kind, &n.Public, &n.Version, &n.What, &at, &n.Position)
	n.At = fromMicros(at)
	return &n, err
}
