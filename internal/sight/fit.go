package sight

import "math"

// fit is how an entry lies in a window, and what has become of its colours.
type fit struct {
	candidate

	window *window
	place  place // of the content in the box
	// explained is the share of what is seen that the entry explains, from 0 to 1; seen is
	// the share of the entry that lies where something is known.
	explained, seen float64
	paint           paint
}

// paint says what colours became: each of red, green and blue is a mixture of the four
// planes of a figure, and a constant, which is the ground.
type paint [3][5]float64

// apply gives the colour of a cell with these values of the planes.
func (p *paint) apply(planes [4]float64) (c colour) {
	for i := range c {
		row := &p[i]
		c[i] = float32(row[0]*planes[0] + row[1]*planes[1] + row[2]*planes[2] + row[3]*planes[3] + row[4])
	}
	return c
}

// worth is what a fit is improved by: what is not seen can't speak for it.
func (f *fit) worth() float64 { return f.explained - 0.3*(1-f.seen) }

// comparer compares one figure with windows, at one length of patch.
type comparer struct {
	n          int
	figure     *figure
	directions []direction
	means      [4]float64
}

func newComparer(f *figure, n int, leastShare float64) *comparer {
	c := &comparer{n: n, figure: f}
	planes := f.planes(n)
	c.directions = principal(planes, leastShare)
	for i, plane := range planes {
		for _, v := range plane {
			c.means[i] += float64(v)
		}
		c.means[i] /= float64(n * n)
	}
	return c
}

// compare finds the mixture of the figure's planes that explains best what is seen at
// a place.
func (c *comparer) compare(f *fit) {
	view := f.window.view(c.n)
	k := len(c.directions)
	var m system
	known := 0
	var square float64
	var row [5]float64
	row[k] = 1
	for i := range c.n * c.n {
		seen, ok := view.sample(f.place.at(middle(i, c.n)))
		if !ok {
			continue
		}
		known++
		for j := range k {
			row[j] = float64(c.directions[j].values[i])
		}
		for a := range k + 1 {
			for b := range a + 1 {
				m.left[a][b] += row[a] * row[b]
			}
			for channel := range seen {
				m.right[a][channel] += row[a] * float64(seen[channel])
			}
		}
		for _, v := range seen {
			square += float64(v) * float64(v)
		}
	}
	f.explained, f.seen = 0, float64(known)/float64(c.n*c.n)
	if k == 0 || f.seen < leastSeen {
		return
	}
	total := square
	for _, sum := range m.right[k] {
		total -= sum * sum / float64(known)
	}
	if total < 3*float64(known) { // about one shade
		return
	}
	right := m.right
	m.solve(k + 1)
	rest := square
	for a := range k + 1 {
		for channel := range 3 {
			rest -= m.right[a][channel] * right[a][channel]
		}
	}
	f.explained = min(max(1-rest/total, 0), 1)
	f.paint = c.paint(&m)
}

// leastSeen is how much of an entry must be seen for it to be compared.
const leastSeen = 0.7

// paint turns a mixture of directions into one of planes.
func (c *comparer) paint(m *system) (p paint) {
	k := len(c.directions)
	for channel := range p {
		p[channel][4] = m.right[k][channel]
		for j, d := range c.directions {
			for plane, mix := range d.mix {
				p[channel][plane] += m.right[j][channel] * mix
				p[channel][4] -= m.right[j][channel] * mix * c.means[plane]
			}
		}
	}
	return p
}

// system is that of the normal equations, with one right side for each channel.
type system struct {
	left  [5][5]float64 // only the lower half is used
	right [5][3]float64 // then the solution
}

// solve by Cholesky's method; a direction that isn't seen gets nothing.
func (s *system) solve(n int) {
	for a := range n {
		for b := range a + 1 {
			sum := s.left[a][b]
			for j := range b {
				sum -= s.left[a][j] * s.left[b][j]
			}
			switch {
			case a != b:
				s.left[a][b] = sum * s.left[b][b]
			case sum > 1e-6:
				s.left[a][a] = 1 / math.Sqrt(sum)
			default:
				s.left[a][a] = 0
			}
		}
	}
	for channel := range 3 {
		for a := range n {
			for j := range a {
				s.right[a][channel] -= s.left[a][j] * s.right[j][channel]
			}
			s.right[a][channel] *= s.left[a][a]
		}
		for a := n - 1; a >= 0; a-- {
			for j := a + 1; j < n; j++ {
				s.right[a][channel] -= s.left[j][a] * s.right[j][channel]
			}
			s.right[a][channel] *= s.left[a][a]
		}
	}
}

// Steps by which a fit is moved, as shares of the box (or radians).
const (
	firstStep = 0.03
	lastStep  = 0.005
)

// improve moves a fit by smaller and smaller steps while that explains more.
func (c *comparer) improve(f *fit) {
	aspect := f.window.aspect()
	for step := firstStep; step >= lastStep; step /= 2 {
		for range 2 {
			before := f.worth()
			for _, m := range []move{
				{right: step, wide: 1, high: 1},
				{down: step, wide: 1, high: 1},
				{wide: 1 + 2*step, high: 1},
				{wide: 1, high: 1 + 2*step},
				{wide: 1, high: 1, turn: step},
			} {
				if !c.try(f, m, aspect) {
					c.try(f, m.back(), aspect)
				}
			}
			if f.worth() < before+1e-3 {
				break
			}
		}
	}
}

func (c *comparer) try(f *fit, m move, aspect float64) bool {
	moved := *f
	moved.place = f.place.then(m, aspect)
	c.compare(&moved)
	if moved.worth() <= f.worth() {
		return false
	}
	*f = moved
	return true
}

func (m move) back() move {
	return move{-m.right, -m.down, 1 / m.wide, 1 / m.high, -m.turn}
}

// stretch is how much wider, compared with its height, the entry has become.
func (f *fit) stretch() float64 {
	w, h := f.window.box.width(), f.window.box.height()
	wide, high := math.Hypot(f.place.a*w, f.place.d*h), math.Hypot(f.place.b*w, f.place.e*h)
	return wide / high * float64(f.entry.Print.height) / float64(f.entry.Print.width)
}
