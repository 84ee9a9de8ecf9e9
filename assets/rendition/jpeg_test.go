package rendition

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"testing"

	"signet/assets"
)

func sectionOf(b []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b)))
}

// grayOf returns a picture without its colours.
func grayOf(p image.Image) *image.Gray {
	g := image.NewGray(p.Bounds())
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			g.Set(x, y, p.At(x, y))
		}
	}
	return g
}

// agrees compares the whole picture with what the standard library decodes, and
// the smaller levels with the mean of its pixels, from which they may be so much
// off: they leave out the finest detail and do not average it.
func agrees(t *testing.T, file []byte, most float64) {
	t.Helper()
	want, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	levels, err := decodeJPEG(file, []int{0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if off := meanDifference(t, premultiplied(levels[0]), premultiplied(want)); off > 0.1 {
		t.Errorf("level 0 is %.3f %% off", off)
	}
	halved := premultiplied(want)
	for k := 1; k <= 3; k++ {
		halved = halve(halved, 2, 2)
		if off := meanDifference(t, premultiplied(levels[k]), halved); off > most {
			t.Errorf("level %d is %.3f %% off", k, off)
		}
	}
}

func TestTheDecoderAgreesWithTheStandardLibrary(t *testing.T) {
	for _, size := range []image.Point{{320, 240}, {1, 1}, {8, 8}, {17, 9}, {33, 31}, {203, 101}} {
		p := photo(size.X, size.Y)
		for _, quality := range []int{10, 75, 100} {
			for _, picture := range []image.Image{premultiplied(p), grayOf(p)} {
				var b bytes.Buffer
				if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: quality}); err != nil {
					t.Fatal(err)
				}
				agrees(t, b.Bytes(), 4)
			}
		}
	}
}

func TestTheDecoderAgreesOnOtherSamplingsAndRestarts(t *testing.T) {
	for seed, size := range []image.Point{{64, 64}, {203, 101}, {7, 95}} {
		for _, sampling := range []image.Point{{1, 1}, {2, 1}, {1, 2}, {2, 2}} {
			for _, restart := range []int{0, 1, 3} {
				agrees(t, sampledJPEG(t, size.X, size.Y, sampling.X, sampling.Y, restart, uint64(seed)), 10)
			}
		}
	}
	file := sampledJPEG(t, 64, 64, 1, 1, 3, 1)
	broken := bytes.Replace(file, []byte{0xFF, 0xD1}, []byte{0xFF, 0xD3}, 1)
	if _, err := decodeJPEG(broken, []int{0}); err == nil {
		t.Error("restarts in another order were read")
	}
}

func TestUnusualFilesAreLeftToTheStandardLibrary(t *testing.T) {
	whole := jpegOf(t, photo(64, 64), 0)
	scan := bytes.Index(whole, []byte{0xFF, 0xDA})
	frame := bytes.Index(whole, []byte{0xFF, 0xC0})
	altered := func(at int, v byte) []byte {
		b := bytes.Clone(whole)
		b[at] = v
		return b
	}
	for title, file := range map[string][]byte{
		"progressive": altered(frame+1, 0xC2), "arithmetic": altered(frame+1, 0xC9), "12 bits": altered(frame+4, 12),
		"sampled by four": altered(frame+11, 0x41), "cut off": whole[:scan+100], "no scan": whole[:scan], "empty": nil,
		"no height": append(append(bytes.Clone(whole[:frame+5]), 0, 0), whole[frame+7:]...),
		"Adobe RGB": append([]byte("\xff\xd8\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"), whole[2:]...),
	} {
		if _, err := decodeJPEG(file, []int{0, 3}); err == nil {
			t.Errorf("%s: it was decoded", title)
		}
	}
	// The standard library reads RGB, and so do renditions.
	w := newWorkshop(t, Options{})
	if p := w.picture(t, append([]byte("\xff\xd8\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"), whole[2:]...), "width=8"); p.Rect.Dx() != 8 {
		t.Errorf("%v", p.Rect)
	}
}

// FuzzJPEG: this decoder never panics, and what it accepts has the size that the
// inspection told on every level.
func FuzzJPEG(f *testing.F) {
	f.Add(jpegOf(f, photo(24, 17), 0))
	f.Add(jpegOf(f, grayOf(photo(9, 9)), 0))
	f.Add(sampledJPEG(f, 20, 20, 2, 1, 1, 1))
	f.Fuzz(func(t *testing.T, file []byte) {
		info, err := assets.Inspect(t.Context(), bytes.NewReader(file), int64(len(file)))
		if err != nil || info.Media != assets.JPEG || info.Width*info.Height > 1<<16 {
			return
		}
		levels, err := decodeJPEG(file, []int{0, 1, 2, 3})
		if err != nil {
			return
		}
		o := assets.ReadOrientation(sectionOf(file))
		for k, p := range levels {
			size := o.Seen(p.Bounds().Size())
			if want := image.Pt((info.Width-1)>>k+1, (info.Height-1)>>k+1); size != want {
				t.Fatalf("level %d is %v, not %v", k, size, want)
			}
		}
	})
}
