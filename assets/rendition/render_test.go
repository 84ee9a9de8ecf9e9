package rendition

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"testing"

	"github.com/HugoSmits86/nativewebp"

	"signet/assets"
	"signet/internal/testneeds"
)

func TestSizes(t *testing.T) {
	testneeds.PlainInCI(t)
	w := newWorkshop(t, Options{})
	wide := pngOf(t, quarters(600, 300))
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30"><path d="M0 0h60v30H0z" fill="red"/></svg>`)
	for query, want := range map[string]image.Point{
		"width=100":                      {100, 50},
		"height=100":                     {200, 100},
		"width=1200":                     {1200, 600},
		"width=100&height=100":           {100, 50},
		"width=400&height=100":           {200, 100},
		"width=1&height=1":               {1, 1},
		"width=1":                        {1, 1},
		"width=100&height=90&fit=pad":    {100, 90},
		"width=100&height=90&fit=cover":  {100, 90},
		"width=90&height=100&fit=cover":  {90, 100},
		"width=90&height=10&fit=cover":   {90, 10},
		"width=70&height=90&fit=stretch": {70, 90},
		"width=90&height=7&fit=stretch":  {90, 7},

		"width=100&padding=10":                       {100, 60},
		"height=100&padding=10":                      {180, 100},
		"width=100&height=90&fit=pad&padding=40":     {100, 90},
		"width=100&height=90&fit=cover&padding=5":    {100, 90},
		"width=100&height=90&fit=stretch&padding=44": {100, 90},
		"width=100&height=90&fit=inside&padding=10":  {100, 60},
		"width=90&fit=inside":                        {90, 45},
	} {
		for title, original := range map[string][]byte{"bitmap": wide, "SVG": svg} {
			for _, format := range []string{"png", "jpeg", "webp"} {
				if got := w.picture(t, original, query+"&format="+format).Rect.Size(); got != want {
					t.Errorf("%s of a %s as %s: want %v, got %v", query, title, format, want, got)
				}
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	w := newWorkshop(t, Options{})
	original := pngOf(t, quarters(600, 300))
	all := w.picture(t, original, "width=60")
	near(t, all, 5, 5, red, 2)
	near(t, all, 55, 5, green, 2)
	near(t, all, 5, 25, blue, 2)
	near(t, all, 55, 25, black, 2)
	padded := w.picture(t, original, "width=60&height=60&fit=pad")
	near(t, padded, 30, 5, none, 0)
	near(t, padded, 5, 20, red, 2)
	onYellow := w.picture(t, original, "width=60&height=60&fit=pad&background=ffff00")
	near(t, onYellow, 30, 55, color.NRGBA{255, 255, 0, 255}, 0)
	covered := w.picture(t, pngOf(t, drawing(600, 300, func(x, _ int) color.NRGBA {
		if x < 100 || x >= 500 {
			return red
		}
		return green
	})), "width=50&height=50&fit=cover")
	for _, x := range []int{0, 25, 49} {
		near(t, covered, x, 25, green, 2)
	}
	onWhite := w.picture(t, pngOf(t, image.NewNRGBA(image.Rect(0, 0, 9, 9))), "width=9&format=jpeg")
	near(t, onWhite, 4, 4, white, 1)
}

func TestEveryKindOfBitmapIsRead(t *testing.T) {
	w := newWorkshop(t, Options{})
	source := quarters(64, 64)
	paletted := image.NewPaletted(source.Rect, color.Palette{red, green, blue, black})
	gray := image.NewGray16(source.Rect)
	deep := image.NewNRGBA64(source.Rect)
	for y := range 64 {
		for x := range 64 {
			paletted.Set(x, y, source.At(x, y))
			deep.Set(x, y, source.At(x, y))
			gray.Set(x, y, color.Gray16{Y: 0x8000})
		}
	}
	var webp bytes.Buffer
	if err := nativewebp.Encode(&webp, source, nil); err != nil {
		t.Fatal(err)
	}
	for title, original := range map[string][]byte{
		"PNG": pngOf(t, source), "PNG with a palette": pngOf(t, paletted), "PNG of 16 bits": pngOf(t, deep),
		"JPEG": jpegOf(t, source, 0), "GIF": gifOf(t, paletted), "WebP": webp.Bytes(),
	} {
		t.Run(title, func(t *testing.T) {
			for _, query := range []string{"width=64", "width=16"} {
				p := w.picture(t, original, query)
				last := p.Rect.Dx() - 2
				near(t, p, 1, 1, red, 8)
				near(t, p, last, 1, green, 8)
				near(t, p, 1, last, blue, 8)
				near(t, p, last, last, black, 8)
			}
		})
	}
	near(t, w.picture(t, pngOf(t, gray), "width=8"), 4, 4, color.NRGBA{128, 128, 128, 255}, 1)
}

func TestOrientation(t *testing.T) {
	testneeds.PlainInCI(t)
	w := newWorkshop(t, Options{})
	// The corners of what is seen, clockwise from the upper left, for each
	// orientation of the same stored picture.
	for orientation, want := range [][4]color.NRGBA{
		1: {red, green, black, blue}, 2: {green, red, blue, black}, 3: {black, blue, red, green}, 4: {blue, black, green, red},
		5: {red, blue, black, green}, 6: {blue, red, green, black}, 7: {black, green, red, blue}, 8: {green, black, blue, red},
	} {
		if orientation == 0 {
			continue
		}
		t.Run(fmt.Sprint(orientation), func(t *testing.T) {
			original := jpegOf(t, quarters(320, 160), uint16(orientation))
			info, err := assets.Inspect(t.Context(), bytes.NewReader(original), int64(len(original)))
			if err != nil {
				t.Fatal(err)
			}
			for _, query := range []string{"width=40", "height=250"} {
				p := w.picture(t, original, query)
				size := p.Rect.Size()
				if tall := size.Y > size.X; tall != (orientation >= 5) || tall != (info.Height > info.Width) {
					t.Fatalf("%s is %v, and the original is told to be %d × %d", query, size, info.Width, info.Height)
				}
				for i, at := range []image.Point{{2, 2}, {size.X - 3, 2}, {size.X - 3, size.Y - 3}, {2, size.Y - 3}} {
					near(t, p, at.X, at.Y, want[i], 12)
				}
			}
			// A quarter of the height, cut out of the middle of what is seen, is
			// a quarter of it wherever that is stored.
			strip := w.picture(t, original, "width=80&height=8&fit=cover")
			near(t, strip, 4, 0, want[0], 40)
			near(t, strip, 75, 7, want[2], 40)
		})
	}
}

func TestNoFringes(t *testing.T) {
	testneeds.PlainInCI(t)
	w := newWorkshop(t, Options{})
	// White on transparent black: if colours were averaged without their
	// opacity, the border would be grey.
	logo := pngOf(t, drawing(500, 500, func(x, y int) color.NRGBA {
		if (x-250)*(x-250)+(y-250)*(y-250) < 200*200 {
			return white
		}
		return none
	}))
	for _, query := range []string{"width=400", "width=200", "width=37", "width=700", "width=50&format=webp"} {
		p := w.picture(t, logo, query)
		for i := 0; i < len(p.Pix); i += 4 {
			if a := p.Pix[i+3]; a >= 8 && min(p.Pix[i], p.Pix[i+1], p.Pix[i+2]) < 240 {
				t.Fatalf("%s: a pixel of opacity %d is %v", query, a, p.Pix[i:i+3])
			}
		}
	}
}

func TestTheSameBytesEveryTime(t *testing.T) {
	testneeds.PlainInCI(t)
	photo := jpegOf(t, quarters(640, 480), 6)
	logo := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30"><circle cx="30" cy="15" r="9" fill="#da251d" opacity=".7"/></svg>`)
	for _, query := range []string{"width=100", "width=100&format=jpeg", "width=100&height=70&fit=pad&format=webp"} {
		for _, original := range [][]byte{photo, logo} {
			first, second := newWorkshop(t, Options{}), newWorkshop(t, Options{Workers: 1})
			ref := first.put(t, original)
			second.put(t, original)
			fresh, kept, other := first.bytes(t, ref, query), first.bytes(t, ref, query), second.bytes(t, ref, query)
			if !bytes.Equal(fresh, kept) || !bytes.Equal(fresh, other) {
				t.Errorf("%s: fresh, kept and made elsewhere differ", query)
			}
		}
	}
}

func TestMetadataIsNotCopied(t *testing.T) {
	w := newWorkshop(t, Options{})
	original := jpegOf(t, quarters(64, 64), 3)
	for _, format := range []string{"jpeg", "png", "webp"} {
		content := w.bytes(t, w.put(t, original), "width=32&format="+format)
		for _, mark := range []string{"Exif", "eXIf", "EXIF"} {
			if bytes.Contains(content, []byte(mark)) {
				t.Errorf("%s still has %s", format, mark)
			}
		}
	}
}

func TestInsideMakesNoBitmapLarger(t *testing.T) {
	w := newWorkshop(t, Options{})
	turned := jpegOf(t, quarters(60, 30), 6) // seen, it is 30 wide and 60 high
	for query, want := range map[string]image.Point{
		"width=100&fit=inside": {30, 60}, "height=100&fit=inside": {30, 60}, "width=15&fit=inside": {15, 30},
		"width=100&padding=10&fit=inside": {50, 80}, "width=30&fit=inside": {30, 60},
	} {
		if got := w.picture(t, turned, query).Rect.Size(); got != want {
			t.Errorf("%s: want %v, got %v", query, want, got)
		}
	}
	if got := w.picture(t, drawing60(""), "width=600&fit=inside").Rect.Size(); got != image.Pt(600, 300) {
		t.Errorf("a drawing became %v", got)
	}
}

func TestTheClearSpaceIsClear(t *testing.T) {
	w := newWorkshop(t, Options{})
	for title, original := range map[string][]byte{
		"bitmap": pngOf(t, drawing(600, 300, func(int, int) color.NRGBA { return red })),
		"SVG":    drawing60(`<path d="M0 0h60v30H0z" fill="#f00"/>`),
	} {
		for _, fit := range []string{"contain", "inside", "cover", "stretch"} {
			for background, around := range map[string]color.NRGBA{"": none, "&background=0000ff": blue} {
				query := "width=60&height=40&padding=5&fit=" + fit + background
				p := w.picture(t, original, query)
				last := p.Rect.Size().Sub(image.Pt(1, 1))
				if last.X != 59 {
					t.Fatalf("%s of a %s is %v", query, title, p.Rect)
				}
				for _, at := range []image.Point{{0, 0}, {4, last.Y / 2}, {last.X / 2, 4}, {last.X - 4, last.Y / 2}, {last.X / 2, last.Y - 4}} {
					near(t, p, at.X, at.Y, around, 0)
				}
				for _, at := range []image.Point{{5, 5}, {last.X - 5, last.Y - 5}, last.Div(2)} {
					near(t, p, at.X, at.Y, red, 0)
				}
			}
		}
	}
}

func TestBestCompressionShowsTheSame(t *testing.T) {
	w := newWorkshop(t, Options{})
	original := pngOf(t, flatLogo(300))
	ref := w.put(t, original)
	normal, best := w.bytes(t, ref, "width=200"), w.bytes(t, ref, "width=200&compression=best")
	if len(best) >= len(normal) {
		t.Errorf("best has %d bytes, and normal %d", len(best), len(normal))
	}
	if !bytes.Equal(decoded(t, normal, PNG).Pix, decoded(t, best, PNG).Pix) {
		t.Error("the pixels differ")
	}
}
