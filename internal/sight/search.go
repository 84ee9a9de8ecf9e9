package sight

import (
	"cmp"
	"context"
	"slices"
)

// effort says how many entries are compared in one window.
type effort struct {
	some, few int  // by their look, and then in earnest
	plain     bool // only as they are, neither cut nor turned
}

var (
	inWhole = effort{some: 24, few: 8}
	inPart  = effort{some: 6, few: 3, plain: true}
)

// sighting is an entry that was seen.
type sighting struct {
	fit
	evidence

	score float64
}

// wholes are the windows on the picture as one: its content, all of it in case that the
// ground belongs to it, and what is within a frame.
func (p *picture) wholes() []*window {
	all := p.bounds()
	if p.ground == nil {
		return []*window{p.window(rectOf(all), nil)}
	}
	if p.transparent {
		if c, ok := p.content(all, nil); ok {
			return []*window{p.window(rectOf(c.box), p.ground)}
		}
		return nil
	}
	c, ok := p.content(all, p.ground)
	if !ok {
		return nil
	}
	out := []*window{p.window(rectOf(c.box), p.ground)}
	if c.box != all {
		out = append(out, p.window(rectOf(all), p.ground))
	}
	if g := groundOf(p.pixels, c.box); g != nil {
		if within, ok := p.content(c.box, g); ok && within.box != c.box && !tooSmall(within.box) {
			out = append(out, p.window(rectOf(within.box), g))
		}
	}
	return out
}

// parts are the windows on the regions of a picture.
func (p *picture) parts() []*window {
	var out []*window
	for _, r := range p.regions() {
		const beside = 3 // pixels; there is the ground
		out = append(out, p.window(rectOf(r), groundOf(p.pixels, r.Inset(-beside).Intersect(p.bounds()))))
	}
	return out
}

// search looks into windows for all entries, and returns the best sighting of each,
// the best first.
func (g *Gallery) search(ctx context.Context, windows []*window, e effort) ([]*sighting, error) {
	best := map[*entry]*sighting{}
	for _, w := range windows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, s := range g.look(w, e) {
			if b := best[s.entry]; b == nil || s.score > b.score {
				best[s.entry] = s
			}
		}
		w.views = [2]*view{} // they would be kept as long as the sightings
	}
	var out []*sighting
	for i := range g.entries { // in their order, so that the answer is always the same
		if s := best[&g.entries[i]]; s != nil {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b *sighting) int { return cmp.Compare(b.score, a.score) })
	return out, nil
}

// leastExplained is what a candidate must explain to be compared in earnest.
const leastExplained = 0.4

// look into one window.
func (g *Gallery) look(w *window, e effort) []*sighting {
	type attempt struct {
		*comparer
		fit
	}
	var attempts []attempt
	for _, c := range g.candidates(w, e.some, e.plain) {
		a := attempt{newComparer(c.entry.figure, side/2, mainShare), fit{candidate: c, window: w, place: c.form.place}}
		a.compare(&a.fit)
		if a.explained > leastExplained {
			attempts = append(attempts, a)
		}
	}
	slices.SortStableFunc(attempts, func(a, b attempt) int { return cmp.Compare(b.worth(), a.worth()) })
	var out []*sighting
	for _, a := range attempts[:min(len(attempts), e.few)] {
		a.improve(&a.fit)
		out = append(out, a.sighted())
	}
	return out
}

// sighted takes a closer look at a fit.
func (f *fit) sighted() *sighting {
	n := side
	if max(f.window.box.width(), f.window.box.height()) < side {
		n = side / 2 // there is nothing finer to be seen
	}
	c := newComparer(f.entry.figure, n, finestShare)
	c.compare(f)
	s := &sighting{fit: *f, evidence: c.closer(f)}
	s.score = s.evidence.score()
	return s
}
