package sight

import (
	"fmt"
	"image"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/disintegration/imaging"

	"signet/internal/testneeds"
)

func TestWhichVersionItIs(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	pictures := map[string]*image.NRGBA{"red": drawing(3), "other": drawing(4)}
	pictures["blue"] = hued(pictures["red"], r)
	pictures["spot"] = reshaped(pictures["red"], r)
	g := held(t, pictures, "other", "red", "blue", "spot")
	poor := func(m *image.NRGBA) image.Image {
		return recompressed(imaging.Resize(onPaper(m), 70, 0, imaging.Box), 60)
	}
	for name, c := range map[string]struct {
		picture image.Image
		want    string
		or      []string
	}{
		"its colours decide":                       {pictures["red"], "red", nil},
		"its colours decide the other way":         {pictures["blue"], "blue", nil},
		"its shape decides":                        {pictures["spot"], "spot", nil},
		"also in a poor copy: red":                 {poor(pictures["red"]), "red", nil},
		"also in a poor copy: blue":                {poor(pictures["blue"]), "blue", nil},
		"also in a poor copy: spot":                {poor(pictures["spot"]), "spot", nil},
		"one in between may be either":             {imaging.Overlay(pictures["red"], pictures["blue"], image.Point{}, 0.5), "", []string{"blue", "red"}},
		"a grey one may be either":                 {imaging.Grayscale(onPaper(pictures["red"])), "", []string{"blue", "red"}},
		"a grey one with the spot can only be one": {imaging.Grayscale(onPaper(pictures["spot"])), "spot", nil},
	} {
		t.Run(name, func(t *testing.T) {
			matches := find(t, g, c.picture)
			if len(matches) == 0 || matches[0].Certainty != Likely {
				t.Fatal(brief(matches))
			}
			named := []string{matches[0].Entry.ID}
			for _, a := range matches[0].Ambiguous {
				named = append(named, a.ID)
			}
			slices.Sort(named)
			if c.want != "" && matches[0].Entry.ID != c.want || c.or == nil && len(named) > 1 || c.or != nil && !slices.Equal(named, c.or) {
				t.Error(brief(matches))
			}
			for _, m := range matches[1:] {
				if m.Certainty == Likely || slices.Contains(named, m.Entry.ID) {
					t.Errorf("one place, and two answers: %v", brief(matches))
				}
			}
		})
	}
}

// TestOneOfManyVersions has more of them than are compared at first.
func TestOneOfManyVersions(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	pictures := map[string]*image.NRGBA{"0": drawing(3)}
	ids := []string{"0"}
	for number := 1; number < 11; number++ {
		id := fmt.Sprint(number)
		pictures[id] = hued(pictures[ids[r.IntN(len(ids))]], r)
		ids = append(ids, id)
	}
	g := held(t, pictures, ids...)
	for _, id := range []string{"0", "4", "9"} {
		if matches := find(t, g, onPaper(pictures[id])); len(matches) == 0 || !matches[0].names(Entry{ID: id}) || len(matches[0].Ambiguous) > 2 {
			t.Errorf("%s: %v", id, brief(matches))
		}
	}
	matches := find(t, g, imaging.Grayscale(onPaper(pictures["9"])))
	if len(matches) == 0 || !matches[0].names(Entry{ID: "9"}) || len(matches[0].Ambiguous) < 7 {
		t.Errorf("a grey one: %v", brief(matches))
	}
}
