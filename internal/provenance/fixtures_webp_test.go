package provenance_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"strings"
	"testing"

	"github.com/HugoSmits86/nativewebp"

	"signet/assets"
)

// webpFile is in the simple format, without loss.
func webpFile(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := nativewebp.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lossyWebP is a picture of 5 × 3 pixels, made by "cwebp -q 10".
func lossyWebP(t testing.TB) []byte {
	t.Helper()
	file, err := base64.StdEncoding.DecodeString("UklGRjwAAABXRUJQVlA4IDAAAADwAQCdASoFAAMAB0CWJbACdH8AGBRfbIAA/kDDMvDH463J4rjbqr5k9hqLvpAQAAA=")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func riffChunk(kind, data string) []byte {
	b := append(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data))), data...)
	return append(b, make([]byte, len(data)%2)...)
}

func riff(chunks ...[]byte) []byte {
	all := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(all))), all...)
}

// vp8x is the header of the extended format, for a canvas of 23 × 17 pixels.
func vp8x(flags byte) []byte {
	return riffChunk("VP8X", string([]byte{flags, 0, 0, 0, 22, 0, 0, 16, 0, 0}))
}

func webpFiles(t testing.TB) map[string]original {
	t.Helper()
	simple := webpFile(t, pixels())
	picture := simple[12:]
	icc, about := riffChunk("ICCP", "ICC_PROFILE\x00\x01\x01abc"), riffChunk("EXIF", exif[6:])
	odd := foreign + strings.Repeat(" ", 1-len(foreign)%2)
	files := map[string][]byte{
		"webp":                    simple,
		"webp without alpha":      webpFile(t, image.NewYCbCr(image.Rect(0, 0, 6, 4), image.YCbCrSubsampleRatio444)),
		"webp with loss":          lossyWebP(t),
		"webp extended":           riff(vp8x(0x10), picture),
		"webp with all of it":     riff(vp8x(0x20|0x10|0x08), icc, picture, about, riffChunk("abcd", "odd")),
		"webp with XMP":           riff(vp8x(0x10|0x04), picture, riffChunk("XMP ", foreign)),
		"webp with odd XMP":       riff(vp8x(0x10|0x04), picture, riffChunk("XMP ", odd), riffChunk("abcd", "odd")),
		"webp with another fill":  riff(vp8x(0x10|0x04), picture, append(riffChunk("XMP ", odd)[:8+len(odd)], 'x')),
		"webp with XMP of no use": riff(vp8x(0x10|0x04), picture, riffChunk("XMP ", "<x")),
		"webp with two packets":   riff(vp8x(0x10|0x04), picture, riffChunk("XMP ", "<x"), riffChunk("XMP ", foreign)),
		"webp with bytes behind":  append(bytes.Clone(simple), "more..."...),
	}
	all := map[string]original{}
	for name, file := range files {
		all[name] = original{assets.WebP, file}
	}
	return all
}

// movingWebP is an animation, which the registry does not keep.
func movingWebP(t testing.TB) original {
	t.Helper()
	frame := append(make([]byte, 6), 22, 0, 0, 16, 0, 0, 100, 0, 0, 0) // at 0,0, for 100 ms
	data := string(frame) + string(webpFile(t, pixels())[12:])
	return original{assets.WebP, riff(vp8x(0x10|0x02), riffChunk("ANIM", "\xff\xff\xff\xff\x00\x00"), riffChunk("ANMF", data), riffChunk("ANMF", data))}
}
