package chart_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"signet/internal/portal/audits/chart"
)

func TestStack(t *testing.T) {
	for name, c := range map[string]struct {
		values []int
		want   string
	}{
		"nothing":                      {nil, "[]"},
		"zeros":                        {[]int{0, 0}, "[]"},
		"one value":                    {[]int{0, 7}, "[{1 7 0 100}]"},
		"a half and two quarters":      {[]int{2, 1, 1}, "[{0 2 0 50} {1 1 50 25} {2 1 75 25}]"},
		"what is negative is left out": {[]int{-3, 1}, "[{1 1 0 100}]"},
	} {
		if got := fmt.Sprint(chart.Stack(c.values...)); got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
}

func TestPartsFillTheBarAndAllAreSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(-1, 1_000_000), 0, 5).Draw(t, "values")
		end, seen := 0.0, 0
		for _, p := range chart.Stack(values...) {
			if math.Abs(p.Begin-end) > 1e-6 || p.Size < 1.3 || p.Value != values[p.Series] {
				t.Fatalf("%+v after %v", p, end)
			}
			end = p.Begin + p.Size
			seen++
		}
		positive := 0
		for _, v := range values {
			if v > 0 {
				positive++
			}
		}
		if seen != positive || seen > 0 && math.Abs(end-100) > 1e-6 {
			t.Fatalf("%d of %d parts, up to %v", seen, positive, end)
		}
	})
}

func TestColumnsStandSideBySide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, few := rapid.IntRange(1, 120).Draw(t, "n"), rapid.IntRange(1, 12).Draw(t, "few")
		end, rare := chart.Percent(0), 0
		columns := chart.Columns(n, few, 1)
		for i, c := range columns {
			if c.X <= end || c.X+c.Width > 100 || math.Abs(float64(c.Middle-c.X-c.Width/2)) > 0.01 {
				t.Fatalf("column %d of %d: %+v after %v", i, n, c, end)
			}
			if end = c.X + c.Width; c.Rare {
				rare++
			}
			if c.Seldom != (i == n-1) {
				t.Fatalf("column %d of %d: %+v", i, n, c)
			}
		}
		if rare > few || !columns[n-1].Rare {
			t.Fatalf("%d of %d are told, at most %d", rare, n, few)
		}
	})
}

func TestLevel(t *testing.T) {
	for of, want := range map[float64]float64{100: 20, 0: 170, 50: 95} {
		if got := chart.Level(of, 20, 150); got != want {
			t.Errorf("%v is at %v, not %v", of, got, want)
		}
	}
	if got := fmt.Sprint(chart.Percent(12.5)); got != "12.5%" {
		t.Error(got)
	}
}
