package logtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"signet/internal/eventlog"
)

func oneWinner(t *testing.T, l *log) {
	const writers, rounds = 64, 8
	var wins [rounds]int
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			for round := range rounds {
				_, err := l.Append(context.Background(), "s", eventlog.Revision(round-1), Event(fmt.Sprint(i)))
				for errors.Is(err, eventlog.ErrConflict) {
					// The round goes on until somebody has won it.
					last, lastErr := l.Last(context.Background(), "s")
					if lastErr != nil || last >= eventlog.Revision(round) {
						break
					}
					_, err = l.Append(context.Background(), "s", eventlog.Revision(round-1), Event(fmt.Sprint(i)))
				}
				switch {
				case err == nil:
					mu.Lock()
					wins[round]++
					mu.Unlock()
				case !errors.Is(err, eventlog.ErrConflict):
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for round, n := range wins {
		if n != 1 {
			t.Errorf("round %d has %d winners", round, n)
		}
	}
	equal(t, len(l.texts("s", 0)), rounds)
}

// Whoever is refused is refused alone, however appends share the way to the disk.
func refusedAlone(t *testing.T, l *log) {
	const writers = 64
	taken := Event("taken")
	for i := range writers {
		l.append(fmt.Sprint("s", i), eventlog.NoStream, taken)
	}
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			stream, batch, want := fmt.Sprint("s", i), []eventlog.Record{Event("a"), Event("b")}, error(nil)
			expected := eventlog.Revision(0)
			switch i % 4 {
			case 1:
				batch[1].ID, want = taken.ID, eventlog.ErrConflict
			case 2:
				expected, want = eventlog.NoStream, eventlog.ErrConflict
			}
			for range 5 { // written once, or never
				if _, err := l.Append(context.Background(), stream, expected, batch...); !errors.Is(err, want) {
					t.Errorf("%s: %v, want %v", stream, err, want)
				}
			}
		})
	}
	all.Wait()
	for i := range writers {
		want := 3
		if i%4 == 1 || i%4 == 2 {
			want = 1
		}
		equal(t, len(l.texts(fmt.Sprint("s", i), 0)), want)
	}
	equal(t, len(l.history()), writers+writers/2*2)
}

// sameAtOnce: who repeats an append while the first is under way is told the same.
func sameAtOnce(t *testing.T, l *log) {
	l.append("s", eventlog.NoStream, Event("0"))
	batch := []eventlog.Record{Event("a"), Event("b")}
	positions := make([]eventlog.Position, 32)
	var all sync.WaitGroup
	for i := range positions {
		all.Go(func() {
			var err error
			if positions[i], err = l.Append(context.Background(), "s", 0, batch...); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, p := range positions {
		equal(t, p, positions[0])
	}
	equal(t, len(l.texts("s", 0)), 3)
}
