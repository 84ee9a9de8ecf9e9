package esdbtest_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"signet/internal/eventlog/esdb/esdbtest"
)

// BenchmarkAppend is 64 calls at a time, of one event of 450 bytes each.
func BenchmarkAppend(b *testing.B) {
	for _, mode := range []string{"memory", "durable"} {
		b.Run(mode, func(b *testing.B) {
			var o esdbtest.Options
			if mode == "durable" {
				o.Dir = b.TempDir()
			}
			_, c := started(b, o)
			body := make([]byte, 225)
			var left atomic.Int64
			left.Store(int64(b.N))
			var calls sync.WaitGroup
			b.ResetTimer()
			for range 64 {
				calls.Go(func() {
					stream := "item-" + uuid.NewString()
					for left.Add(-1) >= 0 {
						e := esdb.EventData{EventID: uuid.New(), EventType: "item.registered.v1", Data: body, Metadata: body}
						if _, err := appendTo(b, c, stream, esdb.Any{}, e); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			calls.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
		})
	}
}

// BenchmarkSubscription follows a log of 1,000,000 events from its beginning,
// with the filter of the adapter.
func BenchmarkSubscription(b *testing.B) {
	const n = 1_000_000
	s, c := started(b, esdbtest.Options{Dir: b.TempDir()})
	if err := s.Noise("item-1", n); err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	b.ResetTimer()
	for range b.N {
		sub := subscribe(b, c, esdb.SubscribeToAllOptions{
			From: esdb.Start{}, Filter: esdb.ExcludeSystemEventsFilter(), MaxSearchWindow: 1000, CheckpointInterval: 1,
		})
		runtime.ReadMemStats(&before)
		seen, most := 0, uint64(0)
		for {
			e := sub.Recv()
			if e.CaughtUp != nil {
				break
			}
			if e.EventAppeared == nil {
				continue
			}
			if seen++; seen%100_000 == 0 {
				runtime.ReadMemStats(&after)
				most = max(most, after.HeapInuse)
			}
		}
		_ = sub.Close()
		if seen != n {
			b.Fatal(seen)
		}
		b.ReportMetric(float64(before.HeapInuse>>20), "MiB-before")
		b.ReportMetric(float64(most>>20), "MiB-most")
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "events/s")
}
