package rendition

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"
	"runtime"
	"testing"

	"github.com/disintegration/imaging"
	"pgregory.net/rapid"

	"signet/assets"
	"signet/internal/testneeds"
)

// meanDifference is that of all channels of two premultiplied pictures, in per
// cent of the full range.
func meanDifference(t testing.TB, a, b *image.RGBA) float64 {
	t.Helper()
	if a.Rect != b.Rect {
		t.Fatalf("%v against %v", a.Rect, b.Rect)
	}
	total := 0
	for i := range a.Pix {
		total += max(int(a.Pix[i]), int(b.Pix[i])) - min(int(a.Pix[i]), int(b.Pix[i]))
	}
	return 100 * float64(total) / 255 / float64(len(a.Pix))
}

// The shortcuts, which are levels, integers and scaled coefficients, show no
// difference to the exact way: all pixels by Lanczos in floating point.
func TestShortcutsShowNoDifference(t *testing.T) {
	testneeds.PlainInCI(t)
	w := newWorkshop(t, Options{})
	for title, p := range map[string]*image.NRGBA{"photo": photo(601, 403), "logo": flatLogo(500)} {
		originals := map[Format][]byte{PNG: pngOf(t, p)}
		if title == "photo" {
			originals[JPEG] = jpegOf(t, p, 0)
		}
		for format, original := range originals {
			for _, width := range []int{700, 481, 480, 333, 200, 64} {
				got := premultiplied(w.picture(t, original, fmt.Sprintf("width=%d", width)))
				exact := premultiplied(imaging.Resize(p, width, got.Rect.Dy(), imaging.Lanczos))
				if off := meanDifference(t, got, exact); off > 0.5 {
					t.Errorf("a %s as %s, %d wide, is %.3f %% off", title, format, width, off)
				}
			}
		}
	}
}

func TestTheSameSizeIsTheSamePicture(t *testing.T) {
	w := newWorkshop(t, Options{})
	for title, p := range map[string]*image.NRGBA{"photo": photo(301, 203), "logo": flatLogo(150)} {
		original := pngOf(t, p)
		got := premultiplied(w.picture(t, original, fmt.Sprintf("width=%d", p.Rect.Dx())))
		if !bytes.Equal(got.Pix, premultiplied(p).Pix) && meanDifference(t, got, premultiplied(p)) > 0.01 {
			t.Errorf("the %s changed", title)
		}
	}
}

func TestWeightsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(0, 500).Draw(t, "from")
		to := from + rapid.Float64Range(0.5, 500).Draw(t, "length")
		for _, k := range kernel(from, to, rapid.IntRange(1, 300).Draw(t, "count")) {
			sum := int64(0)
			for _, w := range k.weights {
				sum += w
			}
			if sum != unit || k.start < int(from) || k.start+len(k.weights) > int(math.Ceil(to)) {
				t.Fatalf("%v to %v: %+v", from, to, k)
			}
		}
	})
}

func TestHalvingKeepsColoursUnderTheirOpacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 9).Draw(t, "width"), rapid.IntRange(1, 9).Draw(t, "height")
		b := rapid.SliceOfN(rapid.Byte(), 4*width*height, 4*width*height).Draw(t, "pixels")
		p := premultiplied(&image.NRGBA{Pix: b, Stride: 4 * width, Rect: image.Rect(0, 0, width, height)})
		h := halve(p, 2, 2)
		if want := image.Pt((width+1)/2, (height+1)/2); h.Rect.Size() != want {
			t.Fatalf("%v of %d × %d", h.Rect, width, height)
		}
		for _, made := range []*image.RGBA{h, resample(p, window{right: float64(width), bottom: float64(height)}, image.Pt(5, 7))} {
			for i := 0; i < len(made.Pix); i += 4 {
				if a := made.Pix[i+3]; max(made.Pix[i], made.Pix[i+1], made.Pix[i+2]) > a {
					t.Fatalf("%v", made.Pix[i:i+4])
				}
			}
		}
	})
}

// A picture of one column that is stretched to a wide one once took the memory of
// both sides' product.
func TestThinPicturesCostLittle(t *testing.T) {
	testneeds.PlainInCI(t)
	w := newWorkshop(t, Options{})
	for _, size := range []image.Point{{1, 200_000}, {200_000, 1}} {
		original := pngOf(t, drawing(size.X, size.Y, func(x, y int) color.NRGBA {
			if x+y < 100_000 {
				return red
			}
			return blue
		}))
		ref := w.put(t, original)
		query := "width=4096&height=300&fit=stretch"
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := w.render(t.Context(), ref, spec(t, query)); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 200<<20 {
			t.Errorf("%v cost %d MiB", size, got>>20)
		}
		first, second := image.Pt(4000, 147), image.Pt(100, 152)
		if size.X > 1 {
			first, second = image.Pt(2044, 290), image.Pt(2051, 10)
		}
		p := w.picture(t, original, query)
		near(t, p, first.X, first.Y, red, 12)
		near(t, p, second.X, second.Y, blue, 12)
	}
}

// A level is the same whether it was asked for alone or with others: what makes
// one decoding for several renditions right.
func TestLevelsDoNotDependOnEachOther(t *testing.T) {
	for media, original := range map[assets.Media][]byte{
		assets.JPEG: jpegOf(t, photo(333, 221), 0), assets.PNG: pngOf(t, photo(333, 221)),
	} {
		all, err := decodeLevels(media, sectionOf(original), image.Pt(333, 221), []int{0, 1, 2, 3, 4, 5, 6})
		if err != nil {
			t.Fatal(err)
		}
		for k := range 7 {
			one, err := decodeLevels(media, sectionOf(original), image.Pt(333, 221), []int{k})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(premultiplied(one.levels[k]).Pix, premultiplied(all.levels[k]).Pix) {
				t.Errorf("level %d of a %s differs", k, media)
			}
		}
	}
}
