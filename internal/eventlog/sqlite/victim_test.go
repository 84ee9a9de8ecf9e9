package sqlite_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/sqlite"
)

const (
	// victim is the path of the log that this process, started by the test, writes
	// to until it is killed.
	victim = "SIGNET_TEST_KILL_LOG"
	// manner is at what it will be killed, as a number: see moment.
	manner = "SIGNET_TEST_KILL_AT"
)

// moment is what a process is at when it is killed.
type moment int

const (
	writing moment = iota
	opening
	closing
	merging // the write-ahead log into the file, under way
	moments
)

func (m moment) String() string { return [...]string{"writing", "opening", "closing", "merging"}[m] }

// writeUntilKilled has eight writers, each with a stream of its own, and says on
// standard output what is done: "open", each append that is acknowledged as its
// stream, last revision and ids, "closing", and "failed".
func writeUntilKilled(path string, at moment) {
	rounds, large := 10_000, 64 // more than it should come to
	switch at {
	case closing:
		rounds = 4
	case merging:
		large = 2
	case writing, opening, moments:
	}
	l, err := sqlite.Open(path)
	if err == nil {
		fmt.Println("open")
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() { write(l, fmt.Sprint("s", i), rand.IntN(rounds), large) })
		}
		all.Wait()
		fmt.Println("closing")
		err = l.Close()
	}
	if at == closing && err == nil {
		time.Sleep(time.Minute) // it was fast, and will be killed still
	}
	fmt.Println("failed", err)
	os.Exit(1)
}

// write appends to a stream so many times. One event of so many is large.
func write(l *sqlite.Log, stream string, times, large int) {
	last, err := l.Last(context.Background(), stream)
	for range times {
		if err != nil {
			break
		}
		batch := batchOf(1+rand.IntN(3), large)
		if _, err = l.Append(context.Background(), stream, last, batch...); err != nil {
			break
		}
		last += eventlog.Revision(len(batch))
		line := fmt.Sprint(stream, " ", last)
		for _, r := range batch {
			line += " " + r.ID.String()
		}
		fmt.Println(line) // at once, so that lines don't mix
	}
	if err != nil {
		fmt.Println("failed", err)
	}
}

// batchOf makes events that tell of themselves which they are, and of how many.
func batchOf(n, large int) []eventlog.Record {
	out := make([]eventlog.Record, n)
	for i := range out {
		id := uuid.Must(uuid.NewV7())
		times := 3
		if rand.IntN(large) == 0 {
			times = 2000
		}
		out[i] = eventlog.Record{
			ID: id, Type: "test.happened.v1", Meta: []byte(id.String()),
			Data: append(fmt.Appendf(nil, "%d of %d: ", i+1, n), bytes.Repeat(id[:], times)...),
		}
	}
	return out
}

// placeOf tells which event of how many one is in its batch, or how it is not as
// batchOf made it.
func placeOf(r eventlog.Record) (place, of int, err error) {
	head, rest, _ := bytes.Cut(r.Data, []byte(": "))
	if _, err := fmt.Sscanf(string(head), "%d of %d", &place, &of); err != nil {
		return 0, 0, fmt.Errorf("event %s says %q: %w", r.ID, head, err)
	}
	if n := len(rest) / len(r.ID); string(r.Meta) != r.ID.String() || n != 3 && n != 2000 || !bytes.Equal(rest, bytes.Repeat(r.ID[:], n)) {
		return 0, 0, fmt.Errorf("event %s is not as it was written", r.ID)
	}
	return place, of, nil
}
