package timeline

import (
	"strconv"
	"time"

	"signet/domain"
)

// Percent is a place in a drawing, or a width, from 0 to 100.
type Percent float64

// String writes it as an SVG attribute has it: "12.345%".
func (p Percent) String() string { return strconv.FormatFloat(float64(p), 'f', 3, 64) + "%" }

// Widths are the widths of a drawing, in CSS pixels, from which a level holds: what is
// of level 2 has room in a drawing that is at least Widths[2] wide.
var Widths = []int{280, 560, 1100, 2200, 4400, 8800}

// Fits is the lowest level at which a share of a drawing is at least px wide, and
// len(Widths) if that is none of them.
func Fits(share Percent, px int) int {
	for level, width := range Widths {
		if float64(share)/100*float64(width) >= float64(px) {
			return level
		}
	}
	return len(Widths)
}

// Scale lays the time from From to To over the width of a drawing.
type Scale struct{ From, To time.Time }

// NewScale makes a scale that shows all of some instants, with whole days of the city's
// calendar and some room behind the last one. Instants that are zero don't count.
func NewScale(instants ...time.Time) Scale {
	var s Scale
	for _, t := range instants {
		if t.IsZero() {
			continue
		}
		if s.From.IsZero() || t.Before(s.From) {
			s.From = t
		}
		if t.After(s.To) {
			s.To = t
		}
	}
	const room = 30 // the part of the width that is left behind the last instant
	s.To = dayOf(time.Unix(s.To.Unix()+s.seconds()/room, 0)).AddDate(0, 0, 1)
	s.From = dayOf(s.From)
	return s
}

// dayOf is the beginning of the day of the city's calendar in which an instant lies.
func dayOf(t time.Time) time.Time {
	y, m, d := t.In(domain.CityZone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, domain.CityZone)
}

// seconds is how long a scale is. A time.Duration ends at 292 years.
func (s Scale) seconds() int64 { return s.To.Unix() - s.From.Unix() }

// X is where an instant stands: at an edge if it lies outside.
func (s Scale) X(t time.Time) Percent {
	x := 100 * Percent(t.Unix()-s.From.Unix()) / Percent(s.seconds())
	return min(max(x, 0), 100)
}

// Has tells whether an instant lies in the drawing.
func (s Scale) Has(t time.Time) bool { return !t.Before(s.From) && !t.After(s.To) }
