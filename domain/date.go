package domain

import (
	"time"
)

// CityZone is the zone in which due dates are days: Asia/Ho_Chi_Minh, UTC+7
// all year, without daylight saving since 1975.
var CityZone = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Date is a day of the calendar in CityZone, written YYYY-MM-DD.
type Date string

// ParseDate accepts a day of the calendar.
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", Refuse(Invalid, "invalid_date", "%q is not a date YYYY-MM-DD", clip(s))
	}
	return Date(s), nil
}

// DateOf returns the day in CityZone on which an instant falls.
func DateOf(t time.Time) Date { return Date(t.In(CityZone).Format(time.DateOnly)) }

// AddMonths returns the same day some months later, or the last day of that
// month if it is shorter.
func (d Date) AddMonths(n int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date(first.AddDate(0, 0, min(t.Day(), last)-1).Format(time.DateOnly))
}

// AddDays returns the day n days later.
func (d Date) AddDays(n int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return Date(t.AddDate(0, 0, n).Format(time.DateOnly))
}

// DaysAfter returns how many days d is after o; negative when before.
func (d Date) DaysAfter(o Date) int {
	a, errA := time.Parse(time.DateOnly, string(d))
	b, errB := time.Parse(time.DateOnly, string(o))
	if errA != nil || errB != nil {
		return 0
	}
	return int(a.Sub(b).Hours() / 24)
}
