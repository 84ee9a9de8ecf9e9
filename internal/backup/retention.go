package backup

import (
	"fmt"
	"time"
)

// Retention says which snapshots stay: the last ones, and the last one of each of so
// many days, weeks (ISO 8601) and months, in UTC. A snapshot stays if any of the
// four keeps it. The newest one always stays. With four zeros all stay.
type Retention struct {
	Last, Daily, Weekly, Monthly int
}

// DefaultRetention keeps two days of backups that are made each six hours, and then a
// thinning rest of a year.
var DefaultRetention = Retention{Last: 8, Daily: 14, Weekly: 8, Monthly: 12}

// removed are the snapshots that do not stay, of all, the newest first.
func (r Retention) removed(all []*Snapshot) []*Snapshot {
	if r == (Retention{}) {
		return nil
	}
	keep := make(map[*Snapshot]bool, len(all))
	for _, rule := range []struct {
		count  int
		period func(time.Time) string
	}{
		{r.Last, nil},
		{r.Daily, func(t time.Time) string { return t.Format(time.DateOnly) }},
		{r.Weekly, func(t time.Time) string { year, week := t.ISOWeek(); return fmt.Sprint(year, "-", week) }},
		{r.Monthly, func(t time.Time) string { return t.Format("2006-01") }},
	} {
		seen := map[string]bool{}
		for _, s := range all {
			period := s.Name
			if rule.period != nil {
				period = rule.period(s.Time.UTC())
			}
			if len(seen) < rule.count && !seen[period] {
				seen[period], keep[s] = true, true
			}
		}
	}
	var gone []*Snapshot
	for i, s := range all {
		if i > 0 && !keep[s] {
			gone = append(gone, s)
		}
	}
	return gone
}
