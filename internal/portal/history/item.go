package history

import (
	"fmt"
	"strings"
	"time"

	"signet/internal/portal/frame"
	"signet/internal/portal/history/timeline"
)

// life is the life of a version, without what it says.
type life struct {
	Number                                    int
	State, Status, Agency                     string
	Drafted, Submitted, Approved, EffectiveAt time.Time
	EffectiveEdition                          int
	WithdrawnFrom                             time.Time
	WithdrawnReason                           string
	Replacement                               *ref
	Validities                                []timeline.Interval
	Signatures                                []signature
}

const lifeFields = `number state status agency drafted submitted approved effectiveAt effectiveEdition withdrawnFrom withdrawnReason
	replacement { key number } validities { from until edition } signatures { agency member at delegation }`

type signature struct {
	Agency, Member, Delegation string
	At                         time.Time
}

// standing is what is in force of an item.
type standing struct {
	Number, Edition       int
	ValidFrom, ValidUntil time.Time
}

// step is one in the history of an item.
type step struct {
	Position, What          string
	Version, Edition        int
	Member, Agency          string
	At, Recorded, Effective time.Time
	Via, Reason, Digest     string
}

// Late tells that the registry was told after it had happened.
func (s step) Late() bool { return s.Recorded.Sub(s.At) >= time.Minute }

// Kind is what happened, in lower case.
func (s step) Kind() string { return strings.ToLower(s.What) }

// Short is the beginning of a member's id.
func (s step) Short() string { return short(s.Member) }

// Short is the beginning of a member's id.
func (s signature) Short() string { return short(s.Member) }

func short(id string) string {
	const enough = 8
	return id[:min(len(id), enough)]
}

// Locale is the language that a translation is in, which its reason names.
func (s step) Locale() string {
	if s.What != "TRANSLATED" {
		return ""
	}
	return s.Reason
}

// itemPage is the history of an item.
type itemPage struct {
	Item *struct {
		Key, Kind, Name string
		Public          bool
		Agency          string
		Registered      time.Time
		InForce         *standing
		Versions        frame.List[life]
		History         frame.List[step]
	}
	Number  int // the only version whose steps are listed; 0 for all
	Sees    bool
	Member  bool
	Drawing *drawing
}

func item(v *frame.Visit) error {
	const document = `query PortalHistoryItem($key: String!, $locale: Locale!, $number: Int, $after: String, $older: String, $steps: Boolean!, $member: Boolean!) {
	item(key: $key) {
		key kind name(locale: $locale) public agency registered
		inForce { number edition validFrom validUntil }
		versions(first: 8, after: $older) @include(if: $member) { edges { node { ` + lifeFields + ` } } pageInfo { hasNextPage endCursor } }
		history(version: $number, first: 50, after: $after) @include(if: $steps) {
			edges { node { position what version member agency at recorded via reason effective edition digest } }
			pageInfo { hasNextPage endCursor }
		}
	}
}`
	page := itemPage{Number: count(v.Value("version")), Sees: seesSteps(v), Member: isMember(v)}
	vars := frame.Vars{
		"key": v.PathValue("key"), "locale": v.Lang, "after": v.Optional("after"), "older": v.Optional("older"), "steps": page.Sees, "member": page.Member,
	}
	if page.Number > 0 {
		vars["number"] = page.Number
	}
	if err := v.Ask(document, vars, &page); err != nil {
		return err
	}
	if page.Item == nil {
		return unknown("unknown_item")
	}
	lives := page.Item.Versions.Nodes()
	if s := page.Item.InForce; !page.Member && s != nil {
		lives = []life{{Number: s.Number, Status: "IN_FORCE", Validities: []timeline.Interval{{From: s.ValidFrom, Until: s.ValidUntil, Edition: s.Edition}}}}
	}
	steps, err := stepsOf(v, page.Item.Key, lives, page.Sees)
	if err != nil {
		return err
	}
	page.Drawing = drawLives(v, page.Item.Key, lives, steps)
	return v.Show("history/item", &page)
}

// stepsOf asks for the steps of the versions that are drawn, by their numbers. It leaves
// out those of a version that has very many.
func stepsOf(v *frame.Visit, key string, lives []life, sees bool) (map[int][]step, error) {
	steps := map[int][]step{}
	if !sees || len(lives) == 0 {
		return steps, nil
	}
	var b strings.Builder
	b.WriteString(`query PortalHistoryLanes($key: String!) { item(key: $key) {`)
	for _, l := range lives {
		fmt.Fprintf(&b, " v%d: history(version: %[1]d, first: 100) { edges { node { what at agency } } pageInfo { hasNextPage } }", l.Number)
	}
	b.WriteString(" } }")
	var all struct{ Item map[string]frame.List[step] }
	if err := v.Ask(b.String(), frame.Vars{"key": key}, &all); err != nil {
		return nil, err
	}
	for _, l := range lives {
		if some := all.Item[fmt.Sprintf("v%d", l.Number)]; some.Next() == "" {
			steps[l.Number] = some.Nodes()
		}
	}
	return steps, nil
}

// turns are where the phases of a version change: by its steps, or where these are not
// known by what is told of it.
func (l life) turns(steps []step) (turns []timeline.Turn) {
	add := func(at time.Time, to timeline.Kind) {
		if !at.IsZero() {
			turns = append(turns, timeline.Turn{At: at, To: to})
		}
	}
	for _, s := range steps {
		switch s.What {
		case "DRAFTED", "RETURNED", "TAKEN_BACK":
			add(s.At, timeline.Drafting)
		case "SUBMITTED":
			add(s.At, timeline.Review)
		case "APPROVED":
			add(s.At, timeline.Waiting)
		}
	}
	if len(steps) == 0 {
		add(l.Drafted, timeline.Drafting)
		add(l.Submitted, timeline.Review)
		add(l.Approved, timeline.Waiting)
	}
	return turns
}

// marks are the steps that are drawn: those that decide.
func (l life) marks(steps []step) (marks []mark) {
	for _, s := range steps {
		switch s.What {
		case "SIGNED", "RETURNED", "TAKEN_BACK":
			marks = append(marks, mark{At: s.At, Kind: s.Kind(), Agency: s.Agency})
		}
	}
	if len(steps) == 0 {
		for _, s := range l.Signatures {
			marks = append(marks, mark{At: s.At, Kind: "signed", Agency: s.Agency})
		}
	}
	if !l.WithdrawnFrom.IsZero() {
		marks = append(marks, mark{At: l.WithdrawnFrom, Kind: "withdrawn"})
	}
	return marks
}

// drawLives draws a lane for each version; nil if there is none.
func drawLives(v *frame.Visit, key string, lives []life, steps map[int][]step) *drawing {
	if len(lives) == 0 {
		return nil
	}
	var shows []time.Time
	spans, marks := make([][]timeline.Span, len(lives)), make([][]mark, len(lives))
	for i := range lives {
		l := lives[i]
		spans[i], marks[i] = timeline.Phases(l.turns(steps[l.Number]), l.Validities, l.WithdrawnFrom), l.marks(steps[l.Number])
		for _, s := range spans[i] {
			shows = append(shows, s.From, s.Until)
		}
		for _, m := range marks[i] {
			shows = append(shows, m.At)
		}
	}
	d := newDrawing(v, nil, shows...)
	d.Label = v.T("history.item.drawing")
	for i, l := range lives {
		path := v.Path("/items/", key, "/versions/", l.Number)
		row := lane{Name: v.T("history.version", l.Number), Path: path, Note: v.T("state." + strings.ToLower(l.Shown()))}
		for _, s := range spans[i] {
			row.Bars = append(row.Bars, d.bars(s, v.T("history.phase."+string(s.Kind)), path)...)
		}
		for _, m := range marks[i] {
			m.X = d.Scale.X(m.At)
			row.Marks = append(row.Marks, m)
		}
		d.Lanes = append(d.Lanes, row)
	}
	return d
}

// Shown is how the version stands: what it is worth, or before its approval its state.
func (l life) Shown() string {
	if l.Status == "UNAPPROVED" {
		return l.State
	}
	return l.Status
}
