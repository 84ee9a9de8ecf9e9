package sight

import (
	"math"
	"slices"
)

// Entry is a registered picture.
type Entry struct {
	ID    string
	Print Print
}

// Gallery is what pictures are compared with. It is never changed, and may be used by
// many goroutines at once; it takes some 40 kB for an entry.
type Gallery struct {
	entries []entry
}

type entry struct {
	Entry
	figure *figure
	forms  []form
}

// NewGallery prepares a gallery, in about half a millisecond for an entry. Zero prints are
// left out.
func NewGallery(all []Entry) *Gallery {
	g := &Gallery{}
	for _, e := range all {
		if len(e.Print.cells) == 0 {
			continue
		}
		f := newFigure(e.Print)
		g.entries = append(g.entries, entry{Entry: e, figure: f, forms: f.forms()})
	}
	return g
}

// coarse is the length of the small patches that candidates are found by.
const coarse = side / 4

// form is one of the ways in which an entry may be seen: whole, cut, or turned.
type form struct {
	place place       // of the content in what is seen
	looks [][]float32 // coarse² each; what is seen is a mixture of them
	plain bool        // neither cut nor turned
}

// figure is a print, ready to be compared.
type figure struct {
	print Print
	half  [4][]float32 // planes of half the length
}

func newFigure(p Print) *figure {
	f := &figure{print: p}
	const n = side / 2
	for c := range 4 {
		plane := p.plane(c)
		f.half[c] = make([]float32, n*n)
		for i := range f.half[c] {
			k := 2*(i/n)*side + 2*(i%n)
			f.half[c][i] = float32(int(plane[k])+int(plane[k+1])+int(plane[k+side])+int(plane[k+side+1])) / 4
		}
	}
	return f
}

// planes at full or half length.
func (f *figure) planes(n int) [][]float32 {
	if n == side/2 {
		return f.half[:]
	}
	out := make([][]float32, 4)
	for c := range out {
		out[c] = make([]float32, side*side)
		for i, v := range f.print.plane(c) {
			out[c][i] = float32(v)
		}
	}
	return out
}

// sample interpolates a plane of n×n cells at a point of the unit square; around it
// there is nothing.
func sample(plane []float32, n int, u, v float64) float32 {
	x, y := u*float64(n)-0.5, v*float64(n)-0.5
	if x <= -1 || y <= -1 || x >= float64(n) || y >= float64(n) {
		return 0
	}
	i, j := int(math.Floor(x)), int(math.Floor(y))
	fx, fy := float32(x-float64(i)), float32(y-float64(j))
	get := func(i, j int) float32 {
		if i < 0 || j < 0 || i >= n || j >= n {
			return 0
		}
		return plane[j*n+i]
	}
	return (get(i, j)*(1-fx)+get(i+1, j)*fx)*(1-fy) + (get(i, j+1)*(1-fx)+get(i+1, j+1)*fx)*fy
}

// How copies are cut and turned: enough that what lies between can be reached by
// small steps.
var (
	cuts = []rect{
		{0.12, 0, 1, 1},
		{0, 0.12, 1, 1},
		{0, 0, 0.88, 1},
		{0, 0, 1, 0.88},
		{0.06, 0.06, 0.94, 0.94},
		{0.12, 0.12, 0.88, 0.88},
	}
	turns = []float64{-8, -4, 4, 8} // degrees
)

func (f *figure) forms() []form {
	out := []form{{place: asItIs, plain: true}}
	if m := f.print.margins; m != [4]uint16{} {
		w, h := float64(f.print.width), float64(f.print.height)
		whole := rect{-float64(m[0]) / w, -float64(m[1]) / h, 1 + float64(m[2])/w, 1 + float64(m[3])/h}
		out = append(out, form{place: cropped(whole), plain: true})
	}
	for _, ground := range []float32{255, 0} {
		if r, ok := f.seenOver(ground); ok {
			out = append(out, form{place: cropped(r), plain: true})
		}
	}
	for _, r := range cuts {
		out = append(out, form{place: cropped(r)})
	}
	for _, degrees := range turns {
		out = append(out, form{place: f.turned(degrees * math.Pi / 180)})
	}
	for i := range out {
		out[i].looks = f.looks(out[i].place)
	}
	return slices.DeleteFunc(out, func(f form) bool { return len(f.looks) == 0 })
}

// seenOver is the part that is seen over a ground, if some of the rest is not.
func (f *figure) seenOver(ground float32) (part rect, ok bool) {
	const n, visibly = side / 2, 30
	columns, rows := make([]int, n), make([]int, n)
	for i := range n * n {
		rest := ground * (1 - f.half[3][i]/255)
		for c := range 3 {
			if v := f.half[c][i] + rest - ground; v > visibly || v < -visibly {
				columns[i%n]++
				rows[i/n]++
				break
			}
		}
	}
	x0, x1 := ends(columns, 1)
	y0, y1 := ends(rows, 1)
	part = rect{float64(x0) / n, float64(y0) / n, float64(x1) / n, float64(y1) / n}
	return part, x1-x0 > n/3 && y1-y0 > n/3 && (x1-x0 < n-1 || y1-y0 < n-1)
}

// turned is the place within its new outline.
func (f *figure) turned(angle float64) place {
	const n = side / 2
	aspect := float64(f.print.width) / float64(f.print.height)
	p := asItIs.then(move{wide: 1, high: 1, turn: angle}, aspect)
	outline := rect{9, 9, -9, -9}
	for i, covered := range f.half[3] {
		if covered < 64 {
			continue
		}
		x, y := p.at((float64(i%n)+0.5)/n, (float64(i/n)+0.5)/n)
		outline = rect{min(outline.x0, x), min(outline.y0, y), max(outline.x1, x), max(outline.y1, y)}
	}
	if outline.x1 <= outline.x0 || outline.y1 <= outline.y0 {
		return p
	}
	const edge = 0.5 / n
	outline = rect{outline.x0 - edge, outline.y0 - edge, outline.x1 + edge, outline.y1 + edge}
	w, h := outline.width(), outline.height()
	return place{p.a / w, p.b / w, (p.c - outline.x0) / w, p.d / h, p.e / h, (p.f - outline.y0) / h}
}

// looks are what may be seen of a figure at a place: red, green, blue and the ground
// may each have become anything, so what is seen is a mixture of these.
func (f *figure) looks(at place) [][]float32 {
	const fine = 2 * coarse
	planes := make([][]float32, 4)
	back := at.inverse()
	for c := range planes {
		planes[c] = make([]float32, coarse*coarse)
		for i := range fine * fine {
			u, v := back.at((float64(i%fine)+0.5)/fine, (float64(i/fine)+0.5)/fine)
			planes[c][i/fine/2*coarse+i%fine/2] += sample(f.half[c], side/2, u, v) / 4
		}
	}
	var out [][]float32
	for _, d := range principal(planes, mainShare) {
		out = append(out, d.values)
	}
	return out
}

// Shares of the variance that make a direction more than noise.
const (
	seenShare   = 0.1   // in what is seen
	mainShare   = 0.02  // in an entry, to find it
	finestShare = 0.003 // and to tell what became of its colours
)
