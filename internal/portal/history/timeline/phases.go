package timeline

import (
	"cmp"
	"slices"
	"time"
)

// Kind is what a phase in the life of a version is.
type Kind string

// The phases.
const (
	Drafting Kind = "drafting" // it is being written, or written again
	Review   Kind = "review"   // agencies are asked to sign
	Waiting  Kind = "waiting"  // it is approved, and not in force yet
	InForce  Kind = "in_force"
)

// Turn is an instant at which the phase changes. After a turn to InForce none follows:
// for that there are intervals.
type Turn struct {
	At time.Time
	To Kind
}

// Interval is a time in which a version is in force. Until is zero while no end of it
// has been decided.
type Interval struct {
	From, Until time.Time
	Edition     int // 0 for none
}

// Holds tells whether an instant lies in the interval.
func (i Interval) Holds(t time.Time) bool {
	return !t.Before(i.From) && (i.Until.IsZero() || t.Before(i.Until))
}

// Span is a phase. Until is zero if it has not ended.
type Span struct {
	Kind        Kind
	From, Until time.Time
	Edition     int // of an interval
}

// Phases are the phases of a version in order. They don't overlap, and those that last
// no time are left out. Ended is when all ends although nothing has followed, as by a
// withdrawal; zero if it has not.
func Phases(turns []Turn, intervals []Interval, ended time.Time) (spans []Span) {
	turns, intervals = slices.Clone(turns), slices.Clone(intervals)
	slices.SortStableFunc(turns, func(a, b Turn) int { return a.At.Compare(b.At) })
	slices.SortFunc(intervals, func(a, b Interval) int { return cmp.Or(a.From.Compare(b.From), a.Until.Compare(b.Until)) })
	limit := ended // before it lies whatever is no interval
	if len(intervals) > 0 {
		limit = intervals[0].From
	}
	add := func(s Span) {
		n := len(spans)
		switch {
		case !s.Until.IsZero() && !s.From.Before(s.Until):
		case n > 0 && s.Kind != InForce && spans[n-1].Kind == s.Kind && spans[n-1].Until.Equal(s.From):
			spans[n-1].Until = s.Until
		default:
			spans = append(spans, s)
		}
	}
	for i, t := range turns {
		until := limit
		if i+1 < len(turns) && (limit.IsZero() || turns[i+1].At.Before(limit)) {
			until = turns[i+1].At
		}
		add(Span{Kind: t.To, From: t.At, Until: until})
	}
	for _, i := range intervals {
		add(Span{Kind: InForce, From: i.From, Until: i.Until, Edition: i.Edition})
	}
	return spans
}
