package provenance_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/assets"
	"signet/internal/provenance"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	for name, o := range files(t) {
		t.Run(name, func(t *testing.T) {
			if s, found, err := read(o); found || err != nil {
				t.Fatalf("before: %+v, %v, %v", s, found, err)
			}
			for _, s := range []provenance.Stamp{full(), small()} {
				says(t, write(t, o, s), s)
			}
		})
	}
}

func TestStampingTwiceIsStampingOnce(t *testing.T) {
	for name, o := range files(t) {
		t.Run(name, func(t *testing.T) {
			once := write(t, o, full())
			if again := write(t, o, full()); !bytes.Equal(again.bytes, once.bytes) {
				t.Error("the same file and stamp give other bytes")
			}
			if twice := write(t, once, full()); !bytes.Equal(twice.bytes, once.bytes) {
				t.Error("the second stamp changes the file")
			}
			other := write(t, once, small())
			if direct := write(t, o, small()); o.media != assets.SVG && !bytes.Equal(other.bytes, direct.bytes) {
				t.Error("the earlier stamp leaves a trace")
			}
			says(t, other, small())
		})
	}
}

func TestStripGivesTheBytesOfBefore(t *testing.T) {
	for name, o := range files(t) {
		t.Run(name, func(t *testing.T) {
			if same := strip(t, o); !bytes.Equal(same.bytes, o.bytes) {
				t.Error("a file without a stamp is changed")
			}
			if after := strip(t, write(t, o, full())); !bytes.Equal(after.bytes, o.bytes) {
				t.Error("the original does not come back")
			}
		})
	}
}

func TestThePictureStaysAsItIs(t *testing.T) {
	for name, o := range files(t) {
		if !o.media.IsBitmap() {
			continue // drawn in TestAStampedDrawingIsDrawnAlike, or a PDF
		}
		t.Run(name, func(t *testing.T) {
			stamped := write(t, o, full())
			if !slices.Equal(decoded(t, stamped), decoded(t, o)) {
				t.Error("other pixels")
			}
			switch _, before, _ := bytes.Cut(o.bytes, []byte(map[assets.Media]string{assets.PNG: "IDAT", assets.JPEG: "\xff\xda", assets.WebP: "VP8"}[o.media])); {
			case o.media == assets.WebP || strings.Contains(name, "behind"):
			case !bytes.HasSuffix(stamped.bytes, before):
				t.Error("other bytes from the picture on")
			}
			for _, kept := range []string{"<dc:creator><r:Seq><r:li>Lê Chân</r:li></r:Seq></dc:creator>", exif[6:], "ICC_PROFILE\x00\x01\x01abc", "Title\x00Sea"} {
				if bytes.Contains(o.bytes, []byte(kept)) && !bytes.Contains(stamped.bytes, []byte(kept)) {
					t.Errorf("%q is lost", kept)
				}
			}
		})
	}
}

func TestWhereAPacketStands(t *testing.T) {
	all := files(t)
	for name, order := range map[string][]string{
		"png":                     {"IHDR", "XML:com.adobe.xmp", "IDAT"},
		"png with EXIF and texts": {"IHDR", "eXIf", "XML:com.adobe.xmp", "IDAT"},
		"jpeg":                    {"\xff\xd8\xff\xe1", "ns.adobe.com", "\xff\xdb"},
		"jpeg with all of it":     {"\xff\xd8\xff\xe0", "Exif", "ns.adobe.com", "ICC_PROFILE", "\xff\xda"},
		"webp":                    {"VP8X", "VP8L", "XMP "},
		"webp with all of it":     {"VP8X", "ICCP", "VP8L", "EXIF", "XMP ", "abcd"},
		"svg":                     {"<title>", "<circle", "<metadata", "</svg>"},
		"svg with RDF of its own": {"<metadata>", "<g/>", "<metadata", "</svg>"},
	} {
		rest := write(t, all[name], full()).bytes
		for _, part := range order {
			_, after, found := bytes.Cut(rest, []byte(part))
			if !found {
				t.Errorf("%s: %q is not where it should be", name, part)
			}
			rest = after
		}
	}
	for name, packets := range map[string]int{
		"png with XMP": 1, "png with XMP behind": 1, "jpeg with XMP": 1, "jpeg with XMP late": 2, "jpeg with XMP full": 2, "png with compressed XMP": 2,
		"webp with XMP": 1, "webp with another fill": 2, "webp with two packets": 2,
	} {
		o := write(t, all[name], full())
		mark := map[assets.Media]string{assets.PNG: "XML:com.adobe.xmp\x00", assets.JPEG: "http://ns.adobe.com/xap/1.0/\x00", assets.WebP: "XMP "}[o.media]
		if n := bytes.Count(o.bytes, []byte(mark)); n != packets {
			t.Errorf("%s: %d packets, want %d", name, n, packets)
		}
	}
}

func TestStampsOfAllKindsComeBack(t *testing.T) {
	all := files(t)
	names := slices.Sorted(maps.Keys(all))
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aé\u0065\u0301ệ海🌊<>&'\"]\n\t \u00a0\u200b")), 0, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := provenance.Stamp{
			Registry: rapid.SampledFrom([]string{"https://kit.example", "http://[::1]:80/a&b"}).Draw(t, "registry"),
			Item:     rapid.StringMatching(`[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}`).Draw(t, "item"),
			Version:  rapid.IntRange(1, provenance.MaxNumber).Draw(t, "version"), Original: rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "original"),
			Edition: rapid.IntRange(0, 9).Draw(t, "edition"), Licence: text.Draw(t, "licence"), Title: text.Draw(t, "title"),
			Rendition: text.Draw(t, "rendition"),
			Link:      rapid.SampledFrom([]string{"", "https://kit.example/?a=<b>&c='"}).Draw(t, "link"),
		}
		if rapid.Bool().Draw(t, "in force") {
			s.InForceFrom = time.Unix(rapid.Int64Range(-1<<33, 1<<34).Draw(t, "from"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		}
		want, err := s.Normalise()
		if err != nil {
			t.Fatal(err)
		}
		o := all[rapid.SampledFrom(names).Draw(t, "file")]
		stamped := write(t, o, s)
		got, found, err := read(stamped)
		if err != nil || !found || !got.InForceFrom.Equal(want.InForceFrom) {
			t.Fatalf("%+v, %v, %v", got, found, err)
		}
		if got.InForceFrom = want.InForceFrom; got != want {
			t.Fatalf("read %+v\nwant %+v", got, want)
		}
		if !bytes.Equal(strip(t, stamped).bytes, o.bytes) {
			t.Fatal("the original does not come back")
		}
	})
}

// endless is a PNG with a large picture that is nowhere.
type endless struct {
	head, tail []byte
	hole       int64
}

func (e endless) size() int64 { return int64(len(e.head)) + e.hole + int64(len(e.tail)) }

func (e endless) ReadAt(b []byte, at int64) (int, error) {
	for i := range b {
		switch at := at + int64(i); {
		case at < int64(len(e.head)):
			b[i] = e.head[at]
		case at < int64(len(e.head))+e.hole:
			b[i] = 0
		case at < e.size():
			b[i] = e.tail[at-int64(len(e.head))-e.hole]
		default:
			return i, io.EOF
		}
	}
	return len(b), nil
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	const hole = 64 << 20
	p := pngFile(t)
	at := bytes.Index(p, []byte("IDAT")) - 4
	head := append(bytes.Clone(p[:at]), hole>>24, hole>>16&255, hole>>8&255, hole&255, 'I', 'D', 'A', 'T')
	file := endless{head, append([]byte{0, 0, 0, 0}, chunk("IEND", nil)...), hole}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := provenance.Write(io.Discard, file, file.size(), assets.PNG, full()); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d bytes for a file of %d", used, file.size())
	}
}

type failing struct{ io.ReaderAt }

var errDisk = errors.New("the disk is away")

func (failing) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

func TestErrorsOfTheFileAreNoRefusals(t *testing.T) {
	for _, media := range []assets.Media{assets.PNG, assets.JPEG, assets.WebP, assets.SVG, assets.PDF} {
		if _, _, err := provenance.Read(failing{}, 100, media); !errors.Is(err, errDisk) {
			t.Errorf("%s: %v", media, err)
		}
		if err := provenance.Write(io.Discard, failing{}, 100, media, full()); !errors.Is(err, errDisk) {
			t.Errorf("%s: %v", media, err)
		}
	}
}

func TestOtherKindsHoldNoStamp(t *testing.T) {
	for _, media := range []assets.Media{assets.GIF, assets.DOCX, "", "x/y\n"} {
		if provenance.Supports(media) {
			t.Errorf("%q is supported", media)
		}
		_, _, err := provenance.Read(strings.NewReader("x"), 1, media)
		refused(t, err, provenance.NoSuchMedia)
		refused(t, provenance.Write(io.Discard, strings.NewReader("x"), 1, media, full()), provenance.NoSuchMedia)
		refused(t, provenance.Strip(io.Discard, strings.NewReader("x"), 1, media), provenance.NoSuchMedia)
	}
}

// narrow takes some bytes, and then no more.
type narrow struct{ room int }

func (n *narrow) Write(b []byte) (int, error) {
	if n.room -= len(b); n.room < 0 {
		return 0, errDisk
	}
	return len(b), nil
}

func TestAWriteThatStopsIsAnError(t *testing.T) {
	for name, o := range files(t) {
		length := len(write(t, o, full()).bytes)
		for _, room := range []int{0, 3, length / 2, length - 1} {
			if err := provenance.Write(&narrow{room}, bytes.NewReader(o.bytes), int64(len(o.bytes)), o.media, full()); !errors.Is(err, errDisk) {
				t.Errorf("%s: room for %d of %d bytes: %v", name, room, length, err)
			}
		}
	}
	j := jpegFile(t)
	if err := provenance.Write(io.Discard, bytes.NewReader(j), int64(len(j))+1, assets.JPEG, full()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the file is shorter than it is said to be:", err)
	}
}
