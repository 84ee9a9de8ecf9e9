package webhooks

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// While the file takes no writes, the same message is sent again with patience, and
// once it does, things go on as before.
func TestAFullDiskIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		q, err := Open(filepath.Join(t.TempDir(), "q.db"), Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			sent.Add(1)
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(""))}, nil
		})})
		if err != nil {
			t.Fatal(err)
		}
		defer q.Close()
		full := func(yes string) {
			// The one connection is that of the queue.
			if _, err := q.db.ExecContext(t.Context(), "PRAGMA query_only = "+yes); err != nil {
				t.Fatal(err)
			}
		}
		if err := q.Enqueue(t.Context(), "a", Mark{}, Message{ID: "1", Body: []byte("1")}, Message{ID: "2", Body: []byte("2")}); err != nil {
			t.Fatal(err)
		}
		full("1")
		if err := q.Enqueue(t.Context(), "a", Mark{}, Message{ID: "3", Body: []byte("3")}); err == nil {
			t.Error("a message was taken that can't be kept")
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- q.Run(ctx, func(context.Context) ([]Receiver, error) {
				return []Receiver{{ID: "a", URL: "https://a/", Secrets: []string{Secret(nil, "a", 1)}}}, nil
			})
		}()
		time.Sleep(time.Minute)
		before := sent.Load()
		if before < 2 || before > 13 {
			t.Errorf("it was sent %d times in a minute", before)
		}
		full("0")
		time.Sleep(holdOff)
		synctest.Wait()
		if b, err := q.Backlog(t.Context()); b.Pending != 0 || err != nil || sent.Load() != before+2 {
			t.Errorf("%d pending, %v, sent %d times more", b.Pending, err, sent.Load()-before)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
