package s3

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"signet/assets"
	"signet/assets/disk"
)

func TestWhatOneNodePublishesAnotherOpens(t *testing.T) {
	server := start(t)
	one, other := open(t, options(t, server)), open(t, options(t, server))
	ref := put(t, one, content(1, 1000))
	if stat, err := other.Stat(t.Context(), ref); err != nil || stat != (assets.Stat{Ref: ref, Size: 1000}) {
		t.Errorf("got %v, %v", stat, err)
	}
	reads(t, other, ref, content(1, 1000))
}

func TestManyNodesPublishTheSameBlobAtOnce(t *testing.T) {
	server := start(t)
	nodes := []*Store{open(t, options(t, server)), open(t, options(t, server)), open(t, options(t, server))}
	var running sync.WaitGroup
	for i := range 24 {
		running.Go(func() {
			node := nodes[i%len(nodes)]
			ref := put(t, node, content(1, 200_000))
			reads(t, node, ref, content(1, 200_000))
		})
	}
	running.Wait()
	for _, node := range nodes {
		n := 0
		for _, err := range node.List(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if left := leftovers(t, server, node); n != 1 || left != 0 {
			t.Errorf("%d blobs, %d files left", n, left)
		}
		counted(t, node)
	}
}

func TestABlobIsFetchedOnceForAllWhoAskAtOnce(t *testing.T) {
	o := options(t, start(t))
	asked, answered := make(chan struct{}), make(chan struct{})
	var once sync.Once
	d := &door{ask: func(r *http.Request) error {
		if isBlob(r) && r.Method == http.MethodGet {
			once.Do(func() { close(asked) })
			<-answered
		}
		return nil
	}}
	o.Transport = d
	store := open(t, o)
	ref := put(t, store, content(1, 1000))
	before := d.count(http.MethodGet)

	// The first one leaves before there is an answer.
	first, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := store.Open(first, ref)
		left <- err
	}()
	<-asked
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left was told %v", err)
	}
	var running sync.WaitGroup
	for range 20 {
		running.Go(func() { reads(t, store, ref, content(1, 1000)) })
	}
	close(answered)
	running.Wait()
	if err := store.fetch(t.Context(), ref); err != nil { // as somebody does who was late
		t.Error(err)
	}
	if got := d.count(http.MethodGet) - before; got != 1 {
		t.Errorf("it was fetched %d times", got)
	}
}

func TestAStoreThatIsClosedWhileItFetches(t *testing.T) {
	o := options(t, start(t))
	asked := make(chan struct{})
	ended := atomic.Bool{}
	o.Transport = &door{ask: func(r *http.Request) error {
		if isBlob(r) && r.Method == http.MethodGet {
			close(asked)
			<-r.Context().Done()
			for range 10_000 {
				runtime.Gosched() // there would be time to go on without this
			}
			ended.Store(true)
			return r.Context().Err()
		}
		return nil
	}}
	store := open(t, o)
	ref := put(t, store, content(1, 1000))
	result := make(chan error)
	go func() {
		_, err := store.Open(t.Context(), ref)
		result <- err
	}()
	<-asked
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	if !ended.Load() {
		t.Error("it was closed while a fetch went on")
	}
	isAway(t, <-result, fs.ErrClosed)
	_, err := store.Open(t.Context(), ref)
	isAway(t, err, fs.ErrClosed)
	_, err = store.Stat(t.Context(), ref)
	isAway(t, err, fs.ErrClosed)
	_, err = store.Stage(t.Context())
	isAway(t, err, fs.ErrClosed)
	isAway(t, store.Verify(t.Context(), ref), fs.ErrClosed)
	for _, err := range store.List(t.Context()) {
		isAway(t, err, fs.ErrClosed)
	}
	if err := store.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

func TestAFolderMovesIntoABucketAndBack(t *testing.T) {
	server := start(t)
	store := open(t, options(t, server))
	folder := t.TempDir()
	local, err := disk.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	stat, err := assets.Put(t.Context(), local, readerOf(content(1, 1000)), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	there := server.Path(testBucket, store.bucket.prefix)
	if err := os.CopyFS(filepath.Join(there, blobsFolder), os.DirFS(filepath.Join(folder, "blobs"))); err != nil {
		t.Fatal(err)
	}
	reads(t, store, stat.Ref, content(1, 1000))

	second := put(t, store, content(2, 1000))
	back, err := disk.OpenReadOnly(there)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	for _, ref := range []assets.Ref{stat.Ref, second} {
		if err := back.Verify(t.Context(), ref); err != nil {
			t.Error(err)
		}
	}
}

func TestAListingOfManyPages(t *testing.T) {
	server := start(t)
	o := options(t, server)
	d := &door{}
	o.Transport = d
	store := open(t, o)
	var want []assets.Ref
	for i := range 2*pageSize + 1 {
		ref := assets.RefOf(fmt.Append(nil, i))
		want = append(want, ref)
		placeFile(t, server.Path(testBucket, store.bucket.prefix+mustPlace(t, ref)), 3)
	}
	slices.Sort(want)
	before := d.count(http.MethodGet)
	var got []assets.Ref
	for stat, err := range store.List(t.Context()) {
		if err != nil || stat.Size != 3 {
			t.Fatalf("got %v, %v", stat, err)
		}
		got = append(got, stat.Ref)
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %d of %d, or in another order", len(got), len(want))
	}
	if pages := d.count(http.MethodGet) - before; pages < 3 {
		t.Errorf("they came in %d pages", pages)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen, ended := 0, error(nil)
	for _, ended = range store.List(ctx) {
		cancel()
		seen++
	}
	if seen != 2 || !errors.Is(ended, context.Canceled) {
		t.Errorf("a listing whose context ended at the first blob went to the %dth, and said %v", seen, ended)
	}
}

func TestAStrayObjectIsToldAndPassedOver(t *testing.T) {
	server := start(t)
	store := open(t, options(t, server))
	ref := put(t, store, content(1, 100))
	root := store.bucket.prefix + blobsFolder + "/"
	wrong := "00"
	if string(ref[:2]) == wrong {
		wrong = "01"
	}
	for _, name := range []string{"notes.txt", string(ref[:2]) + "/0-notes.txt", wrong + "/" + string(ref), "zz/deep/down"} {
		placeFile(t, server.Path(testBucket, root+name), 3)
	}
	// Objects for folders, as some tools make them.
	for _, name := range []string{"", "ff/"} {
		if err := store.bucket.put(t.Context(), root+name, assets.RefOf(nil), readerOf(nil), 0); err != nil {
			t.Fatal(err)
		}
	}
	stray, found := 0, 0
	for listed, err := range store.List(t.Context()) {
		switch {
		case errors.Is(err, assets.ErrInvalidRef):
			stray++
		case err != nil:
			t.Fatal(err)
		case listed == assets.Stat{Ref: ref, Size: 100}:
			found++
		}
	}
	if stray != 4 || found != 1 {
		t.Errorf("told of %d stray objects and %d blobs", stray, found)
	}
}
