package sight

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/disintegration/imaging"
	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
)

// drawing is a logo that nobody has: three shapes and two letters on nothing. The same
// number gives the same one.
func drawing(number uint64) *image.NRGBA {
	const large, small = 192, 96
	r := rand.New(rand.NewPCG(number, 11))
	m := image.NewNRGBA(image.Rect(0, 0, large, large))
	for shape := range 3 {
		ink := image.NewUniform(anyColour(r))
		inside := anyShape(r, r.IntN(4))
		at := [2]float64{0.5 + 0.25*r.Float64()*float64(shape), 0.5 - 0.2*r.Float64()*float64(shape)}
		size := 0.45 / (1 + 0.5*float64(shape))
		for y := range large {
			for x := range large {
				if inside((float64(x)/large-at[0])/size, (float64(y)/large-at[1])/size) {
					m.Set(x, y, ink.C)
				}
			}
		}
	}
	letters := []string{"HP", "Qb", "Đô", "Ky", "Rx", "gS", "4k", "M&", "vé", "Zj"}
	d := &font.Drawer{Dst: m, Src: image.NewUniform(anyColour(r)), Face: face(85)}
	d.Dot = fixed.P(20+r.IntN(40), 100+r.IntN(60))
	d.DrawString(letters[r.IntN(len(letters))])
	return imaging.Resize(m, small, small, imaging.Box)
}

func anyColour(r *rand.Rand) color.NRGBA {
	return color.NRGBA{uint8(30 + r.IntN(180)), uint8(30 + r.IntN(180)), uint8(30 + r.IntN(180)), 255}
}

// anyShape of about radius 1: a star, a ring, a bar or waves.
func anyShape(r *rand.Rand, kind int) func(x, y float64) bool {
	turn, points, inner := r.Float64()*6, float64(3+r.IntN(5)), 0.4+0.3*r.Float64()
	return func(x, y float64) bool {
		radius, angle := math.Hypot(x, y), math.Atan2(y, x)+turn
		along, across := radius*math.Cos(angle), radius*math.Sin(angle)
		switch kind {
		case 0:
			return radius < inner+(1-inner)*math.Abs(math.Cos(points*angle/2))
		case 1:
			return radius < 1 && radius > inner && math.Cos(angle) < 0.8
		case 2:
			return math.Abs(along) < 1 && math.Abs(across) < 0.3
		}
		return radius < 1 && math.Abs(across-0.3*math.Sin(points*along)) < 0.25
	}
}

// held is a gallery of drawings: their numbers are their ids.
func held(t testing.TB, pictures map[string]*image.NRGBA, ids ...string) *Gallery {
	t.Helper()
	var entries []Entry
	for _, id := range ids {
		p, err := Of(t.Context(), pictures[id])
		if err != nil {
			t.Fatal(id, err)
		}
		entries = append(entries, Entry{id, p})
	}
	return NewGallery(entries)
}

// find also sees to what holds for every answer.
func find(t testing.TB, g *Gallery, m image.Image) []Match {
	t.Helper()
	matches, err := g.Find(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if len(matches) > MostMatches {
		t.Errorf("%d matches", len(matches))
	}
	for i, one := range matches {
		if !one.Box.In(m.Bounds()) || one.Box.Empty() || one.Score < 0 || one.Score > 1 || one.Certainty != Likely && one.Certainty != Look {
			t.Errorf("%v of %v", brief(matches[i:i+1]), m.Bounds())
		}
		if i > 0 && (one.Certainty == Likely && matches[i-1].Certainty != Likely || one.Certainty == matches[i-1].Certainty && one.Score > matches[i-1].Score) {
			t.Errorf("not the best first: %v", brief(matches))
		}
		if slices.ContainsFunc(matches[:i], func(o Match) bool { return o.names(one.Entry) }) {
			t.Errorf("one entry twice: %v", brief(matches))
		}
	}
	return matches
}

// brief leaves the prints out.
func brief(matches []Match) (out []string) {
	for _, m := range matches {
		line := fmt.Sprintf("%s %s %.2f %s %v", m.Entry.ID, m.Certainty, m.Score, m.Colours, m.Box)
		for _, a := range m.Ambiguous {
			line += " or " + a.ID
		}
		out = append(out, line)
	}
	return out
}

// disc is a picture of one shape, which is like many others.
func disc(c color.Color) *image.NRGBA { return polygon(100, c) }

// polygon with so many sides.
func polygon(sides float64, c color.Color) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 100, 100))
	for y := range 100 {
		for x := range 100 {
			dx, dy := float64(x)-49.5, float64(y)-49.5
			angle := math.Mod(math.Atan2(dy, dx)+2*math.Pi, 2*math.Pi/sides) - math.Pi/sides
			if math.Hypot(dx, dy)*math.Cos(angle) < 49*math.Cos(math.Pi/sides) {
				m.Set(x, y, c)
			}
		}
	}
	return m
}

func filled(w, h int, c color.Color) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return m
}

func chance() *rand.Rand { return rand.New(rand.NewPCG(5, 5)) }
