package projections

import (
	"fmt"
	"time"

	"signet/domain"
)

// Fit is how a version stood when it was used.
type Fit int

// How a version stood when it was used. Whether it has been withdrawn or superseded
// since does not count: who used it then was right.
const (
	FitCurrent    Fit = iota // it was in force
	FitSuperseded            // its validity had ended, by another version or by an edition
	FitWithdrawn             // it had been withdrawn
	FitScheduled             // it was approved, and not in force yet
)

// fitOf is SQL for the Fit of a version that was used from an instant until another
// one, exclusive. In force is what was so at any instant between them: where only
// the day is known, that is in favour of who used it.
func fitOf(item, version, from, until string) string {
	return fmt.Sprintf(`CASE
		WHEN EXISTS (SELECT 1 FROM standing s WHERE s.item = %[1]s AND s.version = %[2]s AND s.valid_from < %[4]s AND s.valid_until > %[3]s) THEN 0
		WHEN EXISTS (SELECT 1 FROM ending e WHERE e.item = %[1]s AND e.version = %[2]s AND e.at <= %[3]s) THEN 2
		WHEN EXISTS (SELECT 1 FROM effect f WHERE f.item = %[1]s AND f.version = %[2]s AND f.at < %[4]s) THEN 1
		ELSE 3 END`, item, version, from, until)
}

// monthOf numbers the months of the calendar in the city's zone, one after another.
func monthOf(t time.Time) int {
	local := t.In(domain.CityZone)
	return local.Year()*12 + int(local.Month()) - 1
}

// monthBegins is the first instant of a month.
func monthBegins(month int) time.Time {
	return time.Date(month/12, time.Month(month%12+1), 1, 0, 0, 0, 0, domain.CityZone).UTC()
}

// dayBounds are the first instant of a day and that of the next, in microseconds.
func dayBounds(d domain.Date) (begins, ends int64, err error) {
	t, err := time.ParseInLocation(time.DateOnly, string(d), domain.CityZone)
	if err != nil {
		return 0, 0, fmt.Errorf("projections: %w", err)
	}
	return micros(t), micros(t.AddDate(0, 0, 1)), nil
}

// judgeAnew makes the sums of items anew whose validity an event changes, if they
// were used since the instant from which it does.
func (w *writer) judgeAnew(event domain.Event) error {
	switch e := event.(type) {
	case domain.VersionApproved:
		if e.From != nil {
			return w.judgeItem(e.Key, *e.From)
		}
	case domain.VersionWithdrawn:
		return w.judgeItem(e.Key, e.From)
	case domain.EditionIssued:
		for _, entry := range e.Entries {
			if err := w.judgeItem(entry.Item, e.From); err != nil {
				return err
			}
		}
		for _, key := range e.Retired {
			if err := w.judgeItem(key, e.From); err != nil {
				return err
			}
		}
	}
	return nil
}

// judgeItem makes the sums of an item anew, from the month of an instant on, if
// anything was used since then, or on that day.
func (w *writer) judgeItem(item string, since time.Time) error {
	const ofItem = "series IN (SELECT id FROM usage_total WHERE item = ?1)"
	today, _, err := dayBounds(domain.DateOf(since))
	if err != nil {
		return err
	}
	var used bool
	if err := w.row("SELECT EXISTS (SELECT 1 FROM download WHERE "+ofItem+" AND at >= ?2) OR EXISTS (SELECT 1 FROM usage_count WHERE "+ofItem+" AND at >= ?3)",
		item, micros(since), today).Scan(&used); err != nil || !used {
		return err
	}
	month := monthOf(since)
	begins := micros(monthBegins(month))
	if err := w.exec("DELETE FROM usage_month WHERE "+ofItem+" AND month >= ?2", item, month); err != nil {
		return err
	}
	return w.exec("INSERT INTO usage_month "+sumMonths("t.item = ?1 AND u.at >= ?2"), item, begins)
}

// sumMonths is SQL that sums up what was used by month. The city's zone knows no
// summer time, so that a day is as long as any other; months are SQLite's.
func sumMonths(where string) string {
	const length = int64(24 * time.Hour / time.Microsecond)
	_, east := time.Unix(0, 0).In(domain.CityZone).Zone()
	local := fmt.Sprintf("u.at / 1000000 + %d", east)
	month := fmt.Sprintf("CAST(strftime('%%Y', %[1]s, 'unixepoch') AS INTEGER) * 12 + CAST(strftime('%%m', %[1]s, 'unixepoch') AS INTEGER) - 1", local)
	part := func(table, counted, until string) string {
		return "SELECT u.series, " + month + " AS month, " + fitOf("t.item", "t.version", "u.at", until) + " AS fit, " + counted +
			", u.at FROM usage_total t CROSS JOIN " + table + " u ON u.series = t.id WHERE " + where
	}
	return "SELECT series, month, fit, sum(downloads), sum(requests), sum(robots), min(at), max(at) FROM (" +
		part("download", "1 AS downloads, 0 AS requests, 0 AS robots", "u.at + 1") + " UNION ALL " +
		part("usage_count", "0, u.requests, u.robots", fmt.Sprintf("u.at + %d", length)) + ") GROUP BY series, month, fit"
}
