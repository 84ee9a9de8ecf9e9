package rendition

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signet/assets"
)

// watched is a store that counts and can hold back openings.
type watched struct {
	assets.Store
	opened  atomic.Int64
	arrived chan struct{} // told of each opening, if set
	gate    chan struct{} // waited for by each opening, if set
}

func (w *watched) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	w.opened.Add(1)
	if w.arrived != nil {
		w.arrived <- struct{}{}
	}
	if w.gate != nil {
		select {
		case <-w.gate:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return w.Store.Open(ctx, ref)
}

func TestAStampedeMakesItOnce(t *testing.T) {
	w := newWorkshop(t, Options{})
	ref := w.put(t, pngOf(t, quarters(300, 300)))
	const callers = 50
	store := &watched{Store: w.store, arrived: make(chan struct{}, callers), gate: make(chan struct{})}
	w.Maker.store = store
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			made, err := w.Make(t.Context(), ref, spec(t, "width=99"))
			if err != nil {
				t.Error(err)
				return
			}
			made.Close()
		})
	}
	<-store.arrived
	close(store.gate)
	wg.Wait()
	// A caller who looked into the cache just before it was filled, and asked
	// just after, makes it once more; that is no stampede.
	if n := store.opened.Load(); n > 2 {
		t.Fatalf("it was made %d times for %d callers", n, callers)
	}
	before := store.opened.Load()
	w.bytes(t, ref, "width=99")
	if store.opened.Load() != before {
		t.Fatal("it was made again")
	}
}

func TestBusy(t *testing.T) {
	w := newWorkshop(t, Options{Workers: 1, Waiting: 1})
	ref := w.put(t, pngOf(t, quarters(30, 30)))
	store := &watched{Store: w.store, arrived: make(chan struct{}, 9), gate: make(chan struct{})}
	w.Maker.store = store
	results := make(chan error, 9)
	make1 := func(width int) {
		made, err := w.Make(t.Context(), ref, spec(t, fmt.Sprintf("width=%d", width)))
		if err == nil {
			made.Close()
		}
		results <- err
	}
	go make1(10)
	<-store.arrived // one works; of two more, one waits and one is refused
	go make1(11)
	go make1(12)
	if err := <-results; !errors.Is(err, assets.ErrBusy) {
		t.Fatalf("got %v", err)
	}
	close(store.gate)
	for range 2 {
		if err := <-results; err != nil {
			t.Fatal(err)
		}
	}
}

func TestTimeout(t *testing.T) {
	w := newWorkshop(t, Options{Timeout: 50 * time.Millisecond})
	ref := w.put(t, pngOf(t, quarters(30, 30)))
	w.Maker.store = &watched{Store: w.store, gate: make(chan struct{})}
	if _, err := w.Make(t.Context(), ref, spec(t, "width=9")); !errors.Is(err, assets.ErrTimeout) {
		t.Fatalf("got %v", err)
	}
}

func TestACallerWhoLeavesStopsNobody(t *testing.T) {
	w := newWorkshop(t, Options{})
	ref := w.put(t, pngOf(t, quarters(30, 30)))
	store := &watched{Store: w.store, arrived: make(chan struct{}, 9), gate: make(chan struct{})}
	w.Maker.store = store
	leaving, leave := context.WithCancel(t.Context())
	left, stayed := make(chan error), make(chan error)
	go func() {
		_, err := w.Make(leaving, ref, spec(t, "width=9"))
		left <- err
	}()
	<-store.arrived
	go func() {
		_, err := w.Make(t.Context(), ref, spec(t, "width=9"))
		stayed <- err
	}()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	close(store.gate)
	if err := <-stayed; err != nil {
		t.Fatal(err)
	}
}

func TestRefusedOriginals(t *testing.T) {
	w := newWorkshop(t, Options{})
	whole := pngOf(t, quarters(300, 300))
	corrupted := bytes.Clone(whole)
	for i := 100; i < 200; i++ {
		corrupted[i] ^= 0x55
	}
	for title, c := range map[string]struct {
		content []byte
		want    *assets.Error
	}{
		"cut off":          {whole[:len(whole)-40], assets.ErrBrokenImage},
		"damaged within":   {corrupted, assets.ErrBrokenImage},
		"a text":           {[]byte("Hải Phòng"), assets.ErrUnsupportedMedia},
		"a PDF":            {[]byte("%PDF-1.7\n%%EOF\n"), assets.ErrNoRendition},
		"an SVG that runs": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), assets.ErrUnsafeSVG},
		"nothing":          {nil, assets.ErrUnsupportedMedia},
	} {
		t.Run(title, func(t *testing.T) {
			_, err := w.Make(t.Context(), w.put(t, c.content), spec(t, "width=9"))
			if !errors.Is(err, c.want) {
				t.Fatalf("want %v, got %v", c.want, err)
			}
		})
	}
	if _, err := w.Make(t.Context(), assets.RefOf([]byte("absent")), spec(t, "width=9")); !errors.Is(err, assets.ErrNotFound) {
		t.Fatalf("got %v", err)
	}
	ref := w.put(t, whole)
	if _, err := w.Make(t.Context(), ref, Spec{}); !errors.Is(err, assets.ErrInvalidSpec) {
		t.Fatalf("got %v", err)
	}
	if _, err := w.Make(t.Context(), w.put(t, pngOf(t, quarters(2, 4000))), spec(t, "width=100")); !errors.Is(err, assets.ErrTooManyPixels) {
		t.Fatalf("got %v", err)
	}
}

func TestAPanicIsAnError(t *testing.T) {
	w := newWorkshop(t, Options{})
	w.Maker.store = panicking{w.store}
	if _, err := w.Make(t.Context(), assets.RefOf(nil), spec(t, "width=9")); !errors.Is(err, assets.ErrBrokenImage) {
		t.Fatalf("got %v", err)
	}
	if len(w.turns) != 0 {
		t.Fatal("the turn was not given back")
	}
}

type panicking struct{ assets.Store }

func (panicking) Open(context.Context, assets.Ref) (assets.Blob, error) { panic("invalid color index") }

func TestTheCacheIsLimited(t *testing.T) {
	dir := t.TempDir()
	c, err := openCache(dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	key := func(i int) assets.Ref { return assets.RefOf(fmt.Append(nil, i)) }
	for i := range 4 { // of 265 bytes each, with their first line: three fit
		if err := c.put(key(i), []byte(strings.Repeat("x", 200))); err != nil {
			t.Fatal(err)
		}
		if s, err := c.get(t.Context(), key(0)); err != nil { // the oldest, but in use
			t.Fatal(err)
		} else {
			s.Close()
		}
	}
	kept := func(c *cache) (there []int) {
		for i := range 4 {
			if s, err := c.get(t.Context(), key(i)); err == nil {
				there = append(there, i)
				s.Close()
			}
		}
		return there
	}
	if got := fmt.Sprint(kept(c)); got != "[0 2 3]" {
		t.Fatalf("kept %s", got)
	}
	if err := os.WriteFile(filepath.Join(dir, unfinished+"x"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.close()
	again, err := openCache(dir, 600)
	if err != nil {
		t.Fatal(err)
	}
	defer again.close()
	if got := kept(again); len(got) != 2 {
		t.Fatalf("after a start with a lower limit it keeps %v", got)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
		t.Fatalf("the directory holds %v, %v", files, err)
	}
}

func TestADamagedRenditionIsMadeAgain(t *testing.T) {
	w := newWorkshop(t, Options{})
	ref := w.put(t, pngOf(t, quarters(30, 30)))
	want := w.bytes(t, ref, "width=9")
	name := filepath.Join(w.cache.root.Name(), string(Key(ref, spec(t, "width=9"))))
	for title, damage := range map[string]func([]byte) []byte{
		"a bit":    func(b []byte) []byte { b[len(b)-9] ^= 1; return b },
		"cut off":  func(b []byte) []byte { return b[:len(b)/2] },
		"emptied":  func([]byte) []byte { return nil },
		"replaced": func([]byte) []byte { return []byte("<script>") },
	} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, damage(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := w.bytes(t, ref, "width=9"); !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes were served", title, len(got))
		}
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if got := w.bytes(t, ref, "width=9"); !bytes.Equal(got, want) {
		t.Error("removed: other bytes")
	}
}

func BenchmarkMake(b *testing.B) {
	flag := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><path fill="#da251d" d="M0 0h30v20H0z"/><path fill="#ff0" d="M15 4l3.53 10.85-9.24-6.7h11.42l-9.24 6.7z"/></svg>`)
	for _, c := range []struct {
		title    string
		original []byte
	}{
		{"JPEG4000x3000", jpegOf(b, quarters(4000, 3000), 0)},
		{"PNG3000x3000", pngOf(b, quarters(3000, 3000))},
		{"SVG", flag},
	} {
		w := newWorkshop(b, Options{})
		ref := w.put(b, c.original)
		if err := w.Warm(b.Context()); err != nil {
			b.Fatal(err)
		}
		for _, query := range []string{"width=400", "width=400&format=webp"} {
			b.Run(c.title+"/"+query, func(b *testing.B) {
				for b.Loop() {
					if _, err := w.render(b.Context(), ref, spec(b, query)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(c.title+"/kept", func(b *testing.B) {
			w.bytes(b, ref, "width=400")
			for b.Loop() {
				made, err := w.Make(b.Context(), ref, spec(b, "width=400"))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, made); err != nil {
					b.Fatal(err)
				}
				made.Close()
			}
		})
	}
}
