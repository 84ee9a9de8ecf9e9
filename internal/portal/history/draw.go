package history

import (
	"time"

	"signet/domain"
	"signet/internal/portal/frame"
	"signet/internal/portal/history/timeline"
)

// drawing is what the part "timeline" draws.
type drawing struct {
	Label string // what it shows, in words
	Scale timeline.Scale
	Now   time.Time
	Ticks []tick
	Lines []*line
	Rows  int // of the lines' words
	Lanes []lane
	// Picks tells that a day can be chosen in it.
	Picks bool
}

// tick is a mark on the axis, for drawings of a level alone.
type tick struct {
	Level int
	X     timeline.Percent
	Text  string
}

// line is an instant that is marked in all lanes.
type line struct {
	timeline.Flag

	Kind string // "edition", "due", "now" or "day"
	At   time.Time
	Text string
	Path string // of the page about it, if any
}

// lane is a row of the drawing.
type lane struct {
	Name, Path string
	Code       string // beside the name
	Note       string
	Bars       []bar
	Marks      []mark
}

// bar is a span of time.
type bar struct {
	X, Width timeline.Percent
	Class    string
	Fits     int // the level from which on the words have room
	Text     string
	Path     string
	From     time.Time
	Until    time.Time // zero for one that has not ended
	Edition  int
}

// mark is what happened at an instant.
type mark struct {
	X      timeline.Percent
	At     time.Time
	Kind   string // of a step, in lower case
	Agency string
}

// newDrawing lays out the axis and lines, one of them for now, so that all of these and
// some other instants are shown.
func newDrawing(v *frame.Visit, lines []*line, shows ...time.Time) *drawing {
	now := present()
	d := &drawing{Now: now, Lines: append(lines, &line{Kind: "now", At: now, Text: v.T("history.now")})}
	for _, l := range d.Lines {
		shows = append(shows, l.At)
	}
	d.Scale = timeline.NewScale(shows...)
	flags := []*timeline.Flag{}
	for _, l := range d.Lines {
		l.X, l.Px = d.Scale.X(l.At), wordsWide(l.Text)
		flags = append(flags, &l.Flag)
	}
	d.Rows = timeline.Hang(flags, timeline.Widths[0])
	for level, width := range timeline.Widths {
		for _, t := range d.Scale.Ticks(width) {
			d.Ticks = append(d.Ticks, tick{level, t.X, calendar(v.Lang, t)})
		}
	}
	return d
}

// wordsWide is about how wide small words are, in CSS pixels.
func wordsWide(text string) int {
	const letter, space = 7, 12
	return len([]rune(text))*letter + space
}

// calendar names what begins at a tick.
func calendar(lang frame.Lang, t timeline.Tick) string {
	layout := map[timeline.Unit]string{timeline.Day: "02/01/2006", timeline.Month: "01/2006", timeline.Year: "2006"}
	if lang == frame.English {
		layout = map[timeline.Unit]string{timeline.Day: "2 Jan 2006", timeline.Month: "Jan 2006", timeline.Year: "2006"}
	}
	return t.At.Format(layout[t.Unit])
}

// bars makes a bar of a span, and a second one of what is to come of it. A span that has
// not ended goes on to the edge if it is decided that it will go on, and else until now.
func (d *drawing) bars(s timeline.Span, text, path string) []bar {
	now, end := d.Scale.X(d.Now), timeline.Percent(100)
	switch {
	case !s.Until.IsZero():
		end = d.Scale.X(s.Until)
	case s.Kind == timeline.Drafting, s.Kind == timeline.Review:
		end = now
	}
	b := bar{X: d.Scale.X(s.From), Class: string(s.Kind), Text: text, Path: path, From: s.From, Until: s.Until, Edition: s.Edition}
	if b.X >= now {
		b.Class += " ahead"
		return []bar{b.to(end)}
	}
	if end <= now {
		return []bar{b.to(end)}
	}
	ahead := b
	ahead.X, ahead.Class, ahead.Text = now, b.Class+" ahead", ""
	return []bar{b.to(now), ahead.to(end)}
}

// to lets a bar end at a place.
func (b bar) to(end timeline.Percent) bar {
	b.Width = end - b.X
	b.Fits = timeline.Fits(b.Width, wordsWide(b.Text))
	return b
}

// Axis is how high the axis is, in CSS pixels: the ticks, and the lines' words below.
func (d *drawing) Axis() int { return top + d.Rows*row }

const (
	top = 24 // of the words of ticks
	row = 18 // of a row of lines' words
)

// Base is where the words of a line stand.
func (l *line) Base() int { return top + (l.Row+1)*row - 5 }

// Milliseconds are the ends of the scale since 1970, for the script.
func (d *drawing) Milliseconds() [2]int64 {
	return [2]int64{d.Scale.From.UnixMilli(), d.Scale.To.UnixMilli()}
}

// present is now, to the hour: a page does not change faster.
func present() time.Time { return time.Now().Truncate(time.Hour) }

// dayOf reads a day as addresses have it, YYYY-MM-DD. As the kit was on a day means as it
// was at the end of it, which is now for today.
func dayOf(text string) (end time.Time, ok bool) {
	day, err := time.ParseInLocation(time.DateOnly, text, domain.CityZone)
	if err != nil || day.Year() < 1 {
		return end, false
	}
	return day.AddDate(0, 0, 1).Add(-time.Microsecond), true
}

// dayText writes a day as addresses have it.
func dayText(t time.Time) string { return t.In(domain.CityZone).Format(time.DateOnly) }
