package assetstest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"

	"signet/assets"
)

func sameTwice(t *testing.T, s Subject) {
	store := s.Open(t)
	first, second := put(t, store, "Hải Phòng"), put(t, store, "Hải Phòng")
	if first != second {
		t.Fatalf("one content has two names: %s, %s", first, second)
	}
	if refs := list(t, store); len(refs) != 1 {
		t.Fatalf("one content is listed as %v", refs)
	}
}

func sameAtOnce(t *testing.T, s Subject) {
	store := s.Open(t)
	const writers, size = 16, 1 << 20
	var wg sync.WaitGroup
	refs := make([]assets.Ref, writers)
	for i := range writers {
		wg.Go(func() {
			stat, err := assets.Put(t.Context(), store, noise(1, size), generous)
			if err != nil {
				t.Error(err)
				return
			}
			refs[i] = stat.Ref
			if err := store.Verify(t.Context(), stat.Ref); err != nil {
				t.Error(err)
			}
			blob, err := store.Open(t.Context(), stat.Ref)
			if err != nil {
				t.Error(err)
				return
			}
			defer blob.Close()
			if err := assets.Rehash(t.Context(), stat.Ref, blob); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if stored := list(t, store); len(stored) != 1 || stored[0] != refs[0] || s.Leftovers(t, store) != 0 {
		t.Fatalf("%d equal uploads became %v", writers, stored)
	}
}

func differentAtOnce(t *testing.T, s Subject) {
	store := s.Open(t)
	const writers = 32
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			if _, err := assets.Put(t.Context(), store, strings.NewReader(fmt.Sprintf("%d", i)), generous); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i := range writers {
		content := fmt.Sprintf("%d", i)
		if got := read(t, store, assets.RefOf([]byte(content))); got != content {
			t.Fatalf("%q came back as %q", content, got)
		}
	}
}

func unseenBeforePublishing(t *testing.T, s Subject) {
	store := s.Open(t)
	content := []byte("not yet")
	staged, err := store.Stage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = staged.Discard() }()
	if _, err := staged.Write(content); err != nil {
		t.Fatal(err)
	}
	seen := make([]byte, 3)
	if _, err := staged.ReadAt(seen, 4); err != nil || string(seen) != "yet" {
		t.Fatalf("who stages can read: got %q, %v", seen, err)
	}
	_, err = store.Open(t.Context(), assets.RefOf(content))
	wants(t, err, assets.ErrNotFound)
	if refs := list(t, store); len(refs) != 0 {
		t.Fatalf("listed before it was published: %v", refs)
	}
	if err := staged.Publish(t.Context(), assets.RefOf(content)); err != nil {
		t.Fatal(err)
	}
	if got := read(t, store, assets.RefOf(content)); got != string(content) {
		t.Fatalf("got %q", got)
	}
}

func publishedTwice(t *testing.T, s Subject) {
	store := s.Open(t)
	staged, err := store.Stage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := staged.Publish(t.Context(), assets.RefOf(nil)); err != nil {
		t.Fatal(err)
	}
	if err := staged.Publish(t.Context(), assets.RefOf(nil)); err == nil {
		t.Fatal("it was published a second time")
	}
	if err := staged.Discard(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, store, assets.RefOf(nil)); got != "" {
		t.Fatalf("got %q", got)
	}
}

func discarded(t *testing.T, s Subject) {
	store := s.Open(t)
	staged, err := store.Stage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := staged.Write([]byte("in vain")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := staged.Discard(); err != nil {
			t.Fatal(err)
		}
	}
	if err := staged.Publish(t.Context(), assets.RefOf([]byte("in vain"))); err == nil {
		t.Fatal("it was published after it was discarded")
	}
	isEmpty(t, s, store)
}

func stopped(t *testing.T, s Subject) {
	store := s.Open(t)
	_, err := assets.Put(t.Context(), store, breaking("half a lo"), generous)
	wants(t, err, assets.ErrInterrupted)
	wants(t, err, errConnection)
	_, err = assets.Put(t.Context(), store, io.MultiReader(strings.NewReader("half"), &truncated{}), generous)
	wants(t, err, assets.ErrInterrupted)
	isEmpty(t, s, store)
}

// truncated ends as a request body does whose connection closed too early.
type truncated struct{}

func (truncated) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func overLimit(t *testing.T, s Subject) {
	store := s.Open(t)
	_, err := assets.Put(t.Context(), store, noise(1, 1001), 1000)
	wants(t, err, assets.ErrTooLarge)
	_, err = assets.Put(t.Context(), store, noise(1, 1<<20), 1000)
	wants(t, err, assets.ErrTooLarge)
	_, err = assets.Put(t.Context(), store, strings.NewReader("x"), 0)
	wants(t, err, assets.ErrTooLarge)
	isEmpty(t, s, store)
}

func atLimit(t *testing.T, s Subject) {
	store := s.Open(t)
	if stat, err := assets.Put(t.Context(), store, noise(1, 1000), 1000); err != nil || stat.Size != 1000 {
		t.Fatalf("got %v, %v", stat, err)
	}
}

func cancelled(t *testing.T, s Subject) {
	store := s.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	// The context ends in the middle of an upload that would never end.
	endless := readerFunc(func(p []byte) (int, error) {
		cancel()
		return len(p), nil
	})
	_, err := assets.Put(ctx, store, endless, generous)
	wants(t, err, context.Canceled)
	isEmpty(t, s, store)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func hugeBlob(t *testing.T, s Subject) {
	store := s.Open(t)
	const size = 64 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stat, err := assets.Put(t.Context(), store, noise(7, size), size)
	if err != nil {
		t.Fatal(err)
	}
	blob, err := store.Open(t.Context(), stat.Ref)
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	if err := assets.Rehash(t.Context(), stat.Ref, blob); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Fatalf("%d MiB went through %d KiB of allocations", size>>20, used>>10)
	}
}

func mended(t *testing.T, s Subject) {
	store := s.Open(t)
	ref := put(t, store, "a logo")
	s.Damage(t, store, ref)
	wants(t, store.Verify(t.Context(), ref), assets.ErrCorrupt)
	if _, err := assets.Put(t.Context(), store, bytes.NewReader([]byte("a logo")), generous); err != nil {
		t.Fatal(err)
	}
	if got := read(t, store, ref); got != "a logo" {
		t.Fatalf("got %q", got)
	}
}
