package assets_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"signet/assets"
)

func encoded(t testing.TB, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, width, height int) []byte {
	t.Helper()
	return encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, image.NewNRGBA(image.Rect(0, 0, width, height))) })
}

// claiming is a PNG whose header says that it has another size and depth.
func claiming(t testing.TB, width, height uint32, depth, colour byte) []byte {
	t.Helper()
	b := pngOf(t, 3, 2)
	header := b[12:29] // the type IHDR and its 13 bytes
	binary.BigEndian.PutUint32(header[4:], width)
	binary.BigEndian.PutUint32(header[8:], height)
	header[12], header[13] = depth, colour
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(header))
	return b
}

func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	return encoded(t, func(b *bytes.Buffer) error {
		z := zip.NewWriter(b)
		for i := 0; i < len(files); i += 2 {
			w, err := z.CreateHeader(&zip.FileHeader{Name: files[i]})
			if err == nil {
				_, err = w.Write([]byte(files[i+1]))
			}
			if err != nil {
				return err
			}
		}
		return z.Close()
	})
}

func inspect(t testing.TB, body []byte) (assets.Info, error) {
	t.Helper()
	return assets.Inspect(t.Context(), bytes.NewReader(body), int64(len(body)))
}

func TestTheTypeIsDecidedByTheContent(t *testing.T) {
	palette := image.NewPaletted(image.Rect(0, 0, 5, 4), color.Palette{color.Black, color.White})
	for name, test := range map[string]struct {
		body          []byte
		media         assets.Media
		width, height int
	}{
		"PNG":  {pngOf(t, 7, 5), assets.PNG, 7, 5},
		"JPEG": {encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, image.NewGray(image.Rect(0, 0, 9, 6)), nil) }), assets.JPEG, 9, 6},
		"GIF":  {encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, palette, nil) }), assets.GIF, 5, 4},
		"SVG":  {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>`), assets.SVG, 30, 20},
		"ODT":  {zipOf(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<x/>"), assets.ODT, 0, 0},
	} {
		info, err := inspect(t, test.body)
		if err != nil || info.Media != test.media || info.Width != test.width || info.Height != test.height {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
}

func TestWhatIsNotTakenIn(t *testing.T) {
	tests := map[string]struct {
		body []byte
		want error
	}{
		"nothing":                         {nil, assets.ErrUnsupportedMedia},
		"text":                            {[]byte("hello"), assets.ErrUnsupportedMedia},
		"a page":                          {[]byte("<!DOCTYPE html><html><body><svg/></body></html>"), assets.ErrUnsupportedMedia},
		"a page that begins as a GIF":     {[]byte("GIF89a/*<html><script>alert(1)</script>*/=1"), assets.ErrTooManyPixels},
		"a TIFF":                          {[]byte("II*\x00\x08\x00\x00\x00" + strings.Repeat("x", 100)), assets.ErrUnsupportedMedia},
		"a BMP":                           {[]byte("BM" + strings.Repeat("\x00", 100)), assets.ErrUnsupportedMedia},
		"an archive":                      {zipOf(t, "../../evil.sh", "x"), assets.ErrUnsupportedMedia},
		"a program":                       {[]byte("\x7fELF" + strings.Repeat("\x00", 100)), assets.ErrUnsupportedMedia},
		"a drawing with a script":         {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), assets.ErrUnsafeSVG},
		"100,000 × 100,000":               {claiming(t, 100_000, 100_000, 8, 6), assets.ErrTooManyPixels},
		"30,000 × 30,000 of one bit":      {claiming(t, 30_000, 30_000, 1, 0), assets.ErrTooManyPixels},
		"12,000 × 12,000 of 16 bits":      {claiming(t, 12_000, 12_000, 16, 6), assets.ErrTooManyPixels},
		"as many pixels as fit in a word": {claiming(t, 0x7fffffff, 0x7fffffff, 8, 6), assets.ErrBrokenImage},
		"no width":                        {claiming(t, 0, 10, 8, 6), assets.ErrBrokenImage},
		"a picture that stops":            {pngOf(t, 40, 40)[:60], assets.ErrBrokenImage},
		"only its beginning":              {pngOf(t, 40, 40)[:8], assets.ErrBrokenImage},
		"a GIF of 65,535²":                {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00;"), assets.ErrTooManyPixels},
		"a WebP that is none":             {[]byte("RIFF\xff\xff\xff\x7fWEBPVP8 "), assets.ErrBrokenImage},
	}
	for name, test := range tests {
		if info, err := inspect(t, test.body); !errors.Is(err, test.want) {
			t.Errorf("%s: %+v, %v, want %v", name, info, err, test.want)
		}
	}
}

// FuzzInspect: whatever the bytes, the answer is a type that is kept or an error
// with a code, and a picture that is taken in has a size within the budget.
func FuzzInspect(f *testing.F) {
	f.Add(pngOf(f, 3, 2))
	f.Add(zipOf(f, "mimetype", "application/vnd.oasis.opendocument.text"))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"))
	f.Add([]byte("%PDF-1.7\n%%EOF"))
	f.Add([]byte("wOF2" + strings.Repeat("\x00", 60)))
	f.Add([]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
	for _, file := range [][]byte{
		jpegOf(f, 9, 6), refined(16, 3), refined(8, 101), gifOf(f, 5, 4, 2), webpOf(f, 3, 2), fontOf("OTTO", tables...), wrapped("wOFF", 100),
		office(f, string(assets.DOCX)+".main+xml"), office(f, string(assets.PPTX)+".main+xml", "ppt/vbaProject.bin", "x"),
		[]byte("\xff\xd8\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00\xff\xc0\x00\x0b\x08\x00\x02\x00\x03\x01\x01\x11\x00\xff\xd9"),
		[]byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00\x02\x00\x00\x01\x00\x00"),
	} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		began := time.Now()
		info, err := inspect(t, body)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		if err != nil {
			if assets.AsError(err) == nil {
				t.Fatalf("%v", err)
			}
			return
		}
		if info.Media.Extension() == "" || info.Media.IsBitmap() && (info.Width < 1 || info.Height < 1 || info.Width*info.Height > 50_000_000) {
			t.Fatalf("%+v", info)
		}
	})
}
