package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite"

	"signet/internal/eventlog"
	"signet/internal/eventlog/sqlite"
)

// eventOf450Bytes is an event as the registry writes them.
func eventOf450Bytes() eventlog.Record {
	return eventlog.Record{ID: uuid.Must(uuid.NewV7()), Type: "version.signed.v1", Data: make([]byte, 250), Meta: make([]byte, 200)}
}

// producers append n events, each producer to a stream of its own at its exact
// revision, and returns how long it took.
func produce(b *testing.B, producers, n int, add func(stream string, expected eventlog.Revision, r eventlog.Record) error) time.Duration {
	b.Helper()
	began := time.Now()
	var all sync.WaitGroup
	for p := range producers {
		share := n / producers
		if p < n%producers {
			share++
		}
		all.Go(func() {
			stream := fmt.Sprintf("item-%d-%s", p, uuid.NewString())
			for i := range share {
				if err := add(stream, eventlog.Revision(i-1), eventOf450Bytes()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

// naive is the log that one would write first: a transaction for each append,
// one after the other, on a file with the same settings and prepared statements.
type naive struct {
	mu           sync.Mutex
	db           *sql.DB
	last, insert *sql.Stmt
}

func openNaive(b *testing.B) *naive {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "naive.db")+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-32768)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(b.Context(), `CREATE TABLE event (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL,
		id BLOB NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL, meta BLOB NOT NULL) STRICT;
		CREATE UNIQUE INDEX event_by_stream ON event (stream, revision); CREATE UNIQUE INDEX event_by_id ON event (id, stream)`); err != nil {
		b.Fatal(err)
	}
	l := &naive{db: db}
	for text, into := range map[string]**sql.Stmt{
		"SELECT coalesce(max(revision), -1) FROM event WHERE stream = ?":                       &l.last,
		"INSERT INTO event (stream, revision, id, type, data, meta) VALUES (?, ?, ?, ?, ?, ?)": &l.insert,
	} {
		if *into, err = db.PrepareContext(b.Context(), text); err != nil { //nolint:sqlclosecheck // ends with the database
			b.Fatal(err)
		}
	}
	return l
}

func (l *naive) add(stream string, expected eventlog.Revision, r eventlog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	tx, err := l.db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var last eventlog.Revision
	if err := tx.Stmt(l.last).QueryRow(stream).Scan(&last); err != nil { //nolint:sqlclosecheck // ends with the database
		return err
	}
	if last != expected {
		return eventlog.ErrConflict
	}
	if _, err := tx.Stmt(l.insert).Exec(stream, int64(expected+1), r.ID[:], r.Type, r.Data, r.Meta); err != nil { //nolint:sqlclosecheck // ends with the database
		return err
	}
	return tx.Commit()
}

func adder(l eventlog.Log) func(string, eventlog.Revision, eventlog.Record) error {
	return func(stream string, expected eventlog.Revision, r eventlog.Record) error {
		_, err := l.Append(context.Background(), stream, expected, r)
		return err
	}
}

// latencies are how long appends took.
type latencies struct {
	mu  sync.Mutex
	all []time.Duration
}

func (w *latencies) of(add func(string, eventlog.Revision, eventlog.Record) error) func(string, eventlog.Revision, eventlog.Record) error {
	return func(stream string, expected eventlog.Revision, r eventlog.Record) error {
		began := time.Now()
		err := add(stream, expected, r)
		took := time.Since(began)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.all = append(w.all, took)
		return err
	}
}

func rate(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }

// BenchmarkAppend64 is 64 producers at once. It compares with the naive log in
// the same run, round by round: "times-naive" is the ratio of the two. "p99-ms" and
// "max-ms" are how long one append takes.
func BenchmarkAppend64(b *testing.B) {
	l := open(b, filepath.Join(b.TempDir(), "log.db"))
	defer func() { _ = l.Close() }()
	other := openNaive(b)
	const producers, round, naiveRound = 64, 20_000, 2_000
	var ours, theirs time.Duration
	var n, naives int
	var waits latencies
	for b.Loop() {
		ours += produce(b, producers, round, waits.of(adder(l)))
		theirs += produce(b, producers, naiveRound, other.add)
		n, naives = n+round, naives+naiveRound
	}
	b.ReportMetric(rate(n, ours), "events/s")
	b.ReportMetric(rate(naives, theirs), "naive-events/s")
	b.ReportMetric(rate(n, ours)/rate(naives, theirs), "times-naive")
	slices.Sort(waits.all)
	b.ReportMetric(float64(waits.all[len(waits.all)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(waits.all[len(waits.all)-1].Microseconds())/1000, "max-ms")
}

// BenchmarkAppend1 is one producer, who waits for the disk each time.
func BenchmarkAppend1(b *testing.B) {
	l := open(b, filepath.Join(b.TempDir(), "log.db"))
	defer func() { _ = l.Close() }()
	const round = 2_000
	var took time.Duration
	n := 0
	for b.Loop() {
		took += produce(b, 1, round, adder(l))
		n += round
	}
	b.ReportMetric(rate(n, took), "events/s")
}

// BenchmarkRead1M follows a log of a million events from its beginning.
// "live-MB" is the most that is in use at ten points of each reading, above what
// there was before: it is that of a page, however long the log.
func BenchmarkRead1M(b *testing.B) {
	for _, events := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(events), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "log.db")
			l := open(b, path)
			fill(b, l, events)
			if err := l.Close(); err != nil {
				b.Fatal(err)
			}
			var live uint64
			n := 0
			for b.Loop() {
				reader, err := sqlite.OpenReadOnly(path)
				if err != nil {
					b.Fatal(err)
				}
				before := liveHeap(b)
				for r, err := range reader.Follow(context.Background(), 0) {
					if err != nil {
						b.Fatal(err)
					}
					if r.CaughtUp {
						break
					}
					n++
					if n%(events/10) == 0 {
						now := liveHeap(b)
						live = max(live, now-min(before, now))
					}
				}
				if err := reader.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(rate(n, b.Elapsed()), "events/s")
			b.ReportMetric(float64(live)/1e6, "live-MB")
			if live > 16<<20 {
				b.Error("memory grows with the log")
			}
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

func fill(b *testing.B, l eventlog.Log, events int) {
	b.Helper()
	const batch = 1000
	for i := 0; i < events; i += batch {
		records := make([]eventlog.Record, batch)
		for j := range records {
			records[j] = eventOf450Bytes()
		}
		if _, err := l.Append(context.Background(), fmt.Sprintf("item-%d", i), eventlog.NoStream, records...); err != nil {
			b.Fatal(err)
		}
	}
}
