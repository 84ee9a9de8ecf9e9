package projections_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"signet/domain"
	"signet/projections"
)

// outlived reads all pages, each as "item version, days, running".
func (r *registry) outlived(t *testing.T, s projections.UsageScope, size int) (out []string) {
	t.Helper()
	for after := (projections.VersionCursor{}); ; {
		page, err := r.views.Outlived(t.Context(), s, r.now, after, size)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return out
		}
		for _, o := range page {
			out = append(out, fmt.Sprintf("%s v%d %d days, %d running", o.Item, o.Version, o.Days(r.now), o.Running))
			after = projections.VersionCursor{Item: o.Item, Version: o.Version}
		}
	}
}

func TestHowLongAVersionOutlivesItsEnd(t *testing.T) {
	r := newRegistry(t)
	for _, key := range []string{"counted", "declared", "downloaded", "in-time", "on-the-day"} {
		r.register(key, domain.Slogan, true)
		r.approve(key, text, domain.Effective{})
		r.download(nga, key, 1, "web")
	}
	r.declare(1, nga, "declared", 1)
	r.wait(10*day + hour)
	for _, key := range []string{"counted", "declared", "downloaded", "in-time", "on-the-day"} {
		r.approve(key, text, domain.Effective{})
	}
	ended := domain.DateOf(r.now)
	r.counted(1, "on-the-day", 1, ended, 9, 0)
	r.wait(5 * day)
	r.download(nga, "downloaded", 1, "web")
	r.counted(2, "counted", 1, ended.AddDays(3), 9, 0)
	r.wait(2 * day)
	r.catchUp()
	want := []string{"counted v1 3 days, 0 running", "declared v1 7 days, 1 running", "downloaded v1 5 days, 0 running"}
	for size := 1; size < 5; size++ {
		if got := r.outlived(t, projections.UsageScope{}, size); !slices.Equal(got, want) {
			t.Errorf("by %d: %q, want %q", size, got, want)
		}
	}
	for name, test := range map[string]struct {
		scope projections.UsageScope
		want  []string
	}{
		"of an item":                        {projections.UsageScope{Item: "counted"}, want[:1]},
		"of a channel":                      {projections.UsageScope{Channel: "web"}, want[1:]},
		"of an agency that did nothing":     {projections.UsageScope{Agency: party}, nil},
		"of an edition that there is not":   {projections.UsageScope{Edition: 1}, nil},
		"of an agency through that channel": {projections.UsageScope{Agency: culture, Channel: "portal"}, want[:1]},
	} {
		if got := r.outlived(t, test.scope, 10); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestWhatNobodyUses(t *testing.T) {
	r := newRegistry(t)
	for _, key := range []string{"counted", "declared", "downloaded", "ended-before", "never", "to-come"} {
		r.register(key, domain.Slogan, true)
		if key != "to-come" {
			r.approve(key, text, domain.Effective{})
		}
	}
	r.declare(1, nga, "declared", 1)
	r.withdraw("ended-before", 1, r.wait(day))
	r.wait(40 * day)
	r.download(nga, "downloaded", 1, "web")
	r.counted(1, "counted", 1, domain.DateOf(r.now), 1, 0)
	r.wait(30 * day)
	r.approve("to-come", text, domain.Effective{})
	r.catchUp()
	list := func(s projections.UsageScope, from domain.Date, months int) (out []string) {
		t.Helper()
		for after := (projections.VersionCursor{}); ; {
			page, err := r.views.Unused(t.Context(), s, from, months, after, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				return out
			}
			out, after = append(out, page[0].Item), projections.VersionCursor{Item: page[0].Item, Version: page[0].Version}
		}
	}
	for name, test := range map[string]struct {
		scope  projections.UsageScope
		from   domain.Date
		months int
		want   []string
	}{
		"in its first month":    {projections.UsageScope{}, "2027-01-20", 1, []string{"counted", "downloaded", "ended-before", "never"}},
		"in the month of use":   {projections.UsageScope{}, "2027-02-01", 1, []string{"never"}},
		"in both":               {projections.UsageScope{}, "2027-01-01", 2, []string{"ended-before", "never"}},
		"later":                 {projections.UsageScope{}, "2027-03-01", 1, []string{"counted", "downloaded", "never", "to-come"}},
		"by an agency":          {projections.UsageScope{Agency: foreign}, "2027-02-01", 1, []string{"counted", "declared", "downloaded", "never"}},
		"through a channel":     {projections.UsageScope{Channel: "portal"}, "2027-02-01", 1, []string{"declared", "downloaded", "never"}},
		"of an item":            {projections.UsageScope{Item: "never"}, "2027-02-01", 1, []string{"never"}},
		"of an edition":         {projections.UsageScope{Edition: 4}, "2027-02-01", 1, nil},
		"before there was much": {projections.UsageScope{}, "2026-01-01", 12, nil},
	} {
		if got := list(test.scope, test.from, test.months); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// TestIntervalsAreTheSumOfTheirParts: whole months come from sums, what is left from
// single uses, and nothing is told twice or left out.
func TestIntervalsAreTheSumOfTheirParts(t *testing.T) {
	r := used(t)
	for i := range 9 {
		r.wait(17 * day)
		r.download(nga, "slogan", 2, "web")
		r.counted(byte(i), "slogan", 2, domain.DateOf(r.now), 1+i, 0)
	}
	r.catchUp()
	sum := func(from, until time.Time) (n [3]int) {
		t.Helper()
		rows, err := r.views.UsedBetween(t.Context(), from, until, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range rows {
			n[0], n[1], n[2] = n[0]+u.Downloads, n[1]+u.Requests, n[2]+u.Declared
			if u.First.Before(from) || !u.Last.Before(until) || u.Last.Before(u.First) {
				t.Errorf("%v to %v in %v to %v", u.First, u.Last, from, until)
			}
		}
		return n
	}
	end := newYear.AddDate(1, 0, 0)
	if got := sum(newYear, end); got != [3]int{13, 45, 3} {
		t.Errorf("%d", got)
	}
	for _, cut := range []time.Duration{time.Microsecond, hour, 3*hour + 1000, 17 * day, 31 * day, 40 * day, 59*day - 1000, 59 * day, 100 * day, 360 * day} {
		at := newYear.Add(cut)
		a, b := sum(newYear, at), sum(at, end)
		if got := [3]int{a[0] + b[0], a[1] + b[1], a[2] + b[2]}; got != [3]int{13, 45, 3} {
			t.Errorf("cut at %v: %d and %d", at, a, b)
		}
	}
}
