package audits

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"signet/internal/portal/audits/chart"
	"signet/internal/portal/frame"
)

// outcomes are what uses of registered things are found to be, in the order in which
// they are drawn. Of these the share is taken.
var outcomes = []string{"current", "superseded", "withdrawn", "altered"}

// point is what was counted in a span of time, or for an agency or a channel.
type point struct {
	Key          string // of the agency or the channel
	Name         string
	Path         string // of the page about it alone, if there is one
	Counts       [4]int // by outcomes
	Unregistered int
	Share        *int // in per cent; nil where nothing was counted
	Sites        int
}

// Sum is how many uses of registered things were counted.
func (p point) Sum() int { return p.Counts[0] + p.Counts[1] + p.Counts[2] + p.Counts[3] }

// drawing is what the parts "columns" and "bars" draw, with the table below.
type drawing struct {
	ID      string // of its elements in the page
	Message string // what it says, in words
	Detail  string // all of it, in words
	Points  []point
	Head    string // of the table's first column
	Audit   bool   // it was counted by audits: there are sites, and what is not registered
	Legend  []string
	Columns []column
	Bars    []bar
}

// Empty tells whether nothing was counted.
func (d *drawing) Empty() bool {
	return !slices.ContainsFunc(d.Points, func(p point) bool { return p.Sum()+p.Unregistered > 0 })
}

// part is a piece of a column or a bar.
type part struct {
	Outcome string
	Value   int
	X, Wide chart.Percent // of a bar
	Y, High float64       // of a column
}

// column is a span of time.
type column struct {
	chart.Column
	point

	Parts []part
	// Top is where the column ends.
	Top float64
}

// bar is an agency or a channel.
type bar struct {
	point

	Parts []part
}

// The plot of columns, in pixels.
const (
	plotTop    = 26
	plotHeight = 150
)

// drawTime draws a column for each span.
func drawTime(v *frame.Visit, id string, points []point) *drawing {
	d := &drawing{ID: id, Points: points, Head: v.T("audits.span"), Message: v.T("audits.none")}
	const few, fewest = 12, 6
	for i, c := range chart.Columns(len(points), few, fewest) {
		col := column{Column: c, point: points[i], Top: plotTop + plotHeight}
		for _, p := range chart.Stack(points[i].Counts[:]...) {
			y := chart.Level(p.Begin+p.Size, plotTop, plotHeight)
			col.Parts = append(col.Parts, part{Outcome: outcomes[p.Series], Value: p.Value, Y: y, High: chart.Level(p.Begin, plotTop, plotHeight) - y})
			col.Top = y
		}
		d.Columns = append(d.Columns, col)
	}
	d.describe()
	told := slices.DeleteFunc(slices.Clone(points), func(p point) bool { return p.Share == nil })
	switch n := len(told); {
	case n == 1:
		d.Message = v.T("audits.one", told[0].Name, *told[0].Share)
	case n > 1:
		last, before := told[n-1], told[n-2]
		d.Message = v.T("audits.trend", last.Name, *last.Share, before.Name, *before.Share)
	}
	return d
}

// drawEach draws a bar for each of several, the lowest share first. Those of which
// nothing was counted are left out.
func drawEach(v *frame.Visit, id, head string, points []point) *drawing {
	points = slices.DeleteFunc(points, func(p point) bool { return p.Sum()+p.Unregistered == 0 })
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(orLast(a.Share), orLast(b.Share)) })
	d := &drawing{ID: id, Points: points, Head: head, Message: v.T("audits.none")}
	for _, p := range points {
		b := bar{point: p}
		for _, s := range chart.Stack(p.Counts[:]...) {
			x, wide := s.Percents()
			b.Parts = append(b.Parts, part{Outcome: outcomes[s.Series], Value: s.Value, X: x, Wide: wide})
		}
		d.Bars = append(d.Bars, b)
	}
	d.describe()
	told := slices.DeleteFunc(slices.Clone(points), func(p point) bool { return p.Share == nil })
	switch n := len(told); {
	case n == 1:
		d.Message = v.T("audits.one", told[0].Name, *told[0].Share)
	case n > 1 && *told[0].Share == *told[n-1].Share:
		d.Message = v.T("audits.same", *told[0].Share)
	case n > 1:
		d.Message = v.T("audits.ends", told[0].Name, *told[0].Share, told[n-1].Name, *told[n-1].Share)
	}
	return d
}

// sinceFirst leaves out the spans before the first one in which something was counted,
// where nobody has asked for them.
func sinceFirst(v *frame.Visit, points []point) []point {
	if v.Value("from") != "" {
		return points
	}
	return points[max(0, slices.IndexFunc(points, func(p point) bool { return p.Sum()+p.Unregistered > 0 })):]
}

// orLast puts what has no share last.
func orLast(share *int) int {
	if share == nil {
		return 101
	}
	return *share
}

// describe says all of it in words, and which outcomes the legend must explain.
func (d *drawing) describe() {
	var words []string
	seen := [4]bool{true} // what is in force is always explained
	for _, p := range d.Points {
		for i, n := range p.Counts {
			seen[i] = seen[i] || n > 0
		}
		if p.Share != nil {
			words = append(words, fmt.Sprintf("%s: %d %%", p.Name, *p.Share))
		}
	}
	d.Detail = strings.Join(words, "; ")
	for i, name := range outcomes {
		if seen[i] {
			d.Legend = append(d.Legend, name)
		}
	}
}

// spanName is how a span of the calendar is called that begins on a day.
func spanName(v *frame.Visit, by, from string) string {
	if len(from) < len("2026-11") {
		return from
	}
	year, month := from[:4], from[5:7]
	switch by {
	case "YEAR":
		return year
	case "QUARTER":
		quarter := map[string]string{"01": "1", "04": "2", "07": "3", "10": "4"}[month]
		return v.T("audits.quarter", quarter, year)
	}
	return strings.TrimPrefix(month, "0") + "/" + year
}
