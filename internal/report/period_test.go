package report_test

import (
	"errors"
	"testing"
	"time"

	"signet/internal/report"
)

func TestPeriodsAreReadInTheCitysTime(t *testing.T) {
	for period, want := range map[string]struct{ from, until string }{
		"2026":    {"2025-12-31T17:00:00Z", "2026-12-31T17:00:00Z"},
		"2026-H1": {"2025-12-31T17:00:00Z", "2026-06-30T17:00:00Z"},
		"2026-H2": {"2026-06-30T17:00:00Z", "2026-12-31T17:00:00Z"},
		"2026-Q1": {"2025-12-31T17:00:00Z", "2026-03-31T17:00:00Z"},
		"2026-Q2": {"2026-03-31T17:00:00Z", "2026-06-30T17:00:00Z"},
		"2026-Q3": {"2026-06-30T17:00:00Z", "2026-09-30T17:00:00Z"},
		"2026-Q4": {"2026-09-30T17:00:00Z", "2026-12-31T17:00:00Z"},
		"2026-07": {"2026-06-30T17:00:00Z", "2026-07-31T17:00:00Z"},
		"2026-12": {"2026-11-30T17:00:00Z", "2026-12-31T17:00:00Z"},
		"2028-02": {"2028-01-31T17:00:00Z", "2028-02-29T17:00:00Z"},
		"1976":    {"1975-12-31T17:00:00Z", "1976-12-31T17:00:00Z"},
		"9999":    {"9998-12-31T17:00:00Z", "9999-12-31T17:00:00Z"},
	} {
		from, until, err := report.ParsePeriod(period)
		if err != nil || from.UTC().Format(time.RFC3339) != want.from || until.UTC().Format(time.RFC3339) != want.until {
			t.Errorf("%s: %s, %s, %v", period, from.UTC(), until.UTC(), err)
		}
	}
}

func TestWhatIsNoPeriodIsRefused(t *testing.T) {
	for _, period := range []string{
		"", "2026-", "2026-H0", "2026-H3", "2026-Q0", "2026-Q5", "2026-00", "2026-13", "2026-7", "26", "02026", "2026-h1", "2026-H1 ", " 2026",
		"2026-07-01", "1975", "0000", "-2026", "2026-Q12", "2026\n", "２０２６", "2026–H1",
	} {
		from, until, err := report.ParsePeriod(period)
		refused(t, err, nil, "period_malformed", "period")
		if !from.IsZero() || !until.IsZero() {
			t.Errorf("%q is an interval all the same", period)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, seed := range []string{"2026", "2026-H1", "2026-Q3", "2026-07", "", "9999-12", "2026-H3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, period string) {
		from, until, err := report.ParsePeriod(period)
		if err != nil {
			var refusal *report.Error
			if !errors.As(err, &refusal) {
				t.Fatal(err)
			}
			return
		}
		if days := until.Sub(from).Hours() / 24; days < 28 || days > 366 {
			t.Errorf("%q has %v days", period, days)
		}
		if from.Format("2006") != period[:4] {
			t.Errorf("%q begins in %s", period, from)
		}
	})
}
