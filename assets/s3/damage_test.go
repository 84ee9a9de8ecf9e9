package s3

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"signet/assets"
)

// spoiling damages the first bodies that go one way.
func spoiling(method string, times *atomic.Int64) *door {
	return &door{
		ask: func(r *http.Request) error {
			if method == http.MethodPut && r.Method == method && isBlob(r) && times.Add(-1) >= 0 {
				r.Body = io.NopCloser(damaged(r.Body))
			}
			return nil
		},
		answer: func(w *http.Response) io.Reader {
			if r := w.Request; method == http.MethodGet && r.Method == method && isBlob(r) && times.Add(-1) >= 0 {
				return damaged(w.Body)
			}
			return nil
		},
	}
}

func TestAnUploadThatIsDamagedOnItsWayIsRefusedByTheServer(t *testing.T) {
	server := start(t)
	o := options(t, server)
	times := atomic.Int64{}
	o.Transport = spoiling(http.MethodPut, &times)
	store := open(t, o)
	times.Store(1)
	reads(t, store, put(t, store, content(1, 1000)), content(1, 1000))

	times.Store(1000)
	_, err := assets.Put(t.Context(), store, bytes.NewReader(content(2, 1000)), 1<<20)
	isAway(t, err, ErrRefused)
	if _, err := store.Stat(t.Context(), assets.RefOf(content(2, 1000))); !errors.Is(err, assets.ErrNotFound) {
		t.Errorf("damaged bytes were stored: %v", err)
	}
	if left := leftovers(t, server, store); left != 0 {
		t.Errorf("%d files were left", left)
	}
}

func TestADownloadThatIsDamagedOnItsWayIsMadeAgain(t *testing.T) {
	o := options(t, start(t))
	times := atomic.Int64{}
	o.Transport = spoiling(http.MethodGet, &times)
	store := open(t, o)
	ref := put(t, store, content(1, 1000))
	times.Store(1)
	reads(t, store, ref, content(1, 1000))
	times.Store(1)
	if err := store.Verify(t.Context(), ref); err != nil {
		t.Error(err)
	}
	times.Store(1000)
	if err := store.Verify(t.Context(), ref); !errors.Is(err, assets.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}

func TestBytesOfAnotherNameAreNotPublished(t *testing.T) {
	store := open(t, options(t, start(t)))
	upload, err := store.Stage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer upload.Discard()
	if _, err := upload.Write(content(1, 1000)); err != nil {
		t.Fatal(err)
	}
	other := assets.RefOf(content(2, 1000))
	if err := upload.Publish(t.Context(), other); !errors.Is(err, assets.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
	if _, err := store.Stat(t.Context(), other); !errors.Is(err, assets.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	// Its bytes are still good for their own name.
	if err := upload.Publish(t.Context(), assets.RefOf(content(1, 1000))); err != nil {
		t.Error(err)
	}
}

func TestDamageInTheBucketIsGivenToNobody(t *testing.T) {
	server := start(t)
	writer, reader := open(t, options(t, server)), open(t, options(t, server))
	ref := put(t, writer, content(1, 1000))
	reads(t, writer, ref, content(1, 1000))
	damage(t, server, writer, ref)
	if _, err := reader.Open(t.Context(), ref); !errors.Is(err, assets.ErrCorrupt) {
		t.Errorf("who has no copy: %v", err)
	}
	reads(t, writer, ref, content(1, 1000)) // who has a good copy
	if err := writer.Verify(t.Context(), ref); !errors.Is(err, assets.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
	if _, err := writer.Open(t.Context(), ref); !errors.Is(err, assets.ErrCorrupt) {
		t.Errorf("after it was found: %v", err)
	}
	put(t, reader, content(1, 1000))
	reads(t, writer, ref, content(1, 1000))
	counted(t, writer)
	counted(t, reader)
}
