package rendition

import (
	"bytes"
	"image"
	"image/color"
	"io"
	"testing"
	"time"

	"github.com/HugoSmits86/nativewebp"

	"signet/assets"
)

// FuzzDecode: a picture that is decoded has the size that its inspection told,
// and a decoder that fails does so soon and with an error of ours.
func FuzzDecode(f *testing.F) {
	small := quarters(16, 8)
	palette := image.NewPaletted(small.Rect, color.Palette{red, green})
	var webp bytes.Buffer
	if err := nativewebp.Encode(&webp, small, nil); err != nil {
		f.Fatal(err)
	}
	for _, file := range [][]byte{pngOf(f, small), pngOf(f, palette), jpegOf(f, small, 0), jpegOf(f, small, 6), gifOf(f, palette), webp.Bytes()} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		info, err := assets.Inspect(t.Context(), bytes.NewReader(file), int64(len(file)))
		if err != nil || !info.Media.IsBitmap() || info.Width*info.Height > 1<<20 {
			return
		}
		began := time.Now()
		picture, err := Decode(info.Media, bytes.NewReader(file))
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
		if err != nil {
			if assets.AsError(err) == nil {
				t.Fatalf("%v", err)
			}
			return
		}
		o := assets.Orientation(1)
		if info.Media == assets.JPEG {
			o = assets.ReadOrientation(io.NewSectionReader(bytes.NewReader(file), 0, int64(len(file))))
		}
		if seen := o.Seen(picture.Bounds().Size()); seen != image.Pt(info.Width, info.Height) {
			t.Fatalf("%s: it is told to be %d × %d, and is %v", info.Media, info.Width, info.Height, seen)
		}
		s := Spec{Width: 7, Height: 5, Fit: Cover, Format: PNG}
		c, err := courseFor(s, picture.Bounds().Size(), o)
		if err != nil {
			t.Fatal(err)
		}
		levels, err := decodeLevels(info.Media, io.NewSectionReader(bytes.NewReader(file), 0, int64(len(file))), picture.Bounds().Size(), []int{c.level})
		if err != nil {
			t.Fatal(err)
		}
		made, err := bitmap(t.Context(), levels, c, coloursOf(info.Media, io.NewSectionReader(bytes.NewReader(file), 0, int64(len(file)))).convert, s)
		if err != nil || made.Rect.Size() != image.Pt(7, 5) {
			t.Fatalf("%v, %v", made, err)
		}
	})
}
