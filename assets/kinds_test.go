package assets_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/HugoSmits86/nativewebp"

	"signet/assets"
)

func jpegOf(t testing.TB, width, height int) []byte {
	t.Helper()
	return encoded(t, func(b *bytes.Buffer) error {
		return jpeg.Encode(b, image.NewNRGBA(image.Rect(0, 0, width, height)), nil)
	})
}

// turned adds an EXIF orientation to a JPEG.
func turned(file []byte, orientation byte) []byte {
	exif := append([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), orientation, 0, 0, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xD8, 0xFF, 0xE1}, uint16(len(exif)+2))
	return append(append(segment, exif...), file[2:]...)
}

// framed gives the frame of a JPEG another marker, precision and size.
func framed(file []byte, marker, precision byte, width, height uint16) []byte {
	file = bytes.Clone(file)
	at := bytes.Index(file, []byte{0xFF, 0xC0})
	file[at+1], file[at+4] = marker, precision
	binary.BigEndian.PutUint16(file[at+5:], height)
	binary.BigEndian.PutUint16(file[at+7:], width)
	return file
}

func webpOf(t testing.TB, width, height int) []byte {
	t.Helper()
	return encoded(t, func(b *bytes.Buffer) error {
		return nativewebp.Encode(b, image.NewNRGBA(image.Rect(0, 0, width, height)), nil)
	})
}

// animatedWebP is the beginning of an animation (RFC 9649, section 2.7).
func animatedWebP() []byte {
	return []byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x03\x00\x00")
}

func gifOf(t testing.TB, width, height, frames int) []byte {
	t.Helper()
	all := &gif.GIF{}
	for range frames {
		all.Image = append(all.Image, image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black, color.White}))
		all.Delay = append(all.Delay, 9)
	}
	return encoded(t, func(b *bytes.Buffer) error { return gif.EncodeAll(b, all) })
}

// fontOf is an sfnt file that holds nothing but a directory of tables.
func fontOf(version string, tables ...string) []byte {
	b := binary.BigEndian.AppendUint16([]byte(version), uint16(len(tables)))
	b = append(b, make([]byte, 6)...)
	for _, table := range tables {
		b = append(b, table...)
		b = append(b, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 4) // checksum, place, length
	}
	return b
}

// wrapped is a web font as long as it says.
func wrapped(magic string, stated uint32) []byte {
	b := make([]byte, 100)
	copy(b, magic)
	binary.BigEndian.PutUint32(b[8:], stated)
	return b
}

func office(t testing.TB, contentType string, more ...string) []byte {
	t.Helper()
	return zipOf(t, append([]string{"[Content_Types].xml", `<Types><Override ContentType="` + contentType + `"/></Types>`}, more...)...)
}

var tables = []string{"cmap", "head", "hhea", "maxp", "glyf"}

func TestEveryKindThatIsKept(t *testing.T) {
	kinds := map[assets.Media][]byte{
		assets.PDF: []byte("%PDF-1.7\n1 0 obj\n%%EOF\n"),
		assets.TTF: fontOf("\x00\x01\x00\x00", tables...), assets.OTF: fontOf("OTTO", tables...),
		assets.WOFF: wrapped("wOFF", 100), assets.WOFF2: wrapped("wOF2", 100),
		assets.PNG: pngOf(t, 3, 2), assets.JPEG: jpegOf(t, 3, 2), assets.GIF: gifOf(t, 3, 2, 1), assets.WebP: webpOf(t, 3, 2),
		assets.SVG: []byte("\ufeff<?xml version='1.0'?>\n<!-- mark --><svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>"),
	}
	for _, media := range []assets.Media{assets.DOCX, assets.XLSX, assets.PPTX, assets.DOTX, assets.POTX} {
		kinds[media] = office(t, string(media)+".main+xml")
	}
	for _, media := range []assets.Media{assets.ODT, assets.ODS, assets.ODP, assets.ODG, assets.OTT, assets.OTP} {
		kinds[media] = zipOf(t, "mimetype", string(media))
	}
	for media, file := range kinds {
		info, err := inspect(t, file)
		if err != nil || info.Media != media {
			t.Errorf("%s: %+v, %v", media, info, err)
		}
		width, height := 0, 0
		if media.HasRenditions() {
			width, height = 3, 2
		}
		if info.Width != width || info.Height != height {
			t.Errorf("%s: %d × %d", media, info.Width, info.Height)
		}
		if again, err := assets.ParseMedia(string(media)); err != nil || again != media || media.Extension() == "" {
			t.Errorf("%s: %s, %v", media, again, err)
		}
	}
	if len(kinds) != 21 {
		t.Errorf("%d kinds were tried", len(kinds))
	}
}

// The size that is told is the one that a person sees and a rendition has.
func TestTheSizeOfAPicture(t *testing.T) {
	for orientation := byte(1); orientation <= 8; orientation++ {
		width, height := 90, 60
		if orientation >= 5 {
			width, height = height, width
		}
		if info, err := inspect(t, turned(jpegOf(t, 90, 60), orientation)); err != nil || info.Width != width || info.Height != height {
			t.Errorf("orientation %d: %+v, %v", orientation, info, err)
		}
	}
	for name, file := range map[string][]byte{
		"an orientation that there is not": turned(jpegOf(t, 90, 60), 9),
		"a film at its end":                append(jpegOf(t, 90, 60), make([]byte, 100_000)...),
		"several frames":                   gifOf(t, 90, 60, 3),
		"by its viewBox":                   []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60"/>`),
		"in millimetres, rounded up":       []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="23.7mm" height="15.7mm"/>`),
		"width and proportions":            []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="90" viewBox="0 0 9 6"/>`),
	} {
		if info, err := inspect(t, file); err != nil || info.Width != 90 || info.Height != 60 {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
	for _, file := range []string{`width="100%" height="100%"`, ``, `width="1e300" height="1"`, `width="-3" height="NaN"`} {
		info, err := inspect(t, []byte(`<svg xmlns="http://www.w3.org/2000/svg" `+file+`/>`))
		if err != nil || info.Width != 0 && info.Height != 0 || len(info.Warnings) != 1 {
			t.Errorf("%s: %+v, %v", file, info, err)
		}
	}
}

func TestWhatOnlyLooksLikeAKind(t *testing.T) {
	photo, still := jpegOf(t, 90, 60), gifOf(t, 90, 60, 1)
	var many []byte
	for range 1 << 17 {
		many = append(many, "\x00\x00\x00\x00teXtcrcs"...)
	}
	whole := pngOf(t, 3, 2)
	header := 8 + 25 // the signature, and the chunk IHDR
	for name, test := range map[string]struct {
		file []byte
		want error
	}{
		"a PDF that stops":             {[]byte("%PDF-1.7\n1 0 obj\n"), assets.ErrBrokenImage},
		"a font that stops":            {wrapped("wOFF", 200), assets.ErrUnsupportedMedia},
		"a font without tables":        {fontOf("OTTO", "cmap", "head", "hhea", "glyf"), assets.ErrUnsupportedMedia},
		"a collection of no fonts":     {fontOf("true"), assets.ErrUnsupportedMedia},
		"a document with macros":       {office(t, string(assets.DOCX)+".main+xml", "word/vbaProject.bin", "x"), assets.ErrUnsupportedMedia},
		"a document type with macros":  {office(t, "application/vnd.ms-word.document.macroEnabled.main+xml"), assets.ErrUnsupportedMedia},
		"an archive that says it is":   {zipOf(t, "mimetype", "application/vnd.oasis.opendocument.evil"), assets.ErrUnsupportedMedia},
		"an archive that stops":        {office(t, string(assets.DOCX)+".main+xml")[:60], assets.ErrUnsupportedMedia},
		"an e-book":                    {zipOf(t, "mimetype", "application/epub+zip"), assets.ErrUnsupportedMedia},
		"a JPEG that stops":            {photo[:len(photo)-2], assets.ErrBrokenImage},
		"a JPEG without a frame":       {append([]byte("\xff\xd8\xff\xda\x00\x02"), photo[:20]...), assets.ErrBrokenImage},
		"a JPEG of 65,535²":            {framed(photo, 0xC0, 8, 65_535, 65_535), assets.ErrTooManyPixels},
		"a progressive JPEG of 49 Mpx": {framed(photo, 0xC2, 8, 7_000, 7_000), assets.ErrTooManyPixels},
		"a JPEG without loss":          {framed(photo, 0xC3, 8, 90, 60), assets.ErrBrokenImage},
		"a JPEG of 12 bits":            {framed(photo, 0xC1, 12, 90, 60), assets.ErrBrokenImage},
		"a GIF that stops":             {still[:len(still)-4], assets.ErrBrokenImage},
		"a GIF of no frame":            {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), assets.ErrBrokenImage},
		"a script behind a GIF's head": {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00<script>alert(1)</script>"), assets.ErrBrokenImage},
		"a GIF of remarks":             {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00" + strings.Repeat("!\xfe\x00", 5000) + ",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01\x00\x00;"), assets.ErrBrokenImage},
		"a WebP that stops":            {webpOf(t, 90, 60)[:50], assets.ErrBrokenImage},
		"an animated WebP":             {animatedWebP(), assets.ErrUnsupportedMedia},
		"a PNG of 131,072 chunks":      {append(append(bytes.Clone(whole[:header]), many...), whole[header:]...), assets.ErrBrokenImage},
		"an SVG of 8 MiB and one byte": {append([]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), bytes.Repeat([]byte(" "), 8<<20)...), assets.ErrTooLarge},
	} {
		began := time.Now()
		if info, err := inspect(t, test.file); !errors.Is(err, test.want) {
			t.Errorf("%s: %+v, %v, want %v", name, info, err, test.want)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
	// The baseline of the same size as the progressive one fits.
	if _, err := inspect(t, framed(photo, 0xC0, 8, 7_000, 7_000)); err != nil {
		t.Error(err)
	}
}

func embedded(media string, file []byte) string {
	return `<image width="9" height="9" href="data:` + media + `;base64,` + base64.StdEncoding.EncodeToString(file) + `"/>`
}

// Pictures inside of an SVG share the budget of one picture, and are what they
// are declared as.
func TestPicturesInADrawing(t *testing.T) {
	drawing := func(images ...string) []byte {
		return []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Join(images, "") + `</svg>`)
	}
	large := embedded("image/png", claiming(t, 6_000, 6_000, 8, 6))
	for name, test := range map[string]struct {
		file []byte
		want error
	}{
		"a PNG":               {drawing(embedded("image/png", pngOf(t, 3, 2))), nil},
		"a JPEG":              {drawing(embedded("image/jpeg", jpegOf(t, 3, 2))), nil},
		"a JPEG said PNG":     {drawing(embedded("image/png", jpegOf(t, 3, 2))), assets.ErrUnsafeSVG},
		"text said PNG":       {drawing(embedded("image/png", []byte("hello"))), assets.ErrUnsafeSVG},
		"one of 36 Mpx":       {drawing(large), nil},
		"two of 36 Mpx":       {drawing(large, large), assets.ErrUnsafeSVG},
		"one of 10,000 Mpx":   {drawing(embedded("image/png", claiming(t, 100_000, 100_000, 8, 6))), assets.ErrUnsafeSVG},
		"a drawing said PNG":  {drawing(embedded("image/png", drawing())), assets.ErrUnsafeSVG},
		"half a picture":      {drawing(embedded("image/png", pngOf(t, 40, 40)[:60])), assets.ErrUnsafeSVG},
		"nothing said a JPEG": {drawing(embedded("image/jpeg", nil)), assets.ErrUnsafeSVG},
	} {
		if _, err := inspect(t, test.file); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	_, err := inspect(t, drawing("\n\n<script/>"))
	if e := assets.AsError(err); e == nil || e.Line != 3 || e.Code() != "unsafe_svg" {
		t.Errorf("the line is not told: %v", err)
	}
}

func ExampleError() {
	err := fmt.Errorf("upload 7: %w", assets.ErrTooLarge.Because("there are more than %d bytes", 10))
	e := assets.AsError(err)
	fmt.Println(errors.Is(err, assets.ErrTooLarge), e.Code(), e.Status(), e.Sentence)
	// Output: true too_large 413 there are more than 10 bytes
}
