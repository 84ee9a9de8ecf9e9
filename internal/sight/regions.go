package sight

import (
	"image"
	"slices"
)

// Limits of the regions of a picture in which an entry is looked for.
const (
	regionGrid  = 320 // cells in the longer side of the picture
	mostRegions = 60
	mostSlender = 12 // length by width
	nearlyOne   = 0.8
)

// regions are boxes around what stands apart in the picture, the largest first:
// whatever is within a few distances of each other, at a few strengths of edges.
func (p *picture) regions() []image.Rectangle {
	whole := p.bounds()
	pitch := max(float64(max(whole.Dx(), whole.Dy()))/regionGrid, 1)
	size := image.Pt(int(float64(whole.Dx())/pitch), int(float64(whole.Dy())/pitch))
	strength := p.strengths(size, pitch)
	var out []image.Rectangle
	for _, least := range []float32{20, 50, 100} {
		marked := make([]bool, len(strength))
		for i, s := range strength {
			marked[i] = s > least
		}
		for _, reach := range []int{1, 2, 4, 7} {
			for _, r := range islands(marked, size, reach) {
				r = image.Rect(int(float64(r.Min.X)*pitch), int(float64(r.Min.Y)*pitch), int(float64(r.Max.X)*pitch+0.5), int(float64(r.Max.Y)*pitch+0.5)).Intersect(whole)
				long, short := max(r.Dx(), r.Dy()), min(r.Dx(), r.Dy())
				if tooSmall(r) || long > mostSlender*short || r == whole {
					continue
				}
				if !slices.ContainsFunc(out, func(o image.Rectangle) bool { return overlap(r, o) > nearlyOne }) {
					out = append(out, r)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b image.Rectangle) int { return area(b) - area(a) })
	return out[:min(len(out), mostRegions)]
}

// strengths says for each cell how much its neighbours differ from each other.
func (p *picture) strengths(size image.Point, pitch float64) []float32 {
	shades := make([]colour, size.X*size.Y)
	for i := range shades {
		x, y := float64(i%size.X)*pitch, float64(i/size.X)*pitch
		for c := range p.sums {
			shades[i][c] = p.sums[c].mean(rect{x, y, x + pitch, y + pitch})
		}
	}
	out := make([]float32, len(shades))
	for y := 1; y < size.Y-1; y++ {
		for x := 1; x < size.X-1; x++ {
			i := y*size.X + x
			out[i] = max(distance(shades[i-1], shades[i+1]), distance(shades[i-size.X], shades[i+size.X]))
		}
	}
	return out
}

// islands are boxes around marked cells that are within reach of each other, by twice
// the reach.
func islands(marked []bool, size image.Point, reach int) []image.Rectangle {
	grown := make([]bool, len(marked))
	for y := range size.Y {
		for x := range size.X {
			if !marked[y*size.X+x] {
				continue
			}
			for j := max(y-reach, 0); j <= min(y+reach, size.Y-1); j++ {
				for i := max(x-reach, 0); i <= min(x+reach, size.X-1); i++ {
					grown[j*size.X+i] = true
				}
			}
		}
	}
	var out []image.Rectangle
	var queue []int
	for start := range grown {
		if !grown[start] {
			continue
		}
		var box image.Rectangle
		grown[start] = false
		queue = append(queue[:0], start)
		for len(queue) > 0 {
			k := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			at := image.Pt(k%size.X, k/size.X)
			if marked[k] {
				box = box.Union(image.Rectangle{at, at.Add(image.Pt(1, 1))})
			}
			for _, d := range []image.Point{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
				n := at.Add(d)
				if i := n.Y*size.X + n.X; n.In(image.Rectangle{Max: size}) && grown[i] {
					grown[i] = false
					queue = append(queue, i)
				}
			}
		}
		out = append(out, box)
	}
	return out
}

func area(r image.Rectangle) int { return r.Dx() * r.Dy() }

// overlap is the share of what two boxes cover that both of them do.
func overlap(a, b image.Rectangle) float64 {
	both := area(a.Intersect(b))
	return float64(both) / float64(area(a)+area(b)-both)
}
