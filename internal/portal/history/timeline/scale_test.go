package timeline_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/portal/history/timeline"
)

func city(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, domain.CityZone)
	if err != nil {
		panic(err)
	}
	return t
}

// anyInstant is one from the city's first mention to far ahead.
func anyInstant(t *rapid.T, name string) time.Time {
	return time.Unix(rapid.Int64Range(-2_000_000_000, 30_000_000_000).Draw(t, name), 0).UTC()
}

func anyScale(t *rapid.T) timeline.Scale {
	from := anyInstant(t, "from")
	days := rapid.OneOf(rapid.IntRange(0, 90), rapid.IntRange(0, 4_000), rapid.IntRange(0, 400_000)).Draw(t, "days")
	return timeline.NewScale(from, from.AddDate(0, 0, days))
}

func TestAScaleShowsAllOfItsInstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		instants := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Time { return anyInstant(t, "instant") }), 1, 6).Draw(t, "instants")
		s := timeline.NewScale(instants...)
		for _, at := range instants {
			if x := s.X(at); !s.Has(at) || x < 0 || x >= 100 {
				t.Errorf("%v stands at %v of %v", at, x, s)
			}
		}
		for _, edge := range []time.Time{s.From, s.To} {
			if h, m, sec := edge.In(domain.CityZone).Clock(); h+m+sec != 0 {
				t.Errorf("a day is cut at %v", edge)
			}
		}
	})
}

func TestWhatIsLaterStandsFurtherRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScale(t)
		a, b := anyInstant(t, "a"), anyInstant(t, "b")
		if a.Before(b) && s.X(a) > s.X(b) || s.X(a) < 0 || s.X(a) > 100 {
			t.Errorf("%v at %v, %v at %v", a, s.X(a), b, s.X(b))
		}
	})
}

func TestPlacesInAScale(t *testing.T) {
	s := timeline.Scale{city("2026-07-01 00:00"), city("2026-07-11 00:00")}
	for name, c := range map[string]struct {
		at   string
		want string
	}{
		"the beginning":    {"2026-07-01 00:00", "0.000%"},
		"half a day":       {"2026-07-01 12:00", "5.000%"},
		"the end":          {"2026-07-11 00:00", "100.000%"},
		"before it began":  {"2026-06-01 00:00", "0.000%"},
		"after it ended":   {"2027-06-01 00:00", "100.000%"},
		"eight minutes in": {"2026-07-01 00:08", "0.056%"},
	} {
		if got := s.X(city(c.at)).String(); got != c.want {
			t.Errorf("%s is at %s, want %s", name, got, c.want)
		}
	}
	if s := timeline.NewScale(time.Time{}, city("2026-07-01 09:00"), time.Time{}); s.From != city("2026-07-01 00:00") || s.To != city("2026-07-02 00:00") {
		t.Errorf("an instant that is none counts: %v", s)
	}
}

func TestWhatHasRoomFromWhichWidthOn(t *testing.T) {
	for _, c := range []struct {
		share timeline.Percent
		px    int
		level int
	}{{100, 280, 0}, {100, 281, 1}, {10, 28, 0}, {10, 57, 2}, {1, 88, 5}, {1, 89, 6}, {0, 1, 6}} {
		if got := timeline.Fits(c.share, c.px); got != c.level {
			t.Errorf("%d px in %v are of level %d, want %d", c.px, c.share, got, c.level)
		}
	}
}
