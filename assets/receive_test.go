package assets_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"signet/assets"
	"signet/assets/disk"
)

func newStore(t testing.TB) *disk.Store {
	t.Helper()
	store, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// counting counts how often blobs are opened.
type counting struct {
	assets.Store
	opened atomic.Int64
}

func (c *counting) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	c.opened.Add(1)
	return c.Store.Open(ctx, ref)
}

// unique is an SVG that no other test has described.
func unique() []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><title>` + rand.Text() + `</title><text/></svg>`)
}

func TestReceive(t *testing.T) {
	store := newStore(t)
	file := unique()
	for range 2 { // the second time it is there already
		info, err := assets.Receive(t.Context(), store, bytes.NewReader(file), 1000)
		if err != nil || info.Ref != assets.RefOf(file) || info.Size != int64(len(file)) || info.Media != assets.SVG || info.Width != 30 || info.Height != 20 {
			t.Fatalf("%+v, %v", info, err)
		}
		if len(info.Warnings) != 1 || info.Warnings[0].Code != "text" {
			t.Fatalf("%+v", info.Warnings)
		}
	}
	if err := store.Verify(t.Context(), assets.RefOf(file)); err != nil {
		t.Fatal(err)
	}
}

func TestARefusedUploadLeavesNothing(t *testing.T) {
	store := newStore(t)
	ended, end := context.WithCancel(t.Context())
	end()
	whole := pngOf(t, 40, 40)
	for name, test := range map[string]struct {
		ctx  context.Context
		body io.Reader
		want error
	}{
		"text":             {t.Context(), strings.NewReader("hello"), assets.ErrUnsupportedMedia},
		"a script":         {t.Context(), strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), assets.ErrUnsafeSVG},
		"a bomb":           {t.Context(), bytes.NewReader(claiming(t, 30_000, 30_000, 1, 0)), assets.ErrTooManyPixels},
		"half a picture":   {t.Context(), bytes.NewReader(whole[:60]), assets.ErrBrokenImage},
		"too much":         {t.Context(), io.MultiReader(bytes.NewReader(whole), strings.NewReader(strings.Repeat("x", 5000))), assets.ErrTooLarge},
		"a stopped upload": {t.Context(), io.MultiReader(bytes.NewReader(whole[:60]), failing{io.ErrUnexpectedEOF}), assets.ErrInterrupted},
		"a lower limit":    {t.Context(), failing{assets.ErrTooLarge}, assets.ErrTooLarge},
		"nobody waits":     {ended, bytes.NewReader(whole), context.Canceled},
	} {
		info, err := assets.Receive(test.ctx, store, test.body, 4000)
		if !errors.Is(err, test.want) || info.Ref != "" {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
	for stat, err := range store.List(t.Context()) {
		t.Errorf("%v, %v is there", stat, err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestDescribe(t *testing.T) {
	store := &counting{Store: newStore(t)}
	file := unique()
	ref := assets.RefOf(file)
	if _, err := assets.Describe(t.Context(), store, ref); !errors.Is(err, assets.ErrNotFound) {
		t.Fatalf("before it is there: %v", err)
	}
	if _, err := assets.Put(t.Context(), store, bytes.NewReader(file), 1000); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		info, err := assets.Describe(t.Context(), store, ref)
		if err != nil || info.Ref != ref || info.Size != int64(len(file)) || info.Media != assets.SVG || info.Width != 30 || info.Height != 20 || info.Warnings[0].Code != "text" {
			t.Fatalf("%+v, %v", info, err)
		}
		info.Warnings[0].Code = "changed by a caller"
	}
	if n := store.opened.Load(); n != 1 {
		t.Errorf("it was opened %d times", n)
	}
	if _, err := assets.Describe(t.Context(), newStore(t), ref); !errors.Is(err, assets.ErrNotFound) {
		t.Errorf("another store does not have it: %v", err)
	}
	if _, err := assets.Describe(t.Context(), store, "../../etc/passwd"); !errors.Is(err, assets.ErrInvalidRef) {
		t.Errorf("%v", err)
	}
}

func TestWhatWasReceivedIsNotOpenedToBeDescribed(t *testing.T) {
	store := &counting{Store: newStore(t)}
	received, err := assets.Receive(t.Context(), store, bytes.NewReader(unique()), 1000)
	if err != nil {
		t.Fatal(err)
	}
	described, err := assets.Describe(t.Context(), store, received.Ref)
	if err != nil || described.Stat != received.Stat || described.Media != received.Media || store.opened.Load() != 0 {
		t.Errorf("%+v, %v, opened %d times", described, err, store.opened.Load())
	}
}

// A blob that is refused is inspected anew each time: nothing is remembered of
// it.
func TestWhatCanNotBeDescribed(t *testing.T) {
	store := newStore(t)
	stat, err := assets.Put(t.Context(), store, strings.NewReader("a text of no kind"), 100)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if info, err := assets.Describe(t.Context(), store, stat.Ref); !errors.Is(err, assets.ErrUnsupportedMedia) {
			t.Errorf("%+v, %v", info, err)
		}
	}
}

// reads counts the bytes that are asked for.
type reads struct {
	*bytes.Reader
	bytes int
}

func (r *reads) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.Reader.ReadAt(p, off)
	r.bytes += n
	return n, err
}

// Of a large file only its head, and what lies near its end, is read.
func TestInspectionReadsLittle(t *testing.T) {
	photo := jpegOf(t, 90, 60)
	long := append(bytes.Clone(photo[:len(photo)-2]), bytes.Repeat([]byte{0x55}, 40<<20)...)
	noEnd := pngOf(t, 3, 2)
	film := append([]byte("%PDF-1.7\n"), append(make([]byte, 40<<20), "%%EOF"...)...)
	for name, file := range map[string][]byte{
		"JPEG": append(long, 0xFF, 0xD9),
		"PNG":  append(noEnd, make([]byte, 40<<20)...),
		"PDF":  film,
	} {
		r := &reads{Reader: bytes.NewReader(file)}
		if _, err := assets.Inspect(t.Context(), r, int64(len(file))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r.bytes > 256<<10 {
			t.Errorf("%s: %d bytes of %d were read", name, r.bytes, len(file))
		}
	}
}

func BenchmarkDescribe(b *testing.B) {
	store := newStore(b)
	stat, err := assets.Put(b.Context(), store, bytes.NewReader(pngOf(b, 300, 200)), 1<<20)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := assets.Describe(b.Context(), store, stat.Ref); err != nil {
			b.Fatal(err)
		}
	}
}
