package assetstest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"signet/assets"
)

func readsBack(t *testing.T, s Subject) {
	store := s.Open(t)
	ref := put(t, store, "the mark of the city")
	if got := read(t, store, ref); got != "the mark of the city" {
		t.Fatalf("got %q", got)
	}
	stat, err := store.Stat(t.Context(), ref)
	if err != nil || stat != (assets.Stat{Ref: ref, Size: 20}) {
		t.Fatalf("got %v, %v", stat, err)
	}
	if err := store.Verify(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
}

func standardHash(t *testing.T, s Subject) {
	// FIPS 180-2, appendix B.1.
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if ref := put(t, s.Open(t), "abc"); ref != abc {
		t.Fatalf("got %s", ref)
	}
}

func emptyBlob(t *testing.T, s Subject) {
	store := s.Open(t)
	if got := read(t, store, put(t, store, "")); got != "" {
		t.Fatalf("got %q", got)
	}
}

func readsRanges(t *testing.T, s Subject) {
	store := s.Open(t)
	var content strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&content, "%06d", i)
	}
	ref := put(t, store, content.String())
	blob, err := store.Open(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			part := make([]byte, 6)
			for n := i; n < 20_000; n += 997 {
				if _, err := blob.ReadAt(part, int64(6*n)); err != nil || string(part) != fmt.Sprintf("%06d", n) {
					t.Errorf("at %d: got %q, %v", 6*n, part, err)
				}
			}
		})
	}
	wg.Wait()
	if _, err := blob.Seek(-6, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if last, err := io.ReadAll(blob); err != nil || string(last) != "019999" {
		t.Fatalf("got %q, %v", last, err)
	}
}

func absent(t *testing.T, s Subject) {
	store := s.Open(t)
	ref := assets.RefOf([]byte("never put"))
	_, err := store.Open(t.Context(), ref)
	wants(t, err, assets.ErrNotFound)
	_, err = store.Stat(t.Context(), ref)
	wants(t, err, assets.ErrNotFound)
	wants(t, store.Verify(t.Context(), ref), assets.ErrNotFound)
}

func invalidRef(t *testing.T, s Subject) {
	store := s.Open(t)
	good := string(assets.RefOf(nil))
	for _, ref := range []assets.Ref{
		"", "..", "../../etc/passwd", assets.Ref(good[:63]), assets.Ref(good + "0"), assets.Ref(strings.ToUpper(good)),
		assets.Ref("../" + good[3:]), assets.Ref(good[:63] + "\x00"), assets.Ref(good[:2] + "/" + good[3:]),
	} {
		_, err := store.Open(t.Context(), ref)
		wants(t, err, assets.ErrInvalidRef)
		_, err = store.Stat(t.Context(), ref)
		wants(t, err, assets.ErrInvalidRef)
		wants(t, store.Verify(t.Context(), ref), assets.ErrInvalidRef)
		staged, err := store.Stage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wants(t, staged.Publish(t.Context(), ref), assets.ErrInvalidRef)
		if err := staged.Discard(); err != nil {
			t.Fatal(err)
		}
	}
	isEmpty(t, s, store)
}

func endedContext(t *testing.T, s Subject) {
	store := s.Open(t)
	ref := put(t, store, "x")
	ctx, cancel := context.WithCancel(t.Context())
	staged, err := store.Stage(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = staged.Discard() }()
	cancel()
	wants(t, staged.Publish(ctx, assets.RefOf(nil)), context.Canceled)
	_, err = store.Stage(ctx)
	wants(t, err, context.Canceled)
	_, err = store.Open(ctx, ref)
	wants(t, err, context.Canceled)
	_, err = store.Stat(ctx, ref)
	wants(t, err, context.Canceled)
	wants(t, store.Verify(ctx, ref), context.Canceled)
	for _, err := range store.List(ctx) {
		wants(t, err, context.Canceled)
	}
}

func leavesHalfway(t *testing.T, s Subject) {
	store := s.Open(t)
	stat, err := assets.Put(t.Context(), store, noise(3, 1<<20), generous)
	if err != nil {
		t.Fatal(err)
	}
	stays, err := store.Open(t.Context(), stat.Ref)
	if err != nil {
		t.Fatal(err)
	}
	defer stays.Close()
	leaves, err := store.Open(t.Context(), stat.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, leaves, 1000); err != nil {
		t.Fatal(err)
	}
	leaves.Close()
	if err := assets.Rehash(t.Context(), stat.Ref, stays); err != nil {
		t.Fatal(err)
	}
}

func listing(t *testing.T, s Subject) {
	store := s.Open(t)
	var want []assets.Ref
	for i := range 300 {
		want = append(want, put(t, store, fmt.Sprintf("%d", i)))
	}
	slices.Sort(want)
	if got := list(t, store); !slices.Equal(got, want) {
		t.Fatalf("listed %d of %d, or in another order", len(got), len(want))
	}
}

func listingLeft(t *testing.T, s Subject) {
	store := s.Open(t)
	for i := range 10 {
		put(t, store, fmt.Sprintf("%d", i))
	}
	blobs := store.List(t.Context())
	for range 2 {
		seen := 0
		for _, err := range blobs {
			if err != nil {
				t.Fatal(err)
			}
			if seen++; seen == 3 {
				break
			}
		}
		if seen != 3 {
			t.Fatalf("saw %d", seen)
		}
	}
}

func damagedFirst(t *testing.T, s Subject) {
	store := s.Open(t)
	ref := put(t, store, "the mark of the city")
	s.Damage(t, store, ref)
	for range 2 {
		_, err := store.Open(t.Context(), ref)
		wants(t, err, assets.ErrCorrupt)
	}
	wants(t, store.Verify(t.Context(), ref), assets.ErrCorrupt)
}

func damagedLater(t *testing.T, s Subject) {
	store := s.Open(t)
	ref := put(t, store, "the mark of the city")
	if got := read(t, store, ref); got != "the mark of the city" {
		t.Fatalf("got %q", got)
	}
	s.Damage(t, store, ref)
	wants(t, store.Verify(t.Context(), ref), assets.ErrCorrupt)
	_, err := store.Open(t.Context(), ref)
	wants(t, err, assets.ErrCorrupt)
}
