package sight

import (
	"context"
	"math"
	"slices"
)

// Limits of telling two entries apart.
const (
	leastAlike = 0.85 // share of the look of a sibling
	rivalScore = 0.08 // how much less a rival may have
	leastApart = 2.5  // shades between what the two would look like, as root of the mean square
	// midway is how near the middle between the two the picture may be, where 0 is one of
	// them and 1 the other, before it is left open which it is.
	midway = 0.2
	// noisy is how much of the difference may be less than what neither explains.
	noisy = 0.35
	// slightly is how much colours may have changed to speak for an entry at all.
	slightly = 0.15
)

// versions finds which of the entries that look like a sighting the picture shows, and
// which others it may be as well: versions of a logo are often nearly alike, and to
// take the one in force for a superseded one would accuse somebody falsely.
func (g *Gallery) versions(ctx context.Context, s *sighting, seen []*sighting, r rule) (best *sighting, others []*entry) {
	rivals := []*sighting{s}
	for _, o := range slices.Concat(seen, g.siblings(ctx, s, seen)) {
		if o != s && o.window == s.window && o.score > s.score-rivalScore && o.covers(s) {
			rivals = append(rivals, o)
		}
	}
	best = s
	for _, o := range rivals[1:] {
		if o.stands(r) && best.against(o) == theOther {
			best = o
		}
	}
	for _, o := range rivals {
		if o != best && best.against(o) != thisOne {
			others = append(others, o.entry)
		}
	}
	return best, others
}

// siblings are sightings of all entries that are drawn like that of a sighting, and were
// not compared in its window: only the few best are, and of many versions that differ in
// colours any may be the best.
func (g *Gallery) siblings(ctx context.Context, s *sighting, seen []*sighting) (out []*sighting) {
	for i := range g.entries {
		e := &g.entries[i]
		known := func(o *sighting) bool { return o.entry == e && o.window == s.window }
		if ctx.Err() != nil || e == s.entry || slices.ContainsFunc(seen, known) || !drawnAlike(s.entry, e) {
			continue
		}
		f := fit{candidate: candidate{entry: e, form: &e.forms[0]}, window: s.window, place: s.place}
		c := newComparer(e.figure, side/2, mainShare)
		c.compare(&f)
		c.improve(&f)
		out = append(out, f.sighted())
	}
	return out
}

// drawnAlike tells whether the main look of each of two entries is among those of the
// other.
func drawnAlike(a, b *entry) bool {
	if len(a.forms) == 0 || len(b.forms) == 0 {
		return false
	}
	within := func(look []float32, looks [][]float32) bool {
		var sum float32
		for _, l := range looks {
			d := dot(look, l)
			sum += d * d
		}
		return sum > leastAlike
	}
	return within(a.forms[0].looks[0], b.forms[0].looks) && within(b.forms[0].looks[0], a.forms[0].looks)
}

type verdict int

const (
	either verdict = iota
	thisOne
	theOther
)

// against compares with a rival what the picture would look like if it showed the one
// or the other, where that differs.
func (s *sighting) against(o *sighting) verdict {
	ours, theirs := s.fit, o.fit
	if near(ours.place, theirs.place) {
		// From one place, so that only the figures differ.
		theirs.place = ours.place
		newComparer(o.entry.figure, side, finestShare).compare(&theirs)
	}
	a, b := s.colours(), o.colours()
	if a == Same || b == Same {
		ours.paint, theirs.paint = ours.paint.faithful(), theirs.paint.faithful()
	} else if a == Changed && b == Changed {
		switch { // one of them is only a little lighter or darker
		case s.off < slightly && o.off > 2*s.off+sameColours:
			return thisOne
		case o.off < slightly && s.off > 2*o.off+sameColours:
			return theOther
		}
	}
	this, other, seen := ours.drawn(), theirs.drawn(), s.window.view(side)
	var apart, along, rest, count float64
	for i := range this {
		got, ok := seen.sample(middle(i, side))
		if !ok {
			continue
		}
		count++
		for c := range got {
			d := float64(this[i][c] - other[i][c])
			apart += d * d
			along += float64(got[c]-other[i][c]) * d
			r := min(math.Abs(float64(got[c]-this[i][c])), math.Abs(float64(got[c]-other[i][c])))
			rest += r * r
		}
	}
	if apart < leastApart*leastApart*3*count || apart < noisy*noisy*rest {
		return either
	}
	switch t := along / apart; {
	case t > 0.5+midway:
		return thisOne
	case t < 0.5-midway:
		return theOther
	}
	return either
}

// near tells whether two places differ by less than a step that finds one of them.
func near(a, b place) bool {
	for _, d := range []float64{a.a - b.a, a.b - b.b, a.c - b.c, a.d - b.d, a.e - b.e, a.f - b.f} {
		if math.Abs(d) > 2*firstStep {
			return false
		}
	}
	return true
}

// faithful keeps the colours of the figure, and only the ground is as it was seen.
func (p *paint) faithful() (out paint) {
	for c := range out {
		out[c][c] = 1
		out[c][3] = -p[c][4] / 255
		out[c][4] = p[c][4]
	}
	return out
}

// drawn is what the window would look like, in side² cells.
func (f *fit) drawn() []colour {
	planes := f.entry.figure.planes(side)
	back := f.place.inverse()
	out := make([]colour, side*side)
	for i := range out {
		u, v := back.at(middle(i, side))
		var cell [4]float64
		for c := range cell {
			cell[c] = float64(sample(planes[c], side, u, v))
		}
		out[i] = f.paint.apply(cell)
	}
	return out
}
