package provenance_test

import (
	"bytes"
	"testing"

	"signet/assets"
	"signet/domain"
	"signet/internal/provenance"
)

func FuzzPNG(f *testing.F)  { fuzz(f, assets.PNG) }
func FuzzJPEG(f *testing.F) { fuzz(f, assets.JPEG) }
func FuzzSVG(f *testing.F)  { fuzz(f, assets.SVG) }
func FuzzWebP(f *testing.F) { fuzz(f, assets.WebP) }
func FuzzPDF(f *testing.F)  { fuzz(f, assets.PDF) }

// FuzzPacket is for packets in a PNG, which FuzzPNG does not come to for the
// checksums, and in a PDF, where bytes are counted.
func FuzzPacket(f *testing.F) {
	f.Add(foreign)
	f.Add(attributesOnly)
	f.Add(rdf(""))
	for _, o := range files(f) {
		if o.media == assets.SVG {
			f.Add(string(write(f, o, full()).bytes))
		}
	}
	file := pngFile(f)
	f.Fuzz(func(t *testing.T, packet string) {
		holds(t, original{assets.PNG, chunked(file, "IDAT", "iTXt", iTXt(packet))})
		holds(t, original{assets.PNG, chunked(file, "IEND", "iTXt", compressedText(packet))})
		holds(t, original{assets.PDF, pdf("", withMetadata(plainPacket(packet))...)})
	})
}

var attributesOnly = rdf(`<R:Description xmlns:q="` + provenance.Namespace + `" ` + must + ` q:Version = '1' />`)

func fuzz(f *testing.F, media assets.Media) {
	f.Helper()
	for _, o := range files(f) {
		if o.media == media && len(o.bytes) < 20_000 {
			f.Add(o.bytes)
			f.Add(write(f, o, full()).bytes)
		}
	}
	switch media {
	case assets.PNG:
		f.Add(chunked(pngFile(f), "IEND", "iTXt", iTXt(attributesOnly)))
	case assets.JPEG:
		f.Add(segmented(jpegFile(f), app1(attributesOnly)))
	case assets.WebP:
		f.Add(riff(vp8x(0x10|0x04), webpFile(f, pixels())[12:], riffChunk("XMP ", attributesOnly)))
	case assets.PDF:
		f.Add(streamedPDF("", withMetadata(packedPacket(attributesOnly))...))
	default:
		f.Add([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><metadata>` + attributesOnly + `</metadata></svg>`))
	}
	f.Fuzz(func(t *testing.T, file []byte) { holds(t, original{media, file}) })
}

// holds sees that what must hold of every file does.
func holds(t *testing.T, o original) {
	t.Helper()
	s, found, err := read(o)
	if again, normal := s.Normalise(); found && (normal != nil || again != s) {
		t.Fatalf("a stamp that can't be written: %+v", s)
	}
	if err != nil && domain.AsError(err) == nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := provenance.Write(&b, bytes.NewReader(o.bytes), int64(len(o.bytes)), o.media, full()); err != nil {
		if domain.AsError(err) == nil {
			t.Fatal(err)
		}
		return
	}
	once := original{o.media, b.Bytes()}
	says(t, once, full())
	if twice := write(t, once, full()); !bytes.Equal(twice.bytes, once.bytes) {
		t.Fatal("the second stamp changes the file")
	}
	bare := strip(t, once)
	if _, left, _ := read(bare); left {
		t.Fatal("the stamp is still there")
	}
	if o.media != assets.SVG && !found && err == nil && bytes.Equal(strip(t, o).bytes, o.bytes) && !bytes.Equal(bare.bytes, o.bytes) {
		t.Fatal("the original does not come back")
	}
}
