package esdb_test

import (
	"context"
	"runtime"
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
// of its own at its exact revision.
func produce(b *testing.B, l eventlog.Log, n, batch int) {
	b.Helper()
	const producers = 64
	var all sync.WaitGroup
	for range producers {
		all.Go(func() {
			stream := "item-" + uuid.NewString()
			for i := 0; i < n/producers; i += batch {
				records := make([]eventlog.Record, min(batch, n/producers-i))
				for j := range records {
					records[j] = eventOf450Bytes()
				}
				if _, err := l.Append(context.Background(), stream, eventlog.Revision(i-1), records...); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
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

func BenchmarkAppend64Producers(b *testing.B) {
	const n = 64 * 400
	l := benchLog(b)
	for b.Loop() {
		produce(b, l, n, 1)
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkFollowAMillion(b *testing.B) {
	const n = 1_000_000
	l := benchLog(b)
	produce(b, l, n, 500)
	for b.Loop() {
		var most uint64
		seen, began := 0, time.Now()
		for r, err := range l.Follow(context.Background(), 0) {
			if err != nil {
				b.Fatal(err)
			}
			if r.CaughtUp {
				break
			}
			if seen++; seen%50_000 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
		if want := n / 64 * 64; seen != want {
			b.Fatalf("%d events, want %d", seen, want)
		}
		b.ReportMetric(float64(seen)/time.Since(began).Seconds(), "events/s")
		b.ReportMetric(float64(most)/1e6, "MB-heap-at-most")
	}
}
