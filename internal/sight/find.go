package sight

import (
	"cmp"
	"context"
	"errors"
	"image"
	"math"
	"slices"
)

// Certainty says what a match is worth. That a file is certainly a version is told
// from its bytes, not by sight.
type Certainty string

// The certainties.
const (
	// Likely was verified, cell by cell: of the public logos at least 95 in 100 such
	// answers are right.
	Likely Certainty = "likely"
	// Look is a suggestion for a person, and nothing that may be said of anybody.
	Look Certainty = "look"
)

// Colours says what became of the colours.
type Colours string

// The colours.
const (
	Same    Colours = "same"
	Grey    Colours = "grey"    // a grey copy of an entry that has colours
	Changed Colours = "changed" // any others: with Likely, the entry was altered
)

// Match is an entry that was seen in a picture.
type Match struct {
	Entry     Entry
	Certainty Certainty
	// Score is from 0 to 1, and orders matches of one certainty.
	Score   float64
	Colours Colours
	// Box is where it was seen, in the coordinates of the picture; all of its bounds if
	// the picture as a whole was recognised.
	Box image.Rectangle
	// Ambiguous are other entries from which it can't be told: which of them it is must
	// be left open. In the order of the gallery.
	Ambiguous []Entry
}

// MostMatches is how many matches there are at most.
const MostMatches = 10

// Find tells which entries are seen in a picture, the best first: those that are
// likely, then suggestions. An entry is named once, in one match or as ambiguous in
// several. A picture that is too plain or small to be recognised has none.
// Errors: [ErrTooLarge], the context's.
//
// It looks at the picture as a whole, and only if nothing is likely then also at its
// parts. It takes some tens of megabytes, whatever the size of the picture.
func (g *Gallery) Find(ctx context.Context, m image.Image) ([]Match, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := newPicture(m)
	switch {
	case errors.Is(err, ErrPlain):
		return nil, nil
	case err != nil:
		return nil, err
	}
	p.settle()
	var matches matches
	for _, w := range p.wholes() {
		seen, err := g.search(ctx, []*window{w}, inWhole)
		if err != nil {
			return nil, err
		}
		found := g.judge(ctx, seen, wholeRule)
		for i := range found {
			found[i].Box = m.Bounds()
		}
		if matches = merged(matches, found); matches.likely() {
			return matches.few(), ctx.Err()
		}
	}
	seen, err := g.search(ctx, p.parts(), inPart)
	if err != nil {
		return nil, err
	}
	return merged(matches, g.judge(ctx, seen, partRule)).few(), ctx.Err()
}

// matches has the likely ones first.
type matches []Match

func (m matches) likely() bool { return len(m) > 0 && m[0].Certainty == Likely }

func (m matches) few() []Match { return m[:min(len(m), MostMatches)] }

// merged keeps the better match of each entry.
func merged(a, b matches) matches {
	all := slices.Concat(a, b)
	slices.SortStableFunc(all, func(a, b Match) int {
		if a.Certainty == b.Certainty {
			return cmp.Compare(b.Score, a.Score)
		}
		if a.Certainty == Likely {
			return -1
		}
		return 1
	})
	var out matches
	for _, m := range all {
		if !slices.ContainsFunc(out, func(o Match) bool { return o.names(m.Entry) }) {
			out = append(out, m)
		}
	}
	return out
}

// names tells whether a match is about an entry.
func (m Match) names(e Entry) bool {
	return m.Entry.ID == e.ID || slices.ContainsFunc(m.Ambiguous, func(o Entry) bool { return o.ID == e.ID })
}

// rule says what it takes to be likely, and to be worth a look. The numbers were found
// with one half of the public logos, and their worth is told from the other
// (TestPublicLogos).
type rule struct {
	likely, weakest float64 // to be likely
	// With fewer corners a drawing is too plain to be likely, or so plain that more is
	// asked for.
	tooPlain, plain int
	look            float64 // score, to be worth a look
}

var (
	wholeRule = rule{likely: 0.80, weakest: 0.70, plain: 40, look: 0.6}
	partRule  = rule{likely: 0.82, weakest: 0.65, tooPlain: 40, plain: 130, look: 0.6}
)

// judge turns sightings, the best first, into matches. One entry may be in a suggestion
// and then also in something better: merged takes it out. What it says when the context
// has ended is worth nothing.
func (g *Gallery) judge(ctx context.Context, seen []*sighting, r rule) []Match {
	var likely, look []Match
	told := map[*entry]bool{}
	var taken []*sighting
	for _, s := range seen {
		if told[s.entry] || s.score < r.look {
			continue
		}
		if !s.stands(r) || slices.ContainsFunc(taken, s.covers) {
			told[s.entry] = true
			look = append(look, s.match(Look, nil))
			continue
		}
		best, others := g.versions(ctx, s, seen, r)
		var ambiguous []Entry
		for i := range g.entries {
			if e := &g.entries[i]; slices.Contains(others, e) {
				told[e] = true
				ambiguous = append(ambiguous, e.Entry)
			}
		}
		told[best.entry] = true
		taken = append(taken, best)
		likely = append(likely, best.match(Likely, ambiguous))
		if !told[s.entry] { // the colours spoke against it
			look = append(look, s.match(Look, nil))
		}
	}
	return append(likely, look...)
}

// Limits of what is likely.
const (
	mostStretch  = 1.35 // in one direction more than in the other
	plainStretch = 1.12 // and the other: for a plain drawing
	plainSighted = 0.97
)

// stands tells whether a sighting is likely.
func (s *sighting) stands(r rule) bool {
	stretch := math.Abs(math.Log(s.stretch()))
	switch {
	case s.score < r.likely, s.weakest < r.weakest, stretch > math.Log(mostStretch), s.corners < r.tooPlain:
		return false
	case s.corners < r.plain:
		return s.colours() == Same && stretch < math.Log(plainStretch) && s.seen > plainSighted
	}
	return true
}

// Limits of colours, as shares of their range.
const (
	sameColours = 0.07
	greyColours = 0.04
)

func (s *sighting) colours() Colours {
	switch {
	case s.off <= sameColours:
		return Same
	case s.grey <= greyColours && s.own > 2*greyColours:
		return Grey
	}
	return Changed
}

// covers tells whether two sightings are of one place.
func (s *sighting) covers(o *sighting) bool {
	a, b := s.where(), o.where()
	both := area(a.Intersect(b))
	return 3*both > min(area(a), area(b))
}

// where it is, in pixels of the shrunk picture.
func (s *sighting) where() image.Rectangle {
	r, box := s.place.around(), s.window.box
	return image.Rect(
		int(box.x0+r.x0*box.width()), int(box.y0+r.y0*box.height()),
		int(math.Ceil(box.x0+r.x1*box.width())), int(math.Ceil(box.y0+r.y1*box.height())),
	).Intersect(s.window.picture.bounds())
}

func (s *sighting) match(c Certainty, ambiguous []Entry) Match {
	p := s.window.picture
	r, size := s.where(), p.bounds().Size()
	at := func(x, y int) image.Point {
		return image.Pt(x*p.origin.Dx()/size.X, y*p.origin.Dy()/size.Y).Add(p.origin.Min)
	}
	return Match{
		Entry: s.entry.Entry, Certainty: c, Score: s.score, Colours: s.colours(), Ambiguous: ambiguous,
		Box: image.Rectangle{at(r.Min.X, r.Min.Y), at(r.Max.X, r.Max.Y)},
	}
}
