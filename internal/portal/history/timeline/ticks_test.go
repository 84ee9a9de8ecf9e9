package timeline_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/portal/history/timeline"
)

// anyWider is a width and one at which the same is shown.
func anyWider(t *rapid.T) (drawnFor, shown int) {
	drawnFor = rapid.SampledFrom(timeline.Widths).Draw(t, "drawn for")
	return drawnFor, drawnFor + rapid.IntRange(0, 10_000).Draw(t, "wider by")
}

func TestTicksNeverCoverEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScale(t)
		width, shown := anyWider(t)
		end := 0.0
		for _, tick := range s.Ticks(width) {
			x := float64(tick.X) / 100 * float64(shown)
			const rounding = 1e-6
			if x < end-rounding {
				t.Fatalf("the tick of %v at %v begins before %v, where the one before ends", tick.At, x, end)
			}
			end = x + float64(timeline.Slot[tick.Unit])
			if end > float64(shown)+rounding {
				t.Fatalf("the tick of %v ends at %v of %d", tick.At, end, shown)
			}
		}
	})
}

func TestTicksStandWhereTheirUnitBegins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScale(t)
		width, _ := anyWider(t)
		for _, tick := range s.Ticks(width) {
			at := tick.At.In(domain.CityZone)
			h, m, sec := at.Clock()
			if !s.Has(at) || h+m+sec != 0 || tick.Unit != timeline.Day && at.Day() != 1 || tick.Unit == timeline.Year && at.Month() != 1 {
				t.Fatalf("%v is no beginning of %v", at, tick.Unit)
			}
			if tick.X != s.X(at) {
				t.Fatalf("%v stands at %v", at, tick.X)
			}
		}
	})
}

// More room is used: a wide drawing of some days has a tick at least.
func TestAWideDrawingHasTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScale(t)
		const most = 1000 * 366 // days; the next step is of a thousand years
		if days := (s.To.Unix() - s.From.Unix()) / 86400; days < 3 || days > most {
			t.Skip()
		}
		if n := len(s.Ticks(timeline.Widths[2])); n == 0 {
			t.Fatalf("%v has no tick", s)
		}
	})
}

func TestTicksAreAsCloseAsTheyMay(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		width    int
		want     string
	}{
		"five days on a desk":      {"2026-11-16", "2026-11-20", 560, "2026-11-16 2026-11-17 2026-11-18 2026-11-19 2026-11-20"},
		"a month goes by Mondays":  {"2026-11-01", "2026-11-30", 560, "2026-11-02 2026-11-09 2026-11-16 2026-11-23"},
		"half a year on a phone":   {"2026-06-20", "2026-12-05", 280, "2026-07-01 2026-09-01"},
		"half a year on a desk":    {"2026-06-20", "2026-12-05", 560, "2026-07-01 2026-08-01 2026-09-01 2026-10-01 2026-11-01"},
		"ten years on a phone":     {"2026-06-20", "2036-06-20", 280, "2028-01-01 2030-01-01 2032-01-01 2034-01-01"},
		"the years of Hải Phòng":   {"1888-07-19", "2026-11-26", 1100, "1890-01-01 1900-01-01 1910-01-01 1920-01-01 1930-01-01 1940-01-01 1950-01-01 1960-01-01 1970-01-01 1980-01-01 1990-01-01 2000-01-01 2010-01-01 2020-01-01"},
		"a day goes on for itself": {"2026-11-16", "2026-11-16", 280, "2026-11-16"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, tick := range timeline.NewScale(city(c.from+" 00:00"), city(c.to+" 00:00")).Ticks(c.width) {
				got = append(got, tick.At.Format("2006-01-02"))
			}
			if want := strings.Fields(c.want); !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

func TestFlagsNeverCoverEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, shown := anyWider(t)
		flags := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *timeline.Flag {
			return &timeline.Flag{X: timeline.Percent(rapid.Float64Range(0, 100).Draw(t, "x")), Px: rapid.IntRange(1, 140).Draw(t, "px")}
		}), 0, 12).Draw(t, "flags")
		rows := timeline.Hang(flags, width)
		for i, f := range flags {
			from, to := words(f, shown)
			if f.Row < 0 || f.Row >= rows || from < -1e-6 || to > float64(shown)+1e-6 {
				t.Fatalf("%+v lies outside of %d rows or %d px", f, rows, shown)
			}
			for _, o := range flags[:i] {
				if a, b := words(o, shown); o.Row == f.Row && from < b-1e-6 && a < to-1e-6 {
					t.Fatalf("%+v covers %+v", f, o)
				}
			}
		}
		if len(flags) == 0 != (rows == 0) {
			t.Fatalf("%d flags take %d rows", len(flags), rows)
		}
	})
}

func words(f *timeline.Flag, width int) (from, to float64) {
	x := float64(f.X) / 100 * float64(width)
	if f.Left {
		return x - float64(f.Px), x
	}
	return x, x + float64(f.Px)
}

func TestFlagsThatHaveRoomShareARow(t *testing.T) {
	near := []*timeline.Flag{{X: 10, Px: 60}, {X: 15, Px: 60}, {X: 60, Px: 60}, {X: 99, Px: 60}}
	if rows := timeline.Hang(near, 280); rows != 2 || near[0].Row != 0 || near[1].Row != 1 || near[2].Row != 0 || !near[3].Left || near[3].Row != 1 {
		t.Errorf("%d rows: %+v %+v %+v %+v", rows, near[0], near[1], near[2], near[3])
	}
	if rows := timeline.Hang(near, 2200); rows != 1 {
		t.Errorf("%d rows where there is room in one", rows)
	}
}
