// Package chart turns numbers into the geometry of bars and columns.
//
// A drawing has no fixed width: where something stands in it is told in percent of the
// width, so that words keep their size on any screen. Heights are in pixels of CSS.
package chart

import "strconv"

// Percent is a part of the width of a drawing.
type Percent float64

// String writes it for an attribute of SVG, such as "12.5%".
func (p Percent) String() string { return strconv.FormatFloat(float64(p), 'f', -1, 64) + "%" }

// Part is the piece of a bar that stands for one of its values. Begin and Size are of
// 100.
type Part struct {
	Series      int // which of the values it is, from 0
	Value       int
	Begin, Size float64
}

// Percents are where the part begins and how wide it is, in a bar as wide as the drawing.
func (p Part) Percents() (x, width Percent) { return Percent(p.Begin), Percent(p.Size) }

// least is the size of the smallest part: one of a thousand must be seen.
const least = 1.5

// Stack divides a whole bar among values in their order. Values that are not positive
// have no part; without a positive value there is no bar.
func Stack(values ...int) (parts []Part) {
	var sum float64
	for _, v := range values {
		sum += float64(max(v, 0))
	}
	var drawn float64 // what the parts would take, with the small ones made larger
	for i, v := range values {
		if v > 0 {
			p := Part{Series: i, Value: v, Size: max(least, 100*float64(v)/sum)}
			drawn += p.Size
			parts = append(parts, p)
		}
	}
	begin := 0.0
	for i := range parts {
		parts[i].Size = round(parts[i].Size * 100 / drawn)
		parts[i].Begin = round(begin)
		begin = parts[i].Begin + parts[i].Size
	}
	if n := len(parts); n > 0 {
		parts[n-1].Size = round(100 - parts[n-1].Begin)
	}
	return parts
}

// round keeps a thousandth, which no eye sees.
func round(x float64) float64 {
	const kept = 1000
	return float64(int(x*kept+0.5)) / kept
}

// Column is where a column of a drawing stands.
type Column struct {
	X, Width, Middle Percent
	// Rare tells that its words are there also where there is room for few, and Seldom
	// where there is room for very few.
	Rare, Seldom bool
}

// Columns places columns side by side, with a gap of a third. Of their words at most
// few are rare, and at most fewest seldom; those of the last column are both.
func Columns(n, few, fewest int) []Column {
	columns := make([]Column, n)
	for i := range columns {
		const gap = 1.0 / 3
		step := 100 / float64(n)
		x := (float64(i) + gap/2) * step
		columns[i] = Column{
			X: Percent(round(x)), Width: Percent(round((1 - gap) * step)), Middle: Percent(round((float64(i) + 0.5) * step)),
			Rare: nth(n-1-i, n, few), Seldom: nth(n-1-i, n, fewest),
		}
	}
	return columns
}

// nth tells whether the one so far from the last is told, if at most some of n are.
func nth(fromLast, n, most int) bool {
	every := (n + most - 1) / most
	return fromLast%every == 0
}

// Level is how far from the top something of 100 lies, in a plot so high from its top
// on, in pixels.
func Level(of100 float64, top, height int) float64 {
	return round(float64(top) + float64(height)*(100-of100)/100)
}
