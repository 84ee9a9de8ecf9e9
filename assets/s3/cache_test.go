package s3

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"signet/assets"
	"signet/assets/disk"
)

func readerOf(b []byte) *bytes.Reader { return bytes.NewReader(b) }

// placeFile makes a file of some bytes, with its folders.
func placeFile(t *testing.T, name string, length int) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, bytes.Repeat([]byte("x"), length), 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustPlace(t *testing.T, ref assets.Ref) string {
	t.Helper()
	name, err := place(ref)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// counted fails unless the cache counts the bytes that are there.
func counted(t *testing.T, store *Store) {
	t.Helper()
	var there int64
	err := fs.WalkDir(store.cache.root.FS(), cachedFolder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		there += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	store.cache.mu.Lock()
	defer store.cache.mu.Unlock()
	if store.cache.used != there || len(store.cache.pins) != 0 {
		t.Errorf("%d bytes are counted, %d are there, %d pins", store.cache.used, there, len(store.cache.pins))
	}
}

func isCached(t *testing.T, store *Store, ref assets.Ref) bool {
	t.Helper()
	_, err := store.cache.root.Stat(cachedPlace(ref))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}

func TestTheCacheKeepsWhatWasReadLast(t *testing.T) {
	o := options(t, start(t))
	o.CacheBytes = 2500
	store := open(t, o)
	a, b, c := put(t, store, content(1, 1000)), put(t, store, content(2, 1000)), put(t, store, content(3, 1000))
	reads(t, store, a, content(1, 1000))
	held, err := store.Open(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	reads(t, store, a, content(1, 1000))
	reads(t, store, c, content(3, 1000))
	if !isCached(t, store, a) || isCached(t, store, b) || !isCached(t, store, c) {
		t.Errorf("kept: %v, %v, %v", isCached(t, store, a), isCached(t, store, b), isCached(t, store, c))
	}
	counted(t, store)
	if err := assets.Rehash(t.Context(), b, held); err != nil {
		t.Errorf("an open blob was lost: %v", err)
	}
	reads(t, store, b, content(2, 1000))
	counted(t, store)
}

func TestABlobThatIsLargerThanTheCacheIsRead(t *testing.T) {
	o := options(t, start(t))
	o.CacheBytes = 1
	store := open(t, o)
	small, large := put(t, store, content(1, 10)), put(t, store, content(2, 100_000))
	var running sync.WaitGroup
	for range 16 {
		running.Go(func() {
			reads(t, store, small, content(1, 10))
			reads(t, store, large, content(2, 100_000))
		})
	}
	running.Wait()
	if isCached(t, store, small) || isCached(t, store, large) {
		t.Error("more is kept than was allowed")
	}
	counted(t, store)
}

func TestDamageInTheCacheIsMendedFromTheBucket(t *testing.T) {
	server := start(t)
	o := options(t, server)
	store := open(t, o)
	ref := put(t, store, content(1, 1000))
	reads(t, store, ref, content(1, 1000))
	file := filepath.Join(o.Cache, cachedPlace(ref))

	spoil(t, file)
	reads(t, store, ref, content(1, 1000))
	if err := os.Truncate(file, 10); err != nil {
		t.Fatal(err)
	}
	if stat, err := store.Stat(t.Context(), ref); err != nil || stat.Size != 1000 {
		t.Errorf("got %v, %v", stat, err)
	}
	reads(t, store, ref, content(1, 1000))
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	reads(t, store, ref, content(1, 1000))
	counted(t, store)

	spoil(t, file)
	server.Stop()
	_, err := store.Open(t.Context(), ref)
	isAway(t, err, ErrUnreachable)
	if isCached(t, store, ref) {
		t.Error("a damaged file is kept")
	}
	counted(t, store)
}

func TestTheCacheOutlivesTheProcess(t *testing.T) {
	server := start(t)
	o := options(t, server)
	store := open(t, o)
	whole, spoilt := put(t, store, content(1, 1000)), put(t, store, content(2, 1000))
	reads(t, store, whole, content(1, 1000))
	reads(t, store, spoilt, content(2, 1000))
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	spoil(t, filepath.Join(o.Cache, cachedPlace(spoilt)))
	file := filepath.Join(o.Cache, cachedPlace(whole))
	if err := os.Truncate(file, 10); err != nil {
		t.Fatal(err)
	}

	d := &door{}
	o.Transport = d
	again := open(t, o)
	if err := os.WriteFile(file, content(1, 1000), 0o600); err != nil { // somebody mends it
		t.Fatal(err)
	}
	before := d.count(http.MethodGet) + d.count(http.MethodHead)
	if stat, err := again.Stat(t.Context(), whole); err != nil || stat.Size != 1000 {
		t.Errorf("got %v, %v", stat, err)
	}
	reads(t, again, whole, content(1, 1000))
	if asked := d.count(http.MethodGet) + d.count(http.MethodHead) - before; asked != 0 {
		t.Errorf("%d requests for what is there", asked)
	}
	reads(t, again, spoilt, content(2, 1000))
	counted(t, again)
}

func TestACacheThatIsTooLargeIsCutWhenItIsOpened(t *testing.T) {
	o := options(t, start(t))
	store := open(t, o)
	old, young := put(t, store, content(1, 1000)), put(t, store, content(2, 1000))
	reads(t, store, young, content(2, 1000))
	reads(t, store, old, content(1, 1000))
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(o.Cache, cachedPlace(old)), past, past); err != nil {
		t.Fatal(err)
	}
	o.CacheBytes = 1500
	again := open(t, o)
	if isCached(t, again, old) || !isCached(t, again, young) {
		t.Errorf("the old one is there: %v, the young one: %v", isCached(t, again, old), isCached(t, again, young))
	}
	counted(t, again)
}

func TestWhatACrashLeftIsSweptAndWhatIsOthersIsNot(t *testing.T) {
	o := options(t, start(t))
	local, err := disk.Open(o.Cache) // somebody names the folder of the old store
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	stat, err := assets.Put(t.Context(), local, readerOf(content(1, 1000)), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	crashed := filepath.Join(o.Cache, incomingFolder, "CRASHED")
	notes := filepath.Join(o.Cache, cachedFolder, "notes.txt")
	placeFile(t, crashed, 10)
	placeFile(t, notes, 10)
	o.CacheBytes = 1
	store := open(t, o)
	if _, err := os.Stat(crashed); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an upload that ended with its process is still there: %v", err)
	}
	if _, err := os.Stat(notes); err != nil {
		t.Error(err)
	}
	reads(t, store, put(t, store, content(2, 1000)), content(2, 1000))
	if err := local.Verify(t.Context(), stat.Ref); err != nil {
		t.Errorf("the old store has lost a blob: %v", err)
	}
}

func TestAnUploadIsReadBeforeItIsPublished(t *testing.T) {
	store := open(t, options(t, start(t)))
	upload, err := store.Stage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := upload.Write([]byte("abc")); err != nil {
		t.Fatal(err)
	}
	part := make([]byte, 2)
	if _, err := upload.ReadAt(part, 1); err != nil || string(part) != "bc" {
		t.Errorf("got %q, %v", part, err)
	}
	if _, err := upload.ReadAt(part, 2); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
	if err := upload.Discard(); err != nil {
		t.Error(err)
	}
}
