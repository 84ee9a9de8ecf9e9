package s3

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"signet/assets"
)

func TestWhatIsCachedIsServedWhileTheServerIsAway(t *testing.T) {
	server := start(t)
	store := open(t, options(t, server))
	known, unknown := put(t, store, content(1, 5000)), put(t, store, content(2, 5000))
	reads(t, store, known, content(1, 5000))

	server.Stop()
	reads(t, store, known, content(1, 5000))
	if stat, err := store.Stat(t.Context(), known); err != nil || stat.Size != 5000 {
		t.Errorf("the length of a cached blob: %v, %v", stat, err)
	}
	_, err := store.Open(t.Context(), unknown)
	isAway(t, err, ErrUnreachable)
	_, err = store.Stat(t.Context(), unknown)
	isAway(t, err, ErrUnreachable)
	isAway(t, store.Verify(t.Context(), known), ErrUnreachable)
	_, err = assets.Put(t.Context(), store, bytes.NewReader(content(3, 5000)), 1<<20)
	isAway(t, err, ErrUnreachable)
	for _, err := range store.List(t.Context()) {
		isAway(t, err, ErrUnreachable)
	}

	server.Restart()
	reads(t, store, unknown, content(2, 5000))
	if err := store.Verify(t.Context(), known); err != nil {
		t.Error(err)
	}
	if left := leftovers(t, server, store); left != 0 {
		t.Errorf("%d files were left", left)
	}
}

func TestAServerThatStartsAgainIsWaitedFor(t *testing.T) {
	server := start(t)
	failed := make(chan struct{})
	once := atomic.Bool{}
	o := options(t, server)
	o.Transport = &door{ask: func(r *http.Request) error {
		if isBlob(r) && once.CompareAndSwap(false, true) {
			server.Stop()
			defer close(failed)
			_, err := http.DefaultTransport.RoundTrip(r)
			return errors.Join(errCut, err)
		}
		if isBlob(r) {
			<-failed
			server.Restart()
		}
		return nil
	}}
	store := open(t, o)
	ref := put(t, store, content(1, 1<<20))
	reads(t, store, ref, content(1, 1<<20))
}

func TestABucketThatIsGoneDeniesNoBlob(t *testing.T) {
	server := start(t)
	store := open(t, options(t, server))
	ref := put(t, store, content(1, 100))
	if err := os.RemoveAll(server.Path(testBucket, "")); err != nil {
		t.Fatal(err)
	}
	_, err := store.Stat(t.Context(), ref)
	isAway(t, err, ErrBucketMissing)
	_, err = store.Open(t.Context(), ref)
	isAway(t, err, ErrBucketMissing)
	isAway(t, store.Verify(t.Context(), ref), ErrBucketMissing)
}

func TestAKeyThatIsRevokedDeniesNoBlob(t *testing.T) {
	o := options(t, start(t))
	denied := atomic.Bool{}
	o.Transport = &door{ask: func(r *http.Request) error {
		if denied.Load() {
			r.Header.Set("Authorization", r.Header.Get("Authorization")+"0")
		}
		return nil
	}}
	store := open(t, o)
	ref := put(t, store, content(1, 100))
	denied.Store(true)
	_, err := store.Open(t.Context(), ref)
	isAway(t, err, ErrAccessDenied)
	_, err = store.Stat(t.Context(), ref)
	isAway(t, err, ErrAccessDenied)
}

// impatient is for calls that must end by it; a store that is opened with it
// might not open on a machine that is busy.
const impatient = 200 * time.Millisecond

func TestASilentServerIsGivenUp(t *testing.T) {
	o := options(t, start(t))
	silent := atomic.Bool{}
	o.Transport = &door{ask: func(r *http.Request) error {
		if silent.Load() {
			<-r.Context().Done()
			return r.Context().Err()
		}
		return nil
	}}
	store := open(t, o)
	ref := put(t, store, content(1, 100))
	silent.Store(true)
	store.bucket.watch.patience = impatient
	_, err := store.Open(t.Context(), ref)
	isAway(t, err, ErrUnreachable)
	_, err = store.Stat(t.Context(), ref)
	isAway(t, err, ErrUnreachable)
	_, err = assets.Put(t.Context(), store, bytes.NewReader(content(2, 100)), 1<<20)
	isAway(t, err, ErrUnreachable)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := store.Open(ctx, ref); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's context ended: %v", err)
	}
	if err := store.Verify(ctx, ref); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's context ended: %v", err)
	}
}

func TestABodyThatStopsIsGivenUp(t *testing.T) {
	o := options(t, start(t))
	o.Transport = &door{answer: func(w *http.Response) io.Reader {
		if isBlob(w.Request) && w.Request.Method == http.MethodGet {
			return io.MultiReader(io.LimitReader(w.Body, 100), readerFunc(func([]byte) (int, error) {
				<-w.Request.Context().Done()
				return 0, w.Request.Context().Err()
			}))
		}
		return nil
	}}
	store := open(t, o)
	ref := put(t, store, content(1, 1000))
	store.bucket.watch.patience = impatient
	_, err := store.Open(t.Context(), ref)
	isAway(t, err, ErrUnreachable)
}

func TestADownloadThatIsCutBeginsAgain(t *testing.T) {
	server := start(t)
	o := options(t, server)
	cuts := atomic.Int64{}
	o.Transport = &door{answer: func(w *http.Response) io.Reader {
		if isBlob(w.Request) && w.Request.Method == http.MethodGet && cuts.Add(-1) >= 0 {
			return cutAfter(w.Body, 1000)
		}
		return nil
	}}
	store := open(t, o)
	ref := put(t, store, content(1, 300_000))
	cuts.Store(2)
	reads(t, store, ref, content(1, 300_000))

	ref = put(t, store, content(2, 300_000))
	cuts.Store(1000)
	_, err := store.Open(t.Context(), ref)
	isAway(t, err, ErrUnreachable)
	if left := leftovers(t, server, store); left != 0 {
		t.Errorf("%d files were left", left)
	}
	cuts.Store(0)
	reads(t, store, ref, content(2, 300_000))
	counted(t, store)
}

func TestAnUploadThatIsCutIsSentAgainOrLeavesNothing(t *testing.T) {
	server := start(t)
	between := startProxy(t, server.Endpoint)
	o := options(t, server)
	o.Endpoint = between.endpoint
	o.Transport = &http.Transport{DisableKeepAlives: true} // each upload by a connection of its own
	store := open(t, o)

	between.uploads.Store(2)
	ref := put(t, store, content(1, 3<<20))
	if between.uploads.Load() >= 2 {
		t.Fatal("nothing was cut")
	}
	reads(t, store, ref, content(1, 3<<20))

	between.uploads.Store(1000)
	lost := assets.RefOf(content(2, 3<<20))
	_, err := assets.Put(t.Context(), store, bytes.NewReader(content(2, 3<<20)), 1<<30)
	isAway(t, err, ErrUnreachable)
	between.uploads.Store(0)
	if _, err := store.Stat(t.Context(), lost); !errors.Is(err, assets.ErrNotFound) {
		t.Errorf("half an upload is there: %v", err)
	}
	if left := leftovers(t, server, store); left != 0 {
		t.Errorf("%d files were left", left)
	}
}

func TestAnUploadThatIsCancelledLeavesNothing(t *testing.T) {
	server := start(t)
	o := options(t, server)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o.Transport = &door{ask: func(r *http.Request) error {
		if isBlob(r) && r.Method == http.MethodPut {
			body := r.Body
			r.Body = io.NopCloser(io.MultiReader(io.LimitReader(body, 1<<20), readerFunc(func(p []byte) (int, error) {
				cancel()
				return body.Read(p)
			})))
		}
		return nil
	}}
	store := open(t, o)
	if _, err := assets.Put(ctx, store, bytes.NewReader(content(1, 8<<20)), 1<<30); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if left := leftovers(t, server, store); left != 0 {
		t.Errorf("%d files were left", left)
	}
	for stat, err := range store.List(t.Context()) {
		t.Errorf("there is %v, %v", stat, err)
	}
}
