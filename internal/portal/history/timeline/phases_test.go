package timeline_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/internal/portal/history/timeline"
)

func day(n int) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return city("2026-01-01 00:00").AddDate(0, 0, n)
}

func told(spans []timeline.Span) string {
	var b strings.Builder
	number := func(t time.Time) int {
		if t.IsZero() {
			return 0
		}
		return int(t.Sub(city("2026-01-01 00:00")).Hours() / 24)
	}
	for _, s := range spans {
		fmt.Fprintf(&b, "%s %d-%d ", s.Kind, number(s.From), number(s.Until))
	}
	return strings.TrimSpace(b.String())
}

func TestThePhasesOfAVersion(t *testing.T) {
	draft, submit, approve := timeline.Turn{day(1), timeline.Drafting}, timeline.Turn{day(5), timeline.Review}, timeline.Turn{day(9), timeline.Waiting}
	for name, c := range map[string]struct {
		turns     []timeline.Turn
		intervals []timeline.Interval
		ended     int
		want      string
	}{
		"one that was only begun goes on":      {turns: []timeline.Turn{draft}, want: "drafting 1-0"},
		"one under review":                     {turns: []timeline.Turn{draft, submit}, want: "drafting 1-5 review 5-0"},
		"one that was returned":                {turns: []timeline.Turn{draft, submit, {day(7), timeline.Drafting}, {day(8), timeline.Review}}, want: "drafting 1-5 review 5-7 drafting 7-8 review 8-0"},
		"turns need no order":                  {turns: []timeline.Turn{submit, draft}, want: "drafting 1-5 review 5-0"},
		"one that is in force at once":         {turns: []timeline.Turn{draft, submit, approve}, intervals: []timeline.Interval{{From: day(9)}}, want: "drafting 1-5 review 5-9 in_force 9-0"},
		"one that waits for its edition":       {turns: []timeline.Turn{draft, submit, approve}, intervals: []timeline.Interval{{From: day(20), Until: day(40)}}, want: "drafting 1-5 review 5-9 waiting 9-20 in_force 20-40"},
		"one that comes back":                  {turns: []timeline.Turn{approve}, intervals: []timeline.Interval{{From: day(60)}, {From: day(20), Until: day(40)}}, want: "waiting 9-20 in_force 20-40 in_force 60-0"},
		"one that was withdrawn before":        {turns: []timeline.Turn{draft, submit, approve}, ended: 12, want: "drafting 1-5 review 5-9 waiting 9-12"},
		"a withdrawal that is still to come":   {turns: []timeline.Turn{approve}, intervals: []timeline.Interval{{From: day(9), Until: day(50)}}, ended: 50, want: "in_force 9-50"},
		"what lasts no time is left out":       {turns: []timeline.Turn{draft, {day(1), timeline.Review}}, want: "review 1-0"},
		"two turns to the same are one phase":  {turns: []timeline.Turn{draft, {day(3), timeline.Drafting}, submit}, want: "drafting 1-5 review 5-0"},
		"one of which only its time is known":  {intervals: []timeline.Interval{{From: day(3), Until: day(4)}}, want: "in_force 3-4"},
		"a turn after it was in force is none": {turns: []timeline.Turn{draft, {day(30), timeline.Review}}, intervals: []timeline.Interval{{From: day(9)}}, want: "drafting 1-9 in_force 9-0"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := told(timeline.Phases(c.turns, c.intervals, day(c.ended))); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestPhasesAreInOrderAndDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var turns []timeline.Turn
		for range rapid.IntRange(0, 8).Draw(t, "turns") {
			turns = append(turns, timeline.Turn{day(rapid.IntRange(1, 50).Draw(t, "at")), rapid.SampledFrom([]timeline.Kind{timeline.Drafting, timeline.Review, timeline.Waiting}).Draw(t, "to")})
		}
		var intervals []timeline.Interval
		for at, n := rapid.IntRange(1, 60).Draw(t, "from"), rapid.IntRange(0, 3).Draw(t, "intervals"); n > 0; n-- {
			until := at + rapid.IntRange(1, 20).Draw(t, "lasts")
			intervals = append(intervals, timeline.Interval{From: day(at), Until: day(until)})
			at = until + rapid.IntRange(0, 5).Draw(t, "gap")
		}
		spans := timeline.Phases(turns, intervals, day(rapid.SampledFrom([]int{0, 0, 30, 70}).Draw(t, "ended")))
		inForce := 0
		for i, s := range spans {
			if s.Kind == timeline.InForce {
				inForce++
			}
			last := i == len(spans)-1
			if s.Until.IsZero() && !last || !s.Until.IsZero() && !s.From.Before(s.Until) || !last && spans[i+1].From.Before(s.Until) {
				t.Fatalf("%s", told(spans))
			}
		}
		if inForce != len(intervals) {
			t.Fatalf("%d of %d intervals are told", inForce, len(intervals))
		}
	})
}

func TestWhenAnIntervalHolds(t *testing.T) {
	i := timeline.Interval{From: day(3), Until: day(5)}
	for at, want := range map[int]bool{2: false, 3: true, 4: true, 5: false} {
		if i.Holds(day(at)) != want {
			t.Errorf("on day %d: %v", at, !want)
		}
	}
	if !(timeline.Interval{From: day(3)}).Holds(day(300)) {
		t.Error("what has no end ends")
	}
}
