package projections

import (
	"context"
	"time"

	"signet/domain"
)

// VersionCursor is the place of a version in the order of items and numbers.
type VersionCursor struct {
	Item    string
	Version int
}

// Outlived is a version that was used after its validity had ended.
type Outlived struct {
	Item    string
	Version int
	// Ended is when it was in force last, exclusive.
	Ended time.Time
	// LastUse is the last download, declaration or day counted since then; zero if
	// there was none, and a declared use only goes on.
	LastUse time.Time
	Running int // declared uses that have not ended
}

// Days is for how many days of the city's calendar it was used after its end, up to
// now while a declared use goes on.
func (o *Outlived) Days(now time.Time) int {
	last := o.LastUse
	if o.Running > 0 {
		last = now
	}
	return max(0, domain.DateOf(last).DaysAfter(domain.DateOf(o.Ended)))
}

// Outlived returns the versions that are not in force at the instant, and were used
// after they had been for the last time, or still are, in order of item and version,
// those after the cursor, at most limit. What was counted on the day on which a
// version ended is no such use.
func (v *Views) Outlived(ctx context.Context, s UsageScope, now time.Time, after VersionCursor, limit int) ([]*Outlived, error) {
	query, args := s.narrow(`SELECT item, version, max(last) AS last,
			(SELECT max(valid_until) FROM standing z WHERE z.item = u.item AND z.version = u.version) AS until,
			sum((SELECT count(*) FROM declared_use d WHERE u.declared > 0 AND d.item = u.item AND d.version = u.version
				AND d.agency = u.agency AND d.channel = u.channel AND d.ended = '')) AS running
		FROM usage_total u WHERE (item, version) > (?2, ?3)`, []any{micros(now), after.Item, after.Version})
	return many(ctx, v, func(rows columns) (*Outlived, error) {
		var o Outlived
		var last, until int64
		err := rows.Scan(&o.Item, &o.Version, &last, &until, &o.Running)
		o.Ended = fromMicros(until)
		if last >= until {
			o.LastUse = fromMicros(last)
		}
		return &o, err
	}, query+" GROUP BY item, version HAVING until <= ?1 AND (last >= until OR running > 0) ORDER BY item, version LIMIT ?", append(args, limit)...)
}

// Unused is a version that was in force in a time, and that nobody used.
type Unused struct {
	Item    string
	Version int
	From    time.Time // since when it was in force
	Until   time.Time // zero: has not ended
}

// Unused returns the versions that were in force in some months, that of a day being
// the first, and of which there was no use in them: no download, no request, and no
// declared use that ran. In order of item and version, those after the cursor, at
// most limit.
func (v *Views) Unused(ctx context.Context, s UsageScope, from domain.Date, months int, after VersionCursor, limit int) ([]*Unused, error) {
	begins, _, err := dayBounds(from)
	if err != nil {
		return nil, err
	}
	first := monthOf(fromMicros(begins))
	begin, end := monthBegins(first), monthBegins(first+months)
	const scoped = " AND (?9 = '' OR u.agency = ?9) AND (?10 = '' OR u.channel = ?10)"
	const query = `SELECT item, version, min(valid_from), max(valid_until) FROM standing z
		WHERE (item, version) > (?1, ?2) AND valid_from < ?4 AND valid_until > ?3 AND (?11 = '' OR item = ?11) AND (?12 = 0 OR edition = ?12)
			AND NOT EXISTS (SELECT 1 FROM usage_total u CROSS JOIN usage_month m ON m.series = u.id AND m.month >= ?5 AND m.month < ?6
				WHERE u.item = z.item AND u.version = z.version` + scoped + `)
			AND NOT EXISTS (SELECT 1 FROM declared_use u WHERE u.item = z.item AND u.version = z.version
				AND u.since < ?8 AND (u.ended = '' OR u.ended > ?7)` + scoped + `)
		GROUP BY item, version ORDER BY item, version LIMIT ?13`
	return many(ctx, v, func(rows columns) (*Unused, error) {
		var o Unused
		var from, until int64
		err := rows.Scan(&o.Item, &o.Version, &from, &until)
		o.From, o.Until = fromMicros(from), orForever(until)
		return &o, err
	}, query, after.Item, after.Version, micros(begin), micros(end), first, first+months, domain.DateOf(begin), domain.DateOf(end),
		s.Agency, s.Channel, s.Item, s.Edition, limit)
}
