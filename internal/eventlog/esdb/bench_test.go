package esdb_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/esdb"
	"signet/internal/eventlog/esdb/esdbtest"
)

// eventOf450Bytes is an event as the registry writes them.
func eventOf450Bytes() eventlog.Record {
	return eventlog.Record{ID: uuid.Must(uuid.NewV7()), Type: "version.signed.v1", Data: make([]byte, 250), Meta: make([]byte, 200)}
}

// produce lets 64 producers append n events in batches, each producer to a stream
// of its own at its exact revision, and returns how long each append took.
func produce(b *testing.B, l eventlog.Log, n, batch int) []time.Duration {
	b.Helper()
	const producers = 64
	var all sync.WaitGroup
	waits := make([][]time.Duration, producers)
	for p := range producers {
		all.Go(func() {
			stream := "item-" + uuid.NewString()
			for i := 0; i < n/producers; i += batch {
				records := make([]eventlog.Record, min(batch, n/producers-i))
				for j := range records {
					records[j] = eventOf450Bytes()
				}
				began := time.Now()
				if _, err := l.Append(context.Background(), stream, eventlog.Revision(i-1), records...); err != nil {
					b.Error(err)
					return
				}
				waits[p] = append(waits[p], time.Since(began))
			}
		})
	}
	all.Wait()
	return slices.Concat(waits...)
}

// The server runs in the same process, and so takes a good part of the processor.
func benchLog(b *testing.B) *esdb.Log {
	b.Helper()
	s := esdbtest.Start(b, esdbtest.Options{Dir: b.TempDir()})
	l := open(b, s.ConnectionString(), esdb.Options{})
	b.Cleanup(func() { _ = l.Close() })
	up(b, l, true)
	return l
}

// BenchmarkAppend64 is 64 producers at once, each to its stream at its exact revision.
// "p99-ms" is how long one append takes.
func BenchmarkAppend64(b *testing.B) {
	const n = 64 * 400
	l := benchLog(b)
	var waits []time.Duration
	for b.Loop() {
		waits = append(waits, produce(b, l, n, 1)...)
	}
	slices.Sort(waits)
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkFollow follows a log from its beginning, as a rebuild does. "live-MB" is
// the most that is in use at ten points of each reading, above what there was before:
// it does not grow with the log.
func BenchmarkFollow(b *testing.B) {
	for _, events := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(events), func(b *testing.B) {
			l := benchLog(b)
			events = events / 64 * 64
			produce(b, l, events, 500)
			var live uint64
			for b.Loop() {
				before, seen := liveHeap(b), 0
				for r, err := range l.Follow(context.Background(), 0) {
					if err != nil {
						b.Fatal(err)
					}
					if r.CaughtUp {
						break
					}
					if seen++; seen%(events/10) == 0 {
						now := liveHeap(b)
						live = max(live, now-min(before, now))
					}
				}
				if seen != events {
					b.Fatalf("%d events, want %d", seen, events)
				}
			}
			b.ReportMetric(float64(events*b.N)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(live)/1e6, "live-MB")
		})
	}
}

// liveHeap is what is in use on the heap, in bytes; finding out takes no time of
// the benchmark.
func liveHeap(b *testing.B) uint64 {
	b.Helper()
	b.StopTimer()
	defer b.StartTimer()
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
