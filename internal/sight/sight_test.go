package sight

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/disintegration/imaging"
	"golang.org/x/sync/errgroup"

	"signet/internal/testneeds"
)

// floors are how many of two copies must be recognised as likely; both, if nothing is
// said.
var floors = map[string]int{
	"32 pixels": 1, "20 % cut off": 1, "turned by 20°": 0, "padded, 64 pixels, JPEG": 1,
	"on a badge": 1, "in an even banner": 1, "in a shaded banner": 1, "in a busy banner": 0,
}

// TestCopiesAreRecognised by what is done to them, and nobody else's drawing ever is.
func TestCopiesAreRecognised(t *testing.T) {
	testneeds.PlainInCI(t)
	const ours, all = 10, 14
	pictures := map[string]*image.NRGBA{}
	var ids []string
	for number := range uint64(all) {
		ids = append(ids, fmt.Sprint(number))
		pictures[ids[number]] = drawing(number)
	}
	g := held(t, pictures, ids[:ours]...)
	for kind, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			asked := []string{ids[kind%ours], ids[(kind+3)%ours]}
			floor, given := floors[c.name]
			if !given {
				floor = len(asked)
			}
			if kind%2 == 0 { // and an unknown one
				asked = append(asked, ids[ours+kind/2%(all-ours)])
			}
			for i, id := range asked {
				for _, m := range find(t, g, c.apply(pictures[id], rand.New(rand.NewPCG(uint64(kind), uint64(i))))) {
					switch {
					case m.Certainty != Likely:
					case m.Entry.ID == id:
						floor--
					default:
						t.Errorf("%s is taken for %s: %.2f", id, m.Entry.ID, m.Score)
					}
				}
			}
			if floor > 0 {
				t.Errorf("%d too few were recognised", floor)
			}
		})
	}
}

func TestWhatBecameOfTheColoursIsTold(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	pictures := map[string]*image.NRGBA{"1": drawing(1), "2": drawing(2)}
	g := held(t, pictures, "1", "2")
	for name, c := range map[string]struct {
		picture image.Image
		want    Colours
	}{
		"a copy":                          {pictures["1"], Same},
		"a copy on a coloured ground":     {over(pictures["1"], color.NRGBA{250, 230, 160, 255}), Same},
		"a poor JPEG":                     {recompressed(onPaper(pictures["1"]), 40), Same},
		"a grey copy":                     {imaging.Grayscale(onPaper(pictures["1"])), Grey},
		"an inverted copy":                {imaging.Invert(onPaper(pictures["1"])), Changed},
		"a copy with red and blue turned": {hued(pictures["1"], rand.New(rand.NewPCG(1, 1))), Changed},
	} {
		t.Run(name, func(t *testing.T) {
			matches := find(t, g, c.picture)
			if len(matches) == 0 || matches[0].Entry.ID != "1" || matches[0].Certainty != Likely || matches[0].Colours != c.want {
				t.Fatalf("%+v", brief(matches))
			}
		})
	}
}

// TestRegisteredOnPaper is for files in which the ground is a colour like any other.
func TestRegisteredOnPaper(t *testing.T) {
	pictures := map[string]*image.NRGBA{"1": recompressed(onPaper(drawing(1)), 90), "2": onPaper(drawing(2))}
	g := held(t, pictures, "1", "2")
	matches := find(t, g, over(drawing(1), color.NRGBA{190, 215, 240, 255}))
	if len(matches) == 0 || matches[0].Entry.ID != "1" || matches[0].Certainty != Likely || matches[0].Colours != Same {
		t.Error(brief(matches))
	}
}

func TestWhereItIsInAPicture(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	pictures := map[string]*image.NRGBA{"5": drawing(5), "6": drawing(6)}
	g := held(t, pictures, "5", "6")
	scene := evenScene(1500, 500, color.NRGBA{235, 240, 230, 255}, nil)
	places := map[string]image.Rectangle{"5": image.Rect(100, 150, 292, 342), "6": image.Rect(1000, 100, 1250, 350)}
	for id, at := range places {
		draw.Draw(scene, at, imaging.Resize(pictures[id], at.Dx(), at.Dy(), imaging.Linear), image.Point{}, draw.Over)
	}
	far := image.Pt(-300, 70)
	scene.Rect = scene.Rect.Add(far)
	matches := find(t, g, scene)
	for id, at := range places {
		i := slices.IndexFunc(matches, func(m Match) bool { return m.Entry.ID == id })
		if i < 0 || matches[i].Certainty != Likely || overlap(matches[i].Box, at.Add(far)) < 0.6 {
			t.Errorf("%s is at %v: %v", id, at.Add(far), brief(matches))
		}
	}
	part := imaging.New(200, 180, color.White)
	draw.Draw(part, image.Rect(60, 40, 160, 140), imaging.Resize(pictures["5"], 100, 100, imaging.Linear), image.Point{}, draw.Over)
	if matches = find(t, g, part); len(matches) == 0 || matches[0].Box != part.Rect {
		t.Errorf("a picture as a whole: %v", brief(matches))
	}
}

// TestPlainDrawings are like many others: what is likely must have their colours, too.
func TestPlainDrawings(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	red, blue := color.NRGBA{200, 30, 40, 255}, color.NRGBA{30, 60, 170, 255}
	pictures := map[string]*image.NRGBA{"disc": disc(red), "drawing": drawing(7)}
	g := held(t, pictures, "disc", "drawing")
	if matches := find(t, g, onPaper(disc(red))); len(matches) == 0 || matches[0].Entry.ID != "disc" || matches[0].Certainty != Likely {
		t.Errorf("the same disc: %v", brief(matches))
	}
	for name, m := range map[string]*image.NRGBA{
		"a disc in another colour": onPaper(disc(blue)),
		"half of one":              imaging.Crop(onPaper(disc(red)), image.Rect(0, 0, 50, 100)),
		"an oval":                  imaging.Resize(onPaper(disc(red)), 120, 100, imaging.Linear),
		"a tenth cut off":          imaging.Crop(onPaper(disc(red)), image.Rect(0, 0, 90, 100)),
		"a square in its colour":   padding(filled(70, 70, red)),
		"a pentagon in its colour": onPaper(polygon(5, red)),
		"a hexagon in its colour":  onPaper(polygon(6, red)),
	} {
		for _, match := range find(t, g, m) {
			if match.Certainty == Likely {
				t.Errorf("%s: %v", name, brief([]Match{match}))
			}
		}
	}
}

// TestWhatIsNotVerifiedIsOnlyALook, but it is one.
func TestWhatIsNotVerifiedIsOnlyALook(t *testing.T) {
	t.Parallel()
	pictures := map[string]*image.NRGBA{"0": drawing(0), "1": drawing(1)}
	g := held(t, pictures, "0", "1")
	mixed := onPaper(pictures["0"])
	draw.Draw(mixed, image.Rect(0, 0, 34, 34), onPaper(pictures["1"]), image.Pt(24, 24), draw.Src)
	for name, m := range map[string]*image.NRGBA{
		"a corner is another's":  mixed,
		"it is stretched by 1.6": imaging.Resize(onPaper(pictures["0"]), 154, 96, imaging.Linear),
		"it is much blurred":     imaging.Blur(onPaper(pictures["0"]), 2.8),
		"a third was cut off":    imaging.Crop(onPaper(pictures["0"]), image.Rect(0, 0, 96, 66)),
	} {
		t.Run(name, func(t *testing.T) {
			if matches := find(t, g, m); len(matches) == 0 || matches[0].Entry.ID != "0" || matches[0].Certainty != Look {
				t.Error(brief(matches))
			}
		})
	}
}

func TestAGalleryWithoutEntriesFindsNothing(t *testing.T) {
	for name, g := range map[string]*Gallery{"none": NewGallery(nil), "a zero print": NewGallery([]Entry{{ID: "x"}})} {
		if matches := find(t, g, drawing(1)); len(matches) > 0 {
			t.Errorf("%s: %v", name, brief(matches))
		}
	}
}

func TestTheAnswerIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	pictures := map[string]*image.NRGBA{}
	var ids []string
	for number := range uint64(6) {
		id := fmt.Sprint(number)
		pictures[id], ids = drawing(number%3), append(ids, id)
	}
	g := held(t, pictures, ids...)
	scene := banner(pictures["2"], rand.New(rand.NewPCG(2, 2)), shadedScene)
	want := find(t, g, scene)
	if len(want) == 0 || len(want) > MostMatches {
		t.Fatal(brief(want))
	}
	var group errgroup.Group
	for range 2 {
		group.Go(func() error {
			got, err := g.Find(t.Context(), scene)
			if err == nil && !reflect.DeepEqual(got, want) {
				err = fmt.Errorf("%v, and then %v", brief(want), brief(got))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

// BenchmarkFind asks for a picture of a megapixel among 1,000 entries.
func BenchmarkFind(b *testing.B) {
	var entries []Entry
	for number := range uint64(1000) {
		p, err := Of(b.Context(), drawing(number))
		if err != nil {
			b.Fatal(err)
		}
		entries = append(entries, Entry{fmt.Sprint(number), p})
	}
	g := NewGallery(entries)
	whole := padded(imaging.Resize(drawing(7), 700, 700, imaging.Linear), rand.New(rand.NewPCG(1, 1)))
	scene := busyScene(1024, 1024, anyColour(chance()), chance())
	for name, m := range map[string]image.Image{"whole": imaging.Resize(whole, 1024, 1024, imaging.Box), "parts": scene} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				find(b, g, m)
			}
		})
	}
}
