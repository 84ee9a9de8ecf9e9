package history

import (
	"net/url"
	"strings"
	"time"

	"signet/internal/portal/frame"
	"signet/internal/portal/history/timeline"
)

// kitRow is an item of the kit, and when which version of it is in force.
type kitRow struct {
	Key, Kind, Name string
	Spans           []kitSpan
	// More tells that there are older versions.
	More bool
}

// kitSpan is a time in which a version is in force.
type kitSpan struct {
	timeline.Interval

	Number    int
	Withdrawn bool // it ended, or ends, by a withdrawal
	OnDay     bool // it is in force on the day that was asked about
}

// kitPage is the kit across its editions.
type kitPage struct {
	Kind     string
	Kinds    []string
	Day      string // that was asked about, YYYY-MM-DD; empty for none
	BadDay   string // what was typed and is none
	Last     string // the last day that may be asked about; empty if any may
	Rows     []kitRow
	Editions []editionRow
	Drawing  *drawing
	Member   bool
	Next     string
}

// Address is that of the same page for a kind, or for all if that is empty, after a cursor,
// or from the beginning.
func (p *kitPage) Address(kind, after string) string {
	q := url.Values{}
	for name, value := range map[string]string{"kind": kind, "at": p.Day, "after": after} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return strings.TrimSuffix("/history?"+q.Encode(), "?")
}

var kinds = []string{"SLOGAN", "LOGO", "MESSAGE_SET", "TEMPLATE"}

func kit(v *frame.Visit) error {
	page := kitPage{Kinds: kinds, Member: isMember(v)}
	for _, kind := range kinds {
		if v.Value("kind") == kind {
			page.Kind = kind
		}
	}
	if !page.Member {
		page.Last = dayText(time.Now())
	}
	var day time.Time
	if text := v.Value("at"); text != "" {
		end, ok := dayOf(text)
		if ok && (page.Last == "" || text <= page.Last) {
			day, page.Day = end, text
		} else {
			page.BadDay = text
		}
	}
	read := readPublicKit
	if page.Member {
		read = readKit
	}
	if err := read(v, &page, day); err != nil {
		return err
	}
	page.mark(day)
	page.Drawing = page.draw(v, day)
	return v.Show("history/kit", &page)
}

// variables are what both documents are asked with.
func (p *kitPage) variables(v *frame.Visit) frame.Vars {
	vars := frame.Vars{"locale": v.Lang, "after": v.Optional("after")}
	if p.Kind != "" {
		vars["kind"] = p.Kind
	}
	return vars
}

// readKit reads all that members know.
func readKit(v *frame.Visit, p *kitPage, _ time.Time) error {
	const document = `query PortalHistoryKit($locale: Locale!, $kind: Kind, $after: String) {
	items(kind: $kind, first: 40, after: $after) {
		edges { node {
			key kind name(locale: $locale)
			versions(first: 20) { edges { node { number withdrawnFrom validities { from until edition } } } pageInfo { hasNextPage } }
		} }
		pageInfo { hasNextPage endCursor }
	}
	editions(first: 100) { edges { node { number title(locale: $locale) due issued } } }
}`
	var all struct {
		Items frame.List[struct {
			Key, Kind, Name string
			Versions        frame.List[struct {
				Number        int
				WithdrawnFrom time.Time
				Validities    []timeline.Interval
			}]
		}]
		Editions frame.List[editionRow]
	}
	if err := v.Ask(document, p.variables(v), &all); err != nil {
		return err
	}
	for _, i := range all.Items.Nodes() {
		row := kitRow{Key: i.Key, Kind: i.Kind, Name: i.Name, More: i.Versions.PageInfo.HasNextPage}
		for _, version := range i.Versions.Nodes() {
			for _, interval := range version.Validities {
				withdrawn := !interval.Until.IsZero() && interval.Until.Equal(version.WithdrawnFrom)
				row.Spans = append(row.Spans, kitSpan{Interval: interval, Number: version.Number, Withdrawn: withdrawn})
			}
		}
		p.Rows = append(p.Rows, row)
	}
	p.Editions, p.Next = all.Editions.Nodes(), all.Items.Next()
	return nil
}

// readPublicKit reads what is public and in force on a day, by default now.
func readPublicKit(v *frame.Visit, p *kitPage, day time.Time) error {
	const document = `query PortalHistoryPublicKit($locale: Locale!, $kind: Kind, $after: String, $at: DateTime) {
	approved(kind: $kind, asOf: $at, first: 40, after: $after) {
		edges { node { key kind number name(locale: $locale) validFrom validUntil edition } }
		pageInfo { hasNextPage endCursor }
	}
}`
	vars := p.variables(v)
	if !day.IsZero() {
		vars["at"] = day
	}
	var all struct {
		Approved frame.List[struct {
			Key, Kind, Name       string
			Number, Edition       int
			ValidFrom, ValidUntil time.Time
		}]
	}
	if err := v.Ask(document, vars, &all); err != nil {
		return err
	}
	for _, a := range all.Approved.Nodes() {
		p.Rows = append(p.Rows, kitRow{Key: a.Key, Kind: a.Kind, Name: a.Name, Spans: []kitSpan{{
			Interval: timeline.Interval{From: a.ValidFrom, Until: a.ValidUntil, Edition: a.Edition}, Number: a.Number,
		}}})
	}
	p.Next = all.Approved.Next()
	return nil
}

// mark tells what is in force on the day.
func (p *kitPage) mark(day time.Time) {
	for _, row := range p.Rows {
		for i := range row.Spans {
			row.Spans[i].OnDay = p.Day != "" && row.Spans[i].Holds(day)
		}
	}
}

// draw draws a lane for each item, and a line for each edition.
func (p *kitPage) draw(v *frame.Visit, day time.Time) *drawing {
	if len(p.Rows) == 0 {
		return nil
	}
	var shows []time.Time
	for _, row := range p.Rows {
		for _, s := range row.Spans {
			shows = append(shows, s.From, s.Until)
		}
	}
	var lines []*line
	for _, e := range p.Editions {
		l := &line{Kind: "edition", At: e.Issued, Text: v.T("history.edition.short", e.Number), Path: v.Path("/editions/", e.Number)}
		if e.Issued.IsZero() {
			l.Kind, l.At, l.Text = "due", e.dueAt(), v.T("history.edition.due.short", e.Number)
		}
		lines = append(lines, l)
	}
	if p.Day != "" {
		lines = append(lines, &line{Kind: "day", At: day, Text: v.T("history.day.short")})
	}
	d := newDrawing(v, lines, shows...)
	d.Label, d.Picks = v.T("history.kit.drawing"), true
	for _, row := range p.Rows {
		d.Lanes = append(d.Lanes, d.lane(v, row))
	}
	return d
}

// lane draws the times of an item's versions.
func (d *drawing) lane(v *frame.Visit, r kitRow) lane {
	l := lane{Name: r.Name, Path: v.Path("/items/", r.Key, "/history"), Code: r.Key}
	switch {
	case r.More:
		l.Note = v.T("history.older.hidden")
	case len(r.Spans) == 0:
		l.Note = v.T("history.never")
	}
	for _, s := range r.Spans {
		span := timeline.Span{Kind: timeline.InForce, From: s.From, Until: s.Until, Edition: s.Edition}
		for _, b := range d.bars(span, v.T("history.version.short", s.Number), v.Path("/items/", r.Key, "/versions/", s.Number)) {
			if s.OnDay {
				b.Class += " onday"
			}
			l.Bars = append(l.Bars, b)
		}
		if s.Withdrawn {
			l.Marks = append(l.Marks, mark{X: d.Scale.X(s.Until), At: s.Until, Kind: "withdrawn"})
		}
	}
	return l
}
