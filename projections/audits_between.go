package projections

import (
	"context"
	"time"

	"signet/domain"
)

// FindingCount is how many findings of an outcome there were at the sites of an agency
// on a channel.
type FindingCount struct {
	Agency  string
	Channel string
	Outcome domain.Outcome
	All     int
	Open    int // those that are not settled
	Overdue int // those of them that were to be mended before now
}

// Conditions of findings.
const (
	unsettled   = "status IN ('open', 'answered')"
	isOne       = "certainty <> 'look' AND resolution <> 'false_alarm'" // and no suggestion
	wasPromised = "promised <> '' AND promised < "                      // a day
)

// FindingCounts counts the findings that were not settled at some time of the interval,
// from inclusive and until exclusive, in order of agency, channel and outcome, at most
// limit. Open and Overdue are as of today.
func (v *Views) FindingCounts(ctx context.Context, from, until time.Time, today domain.Date, limit int) ([]*FindingCount, error) {
	return many(ctx, v, func(rows columns) (*FindingCount, error) {
		var c FindingCount
		return &c, rows.Scan(&c.Agency, &c.Channel, &c.Outcome, &c.All, &c.Open, &c.Overdue)
	}, `SELECT agency, channel, outcome, count(*), count(*) FILTER (WHERE `+unsettled+`), count(*) FILTER (WHERE `+wasPromised+`?3) FROM finding
		WHERE (`+unsettled+` OR changed >= ?1) AND first < ?2 AND `+isOne+` GROUP BY agency, channel, outcome ORDER BY agency, channel, outcome LIMIT ?4`,
		micros(from), micros(until), today, limit)
}

// Unsettled returns the findings from before an instant that are not settled, at most
// limit: first those that were to be mended before today, the oldest promise first, then
// those without one, then the others.
func (v *Views) Unsettled(ctx context.Context, until time.Time, today domain.Date, limit int) ([]*Finding, error) {
	return many(ctx, v, scanFinding, selectFinding+"WHERE "+unsettled+" AND "+isOne+" AND first < ? ORDER BY NOT ("+wasPromised+"?), promised, agency, channel, place, sequence LIMIT ?",
		micros(until), today, limit)
}
