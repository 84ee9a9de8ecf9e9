package provenance_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signet/assets"
	"signet/internal/provenance"
	"signet/internal/testneeds"
)

func TestASimpleWebPIsExtended(t *testing.T) {
	for name, want := range map[string]string{
		"webp":               "VP8X\x0a\x00\x00\x00\x14\x00\x00\x00\x16\x00\x00\x10\x00\x00",
		"webp without alpha": "VP8X\x0a\x00\x00\x00\x04\x00\x00\x00\x05\x00\x00\x03\x00\x00",
		"webp with loss":     "VP8X\x0a\x00\x00\x00\x04\x00\x00\x00\x04\x00\x00\x02\x00\x00",
	} {
		o := webpFiles(t)[name]
		stamped := write(t, o, full())
		if got := string(stamped.bytes[12:30]); got != want {
			t.Errorf("%s: %q", name, got)
		}
		if !bytes.HasPrefix(stamped.bytes[30:], o.bytes[12:]) {
			t.Errorf("%s: the picture does not follow", name)
		}
	}
}

func TestAWebPKeepsWhatElseItsHeaderSays(t *testing.T) {
	all := webpFiles(t)
	all["webp that moves"] = movingWebP(t)
	for name, flags := range map[string]byte{"webp extended": 0x14, "webp with all of it": 0x3C, "webp with XMP": 0x14, "webp that moves": 0x16} {
		o := all[name]
		stamped := write(t, o, full())
		if got := stamped.bytes[20]; got != flags {
			t.Errorf("%s: flags %x, want %x", name, got, flags)
		}
		if bare := strip(t, stamped); !bytes.Equal(bare.bytes, o.bytes) {
			t.Errorf("%s: the original does not come back", name)
		}
		if size := binary.LittleEndian.Uint32(stamped.bytes[4:]); int(size)+8 != len(stamped.bytes) || size%2 != 0 {
			t.Errorf("%s: %d bytes, %d are said", name, len(stamped.bytes), size+8)
		}
	}
}

// A header that is not ours may hide that a picture is shown otherwise.
func TestAWebPThatWasChangedSinceDoesNotBecomeSimpleAgain(t *testing.T) {
	o := webpFiles(t)["webp"]
	for name, at := range map[string]int{"the flags": 20, "the canvas": 24} {
		changed := write(t, o, full())
		changed.bytes[at] ^= 0x20
		says(t, changed, full())
		if bare := strip(t, changed); string(bare.bytes[12:16]) != "VP8X" {
			t.Errorf("%s: the header is gone", name)
		}
	}
	stamped := write(t, o, full()).bytes
	torn := original{assets.WebP, bytes.Replace(stamped, []byte("</signet:Item>"), []byte("</signet:Itam>"), 1)}
	if once := write(t, torn, full()); !bytes.Equal(write(t, once, full()).bytes, once.bytes) || bytes.Count(once.bytes, []byte("XMP ")) != 2 {
		t.Error("what another program has torn is taken for a stamp")
	}
	more := original{assets.WebP, riff(append(stamped[12:len(stamped):len(stamped)], riffChunk("abcd", "x")...))}
	if bare := strip(t, more); string(bare.bytes[12:16]) != "VP8X" || !bytes.HasSuffix(bare.bytes, riffChunk("abcd", "x")) {
		t.Error("what another program has put in is lost")
	}
}

func TestAWebPOfFourGigabytes(t *testing.T) {
	o := webpFiles(t)["webp"]
	hole := int64(math.MaxUint32 - len(o.bytes) - 8 - 18 - 10)
	head := append(bytes.Clone(o.bytes), "abcd"...)
	head = binary.LittleEndian.AppendUint32(head, uint32(hole&^1))
	head = append(append(bytes.Clone(head[:12]), vp8x(0x10)...), head[12:]...)
	file := endless{head, nil, hole &^ 1}
	binary.LittleEndian.PutUint32(file.head[4:], uint32(file.size()-8))
	refused(t, provenance.Write(io.Discard, file, file.size(), assets.WebP, full()), provenance.TooLarge)
}

func TestOtherProgramsTakeAStampedWebPForAGoodOne(t *testing.T) {
	webpinfo, webpmux, dwebp := testneeds.Command(t, "webpinfo"), testneeds.Command(t, "webpmux"), testneeds.Command(t, "dwebp")
	all := webpFiles(t)
	all["webp that moves"] = movingWebP(t)
	for _, name := range []string{"webp", "webp without alpha", "webp with loss", "webp extended", "webp with odd XMP", "webp with all of it", "webp that moves"} {
		t.Run(name, func(t *testing.T) {
			o := all[name]
			stamped := write(t, o, full())
			path := saved(t, stamped)
			if said := string(run(t, webpinfo, path)); !strings.Contains(said, "No error detected") || !strings.Contains(said, "Chunk XMP") {
				t.Errorf("%s", said)
			}
			xmp := filepath.Join(t.TempDir(), "xmp")
			if out, err := exec.CommandContext(t.Context(), webpmux, "-get", "xmp", path, "-o", xmp).CombinedOutput(); err != nil {
				t.Errorf("%v %s", err, out)
			}
			if name != "webp that moves" && !bytes.Equal(run(t, dwebp, "-quiet", "-pam", path, "-o", "-"), run(t, dwebp, "-quiet", "-pam", saved(t, o), "-o", "-")) {
				t.Error("other pixels")
			}
		})
	}
}
