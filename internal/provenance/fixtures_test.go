package provenance_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/webp"

	"signet/assets"
	"signet/domain"
	"signet/internal/provenance"
)

const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// full has all fields, with what has to be escaped.
func full() provenance.Stamp {
	return provenance.Stamp{
		Registry: "https://kit.example/hp", Item: "logo-sample", Version: 12, Original: digest, Edition: 2,
		InForceFrom: time.Date(2027, 1, 4, 5, 0, 0, 120_000_000, time.UTC),
		Licence:     "CC BY 4.0 <&> \"mẫu đề xuất\"\n\tdòng hai",
		Title:       "Biểu trưng Hải Phòng ']]>&amp; 海防市 🌊",
		Link:        "https://kit.example/hp/status?sha256=" + digest + "&lang=vi", Rendition: "w=400&format=png",
	}
}

// small has only what a stamp must have.
func small() provenance.Stamp {
	return provenance.Stamp{Registry: "http://127.0.0.1:8080", Item: "a", Version: 1, Original: digest}
}

func pixels() image.Image {
	p := image.NewNRGBA(image.Rect(0, 0, 23, 17))
	for i := range p.Pix {
		p.Pix[i] = byte(i * 7)
	}
	return p
}

func pngFile(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, pixels()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegFile(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, pixels(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const svgFile = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- dấu --><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\">" +
	`<style>rect:first-child{fill:#0a6}</style><title>Sóng</title><rect width="20" height="20"/><circle cx="30" cy="10" r="8" fill="red"/></svg>` + "\n"

// chunk is one of a PNG.
func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// chunked puts a chunk before the first IDAT or IEND.
func chunked(file []byte, before, kind string, data []byte) []byte {
	at := bytes.Index(file, []byte(before)) - 4
	return bytes.Join([][]byte{file[:at], chunk(kind, data), file[at:]}, nil)
}

func iTXt(xmp string) []byte { return []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00" + xmp) }

func compressedText(xmp string) []byte {
	var b bytes.Buffer
	b.WriteString("XML:com.adobe.xmp\x00\x01\x00en\x00\x00")
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(xmp))
	_ = z.Close()
	return b.Bytes()
}

// segmented puts segments behind the beginning of a JPEG.
func segmented(file []byte, segments ...[]byte) []byte {
	return bytes.Join([][]byte{file[:2], bytes.Join(segments, nil), file[2:]}, nil)
}

func segment(marker byte, data string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(2+len(data))), data...)
}

func app1(xmp string) []byte { return segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00"+xmp) }

const exif = "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"

// foreign is a packet as other programs make it: rdf has another prefix,
// properties are attributes, and there is room to write into.
var foreign = "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>\n<x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='Some Program 1.0'>\n" +
	"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<r:Description r:about='uuid:&lt;1&gt;' xmlns:dc='http://purl.org/dc/elements/1.1/'" +
	" xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:CreatorTool='Some Program'>\n" +
	"<dc:title><r:Alt><r:li xml:lang='x-default'>Sea</r:li></r:Alt></dc:title>\n<dc:creator><r:Seq><r:li>Lê Chân</r:li></r:Seq></dc:creator>\n" +
	"</r:Description>\n</r:RDF>\n</x:xmpmeta>" + strings.Repeat(" \n", 100) + "<?xpacket end='w'?>"

// files are originals without a stamp, by what they have of their own.
func files(t testing.TB) map[string]original {
	t.Helper()
	p, j := pngFile(t), jpegFile(t)
	jfif := segment(0xE0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")
	icc := segment(0xE2, "ICC_PROFILE\x00\x01\x01abc")
	all := map[string]original{
		"png":                        {assets.PNG, p},
		"png with XMP":               {assets.PNG, chunked(p, "IDAT", "iTXt", iTXt(foreign))},
		"png with XMP behind":        {assets.PNG, chunked(p, "IEND", "iTXt", iTXt(foreign))},
		"png with compressed XMP":    {assets.PNG, chunked(p, "IDAT", "iTXt", compressedText(foreign))},
		"png with XMP that is none":  {assets.PNG, chunked(p, "IDAT", "iTXt", iTXt("<x"))},
		"png with an empty graph":    {assets.PNG, chunked(p, "IDAT", "iTXt", iTXt(`<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></r:RDF>`))},
		"png with EXIF and texts":    {assets.PNG, chunked(chunked(p, "IDAT", "eXIf", []byte(exif[6:])), "IDAT", "tEXt", []byte("Title\x00Sea"))},
		"png with bytes behind it":   {assets.PNG, append(bytes.Clone(p), "more"...)},
		"jpeg":                       {assets.JPEG, j},
		"jpeg with all of it":        {assets.JPEG, segmented(j, jfif, segment(0xE1, exif), icc)},
		"jpeg with XMP":              {assets.JPEG, segmented(j, jfif, segment(0xE1, exif), app1(foreign), icc)},
		"jpeg with XMP late":         {assets.JPEG, segmented(j, icc, segment(0xFE, "hello"), app1(foreign))},
		"jpeg with XMP full":         {assets.JPEG, segmented(j, app1(foreign+strings.Repeat(" ", 65_502-len(foreign))))},
		"jpeg with extended XMP":     {assets.JPEG, segmented(j, app1(foreign), segment(0xE1, "http://ns.adobe.com/xmp/extension/\x00"+strings.Repeat("0", 40)+"<x/>"))},
		"jpeg with fill bytes":       {assets.JPEG, segmented(j, jfif, []byte{0xFF, 0xFF, 0xFF}, icc)},
		"svg":                        {assets.SVG, []byte(svgFile)},
		"svg with a prefix":          {assets.SVG, []byte(`<s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns="urn:x"><s:metadata>hello</s:metadata><s:g/></s:svg>`)},
		"svg with RDF of its own":    {assets.SVG, []byte(`<svg xmlns="http://www.w3.org/2000/svg"><metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><cc:Work xmlns:cc="http://creativecommons.org/ns#" rdf:about=""><cc:licence>x</cc:licence></cc:Work></rdf:RDF></metadata><g/></svg>`)},
		"svg with a byte order mark": {assets.SVG, []byte("\ufeff" + `<svg xmlns="http://www.w3.org/2000/svg"></svg>`)},
	}
	maps.Copy(all, webpFiles(t))
	maps.Copy(all, pdfFiles(t))
	return all
}

type original struct {
	media assets.Media
	bytes []byte
}

// failer is what *testing.T and *rapid.T have in common.
type failer interface {
	Helper()
	Fatal(arguments ...any)
	Fatalf(format string, arguments ...any)
}

func write(t failer, o original, s provenance.Stamp) original {
	t.Helper()
	var b bytes.Buffer
	if err := provenance.Write(&b, bytes.NewReader(o.bytes), int64(len(o.bytes)), o.media, s); err != nil {
		t.Fatal(err)
	}
	return original{o.media, b.Bytes()}
}

func strip(t failer, o original) original {
	t.Helper()
	var b bytes.Buffer
	if err := provenance.Strip(&b, bytes.NewReader(o.bytes), int64(len(o.bytes)), o.media); err != nil {
		t.Fatal(err)
	}
	return original{o.media, b.Bytes()}
}

func read(o original) (provenance.Stamp, bool, error) {
	return provenance.Read(bytes.NewReader(o.bytes), int64(len(o.bytes)), o.media)
}

// says fails unless the file has exactly the stamp.
func says(t failer, o original, want provenance.Stamp) {
	t.Helper()
	s, found, err := read(o)
	if err != nil || !found {
		t.Fatalf("found %v, %v", found, err)
	}
	if s != want {
		t.Fatalf("read %+v\nwant %+v", s, want)
	}
}

// refused fails unless err is a refusal with the reason.
func refused(t testing.TB, err error, reason string) {
	t.Helper()
	if refusal := domain.AsError(err); refusal == nil || refusal.Reason != reason || refusal.Code != domain.Invalid {
		t.Fatalf("want %s, got %v", reason, err)
	}
}

func decoded(t testing.TB, o original) []color.Color {
	t.Helper()
	decode := map[assets.Media]func(io.Reader) (image.Image, error){assets.PNG: png.Decode, assets.JPEG: jpeg.Decode, assets.WebP: webp.Decode}[o.media]
	picture, err := decode(bytes.NewReader(o.bytes))
	if err != nil {
		t.Fatal(err)
	}
	var all []color.Color
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			all = append(all, picture.At(x, y))
		}
	}
	return all
}

func fieldOf(err error) string {
	if refusal := domain.AsError(err); refusal != nil {
		return refusal.Field
	}
	return ""
}
