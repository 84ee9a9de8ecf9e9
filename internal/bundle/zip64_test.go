package bundle_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/internal/bundle"
	"signet/internal/testneeds"
)

// huge is an archive with a file over 4 GiB, and another behind it.
func huge() *bundle.Bundle {
	const size = 5 << 30
	when := time.Date(2027, 7, 21, 1, 2, 3, 0, time.UTC)
	return bundle.Plan(fake{size: size},
		bundle.Part{Name: "tệp/nhỏ.txt", Body: []byte("trước"), Modified: when},
		bundle.Part{Name: "tệp/lớn.bin", Ref: someRef, Size: size, CRC: 0xDEADBEEF, Modified: when},
		bundle.Part{Name: "tệp/cuối.txt", Body: []byte("sau"), Modified: when},
	)
}

func TestFilesOverFourGigabytes(t *testing.T) {
	testneeds.PlainInCI(t)
	b := huge()
	if b.Size() < 5<<30 {
		t.Fatal(b.Size())
	}
	in := b.Open(t.Context())
	defer in.Close()
	archive, err := zip.NewReader(in, b.Size())
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != 3 || archive.File[1].UncompressedSize64 != 5<<30 || archive.File[1].CRC32 != 0xDEADBEEF {
		t.Fatalf("%+v", archive.File)
	}
	if at, err := archive.File[2].DataOffset(); err != nil || at < 5<<30 {
		t.Errorf("the last file is at %d: %v", at, err)
	}
	body := make([]byte, 3)
	f, err := archive.File[2].Open()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.Read(body); n != 3 || string(body) != "sau" {
		t.Errorf("%q, %v", body, err)
	}
}

const pythonLists = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([[i.filename, i.file_size, i.header_offset] for i in z.infolist()] + [z.read("tệp/cuối.txt").decode()]))
`

// TestOthersReadZIP64 lets them read a file with a hole of 5 GiB, which takes no
// room on the disk.
func TestOthersReadZIP64(t *testing.T) {
	zipinfo, python := testneeds.Command(t, "zipinfo"), testneeds.Command(t, "python3")
	b := huge()
	path := filepath.Join(t.TempDir(), "huge.zip")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(b.Size()); err != nil {
		testneeds.Missing(t, "a file system with holes in files: "+err.Error())
	}
	b.InMemory(func(start int64, bytes []byte) {
		if _, err := file.WriteAt(bytes, start); err != nil {
			t.Fatal(err)
		}
	})
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	var rows []any
	if err := json.Unmarshal([]byte(run(t, "", python, "-c", pythonLists, path)), &rows); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(rows[1].([]any)[1]); len(rows) != 4 || got != fmt.Sprint(float64(5<<30)) || rows[3] != "sau" {
		t.Errorf("%v", rows)
	}
	out := run(t, "", zipinfo, "-v", path)
	if !strings.Contains(out, "5368709120 bytes") || strings.Contains(strings.ToLower(out), "warning") {
		t.Error(out)
	}
}

// TestTheHeaderBeforeAHugeFileHasItsLength looks at what readers of streams go by,
// who do not see the directory.
func TestTheHeaderBeforeAHugeFileHasItsLength(t *testing.T) {
	huge().InMemory(func(_ int64, b []byte) {
		if !bytes.HasPrefix(b, []byte("PK\x03\x04")) || !bytes.Contains(b, []byte("lớn.bin")) {
			return
		}
		n := binary.LittleEndian
		extra := b[30+n.Uint16(b[26:]):]
		if n.Uint16(b[4:]) != 45 || n.Uint32(b[18:]) != 1<<32-1 || n.Uint32(b[22:]) != 1<<32-1 || n.Uint16(extra) != 1 || n.Uint64(extra[4:]) != 5<<30 || n.Uint64(extra[12:]) != 5<<30 {
			t.Errorf("%x", b)
		}
	})
}

func TestMoreFilesThanSixteenBitsCount(t *testing.T) {
	testneeds.PlainInCI(t)
	for _, count := range []int{65_534, 65_535, 70_000} {
		parts := make([]bundle.Part, count)
		for i := range parts {
			parts[i] = bundle.Part{Name: fmt.Sprint(i)}
		}
		b := bundle.Plan(nil, parts...)
		in := b.Open(t.Context())
		archive, err := zip.NewReader(in, b.Size())
		if err != nil || len(archive.File) != count {
			t.Fatalf("%d files: %v", count, err)
		}
		// Readers of ZIP64 look for this 42 bytes before the end, readers of ZIP go by
		// the number of files.
		tail := make([]byte, 42)
		if _, err := in.ReadAt(tail, b.Size()-42); err != nil {
			t.Fatal(err)
		}
		counted := int(binary.LittleEndian.Uint16(tail[20+10:]))
		if bytes.HasPrefix(tail, []byte("PK\x06\x07")) != (count >= 65_535) || counted != min(count, 65_535) {
			t.Errorf("%d files are told as %d: %x", count, counted, tail)
		}
		in.Close()
	}
}

func TestTimesOutOfReach(t *testing.T) {
	for in, want := range map[string]string{
		"1900-01-01T00:00:00Z": "1980-01-01T00:00:00Z",
		"2026-11-16T02:00:01Z": "2026-11-16T02:00:01Z",
		"2050-06-07T08:09:11Z": "2050-06-07T08:09:10Z", // behind 2038 to two seconds
		"3000-01-01T00:00:00Z": "2107-12-31T23:59:58Z",
	} {
		when, err := time.Parse(time.RFC3339, in)
		if err != nil {
			t.Fatal(err)
		}
		b := bundle.Plan(nil, bundle.Part{Name: "a", Modified: when.In(time.FixedZone("+07", 7*3600))})
		r := b.Open(t.Context())
		archive, err := zip.NewReader(r, b.Size())
		if err != nil {
			t.Fatal(err)
		}
		if got := archive.File[0].Modified.UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s became %s", in, got)
		}
		r.Close()
	}
}
