package sight

import (
	"cmp"
	"slices"
)

// window is a part of a picture that may show an entry.
type window struct {
	picture *picture
	box     rect
	ground  *ground     // nil if nothing is known of it
	looks   []direction // coarse² each
	views   [2]*view    // of full and half length
}

func (p *picture) window(box rect, g *ground) *window {
	w := &window{picture: p, box: box, ground: g}
	planes := make([][]float32, 3)
	for c := range planes {
		planes[c] = make([]float32, coarse*coarse)
	}
	for i := range coarse * coarse {
		for c, v := range w.mean(cell(box, i, coarse)) {
			planes[c][i] = v
		}
	}
	w.looks = principal(planes, seenShare)
	return w
}

// mean of a rectangle, over a ground that is made even: where the ground changes, what
// looks like it is brought to its colour in the middle.
func (w *window) mean(r rect) (c colour) {
	for i := range c {
		c[i] = w.picture.sums[i].mean(r)
	}
	if w.ground == nil {
		return c
	}
	here := w.ground.at(float32(r.x0+r.x1)/2, float32(r.y0+r.y1)/2)
	middle := w.middle()
	share := 1 - min(max((distance(c, here)-evenly/2)/evenly, 0), 1)
	for i := range c {
		c[i] += share * (middle[i] - here[i])
	}
	return c
}

// middle is the ground in the middle of the box.
func (w *window) middle() colour {
	return w.ground.at(float32(w.box.x0+w.box.x1)/2, float32(w.box.y0+w.box.y1)/2)
}

func (w *window) aspect() float64 { return w.box.width() / w.box.height() }

// around is how much a view shows on each side of the box, as a share of it.
const around = 0.25

// view is a window with its surroundings, at about the size of a patch.
type view struct {
	n      int // cells in the length of the box
	border int // cells on each side of it
	length int // n and two borders
	planes [3][]float32
	known  []bool
}

// view of n cells.
func (w *window) view(n int) *view {
	slot := &w.views[side/n-1]
	if *slot != nil {
		return *slot
	}
	border := int(around * float64(n))
	v := &view{n: n, border: border, length: n + 2*border}
	*slot = v
	v.known = make([]bool, v.length*v.length)
	for c := range v.planes {
		v.planes[c] = make([]float32, v.length*v.length)
	}
	for i := range v.known {
		column, row := i%v.length-border, i/v.length-border
		wide, high := w.box.width()/float64(n), w.box.height()/float64(n)
		x, y := w.box.x0+float64(column)*wide, w.box.y0+float64(row)*high
		r := rect{x, y, x + wide, y + high}
		inside, known := w.knows(r)
		v.known[i] = known
		var shade colour
		switch {
		case inside:
			shade = w.mean(r)
		case known:
			shade = w.middle()
		}
		for c := range v.planes {
			v.planes[c][i] = shade[c]
		}
	}
	return v
}

// knows tells whether a cell is in the picture, and if it isn't, whether the ground
// can be taken to go on there: not where the content was cut.
func (w *window) knows(r rect) (inside, known bool) {
	whole := rectOf(w.picture.bounds())
	x, y := (r.x0+r.x1)/2, (r.y0+r.y1)/2
	inside = x > whole.x0 && x < whole.x1 && y > whole.y0 && y < whole.y1
	known = inside || w.ground != nil &&
		(x > whole.x0 || w.box.x0 > whole.x0) && (x < whole.x1 || w.box.x1 < whole.x1) &&
		(y > whole.y0 || w.box.y0 > whole.y0) && (y < whole.y1 || w.box.y1 < whole.y1)
	return inside, known
}

// sample interpolates at a point of the box; ok is false where nothing is known.
func (v *view) sample(x, y float64) (c colour, ok bool) {
	x = x*float64(v.n) + float64(v.border) - 0.5
	y = y*float64(v.n) + float64(v.border) - 0.5
	i, j := int(x), int(y)
	if x < 0 || y < 0 || i >= v.length-1 || j >= v.length-1 {
		return c, false
	}
	k := j*v.length + i
	l := k + v.length
	if !v.known[k] || !v.known[k+1] || !v.known[l] || !v.known[l+1] {
		return c, false
	}
	fx, fy := float32(x-float64(i)), float32(y-float64(j))
	for n := range c {
		p := v.planes[n]
		c[n] = (p[k]*(1-fx)+p[k+1]*fx)*(1-fy) + (p[l]*(1-fx)+p[l+1]*fx)*fy
	}
	return c, true
}

// candidate is an entry that may be seen in a window.
type candidate struct {
	entry *entry
	form  *form
	score float32
}

// candidates are the n entries that look most like what is seen in the window.
func (g *Gallery) candidates(w *window, n int, plain bool) []candidate {
	var out []candidate
	if len(w.looks) == 0 {
		return nil
	}
	for i := range g.entries {
		best := candidate{entry: &g.entries[i]}
		for k := range best.entry.forms {
			f := &best.entry.forms[k]
			if plain && !f.plain {
				break
			}
			if score := alike(w.looks, f.looks); score > best.score {
				best.form, best.score = f, score
			}
		}
		if best.form != nil {
			out = append(out, best)
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	return out[:min(n, len(out))]
}

// alike is how much of what is seen is a mixture of the looks, from 0 to about 1.
func alike(seen []direction, looks [][]float32) (score float32) {
	for _, s := range seen {
		var sum float32
		for _, l := range looks {
			d := dot(s.values, l)
			sum += d * d
		}
		score += float32(s.share) * sum
	}
	return score
}

func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	i := 0
	for ; i+3 < len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}
