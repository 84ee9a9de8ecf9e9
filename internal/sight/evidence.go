package sight

import (
	"math"
	"slices"
)

// evidence says how well a fit stands up to a closer look.
type evidence struct {
	whole   float64 // correlation with what the entry explains, from 0 to 1
	detail  float64 // the same without soft shades
	edges   float64 // correlation of where there are edges, whatever their colours
	weakest float64 // edges, in the part of the picture where it is worst
	corners int     // of what is explained; a plain drawing has few
	shades
}

// score puts it into one number, from 0 to 1: where the edges are tells most.
func (e evidence) score() float64 { return max((e.whole+e.detail+2*e.edges)/4, 0) }

// closer looks at a fit cell by cell.
func (c *comparer) closer(f *fit) evidence {
	n := c.n
	planes := c.figure.planes(n)
	view := f.window.view(n)
	var seen, rest [3][]float32
	for channel := range seen {
		seen[channel], rest[channel] = make([]float32, n*n), make([]float32, n*n)
	}
	drawn := make([][]float32, 3)
	for i := range n * n {
		want := f.paint.apply(cellOf(planes, i))
		got, ok := view.sample(f.place.at(middle(i, n)))
		if !ok {
			got = want
		}
		for channel := range seen {
			seen[channel][i], rest[channel][i] = got[channel], got[channel]-want[channel]
			drawn[channel] = append(drawn[channel], want[channel])
		}
	}
	var whole, missed float64
	for channel := range seen {
		whole += energy(detail(seen[channel], n))
		missed += energy(detail(rest[channel], n))
	}
	e := evidence{whole: math.Sqrt(f.explained), corners: corners(drawn, n), shades: f.paint.shades(planes)}
	if whole > 0 {
		e.detail = math.Sqrt(max(1-missed/whole, 0))
	}
	ours, theirs := edges(planes, n), edges(seen[:], n)
	e.edges, e.weakest = correlation(ours, theirs), weakest(ours, theirs, n)
	return e
}

// middle of a cell of n×n, in the unit square.
func middle(i, n int) (u, v float64) {
	return (float64(i%n) + 0.5) / float64(n), (float64(i/n) + 0.5) / float64(n)
}

func cellOf(planes [][]float32, i int) (cell [4]float64) {
	for c := range cell {
		cell[c] = float64(planes[c][i])
	}
	return cell
}

// weakest is the least correlation of the quarters and the middle that have any edges.
func weakest(a, b []float32, n int) float64 {
	least := 1.0
	half := n / 2
	for _, at := range [][2]int{{0, 0}, {half, 0}, {0, half}, {half, half}, {half / 2, half / 2}} {
		var x, y []float32
		for j := range half {
			from := (at[1]+j)*n + at[0]
			x, y = append(x, a[from:from+half]...), append(y, b[from:from+half]...)
		}
		if 20*(energy(x)+energy(y)) < energy(a)+energy(b) {
			continue
		}
		least = min(least, correlation(x, y))
	}
	return least
}

// detail is a plane without its soft shades.
func detail(plane []float32, n int) []float32 {
	const reach = 2
	out := make([]float32, n*n)
	for y := range n {
		for x := range n {
			var sum, count float32
			for j := max(y-reach, 0); j <= min(y+reach, n-1); j++ {
				for i := max(x-reach, 0); i <= min(x+reach, n-1); i++ {
					sum += plane[j*n+i]
					count++
				}
			}
			out[y*n+x] = plane[y*n+x] - sum/count
		}
	}
	return out
}

func energy(plane []float32) (sum float64) {
	for _, v := range plane {
		sum += float64(v) * float64(v)
	}
	return sum
}

// edges says how strong the edge in each cell is; the root makes weak ones count, too.
func edges(planes [][]float32, n int) []float32 {
	const noise = 12
	out := make([]float32, n*n)
	for y := 1; y < n-1; y++ {
		for x := 1; x < n-1; x++ {
			var sum float64
			k := y*n + x
			for _, p := range planes {
				h, v := float64(p[k+1]-p[k-1]), float64(p[k+n]-p[k-n])
				sum += h*h + v*v
			}
			out[k] = float32(math.Sqrt(max(math.Sqrt(sum)-noise, 0)))
		}
	}
	return out
}

func correlation(a, b []float32) float64 {
	var sa, sb, aa, bb, ab float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		sa, sb, aa, bb, ab = sa+x, sb+y, aa+x*x, bb+y*y, ab+x*y
	}
	n := float64(len(a))
	va, vb := aa-sa*sa/n, bb-sb*sb/n
	if va <= 0 || vb <= 0 {
		return 0
	}
	return (ab - sa*sb/n) / math.Sqrt(va*vb)
}

// shades says what became of the colours of what covers the ground, as shares of their
// range.
type shades struct {
	off  float64 // how far they are from the entry's
	grey float64 // how far they are from grey
	own  float64 // how far the entry's are from grey
}

func (p *paint) shades(planes [][]float32) (s shades) {
	ground := p.apply([4]float64{})
	weight := 0.0
	for i, cover := range planes[3] {
		if cover < 128 {
			continue
		}
		share := cover / 255
		became := p.apply(cellOf(planes, i))
		var was colour
		for c := range was {
			became[c] = (became[c] - (1-share)*ground[c]) / share
			was[c] = planes[c][i] / share
			d := float64(became[c]-was[c]) / 255
			s.off += d * d / 3
		}
		s.grey += chroma(became)
		s.own += chroma(was)
		weight++
	}
	if weight == 0 {
		return shades{}
	}
	return shades{math.Sqrt(s.off / weight), math.Sqrt(s.grey / weight), math.Sqrt(s.own / weight)}
}

// chroma is the square of a colour's distance from grey, as a share of the range.
func chroma(c colour) float64 {
	d := float64(max(c[0], c[1], c[2])-min(c[0], c[1], c[2])) / 255
	return d * d
}

// corners counts the cells where strong edges of different directions meet: a drawing
// with few of them, such as a disc, a letter or three bars, is like many others.
func corners(planes [][]float32, n int) (count int) {
	var xx, yy, xy [side * side]float64
	contrast := 0.0
	for _, p := range planes {
		span := float64(slices.Max(p) - slices.Min(p))
		contrast += span * span
	}
	for y := 1; y < n-1; y++ {
		for x := 1; x < n-1; x++ {
			k := y*n + x
			for _, p := range planes {
				h, v := float64(p[k+1]-p[k-1]), float64(p[k+n]-p[k-n])
				xx[k] += h * h
				yy[k] += v * v
				xy[k] += h * v
			}
		}
	}
	const strong = 0.15 // a share of the contrast in one cell
	for y := 2; y < n-2; y++ {
		for x := 2; x < n-2; x++ {
			var a, b, c float64
			for j := -1; j <= 1; j++ {
				for i := -1; i <= 1; i++ {
					k := (y+j)*n + x + i
					a, b, c = a+xx[k], b+yy[k], c+xy[k]
				}
			}
			// The smaller eigenvalue of the structure tensor.
			if (a+b)/2-math.Sqrt((a-b)*(a-b)/4+c*c) > 9*strong*strong*contrast {
				count++
			}
		}
	}
	return count
}
