package sight

import (
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/disintegration/imaging"
)

// TestCandidates are found by their looks, also when they were cut or turned.
func TestCandidates(t *testing.T) {
	pictures := map[string]*image.NRGBA{}
	var ids []string
	for number := range 10 {
		ids = append(ids, fmt.Sprint(number))
		pictures[ids[number]] = drawing(uint64(number))
	}
	g := held(t, pictures, ids...)
	r := rand.New(rand.NewPCG(8, 8))
	for name, m := range map[string]*image.NRGBA{
		"turned to the left":  over(imaging.Rotate(pictures["3"], 8, color.NRGBA{}), color.NRGBA{255, 255, 255, 255}),
		"turned to the right": over(imaging.Rotate(pictures["3"], -8, color.NRGBA{}), color.NRGBA{255, 255, 255, 255}),
		"cut":                 cut(onPaper(pictures["3"]), 0.12, r),
	} {
		p, err := newPicture(m)
		if err != nil {
			t.Fatal(err)
		}
		p.settle()
		found := g.candidates(p.wholes()[0], 1, false)
		if found[0].entry.ID != "3" || found[0].form.plain || found[0].score < 0.8 {
			t.Errorf("%s: %s, %.2f, %v", name, found[0].entry.ID, found[0].score, found[0].form.place)
		}
	}
}

func TestAGroundThatChangesIsMadeEven(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 200, 100))
	for y := range 100 {
		for x := range 200 {
			m.SetNRGBA(x, y, color.NRGBA{uint8(40 + x), uint8(220 - 3*y/2), 90, 255})
			if x > 80 && x < 120 && y > 20 && y < 80 {
				m.SetNRGBA(x, y, color.NRGBA{250, 250, 250, 255})
			}
		}
	}
	p, err := newPicture(m)
	if err != nil {
		t.Fatal(err)
	}
	p.settle()
	whole := p.window(rectOf(m.Rect), p.ground)
	for _, r := range []rect{{0, 0, 9, 9}, {190, 0, 199, 9}, {0, 90, 9, 99}, {150, 50, 159, 59}} {
		if d := distance(whole.mean(r), colour{139.5, 145.75, 90}); d > 3 {
			t.Errorf("%v differs by %.0f shades", r, d)
		}
	}
	if d := distance(whole.mean(rect{90, 30, 99, 39}), colour{250, 250, 250}); d > 1 {
		t.Errorf("the content was changed by %.0f shades", d)
	}
	if box := p.wholes()[0].box; box != (rect{81, 21, 120, 80}) {
		t.Errorf("the content is at %v", box)
	}
}

func TestEdgesAreWhereTheyWereInOtherColours(t *testing.T) {
	planes := func(m *image.NRGBA) [][]float32 { return newFigure(printOf(t, m)).planes(side) }
	r := rand.New(rand.NewPCG(6, 6))
	ours, recoloured, other := planes(drawing(2)), planes(hued(drawing(2), r)), planes(drawing(3))
	if c := correlation(edges(ours, side), edges(recoloured, side)); c < 0.9 {
		t.Errorf("%.2f in other colours", c)
	}
	if c := correlation(edges(ours, side), edges(other, side)); c > 0.5 {
		t.Errorf("%.2f in another drawing", c)
	}
}

func TestThereAreAtMostTenMatches(t *testing.T) {
	if n := len(make(matches, MostMatches+3).few()); n != MostMatches {
		t.Error(n)
	}
}
