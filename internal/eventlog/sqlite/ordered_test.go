package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"signet/internal/eventlog"
)

// mixed are events of several streams that take turns.
func mixed(n int) []eventlog.Recorded {
	ends := map[string]eventlog.Revision{}
	var all []eventlog.Recorded
	for i := range n {
		stream := fmt.Sprintf("item-%d", (i/3)%7) // now and then several in a row
		all = append(all, eventlog.Recorded{
			Record: eventlog.Record{ID: uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)), Type: "t.v1", Data: fmt.Append(nil, i), Meta: []byte("{}")},
			Stream: stream, Revision: ends[stream],
		})
		ends[stream]++
	}
	return all
}

func openLog(t *testing.T) *Log {
	t.Helper()
	log, err := Open(filepath.Join(t.TempDir(), "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	return log
}

// sameOrder compares a log with what was appended to it.
func sameOrder(t *testing.T, log *Log, want []eventlog.Recorded) {
	t.Helper()
	n := 0
	for got, err := range log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if got.CaughtUp {
			break
		}
		if n == len(want) {
			t.Fatalf("there are more than %d events", n)
		}
		w := want[n]
		if got.ID != w.ID || got.Stream != w.Stream || got.Revision != w.Revision || !bytes.Equal(got.Data, w.Data) {
			t.Fatalf("event %d is %s %d, not %s %d", n, got.Stream, got.Revision, w.Stream, w.Revision)
		}
		n++
	}
	if n != len(want) {
		t.Errorf("there are %d of %d events", n, len(want))
	}
}

func TestAppendOrderedKeepsTheOrderAcrossStreams(t *testing.T) {
	log, all := openLog(t), mixed(5000) // several groups of the writer
	for _, part := range [][]eventlog.Recorded{all[:1], all[1:4000], all[4000:]} {
		if _, err := log.AppendOrdered(t.Context(), part...); err != nil {
			t.Fatal(err)
		}
	}
	sameOrder(t, log, all)
	// The same again is nothing new, and tells the same place.
	position, err := log.AppendOrdered(t.Context(), all[4000:]...)
	if head, _ := log.Head(t.Context()); err != nil || position != head {
		t.Errorf("position %d of %d, %v", position, head, err)
	}
	sameOrder(t, log, all)
}

func TestAppendOrderedRefuses(t *testing.T) {
	log, all := openLog(t), mixed(10)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	gap := mixed(10)
	gap[5].Revision += 2
	nameless := mixed(2)
	nameless[1].ID = uuid.Nil
	for name, c := range map[string]struct {
		ctx    context.Context
		events []eventlog.Recorded
		want   error
	}{
		"nothing":                   {t.Context(), nil, eventlog.ErrInvalid},
		"what has no id":            {t.Context(), nameless, eventlog.ErrInvalid},
		"a revision that is missed": {t.Context(), gap, eventlog.ErrConflict},
		"when its time has ended":   {ctx, all, context.Canceled},
	} {
		if _, err := log.AppendOrdered(c.ctx, c.events...); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	looking, err := OpenReadOnly(log.path)
	if err != nil {
		t.Fatal(err)
	}
	defer looking.Close()
	if _, err := looking.AppendOrdered(t.Context(), all...); !errors.Is(err, ErrReadOnly) {
		t.Errorf("read-only: %v", err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := log.AppendOrdered(t.Context(), all...); !errors.Is(err, eventlog.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}
