package rendition

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/url"
	"testing"

	"golang.org/x/image/webp"

	"signet/assets"
	"signet/assets/disk"
	"signet/internal/testneeds/tool"
)

// workshop is a store with a Maker.
type workshop struct {
	*Maker
	store *disk.Store
}

func newWorkshop(t testing.TB, o Options) workshop {
	t.Helper()
	store, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	maker, err := New(store, tool.Renditions(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(maker.Close(t.Context()), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return workshop{maker, store}
}

func (w workshop) put(t testing.TB, content []byte) assets.Ref {
	t.Helper()
	stat, err := assets.Put(t.Context(), w.store, bytes.NewReader(content), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	return stat.Ref
}

func (w workshop) bytes(t testing.TB, ref assets.Ref, query string) []byte {
	t.Helper()
	made, err := w.Make(t.Context(), ref, spec(t, query))
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer made.Close()
	content, err := io.ReadAll(made)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(content)) != made.Size || assets.RefOf(content) != made.Digest {
		t.Fatalf("%s: %d bytes are told to be %d, or their digest is another", query, len(content), made.Size)
	}
	return content
}

// picture makes a rendition of an original and decodes it.
func (w workshop) picture(t testing.TB, content []byte, query string) *image.NRGBA {
	t.Helper()
	return decoded(t, w.bytes(t, w.put(t, content), query), spec(t, query).Format)
}

func decoded(t testing.TB, content []byte, format Format) *image.NRGBA {
	t.Helper()
	var picture image.Image
	var err error
	switch format {
	case JPEG:
		picture, err = jpeg.Decode(bytes.NewReader(content))
	case WebP:
		picture, err = webp.Decode(bytes.NewReader(content))
	default:
		picture, err = png.Decode(bytes.NewReader(content))
	}
	if err != nil {
		t.Fatal(err)
	}
	return unmultiply(premultiplied(picture))
}

func spec(t testing.TB, query string) Spec {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ParseSpec(values)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

// drawing makes a picture of the colour at each place.
func drawing(width, height int, at func(x, y int) color.NRGBA) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			p.SetNRGBA(x, y, at(x, y))
		}
	}
	return p
}

var (
	red   = color.NRGBA{255, 0, 0, 255}
	green = color.NRGBA{0, 255, 0, 255}
	blue  = color.NRGBA{0, 0, 255, 255}
	black = color.NRGBA{0, 0, 0, 255}
	none  = color.NRGBA{}
)

// quarters has another colour in each corner: red, green, blue, black.
func quarters(width, height int) *image.NRGBA {
	return drawing(width, height, func(x, y int) color.NRGBA {
		switch {
		case x < width/2 && y < height/2:
			return red
		case y < height/2:
			return green
		case x < width/2:
			return blue
		}
		return black
	})
}

func pngOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gifOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// jpegOf writes a JPEG, with an EXIF orientation if it is not 0.
func jpegOf(t testing.TB, p image.Image, orientation uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	if orientation == 0 {
		return b.Bytes()
	}
	exif := append([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01"), byte(orientation>>8), byte(orientation), 0, 0, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(exif)+2))
	return append(append(append([]byte{0xFF, 0xD8}, segment...), exif...), b.Bytes()[2:]...)
}

// near fails unless two colours differ by at most some steps in each channel.
func near(t testing.TB, p *image.NRGBA, x, y int, want color.NRGBA, steps int) {
	t.Helper()
	got := p.NRGBAAt(x, y)
	off := func(a, b uint8) bool { return max(int(a), int(b))-min(int(a), int(b)) > steps }
	if off(got.A, want.A) || want.A > 0 && (off(got.R, want.R) || off(got.G, want.G) || off(got.B, want.B)) {
		t.Fatalf("at %d,%d of %v: want %v, got %v", x, y, p.Rect, want, got)
	}
}
