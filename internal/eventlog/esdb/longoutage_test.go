package esdb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signet/internal/eventlog"
	"signet/internal/eventlog/esdb"
	"signet/internal/eventlog/esdb/esdbtest"
	"signet/internal/eventlog/logtest"
)

// outageVariable says how long the server is away in TestALongOutage, such as 1h; a
// second otherwise.
const outageVariable = "SIGNET_OUTAGE"

// However long the server is away, callers are told in time, nothing piles up, and
// when it is back everything goes on.
func TestALongOutage(t *testing.T) {
	away := time.Second
	if text := os.Getenv(outageVariable); text != "" {
		var err error
		if away, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	s, l := start(t, esdbtest.Options{Dir: t.TempDir()}, esdb.Options{Patience: 200 * time.Millisecond, Timeout: time.Second})
	until := heard(t, l)
	until(must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0"))), "data 0")

	s.Stop()
	ctx, back := context.WithTimeout(t.Context(), away)
	defer back()
	var tried, refused, most atomic.Int64
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			for ctx.Err() == nil {
				began := time.Now()
				_, err := l.Append(t.Context(), fmt.Sprint("w", i), eventlog.NoStream, logtest.Event("x"))
				tried.Add(1)
				if errors.Is(err, eventlog.ErrUnavailable) {
					refused.Add(1)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("an append took %v to be refused", took)
				}
				most.Store(max(most.Load(), int64(runtime.NumGoroutine())))
			}
		})
	}
	all.Wait()
	if tried.Load() == 0 || refused.Load() != tried.Load() {
		t.Fatalf("%d of %d appends were refused", refused.Load(), tried.Load())
	}
	if most.Load() > 400 {
		t.Fatalf("there were %d goroutines", most.Load())
	}
	restart(t, s, esdbtest.Restarting{})
	returned := time.Now()
	up(t, l, true)
	until(must(t)(l.Append(t.Context(), "s", 0, logtest.Event("1"))), "data 0", "data 1")
	t.Logf("away for %v: %d appends refused, at most %d goroutines; written and told again %v after the server was back",
		away, refused.Load(), most.Load(), time.Since(returned).Round(time.Millisecond))
}
