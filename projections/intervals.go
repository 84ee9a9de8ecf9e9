package projections

import (
	"context"
	"time"

	"signet/domain"
)

// This file answers what happened between two instants, from inclusive and until
// exclusive, for reports.

// ApprovedBetween returns the versions that were approved in the interval, by the
// instant of their approval, at most limit.
func (v *Views) ApprovedBetween(ctx context.Context, from, until time.Time, limit int) ([]*Version, error) {
	return v.versionsBetween(ctx, "approved", from, until, limit)
}

// WithdrawnBetween returns the versions whose withdrawal counts from an instant in
// the interval, by that instant, at most limit.
func (v *Views) WithdrawnBetween(ctx context.Context, from, until time.Time, limit int) ([]*Version, error) {
	return v.versionsBetween(ctx, "withdrawn_from", from, until, limit)
}

func (v *Views) versionsBetween(ctx context.Context, column string, from, until time.Time, limit int) ([]*Version, error) {
	rows, err := many(ctx, v, scanVersion, selectVersion+"WHERE "+column+" > 0 AND "+column+" >= ? AND "+column+" < ? ORDER BY "+column+", item, number LIMIT ?",
		micros(from), micros(until), limit)
	if err != nil {
		return nil, err
	}
	return rows, v.fillContents(ctx, rows)
}

// ReturnedBetween returns the steps by which versions were returned in the
// interval, in order of time, at most limit.
func (v *Views) ReturnedBetween(ctx context.Context, from, until time.Time, limit int) ([]*Step, error) {
	return many(ctx, v, scanStep, selectStep+`
		WHERE what = 'returned' AND at >= ? AND at < ? ORDER BY at, position LIMIT ?`, micros(from), micros(until), limit)
}

// AffectedByKey sums up who has used each of the versions: whom a recall concerns.
func (v *Views) AffectedByKey(ctx context.Context, keys []VersionKey) (map[VersionKey][]*Affected, error) {
	return byVersion(ctx, v, keys, func(rows columns, of *VersionKey) (*Affected, error) {
		var r Affected
		var last int64
		err := rows.Scan(&of.Item, &of.Number, &r.Agency, &r.Downloads, &r.Declared, &r.Running, &last)
		r.Last = fromMicros(last)
		return &r, err
	}, `SELECT item, version, agency, sum(downloads), sum(declared),
			(SELECT count(*) FROM declared_use d WHERE d.item = u.item AND d.version = u.version AND d.agency = u.agency AND d.ended = ''), max(last)
		FROM usage_total u WHERE (item, version) IN (SELECT item, number FROM wanted) GROUP BY item, version, agency ORDER BY item, version, agency`)
}

// Affected is an agency that has used a version.
type Affected struct {
	Agency    string
	Downloads int
	Declared  int // uses declared, also those that have ended
	Running   int // declared uses that have not ended
	Last      time.Time
}

// RecallCursor is the place of a row in the order of Recalls.
type RecallCursor struct {
	From    int64 // microseconds since 1970
	Item    string
	Version int
}

// CursorOf is the place of a withdrawn version in the order of Recalls.
func CursorOf(r *Version) RecallCursor {
	return RecallCursor{micros(r.WithdrawnFrom), r.Item, r.Number}
}

// Recall is a version that was withdrawn.
type Recall struct{ *Version }

// Recalls returns the withdrawn versions, the newest withdrawal first, those after
// the cursor, at most limit; only of an item, and only what an agency has used, when
// they are given.
func (v *Views) Recalls(ctx context.Context, item, agency string, after RecallCursor, limit int) ([]*Version, error) {
	if after == (RecallCursor{}) {
		after.From = Forever
	}
	query, args := selectVersion+"WHERE withdrawn_from > 0 AND state = ? AND (withdrawn_from, item, number) < (?, ?, ?)",
		[]any{domain.Withdrawn, after.From, after.Item, after.Version}
	if item != "" {
		query, args = query+" AND item = ?", append(args, item)
	}
	if agency != "" {
		query += " AND EXISTS (SELECT 1 FROM usage_total u WHERE u.agency = ? AND u.item = version.item AND u.version = version.number)"
		args = append(args, agency)
	}
	rows, err := many(ctx, v, scanVersion, query+" ORDER BY withdrawn_from DESC, item DESC, number DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, err
	}
	return rows, v.fillContents(ctx, rows)
}
