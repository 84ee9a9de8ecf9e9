package projections

import (
	"context"
	"time"
)

// UsedBetween sums up what was downloaded, asked for and declared in the interval,
// from inclusive and until exclusive, in order of item, version, agency and channel,
// at most limit. What was counted on a day is as of its beginning. InForce is that of
// the end of the interval.
//
// Whole months are read from their sums; only of the months in which the interval
// begins and ends are single uses read.
func (v *Views) UsedBetween(ctx context.Context, from, until time.Time, limit int) ([]*UsageTotal, error) {
	first, last := monthOf(from), monthOf(until) // whole months: from first up to last, exclusive
	if monthBegins(first).Before(from) {
		first++
	}
	headUntil, tailFrom := monthBegins(first), monthBegins(last)
	if first >= last { // none is whole
		headUntil, tailFrom = until, until
	}
	query := `SELECT u.item, u.version, u.agency, u.channel, sum(p.downloads), sum(p.requests), sum(p.declared), min(p.first), max(p.last), ` + inForce + `
		FROM (SELECT m.series, m.downloads, m.requests, 0 AS declared, m.first, m.last FROM usage_total s CROSS JOIN usage_month m ON m.series = s.id WHERE m.month >= ?5 AND m.month < ?6
			UNION ALL ` + edge("?2", "?3") + " UNION ALL " + edge("?4", "?1") + `
			UNION ALL SELECT t.id, 0, 0, 1, d.at, d.at FROM declared_use d
				JOIN usage_total t ON t.item = d.item AND t.version = d.version AND t.agency = d.agency AND t.channel = d.channel WHERE d.at >= ?2 AND d.at < ?1) p
		JOIN usage_total u ON u.id = p.series GROUP BY u.id ORDER BY u.item, u.version, u.agency, u.channel LIMIT ?7`
	return many(ctx, v, scanTotal, query, micros(until), micros(from), micros(headUntil), micros(tailFrom), first, last, limit)
}

// edge is SQL for the single uses from an instant until another one, exclusive.
func edge(from, until string) string {
	within := "ON d.series = s.id AND d.at >= " + from + " AND d.at < " + until
	return "SELECT d.series, 1, 0, 0, d.at, d.at FROM usage_total s CROSS JOIN download d " + within +
		" UNION ALL SELECT d.series, 0, d.requests, 0, d.at, d.at FROM usage_total s CROSS JOIN usage_count d " + within
}
