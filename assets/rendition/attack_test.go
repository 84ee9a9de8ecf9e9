package rendition

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"signet/assets"
	"signet/internal/testneeds"
)

// claiming is a PNG whose header says that it has another size and depth.
func claiming(t *testing.T, width, height uint32, depth byte) []byte {
	t.Helper()
	b := pngOf(t, quarters(4, 4))
	header := b[12:29] // the type IHDR and its 13 bytes
	binary.BigEndian.PutUint32(header[4:], width)
	binary.BigEndian.PutUint32(header[8:], height)
	header[12] = depth
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(header))
	return b
}

func drawing60(body string) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 60 30">` + body + `</svg>`)
}

// Bombs that reached the store by another way than Receive, such as a restored
// backup, are refused before anything is decoded, and cost no memory.
func TestBombsAreNotDecoded(t *testing.T) {
	w := newWorkshop(t, Options{})
	uses := `<g id="u0"><path d="M0 0h9v9z"/></g>`
	for i := range 8 {
		uses += fmt.Sprintf(`<g id="u%d">%s</g>`, i+1, strings.Repeat(fmt.Sprintf(`<use xlink:href="#u%d"/>`, i), 10))
	}
	within := base64.StdEncoding.EncodeToString(claiming(t, 100_000, 100_000, 8))
	for title, c := range map[string]struct {
		content []byte
		want    error
	}{
		"a PNG of 100,000²":            {claiming(t, 100_000, 100_000, 8), assets.ErrTooManyPixels},
		"a PNG of 30,000²":             {claiming(t, 30_000, 30_000, 8), assets.ErrTooManyPixels},
		"a PNG of 12,000² and 16 bits": {claiming(t, 12_000, 12_000, 16), assets.ErrTooManyPixels},
		"a PNG of 6,000² and 16 bits":  {claiming(t, 6_000, 6_000, 16), assets.ErrTooManyPixels},
		"a GIF of 65,535²":             {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x01\x00\x00;"), assets.ErrTooManyPixels},
		"a PNG within an SVG":          {drawing60(`<image width="9" height="9" href="data:image/png;base64,` + within + `"/>`), assets.ErrUnsafeSVG},
		"10⁸ shapes":                   {drawing60(uses), assets.ErrUnsafeSVG},
		"200,000 levels":               {drawing60(strings.Repeat("<g>", 200_000) + strings.Repeat("</g>", 200_000)), assets.ErrUnsafeSVG},
		"entities":                     {append([]byte(`<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]>`), drawing60("&a;")...), assets.ErrUnsafeSVG},
		"a file of this machine":       {drawing60(`<image width="9" height="9" xlink:href="file:///etc/passwd"/>`), assets.ErrUnsafeSVG},
	} {
		t.Run(title, func(t *testing.T) {
			ref := w.put(t, c.content)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := w.Make(t.Context(), ref, spec(t, "width=99"))
			runtime.ReadMemStats(&after)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v", err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
				t.Fatalf("%d bytes cost %d MiB", len(c.content), used>>20)
			}
		})
	}
}

// imaging registers decoders for TIFF and BMP with the image package. Nothing
// here asks that package, not even for a good file (CVE-2023-36308).
func TestNoOtherDecoderIsReached(t *testing.T) {
	w := newWorkshop(t, Options{})
	palette := image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{red, green})
	var tiffFile, bmpFile bytes.Buffer
	if err := errors.Join(tiff.Encode(&tiffFile, palette, nil), bmp.Encode(&bmpFile, palette)); err != nil {
		t.Fatal(err)
	}
	for title, content := range map[string][]byte{"TIFF": tiffFile.Bytes(), "BMP": bmpFile.Bytes()} {
		if _, _, err := image.Decode(bytes.NewReader(content)); err != nil {
			t.Fatalf("%s: this test proves nothing unless the format is registered: %v", title, err)
		}
		if _, err := w.Make(t.Context(), w.put(t, content), spec(t, "width=9")); !errors.Is(err, assets.ErrUnsupportedMedia) {
			t.Errorf("%s: got %v", title, err)
		}
		if _, err := Decode(assets.Media("image/"+strings.ToLower(title)), bytes.NewReader(content)); !errors.Is(err, assets.ErrNoRendition) {
			t.Errorf("%s: got %v", title, err)
		}
	}
}

// A drawing that the renderer has trouble with does no harm.
func TestNumbersThatAreNone(t *testing.T) {
	testneeds.PlainInCI(t)
	w := newWorkshop(t, Options{})
	if err := w.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	for title, body := range map[string]string{
		"a path of NaN":     `<path d="M NaN NaN L 1e999 -1e999 z" stroke="red"/>`,
		"a million dashes":  `<path d="M0 0h1e9" stroke="red" stroke-dasharray="0.000001"/>`,
		"an endless curve":  `<path d="M0 0C1e308 1e308 -1e308 1e308 9 9" stroke="red" stroke-width="1e308"/>`,
		"no determinant":    `<g transform="matrix(0 0 0 0 0 0)"><path d="M0 0h9v9z"/></g>`,
		"a huge blur":       `<filter id="f"><feGaussianBlur stdDeviation="1e9"/></filter><path d="M0 0h9v9z" filter="url(#f)"/>`,
		"a pattern of dust": `<pattern id="p" width="1e-9" height="1e-9" patternUnits="userSpaceOnUse"><path d="M0 0h1v1z"/></pattern><path d="M0 0h9v9z" fill="url(#p)"/>`,
	} {
		began := time.Now()
		made, err := w.Make(t.Context(), w.put(t, drawing60(body)), spec(t, "width=600"))
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: %v", title, took)
		}
		if err != nil && assets.AsError(err) == nil {
			t.Errorf("%s: got %v", title, err)
		}
		if err == nil {
			made.Close()
		}
	}
	near(t, w.picture(t, drawing60(`<path d="M0 0h60v30H0z" fill="#f00"/>`), "width=60"), 30, 15, red, 0)
}

// No parameter becomes a part of a path: what lies in the cache is named by
// digests alone.
func TestNamesInTheCacheAreDigests(t *testing.T) {
	w := newWorkshop(t, Options{})
	ref := w.put(t, pngOf(t, quarters(30, 30)))
	for _, s := range []Spec{
		{Width: 9, Fit: "../../x", Format: PNG},
		{Width: 9, Fit: Contain, Format: "../../x"},
		{Width: -9, Fit: Contain, Format: PNG},
		{Width: 1 << 40, Fit: Contain, Format: PNG},
		{Width: 9, Fit: Contain, Format: PNG, Quality: 9},
	} {
		if _, err := w.Make(t.Context(), ref, s); !errors.Is(err, assets.ErrInvalidSpec) {
			t.Errorf("%+v: got %v", s, err)
		}
	}
	if _, err := w.Make(t.Context(), "../../etc/passwd", spec(t, "width=9")); !errors.Is(err, assets.ErrInvalidRef) {
		t.Errorf("got %v", err)
	}
	w.bytes(t, ref, "width=9&background=ffffff&format=webp")
	entries, err := fs.ReadDir(w.cache.root.FS(), ".")
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	if _, err := assets.ParseRef(entries[0].Name()); err != nil {
		t.Errorf("%s: %v", entries[0].Name(), err)
	}
}

// crowded is a store that counts who is in it, and lets nobody out.
type crowded struct {
	assets.Store
	inside atomic.Int64
	gate   chan struct{}
}

func (c *crowded) Open(context.Context, assets.Ref) (assets.Blob, error) {
	c.inside.Add(1)
	defer c.inside.Add(-1)
	<-c.gate
	return nil, assets.ErrNotFound
}

func TestOnlyAFewAreMadeAtOnce(t *testing.T) {
	w := newWorkshop(t, Options{Workers: 3, Waiting: 40})
	synctest.Test(t, func(t *testing.T) {
		store := &crowded{Store: w.store, gate: make(chan struct{})}
		w.Maker.store, w.turns = store, make(chan struct{}, cap(w.turns)) // channels of this bubble
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() {
				if _, err := w.Make(t.Context(), assets.RefOf(fmt.Append(nil, i)), spec(t, "width=9")); !errors.Is(err, assets.ErrNotFound) {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if n := store.inside.Load(); n != 3 {
			t.Errorf("%d are made at once", n)
		}
		close(store.gate)
		wg.Wait()
	})
}

// Who waits for a turn until the time is over is told that it is busy or over,
// and may ask again.
func TestWaitingEnds(t *testing.T) {
	w := newWorkshop(t, Options{Workers: 1, Timeout: time.Minute})
	synctest.Test(t, func(t *testing.T) {
		w.turns = make(chan struct{}, 1)
		w.turns <- struct{}{} // somebody's turn that does not end
		_, err := w.Make(t.Context(), assets.RefOf(nil), spec(t, "width=9"))
		if !errors.Is(err, assets.ErrBusy) && !errors.Is(err, assets.ErrTimeout) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if w.waiting.Load() != 0 {
			t.Error("somebody still waits")
		}
	})
}
