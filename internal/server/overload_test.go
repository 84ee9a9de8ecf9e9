package server_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"signet/assets"
	"signet/domain"
	"signet/internal/pressure"
	"signet/internal/server"
)

// stuck is a store whose files can't be opened for a while.
type stuck struct {
	assets.Store

	until chan struct{}
}

func (s stuck) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	select {
	case <-s.until:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return s.Store.Open(ctx, ref)
}

// tally counts refusals, and tells when there are enough.
type tally struct {
	mu    sync.Mutex
	count map[pressure.Reason]int
	more  chan struct{}
}

func (n *tally) refused(r pressure.Reason) {
	n.mu.Lock()
	n.count[r]++
	n.mu.Unlock()
	n.more <- struct{}{}
}

func (n *tally) wait(t *testing.T, r pressure.Reason, want int) {
	t.Helper()
	patience := time.After(time.Minute)
	for {
		n.mu.Lock()
		got := n.count[r]
		n.mu.Unlock()
		if got >= want {
			return
		}
		select {
		case <-n.more:
		case <-patience:
			t.Fatalf("%s: %d, not %d", r, got, want)
		}
	}
}

// While uploads and heavy work hang, all that they can have is taken, what is over it is
// refused at once, and reads go on. When they stop, there is room again.
func (r *registry) readsGoOn() {
	t := r.t
	const uploads, archives, held, kits = 200, 80, 64 + 64, 4 + 64
	n := &tally{count: map[pressure.Reason]int{}, more: make(chan struct{}, uploads+archives)}
	until := make(chan struct{})
	r = r.node(server.Options{Store: stuck{r.store, until}, Limits: pressure.Limits{Refused: n.refused}})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 10}}
	var asked sync.WaitGroup
	statuses := make(chan int, uploads+archives)
	send := func(method, path string, body io.Reader) {
		asked.Go(func() {
			req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, r.url+path, body)
			if err != nil {
				t.Error(err)
				return
			}
			res, err := client.Do(req)
			if err != nil {
				statuses <- 0 // refused while it sends
				return
			}
			_, _ = io.Copy(io.Discard, res.Body) // what matters is the status
			_ = res.Body.Close()
			statuses <- res.StatusCode
		})
	}
	var writers []*io.PipeWriter
	for range uploads {
		body, w := io.Pipe()
		writers = append(writers, w)
		send(http.MethodPost, "/identify", body)
	}
	for range archives {
		send(http.MethodGet, "/kit/manifest.json?item=logo-sample", nil)
	}
	n.wait(t, pressure.OverloadedUploads, uploads-held)
	n.wait(t, pressure.OverloadedHeavy, archives-kits)
	began := time.Now()
	for range 20 {
		var data struct{ Viewer struct{ Agency string } }
		r.query(domain.RoleAuditor, `{ viewer { agency } }`, &data)
		if data.Viewer.Agency != "so-ngoai-vu" {
			t.Errorf("%+v", data)
		}
		if a := r.ask("GET", "/status/logo-sample/1", "", nil); a.status != http.StatusOK {
			t.Errorf("%d", a.status)
		}
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("40 reads took %v", took)
	}
	if a := r.ask("GET", "/reports", "", nil); a.status != http.StatusServiceUnavailable || a.problem() != "UNAVAILABLE overloaded" || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
	if a := r.ask("GET", "/healthz", "", nil); a.status != http.StatusOK {
		t.Errorf("%d", a.status)
	}
	close(until)
	for _, w := range writers {
		_ = w.Close()
	}
	asked.Wait()
	if a := r.ask("HEAD", "/kit.zip", "", nil); a.status != http.StatusOK {
		t.Errorf("afterwards: %d", a.status)
	}
	if a := r.ask("POST", "/identify", "", bytes.NewReader([]byte("x"))); a.status == http.StatusServiceUnavailable {
		t.Errorf("afterwards: %d", a.status)
	}
}
