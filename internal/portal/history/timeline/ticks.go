package timeline

import (
	"time"

	"signet/domain"
)

// Unit is what begins at a tick.
type Unit int

// The units of the calendar.
const (
	Day Unit = iota
	Month
	Year
)

// Slot is the room that the words of a tick take, in CSS pixels, with some space behind.
var Slot = map[Unit]int{Day: 88, Month: 68, Year: 44}

// Tick is a mark on the axis: a day, month or year begins.
type Tick struct {
	At   time.Time
	X    Percent
	Unit Unit
}

// step is how far ticks may lie apart.
type step struct {
	unit Unit
	n    int
}

var steps = []step{
	{Day, 1},
	{Day, 7},
	{Month, 1},
	{Month, 2},
	{Month, 3},
	{Month, 6},
	{Year, 1},
	{Year, 2},
	{Year, 5},
	{Year, 10},
	{Year, 20},
	{Year, 50},
	{Year, 100},
	{Year, 200},
	{Year, 500},
	{Year, 1000},
}

// Ticks are the marks of a drawing of a width in CSS pixels, in order: as many as their
// words have room beside each other, whether it is that wide or wider.
func (s Scale) Ticks(width int) []Tick {
	for _, by := range steps {
		if !s.mayFit(by, width) {
			continue
		}
		if ticks := s.every(by); fit(ticks, width) {
			return inside(ticks, width)
		}
	}
	return nil
}

// mayFit keeps from counting the days of a century.
func (s Scale) mayFit(by step, width int) bool {
	const day = 24 * 60 * 60
	longest := map[Unit]int{Day: day, Month: 31 * day, Year: 366 * day}[by.unit] * by.n
	return (int(s.seconds())/longest-1)*Slot[by.unit] <= width
}

// every returns the ticks of a step. Weeks begin on Mondays.
func (s Scale) every(by step) (ticks []Tick) {
	for at := first(s.From, by); !at.After(s.To); at = next(at, by) {
		if s.Has(at) {
			ticks = append(ticks, Tick{at, s.X(at), by.unit})
		}
	}
	return ticks
}

// first is an instant at which a step begins, at most one step before t.
func first(t time.Time, by step) time.Time {
	t = dayOf(t)
	y, m, _ := t.Date()
	switch {
	case by.unit == Day && by.n == 7:
		const sinceMonday = 6 // of a Sunday, which is 0
		return t.AddDate(0, 0, -(int(t.Weekday())+sinceMonday)%7)
	case by.unit == Day:
		return t
	case by.unit == Month:
		return time.Date(y, m-(m-1)%time.Month(by.n), 1, 0, 0, 0, 0, domain.CityZone)
	}
	return time.Date(y-y%by.n, 1, 1, 0, 0, 0, 0, domain.CityZone)
}

func next(t time.Time, by step) time.Time {
	switch by.unit {
	case Day:
		return t.AddDate(0, 0, by.n)
	case Month:
		return t.AddDate(0, by.n, 0)
	default:
		return t.AddDate(by.n, 0, 0)
	}
}

// px is where a place lies in a drawing of a width.
func px(x Percent, width int) float64 { return float64(x) / 100 * float64(width) }

// fit tells whether the words of ticks, which stand behind them, have room.
func fit(ticks []Tick, width int) bool {
	for i := 1; i < len(ticks); i++ {
		if px(ticks[i].X-ticks[i-1].X, width) < float64(Slot[ticks[i].Unit]) {
			return false
		}
	}
	return true
}

// inside leaves out a last tick whose words would end outside.
func inside(ticks []Tick, width int) []Tick {
	if n := len(ticks); n > 0 && px(100-ticks[n-1].X, width) < float64(Slot[ticks[n-1].Unit]) {
		return ticks[:n-1]
	}
	return ticks
}
