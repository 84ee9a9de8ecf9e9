package projections

import (
	"context"
	"time"

	"signet/domain"
)

// UsageScope says whose use of what is summed up; empty fields mean any.
type UsageScope struct {
	Item    string
	Agency  string
	Channel string
	Edition int // versions that this edition put in force
}

// narrow adds the scope's conditions on the columns of u.
func (s UsageScope) narrow(query string, args []any) (string, []any) {
	query, args = UsageFilter{Item: s.Item, Agency: s.Agency, Channel: s.Channel}.narrow(query, args)
	if s.Edition != 0 {
		query += " AND EXISTS (SELECT 1 FROM effect e WHERE e.item = u.item AND e.version = u.version AND e.edition = ?)"
		args = append(args, s.Edition)
	}
	return query, args
}

// Uses counts uses by how the version stood when it was used.
type Uses struct{ Current, Superseded, Withdrawn, Scheduled int }

func (u *Uses) add(fit Fit, n int) {
	switch fit {
	case FitCurrent:
		u.Current += n
	case FitSuperseded:
		u.Superseded += n
	case FitWithdrawn:
		u.Withdrawn += n
	case FitScheduled:
		u.Scheduled += n
	}
}

// UsageCompliance tells how far what was used in a time was in force when it was used.
type UsageCompliance struct {
	From, To  domain.Date // first and last day
	Downloads Uses
	Requests  Uses // as they were counted in logs, without Robots
	Robots    int
	// Declared are the declared uses that ran on the last day, or today if that is
	// earlier, by how their versions stood on that day.
	Declared Uses
}

// Share is the share of what was in force in per cent, rounded down, of the downloads
// and requests of versions that had been in force by then; nil if there were none.
func (c *UsageCompliance) Share() *int {
	right := c.Downloads.Current + c.Requests.Current
	wrong := c.Downloads.Superseded + c.Downloads.Withdrawn + c.Requests.Superseded + c.Requests.Withdrawn
	if right+wrong == 0 {
		return nil
	}
	share := int(float64(right) / float64(right+wrong) * 100)
	return &share
}

// UsageCompliance returns what was used in each of so many spans of months, that of a day
// being the first; now is the present.
func (v *Views) UsageCompliance(ctx context.Context, s UsageScope, from domain.Date, spans, months int, now time.Time) ([]*UsageCompliance, error) {
	begins, _, err := dayBounds(from)
	if err != nil {
		return nil, err
	}
	first := monthOf(fromMicros(begins))
	out := make([]*UsageCompliance, spans)
	for i := range out {
		until := monthBegins(first + (i+1)*months)
		out[i] = &UsageCompliance{From: domain.DateOf(monthBegins(first + i*months)), To: domain.DateOf(until).AddDays(-1)}
	}
	query, args := s.narrow(`SELECT (m.month - ?1) / ?2, m.fit, sum(m.downloads), sum(m.requests), sum(m.robots)
		FROM usage_total u CROSS JOIN usage_month m ON m.series = u.id AND m.month >= ?1 AND m.month < ?3 WHERE TRUE`, []any{first, months, first + spans*months})
	if _, err = many(ctx, v, func(rows columns) (*struct{}, error) {
		var at, downloads, requests, robots int
		var fit Fit
		if err := rows.Scan(&at, &fit, &downloads, &requests, &robots); err != nil {
			return nil, err
		}
		out[at].Downloads.add(fit, downloads)
		out[at].Requests.add(fit, requests)
		out[at].Robots += robots
		return nil, nil //nolint:nilnil // it is entered already
	}, query+" GROUP BY 1, 2", args...); err != nil {
		return nil, err
	}
	return out, v.declaredIn(ctx, s, out, now)
}

// declaredIn enters the uses that were declared.
func (v *Views) declaredIn(ctx context.Context, s UsageScope, spans []*UsageCompliance, now time.Time) error {
	type day struct {
		Day        domain.Date
		From, Till int64
	}
	var days []day
	today := domain.DateOf(now)
	for _, c := range spans {
		if c.From > today {
			break
		}
		d := day{Day: min(c.To, today)}
		var err error
		if d.From, d.Till, err = dayBounds(d.Day); err != nil {
			return err
		}
		days = append(days, d)
	}
	list, err := asJSON(days)
	if err != nil {
		return err
	}
	query, args := s.narrow("SELECT p.key, "+fitOf("u.item", "u.version", "(p.value->>'From')", "(p.value->>'Till')")+` AS fit, count(*)
		FROM declared_use u CROSS JOIN json_each(?1) p ON u.since <= p.value->>'Day' AND (u.ended = '' OR u.ended > p.value->>'Day') WHERE TRUE`, []any{list})
	_, err = many(ctx, v, func(rows columns) (*struct{}, error) {
		var at, n int
		var fit Fit
		err := rows.Scan(&at, &fit, &n)
		spans[at].Declared.add(fit, n)
		return nil, err
	}, query+" GROUP BY 1, 2", args...)
	return err
}
