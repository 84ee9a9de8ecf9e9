package merkle_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/sqlite"
)

// round is how the appends of a benchmark come.
type round struct{ producers, appends, batch int }

// produce appends, each producer to a stream of its own, and returns how long it took.
func (r round) produce(b *testing.B, log eventlog.Log, done func(eventlog.Position)) time.Duration {
	b.Helper()
	began := time.Now()
	var all sync.WaitGroup
	var mu sync.Mutex
	last := eventlog.Position(0)
	for range r.producers {
		all.Go(func() {
			stream, at := uuid.NewString(), eventlog.NoStream
			for range r.appends / r.producers {
				batch := make([]eventlog.Record, r.batch)
				for i := range batch {
					batch[i] = eventlog.Record{ID: uuid.Must(uuid.NewV7()), Type: "version.signed.v1", Data: make([]byte, 250), Meta: make([]byte, 200)}
				}
				p, err := log.Append(context.Background(), stream, at, batch...)
				if err != nil {
					b.Error(err)
					return
				}
				at += eventlog.Revision(r.batch)
				mu.Lock()
				last = max(last, p)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	done(last)
	return time.Since(began)
}

// BenchmarkFollowed appends to a log without and with a tree that follows it, in turns.
// With the tree, the time until it has counted everything is included; rounds are so long
// that the pace of the tree, at the end of each, counts for little. "lost-%" is
// the median over the turns of how much slower that is.
func BenchmarkFollowed(b *testing.B) {
	for name, r := range map[string]round{"64 producers": {64, 128_000, 1}, "1 producer": {1, 15_000, 1}, "batches of 100": {4, 3_200, 100}} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			plain, err := sqlite.Open(filepath.Join(dir, "plain.db"))
			if err != nil {
				b.Fatal(err)
			}
			defer plain.Close()
			log, err := sqlite.Open(filepath.Join(dir, "log.db"))
			if err != nil {
				b.Fatal(err)
			}
			defer log.Close()
			tree := open(b, filepath.Join(dir, "tree.db"))
			defer closed(b, tree)
			go func() { _ = tree.Follow(context.Background(), log) }()
			var lost []float64
			var without, with time.Duration
			n := 0
			for turn := 0; b.Loop(); turn++ {
				var one, two time.Duration
				parts := []func(){
					func() { one = r.produce(b, plain, func(eventlog.Position) {}) },
					func() {
						two = r.produce(b, log, func(last eventlog.Position) {
							if err := tree.WaitFor(context.Background(), last); err != nil {
								b.Error(err)
							}
						})
					},
				}
				parts[turn%2]() // who comes first leaves the disk something to do
				parts[1-turn%2]()
				without, with, n = without+one, with+two, n+r.appends*r.batch
				lost = append(lost, 100*(1-one.Seconds()/two.Seconds()))
			}
			slices.Sort(lost)
			b.ReportMetric(float64(n)/without.Seconds(), "events/s-without")
			b.ReportMetric(float64(n)/with.Seconds(), "events/s-with")
			b.ReportMetric(lost[len(lost)/2], "lost-%")
		})
	}
}

// BenchmarkMillion counts a million events that cost nothing to read, and then proves some.
func BenchmarkMillion(b *testing.B) {
	const size = 1_000_000
	path := filepath.Join(b.TempDir(), "tree.db")
	began := time.Now()
	tree := grown(b, path, size)
	b.ReportMetric(size/time.Since(began).Seconds(), "leaves/s")
	closed(b, tree)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/size, "bytes/leaf")
	tree = open(b, path)
	defer closed(b, tree)
	ctx := context.Background()
	for name, ask := range map[string]func() error{
		"inclusion":   func() error { _, err := tree.Inclusion(ctx, rand.Int64N(size), size); return err },
		"consistency": func() error { _, err := tree.Consistency(ctx, 1+rand.Int64N(size-1), size); return err },
		"index":       func() error { _, err := tree.Index(ctx, at(rand.IntN(size))); return err },
	} {
		const times = 2000
		began := time.Now()
		for range times {
			if err := ask(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(time.Since(began).Microseconds())/times, "µs/"+name)
	}
}
