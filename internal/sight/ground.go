package sight

import "image"

// ground is what is behind the content: one colour, or one that changes evenly across
// and down, as gradients do.
type ground struct {
	colour       colour // at the middle
	across, down colour // what is added for each pixel
	x, y         float32
}

func (g *ground) at(x, y float32) (c colour) {
	for i := range c {
		c[i] = g.colour[i] + g.across[i]*(x-g.x) + g.down[i]*(y-g.y)
	}
	return c
}

// differs is how far a pixel is from the ground, in the channel that differs most.
func (g *ground) differs(m *image.NRGBA, x, y int) float32 {
	i := m.PixOffset(x, y)
	return distance(colour{float32(m.Pix[i]), float32(m.Pix[i+1]), float32(m.Pix[i+2])}, g.at(float32(x), float32(y)))
}

func distance(a, b colour) (most float32) {
	for c := range a {
		d := a[c] - b[c]
		if d < 0 {
			d = -d
		}
		if d > most { // the builtin max minds NaN, which costs much here
			most = d
		}
	}
	return most
}

// evenly is how far the shades of one ground are apart, as compression makes them.
const evenly = 24

// groundOf returns the ground that at least three fifths of the edge of a part of an
// opaque picture show; nil if there is none.
func groundOf(m *image.NRGBA, part image.Rectangle) *ground {
	edge := edgeOf(part)
	best, most := (*ground)(nil), (3*len(edge)+4)/5-1
	// What has the commonest colour, or all of the edge; then what fits.
	for _, near := range [][]image.Point{commonest(m, edge).near(m, edge), edge} {
		g := &ground{x: float32(part.Min.X+part.Max.X-1) / 2, y: float32(part.Min.Y+part.Max.Y-1) / 2}
		for range 3 {
			g.level(m, near)
			near = g.near(m, edge)
		}
		if len(near) > most+most/20 {
			best, most = g, len(near)
		}
	}
	return best
}

func edgeOf(part image.Rectangle) (edge []image.Point) {
	for x := part.Min.X; x < part.Max.X; x++ {
		edge = append(edge, image.Pt(x, part.Min.Y), image.Pt(x, part.Max.Y-1))
	}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		edge = append(edge, image.Pt(part.Min.X, y), image.Pt(part.Max.X-1, y))
	}
	return edge
}

// commonest is the most frequent of 16³ shades.
func commonest(m *image.NRGBA, points []image.Point) *ground {
	var counts [1 << 12]int
	best, most := 0, 0
	for _, p := range points {
		i := m.PixOffset(p.X, p.Y)
		shade := int(m.Pix[i]>>4)<<8 | int(m.Pix[i+1]>>4)<<4 | int(m.Pix[i+2]>>4)
		counts[shade]++
		if counts[shade] > most {
			best, most = i, counts[shade]
		}
	}
	return &ground{colour: colour{float32(m.Pix[best]), float32(m.Pix[best+1]), float32(m.Pix[best+2])}}
}

func (g *ground) near(m *image.NRGBA, points []image.Point) (near []image.Point) {
	for _, p := range points {
		if g.differs(m, p.X, p.Y) <= evenly {
			near = append(near, p)
		}
	}
	return near
}

// level fits the ground to some pixels, by least squares.
func (g *ground) level(m *image.NRGBA, points []image.Point) {
	var s system
	for _, p := range points {
		row := [3]float64{float64(float32(p.X) - g.x), float64(float32(p.Y) - g.y), 1}
		i := m.PixOffset(p.X, p.Y)
		for a := range row {
			for b := range a + 1 {
				s.left[a][b] += row[a] * row[b]
			}
			for c := range 3 {
				s.right[a][c] += row[a] * float64(m.Pix[i+c])
			}
		}
	}
	s.solve(3)
	for c := range g.colour {
		g.across[c], g.down[c], g.colour[c] = float32(s.right[0][c]), float32(s.right[1][c]), float32(s.right[2][c])
	}
}
