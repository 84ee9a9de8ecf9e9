package rendition

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"signet/assets"
	"signet/internal/testneeds"
)

// Made in one go or one by one, in any order and on any machine, they are the same.
func TestStandardMakesWhatMakeMakes(t *testing.T) {
	testneeds.PlainInCI(t)
	var photoFile bytes.Buffer
	if err := jpeg.Encode(&photoFile, premultiplied(photo(1700, 300)), nil); err != nil {
		t.Fatal(err)
	}
	for title, c := range map[string]struct {
		original []byte
		media    assets.Media
		want     int
	}{
		"photo as JPEG": {photoFile.Bytes(), assets.JPEG, 5},
		"turned photo":  {jpegOf(t, photo(900, 500), 6), assets.JPEG, 3}, // seen, it is 500 wide
		"logo as PNG":   {pngOf(t, flatLogo(1000)), assets.PNG, 4},
		"SVG":           {drawing60(`<circle cx="30" cy="15" r="9" fill="#da251d" opacity=".7"/>`), assets.SVG, 5},
		"tiny":          {pngOf(t, quarters(20, 20)), assets.PNG, 0},
	} {
		t.Run(title, func(t *testing.T) {
			together, single := newWorkshop(t, Options{}), newWorkshop(t, Options{Workers: 1})
			ref := together.put(t, c.original)
			single.put(t, c.original)
			made, err := together.Standard(t.Context(), ref, Normal)
			if err != nil || len(made) != c.want {
				t.Fatalf("%d were made, %v", len(made), err)
			}
			for i, m := range made {
				if i > 0 && m.Spec.Width >= made[i-1].Spec.Width {
					t.Errorf("%d stands after %d", m.Spec.Width, made[i-1].Spec.Width)
				}
				if alone := single.bytes(t, ref, m.Spec.String()); assets.RefOf(alone) != m.Digest || int64(len(alone)) != m.Size {
					t.Errorf("%s: alone it has %d bytes, in one go %d, or their digests differ", m.Spec, len(alone), m.Size)
				}
			}
			_, before := together.Counts()
			for _, m := range made {
				together.bytes(t, ref, m.Spec.String())
			}
			if _, after := together.Counts(); after != before {
				t.Errorf("%d of them were not kept", after-before)
			}
			again, err := together.Standard(t.Context(), ref, Normal)
			if err != nil || len(again) != len(made) {
				t.Fatalf("again: %v, %v", again, err)
			}
		})
	}
}

func TestStandardMakesOnlyWhatIsMissing(t *testing.T) {
	w := newWorkshop(t, Options{})
	ref := w.put(t, pngOf(t, flatLogo(900)))
	w.bytes(t, ref, "width=400")
	_, before := w.Counts()
	made, err := w.Standard(t.Context(), ref, Normal)
	if err != nil || len(made) != 4 {
		t.Fatalf("%v, %v", made, err)
	}
	if _, after := w.Counts(); after-before != 3 {
		t.Errorf("%d were made", after-before)
	}
	best, err := w.Standard(t.Context(), ref, Best)
	if err != nil || len(best) != 4 || best[0].Size >= made[0].Size {
		t.Errorf("%v, %v", best, err)
	}
}

func TestAStampedeForTheStandardOnesMakesThemOnce(t *testing.T) {
	w := newWorkshop(t, Options{})
	ref := w.put(t, pngOf(t, quarters(900, 300)))
	const callers = 30
	store := &watched{Store: w.store, arrived: make(chan struct{}, 2*callers), gate: make(chan struct{})}
	w.Maker.store = store
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			if made, err := w.Standard(t.Context(), ref, Normal); err != nil || len(made) != 4 {
				t.Errorf("%v, %v", made, err)
			}
		})
	}
	<-store.arrived
	close(store.gate)
	wg.Wait()
	// One opening tells the kind, one is for the work; a caller who came just
	// after the end only looks at the kind.
	_, misses := w.Counts()
	if n := store.opened.Load(); misses != 4 || n > 4 {
		t.Fatalf("%d were made in %d openings for %d callers", misses, n, callers)
	}
}

// Who asks for one of them while they are made waits, and gets its bytes.
func TestMakeWaitsForStandard(t *testing.T) {
	w := newWorkshop(t, Options{})
	ref := w.put(t, pngOf(t, quarters(900, 300)))
	synctest.Test(t, func(t *testing.T) {
		store := &gatedFrom{Store: w.store, gate: make(chan struct{})}
		w.Maker.store, w.turns = store, make(chan struct{}, 2) // channels of this bubble
		var made []Made
		var asked assets.Ref
		var wg sync.WaitGroup
		wg.Go(func() {
			var err error
			if made, err = w.Standard(t.Context(), ref, Normal); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait() // the work has begun
		wg.Go(func() {
			one, err := w.Make(t.Context(), ref, spec(t, "width=400"))
			if err != nil {
				t.Error(err)
				return
			}
			defer one.Close()
			asked = one.Digest
		})
		synctest.Wait() // it waits
		close(store.gate)
		wg.Wait()
		if len(made) != 4 || made[1].Digest != asked {
			t.Errorf("%v, %s", made, asked)
		}
		if n := store.opened.Load(); n != 2 {
			t.Errorf("the original was opened %d times", n)
		}
	})
}

// gatedFrom is a store whose second opening, which is for the work, waits: the
// first one tells the kind.
type gatedFrom struct {
	assets.Store
	opened atomic.Int64
	gate   chan struct{}
}

func (g *gatedFrom) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	if g.opened.Add(1) == 2 {
		<-g.gate
	}
	return g.Store.Open(ctx, ref)
}

func TestStandardRefuses(t *testing.T) {
	w := newWorkshop(t, Options{Workers: 1, Waiting: 1})
	broken := pngOf(t, quarters(900, 300))
	for i := 100; i < 200; i++ {
		broken[i] ^= 0x55
	}
	for title, c := range map[string]struct {
		content []byte
		want    error
	}{
		"damaged":         {broken, assets.ErrBrokenImage},
		"a PDF":           {[]byte("%PDF-1.7\n%%EOF\n"), assets.ErrNoRendition},
		"a PNG of 30,000": {claiming(t, 30_000, 30_000, 8), assets.ErrTooManyPixels},
		"a running SVG":   {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), assets.ErrUnsafeSVG},
	} {
		if _, err := w.Standard(t.Context(), w.put(t, c.content), Normal); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", title, err)
		}
	}
	ref := w.put(t, pngOf(t, quarters(900, 300)))
	if _, err := w.Standard(t.Context(), ref, "fast"); !errors.Is(err, assets.ErrInvalidSpec) {
		t.Errorf("got %v", err)
	}
	w.turns <- struct{}{} // somebody's turn
	w.waiting.Store(1)    // and somebody who waits
	if _, err := w.Standard(t.Context(), ref, Normal); !errors.Is(err, assets.ErrBusy) {
		t.Errorf("got %v", err)
	}
	<-w.turns
	w.waiting.Store(0)
	w.Maker.store = panicking{w.store}
	if _, err := w.Standard(t.Context(), ref, Normal); !errors.Is(err, assets.ErrBrokenImage) {
		t.Errorf("got %v", err)
	}
	if len(w.turns) != 0 {
		t.Error("a turn was not given back")
	}
}
