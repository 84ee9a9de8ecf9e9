package provenance_test

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"

	"signet/assets"
	"signet/assets/svg"
	"signet/internal/provenance"
	"signet/internal/testneeds"
)

// everyByte is a step; the race detector, which makes each slow, sees fewer.
func everyByte() int {
	if testneeds.Race {
		return 7
	}
	return 1
}

func TestFilesThatAreCutOffAtAnyByte(t *testing.T) {
	for _, name := range []string{"png", "png with XMP", "png with compressed XMP", "jpeg with all of it", "jpeg with XMP", "webp", "webp with XMP", "svg", "svg with a prefix"} {
		t.Run(name, func(t *testing.T) {
			whole := write(t, files(t)[name], small())
			end := len(whole.bytes)
			switch whole.media {
			case assets.JPEG:
				end = bytes.Index(whole.bytes, []byte("\xff\xda")) + 2
			case assets.SVG:
				end = bytes.LastIndexByte(whole.bytes, '>') + 1
			default:
			}
			for n := (end - 1) % everyByte(); n < end; n += everyByte() {
				o := original{whole.media, whole.bytes[:n]}
				s, found, err := provenance.Read(bytes.NewReader(whole.bytes), int64(n), o.media) // which ends before the reader
				if found && s != small() {
					t.Fatalf("%d bytes: %+v", n, s)
				}
				if !found {
					refused(t, err, provenance.Broken)
				}
				if n == end-1 && !found && o.media != assets.SVG && o.media != assets.WebP { // which says at its beginning how long it is
					t.Error("what was whole before the end is not read")
				}
				var b bytes.Buffer
				refused(t, provenance.Write(&b, bytes.NewReader(o.bytes), int64(n), o.media, full()), provenance.Broken)
				refused(t, provenance.Strip(&b, bytes.NewReader(o.bytes), int64(n), o.media), provenance.Broken)
				if b.Len() > 0 {
					t.Fatalf("%d bytes: something was written", n)
				}
			}
			// A file that is shorter than is said of it.
			_, _, err := provenance.Read(bytes.NewReader(whole.bytes[:20]), int64(end), whole.media)
			refused(t, err, provenance.Broken)
		})
	}
}

func TestFilesThatAreNotWhatTheyShouldBe(t *testing.T) {
	p, j := pngFile(t), jpegFile(t)
	inSVG := func(body string) []byte {
		return []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + body + `</svg>`)
	}
	for name, c := range map[string]struct {
		media  assets.Media
		file   []byte
		reason string
	}{
		"a JPEG as a PNG":                  {assets.PNG, j, provenance.Broken},
		"a PNG as a JPEG":                  {assets.JPEG, p, provenance.Broken},
		"a PNG as an SVG":                  {assets.SVG, p, provenance.Broken},
		"a PNG without a picture":          {assets.PNG, append(bytes.Clone(p[:33]), chunk("IEND", nil)...), provenance.Broken},
		"a PNG that begins otherwise":      {assets.PNG, append(p[:8:8], chunk("tEXt", nil)...), provenance.Broken},
		"a PNG with two headers":           {assets.PNG, append(bytes.Clone(p[:33]), p[8:]...), provenance.Broken},
		"a PNG with a chunk of 4 GB":       {assets.PNG, append(bytes.Clone(p[:33]), "\xff\xff\xff\xffiTXt"...), provenance.Broken},
		"a PNG of empty chunks":            {assets.PNG, append(bytes.Clone(p[:33]), bytes.Repeat(chunk("tEXt", nil), 130_001)...), provenance.TooLarge},
		"a PNG of nine packets":            {assets.PNG, bytes.Join([][]byte{p[:33], bytes.Repeat(chunk("iTXt", iTXt("<a/>")), 9), p[33:]}, nil), provenance.TooLarge},
		"a JPEG without a picture":         {assets.JPEG, []byte("\xff\xd8\xff\xd9"), provenance.Broken},
		"a JPEG with a segment of 1 byte":  {assets.JPEG, append([]byte("\xff\xd8\xff\xe0\x00\x01"), j[2:]...), provenance.Broken},
		"a JPEG of nothing but fill bytes": {assets.JPEG, append([]byte("\xff\xd8"), bytes.Repeat([]byte{0xFF}, 100_000)...), provenance.Broken},
		"a JPEG of mostly fill bytes":      {assets.JPEG, segmented(j, bytes.Repeat([]byte{0xFF}, 100_000)), provenance.Broken},
		"a JPEG of empty segments":         {assets.JPEG, segmented(j, bytes.Repeat(segment(0xE5, ""), 5000)), provenance.TooLarge},
		"a JPEG of nine packets":           {assets.JPEG, segmented(j, bytes.Repeat(app1("<a/>"), 9)), provenance.TooLarge},
		"a JPEG as a WebP":                 {assets.WebP, j, provenance.Broken},
		"a WebP longer than the file":      {assets.WebP, append([]byte("RIFF\xff\xff\xff\xff"), webpFile(t, pixels())[8:]...), provenance.Broken},
		"a WebP with a long chunk":         {assets.WebP, riff(append(riffChunk("VP8L", "x")[:4:4], "\xff\xff\xff\xff"...)), provenance.Broken},
		"a WebP that ends in a chunk":      {assets.WebP, riff(webpFile(t, pixels())[12:], []byte("abc")), provenance.Broken},
		"a WebP without a picture":         {assets.WebP, riff(vp8x(0)), provenance.Broken},
		"a WebP of nothing":                {assets.WebP, riff(), provenance.Broken},
		"a WebP with a picture of no size": {assets.WebP, riff(riffChunk("VP8 ", "\x00\x00\x00\x9d\x01\x2a\x00\x00\x01\x00")), provenance.Broken},
		"a WebP with a short picture":      {assets.WebP, riff(riffChunk("VP8L", "\x2f\x00")), provenance.Broken},
		"a WebP with another picture":      {assets.WebP, riff(riffChunk("VP8L", "\x2e\x00\x00\x00\x00")), provenance.Broken},
		"a WebP with two pictures":         {assets.WebP, riff(lossyWebP(t)[12:], lossyWebP(t)[12:]), provenance.Broken},
		"a WebP with a header of 11 bytes": {assets.WebP, riff(riffChunk("VP8X", "12345678901"), lossyWebP(t)[12:]), provenance.Broken},
		"a WebP with a header behind":      {assets.WebP, riff(lossyWebP(t)[12:], vp8x(0)), provenance.Broken},
		"a WebP that denies its XMP":       {assets.WebP, riff(vp8x(0), lossyWebP(t)[12:], riffChunk("XMP ", foreign)), provenance.Broken},
		"a WebP that promises XMP":         {assets.WebP, riff(vp8x(4), lossyWebP(t)[12:]), provenance.Broken},
		"a WebP of nine packets":           {assets.WebP, riff(vp8x(4), lossyWebP(t)[12:], bytes.Repeat(riffChunk("XMP ", "<a/>"), 9)), provenance.TooLarge},
		"a WebP of empty chunks":           {assets.WebP, riff(lossyWebP(t)[12:], bytes.Repeat(riffChunk("abcd", ""), 130_001)), provenance.TooLarge},
		"an SVG that is too long":          {assets.SVG, inSVG(strings.Repeat(" ", svg.MaxBytes)), provenance.TooLarge},
		"an SVG that is deep":              {assets.SVG, inSVG(strings.Repeat("<g>", 300) + strings.Repeat("</g>", 300)), provenance.TooLarge},
		"an SVG of many graphs":            {assets.SVG, inSVG("<metadata>" + strings.Repeat(rdf(""), 100) + "</metadata>"), provenance.TooLarge},
		"an SVG of many properties":        {assets.SVG, inSVG("<metadata>" + rdf("<R:a>"+strings.Repeat("<R:b/>", 30_000)+"</R:a>") + "</metadata>"), provenance.TooLarge},
		"an SVG of many descriptions":      {assets.SVG, inSVG("<metadata>" + rdf(strings.Repeat("<R:b/>", 30_000)) + "</metadata>"), provenance.TooLarge},
		"an SVG with a DOCTYPE":            {assets.SVG, append([]byte("<!DOCTYPE svg>"), svgFile[40:]...), provenance.Broken},
		"an SVG with an external entity":   {assets.SVG, append([]byte(`<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>`), inSVG("&x;")...), provenance.Broken},
		"an SVG in another encoding":       {assets.SVG, append([]byte(`<?xml version="1.0" encoding="UTF-16"?>`), inSVG("")...), provenance.Broken},
		"an SVG that is not UTF-8":         {assets.SVG, inSVG("\xff"), provenance.Broken},
		"an SVG of two roots":              {assets.SVG, append(inSVG(""), inSVG("")...), provenance.Broken},
		"an SVG of no namespace":           {assets.SVG, []byte("<svg/>"), provenance.Broken},
		"an SVG of nothing":                {assets.SVG, nil, provenance.Broken},
	} {
		t.Run(name, func(t *testing.T) {
			o := original{c.media, c.file}
			_, found, err := read(o)
			if found {
				t.Error("a stamp")
			}
			refused(t, err, c.reason)
			refused(t, provenance.Write(io.Discard, bytes.NewReader(c.file), int64(len(c.file)), c.media, full()), c.reason)
		})
	}
}

func TestAnSVGThatWouldBeTooLongWithItsStamp(t *testing.T) {
	text := `<svg xmlns="http://www.w3.org/2000/svg">`
	text += strings.Repeat(" ", svg.MaxBytes-len(text)-6) + "</svg>"
	refused(t, provenance.Write(io.Discard, strings.NewReader(text), int64(len(text)), assets.SVG, full()), provenance.TooLarge)
}

func TestAFileFullOfPacketsIsNotStamped(t *testing.T) {
	p := pngFile(t)
	of := func(packets int) original {
		return original{assets.PNG, bytes.Join([][]byte{p[:33], bytes.Repeat(chunk("iTXt", iTXt("<a/>")), packets), p[33:]}, nil)}
	}
	o := of(8)
	if _, found, err := read(o); found || err != nil {
		t.Fatal(found, err)
	}
	refused(t, provenance.Write(io.Discard, bytes.NewReader(o.bytes), int64(len(o.bytes)), o.media, full()), provenance.TooLarge)
	says(t, write(t, write(t, of(7), small()), full()), full())
}

func TestAPacketThatUnpacksToALotIsNotRead(t *testing.T) {
	for _, megabytes := range []int{2, 8} {
		bomb := compressedText(attributesOnly + strings.Repeat(" ", megabytes<<20))
		o := original{assets.PNG, chunked(pngFile(t), "IDAT", "iTXt", bomb)}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, found, err := read(o); found || err != nil {
			t.Fatal(found, err)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
			t.Errorf("%d bytes were taken", used)
		}
		says(t, write(t, o, full()), full())
	}
}
