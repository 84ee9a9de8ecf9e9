package report

import (
	"regexp"
	"strconv"
	"time"
)

// city is Asia/Ho_Chi_Minh: UTC+7 all year, since 13 June 1975 (IANA tz database,
// file asia). As an offset it needs no time zone files on the machine.
var city = time.FixedZone("+07", 7*60*60)

// zone is the IANA name of city.
const zone = "Asia/Ho_Chi_Minh"

// firstYear is the first whole year in which city is right.
const firstYear = 1976

// dayFormat is a day without a time: YYYY-MM-DD.
const dayFormat = time.DateOnly

// span is a period that has a name.
type span struct {
	year        int
	months      int // how long it is: 12, 6, 3 or 1
	nth         int // which of that length in the year, from 1
	from, until time.Time
}

var periodFormat = regexp.MustCompile(`^(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?$`)

// ParsePeriod reads the name of a period, and returns the interval in Hải Phòng's
// time, from inclusive, until exclusive: "2026" is the year, "2026-H1" and
// "2026-H2" are its halves, "2026-Q1" to "2026-Q4" its quarters, "2026-01" to
// "2026-12" its months. Years are 1976 to 9999. Anything else is an [Error] with the
// code period_malformed.
func ParsePeriod(s string) (from, until time.Time, err error) {
	p, err := parseSpan(s)
	return p.from, p.until, err
}

func parseSpan(s string) (span, error) {
	m := periodFormat.FindStringSubmatch(s)
	if m == nil || m[1] < strconv.Itoa(firstYear) {
		return span{}, refuse("period_malformed", "period", "%q is none of 2026, 2026-H1, 2026-Q3, 2026-07", s)
	}
	number := func(digits string) int { n, _ := strconv.Atoi(digits); return n } // the pattern lets only digits through
	p := span{year: number(m[1]), months: 12, nth: 1}
	for i, months := range map[int]int{2: 6, 3: 3, 4: 1} {
		if m[i] != "" {
			p.months, p.nth = months, number(m[i])
		}
	}
	month := time.Month((p.nth-1)*p.months + 1)
	p.from = time.Date(p.year, month, 1, 0, 0, 0, 0, city)
	p.until = p.from.AddDate(0, p.months, 0)
	return p, nil
}

// checkDay returns an [Error] with the code day_malformed unless the day is empty or
// YYYY-MM-DD.
func checkDay(field, day string) error {
	if day == "" {
		return nil
	}
	_, err := parseDay(field, day)
	return err
}

func parseDay(field, day string) (time.Time, error) {
	t, err := time.Parse(dayFormat, day)
	if err != nil || t.Year() < 1 {
		return t, refuse("day_malformed", field, "%q is not a day YYYY-MM-DD", day)
	}
	return t, nil
}
