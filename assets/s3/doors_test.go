package s3

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"signet/assets"
)

// door is what requests go through in a test. Each of its functions may be nil.
type door struct {
	ask    func(*http.Request) error      // before a request is sent
	answer func(*http.Response) io.Reader // the body instead of the server's, or nil

	mu    sync.Mutex // guards asked
	asked map[string]int
}

func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	if d.asked == nil {
		d.asked = map[string]int{}
	}
	d.asked[r.Method]++
	d.mu.Unlock()
	if d.ask != nil {
		if err := d.ask(r); err != nil {
			return nil, err
		}
	}
	w, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && d.answer != nil {
		if body := d.answer(w); body != nil {
			w.Body = struct {
				io.Reader
				io.Closer
			}{body, w.Body}
		}
	}
	return w, err
}

func (d *door) count(method string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked[method]
}

// isBlob reports whether a request is about a blob.
func isBlob(r *http.Request) bool { return strings.Contains(r.URL.Path, "/"+blobsFolder+"/") }

var errCut = errors.New("connection reset by peer")

// cutAfter is a body that breaks after some bytes.
func cutAfter(body io.Reader, bytes int64) io.Reader {
	return io.MultiReader(io.LimitReader(body, bytes), broken{})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errCut }

// damaged is a body whose first byte is another one.
func damaged(body io.Reader) io.Reader {
	first := true
	return readerFunc(func(p []byte) (int, error) {
		n, err := body.Read(p)
		if n > 0 && first {
			p[0] ^= 1
			first = false
		}
		return n, err
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// proxy passes connections on, and can cut them.
type proxy struct {
	endpoint string
	// uploads is how many of the coming connections are cut, both ways, after
	// some bytes of what the client sends.
	uploads atomic.Int64
}

const cutUploadAfter = 100 << 10

func startProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		stop()
		running.Wait()
	})
	p := &proxy{endpoint: l.Addr().String()}
	running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.pass(ctx, client, to) })
		}
	})
	return p
}

func (p *proxy) pass(ctx context.Context, client net.Conn, to string) {
	defer client.Close()
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	defer context.AfterFunc(ctx, func() { server.Close(); client.Close() })()
	done := make(chan struct{}, 2)
	go func() {
		_, _ = io.CopyN(server, client, cutUploadAfter)
		if p.uploads.Add(-1) < 0 {
			_, _ = io.Copy(server, client)
		}
		done <- struct{}{}
	}()
	go func() {
		_, _ = io.Copy(client, server)
		done <- struct{}{}
	}()
	<-done
}

func put(t *testing.T, store *Store, content []byte) assets.Ref {
	t.Helper()
	stat, err := assets.Put(t.Context(), store, bytes.NewReader(content), 1<<30)
	if err != nil {
		t.Error(err)
	}
	return stat.Ref
}

// reads fails unless the blob has the content.
func reads(t *testing.T, store *Store, ref assets.Ref, content []byte) {
	t.Helper()
	blob, err := store.Open(t.Context(), ref)
	if err != nil {
		t.Error(err)
		return
	}
	defer blob.Close()
	if got, err := io.ReadAll(blob); err != nil || !bytes.Equal(got, content) {
		t.Errorf("read %d bytes instead of %d, %v", len(got), len(content), err)
	}
}

// isAway fails unless the error is the one for a bucket that is away, and nothing
// that a caller could take for another.
func isAway(t *testing.T, err, because error) {
	t.Helper()
	if !errors.Is(err, assets.ErrUnavailable) || !errors.Is(err, because) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, assets.ErrNotFound) {
		t.Fatalf("want %v because of %v, got %v", assets.ErrUnavailable, because, err)
	}
	if status := assets.AsError(err).Status(); status != http.StatusServiceUnavailable {
		t.Fatalf("status %d", status)
	}
}

// content is some bytes that are those of no other seed.
func content(seed byte, length int) []byte {
	return bytes.Repeat([]byte{seed, 1, 2, 3, 5, 7, 11}, length/7+1)[:length]
}
