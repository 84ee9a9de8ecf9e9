package projections_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/generate"
	"signet/projections"
)

// readersAtOnce is how many goroutines of each core ask at the same time.
const readersAtOnce = 16

// sizes are the numbers of items at which reads are measured. More than 10,000
// take minutes to build, so they are asked for: SIGNET_BENCH_ITEMS=100000.
func sizes(b *testing.B) []int {
	b.Helper()
	out := []int{1000, 10_000}
	if more := os.Getenv("SIGNET_BENCH_ITEMS"); more != "" {
		n, err := strconv.Atoi(more)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

// built keeps the path of the read models of each size, which are built once in
// a run.
var built struct {
	sync.Mutex
	dir   string
	paths map[int]string
}

func TestMain(m *testing.M) {
	setRebuildChecks()
	code := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// generatedLog is a log in memory with so many items of three versions each.
func generatedLog(b *testing.B, items int) eventlog.Log {
	b.Helper()
	log := logtest.NewMemory()
	if _, err := generate.Generate(context.Background(), log, generate.Options{Items: items, Versions: 3}); err != nil {
		b.Fatal(err)
	}
	return log
}

// generatedViews returns the read models of a registry of so many items.
func generatedViews(b *testing.B, items int) *projections.Views {
	b.Helper()
	built.Lock()
	defer built.Unlock()
	if built.paths == nil {
		dir, err := os.MkdirTemp("", "signet-bench-") //nolint:usetesting // outlives the benchmark
		if err != nil {
			b.Fatal(err)
		}
		built.dir, built.paths = dir, map[int]string{}
	}
	path, ok := built.paths[items]
	if !ok {
		path = filepath.Join(built.dir, strconv.Itoa(items)+".db")
		if err := projections.Rebuild(context.Background(), path, generatedLog(b, items), nil); err != nil {
			b.Fatal(err)
		}
		built.paths[items] = path
	}
	v, err := projections.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = v.Close() })
	return v
}

// parallel measures ask by readersAtOnce goroutines on each core.
func parallel(b *testing.B, ask func(ctx context.Context) error) {
	b.Helper()
	b.ReportAllocs()
	b.SetParallelism(readersAtOnce)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := ask(context.Background()); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
}

// BenchmarkApproved asks for 50 approved items of a kind and locale: always the
// first ones, or those after an item of which each is as likely.
func BenchmarkApproved(b *testing.B) {
	f := projections.ApprovedFilter{Kind: domain.Slogan, Locale: "ja", AsOf: generate.Start.AddDate(5, 0, 0)}
	for _, n := range sizes(b) {
		v := generatedViews(b, n)
		ask := func(ctx context.Context, after string) error {
			rows, err := v.Approved(ctx, f, after, 50)
			if err == nil && len(rows) != 50 {
				err = fmt.Errorf("%d items after %q", len(rows), after)
			}
			return err
		}
		b.Run(fmt.Sprintf("first/%d", n), func(b *testing.B) {
			parallel(b, func(ctx context.Context) error { return ask(ctx, "") })
		})
		b.Run(fmt.Sprintf("any/%d", n), func(b *testing.B) {
			parallel(b, func(ctx context.Context) error {
				return ask(ctx, fmt.Sprintf("slogan-%07d", rand.IntN(n/2)))
			})
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	at := generate.Start.AddDate(5, 0, 0)
	for _, n := range sizes(b) {
		v := generatedViews(b, n)
		for name, query := range map[string]string{"rare": "40", "common": "hai phong", "han": "港口"} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				parallel(b, func(ctx context.Context) error {
					hits, err := v.Search(ctx, query, projections.SearchFilter{AsOf: at}, 0, 20)
					if err == nil && len(hits) == 0 {
						err = fmt.Errorf("%q is not found", query)
					}
					return err
				})
			})
		}
	}
}

// BenchmarkCatchUp fills empty read models from a log in memory.
func BenchmarkCatchUp(b *testing.B) {
	log := generatedLog(b, 1000)
	head, err := log.Head(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "views.db")
	for b.Loop() {
		if err := projections.Rebuild(context.Background(), path, log, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(head)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
