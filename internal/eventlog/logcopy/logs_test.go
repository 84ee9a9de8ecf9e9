package logcopy_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logcopy"
	"signet/internal/eventlog/logtest"
	"signet/internal/eventlog/sqlite"
)

// between stands before a log and may do something else.
type between struct {
	eventlog.Log

	append func(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (eventlog.Position, error)
	event  func(r *eventlog.Recorded) error // is told what is followed, and may change it
	last   func(stream string) (eventlog.Revision, error)
}

func (l *between) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if l.append != nil {
		return l.append(ctx, stream, expected, records)
	}
	return l.Log.Append(ctx, stream, expected, records...)
}

func (l *between) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	if l.event == nil {
		return l.Log.Follow(ctx, after)
	}
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if err == nil {
				err = l.event(&r)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func (l *between) Last(ctx context.Context, stream string) (eventlog.Revision, error) {
	if l.last != nil {
		return l.last(stream)
	}
	return l.Log.Last(ctx, stream)
}

// readOnly fails the test when anything is written.
func readOnly(t *testing.T, l eventlog.Log) eventlog.Log {
	t.Helper()
	return &between{Log: l, append: func(context.Context, string, eventlog.Revision, []eventlog.Record) (eventlog.Position, error) {
		t.Error("something is written")
		return 0, eventlog.ErrInvalid
	}}
}

// fixed is an event that is the same in every run.
func fixed(n byte, kind, data, meta string) eventlog.Record {
	return eventlog.Record{ID: uuid.UUID{6: 0x70, 8: 0x80, 15: n}, Type: kind, Data: []byte(data), Meta: []byte(meta)}
}

func add(t testing.TB, l eventlog.Log, stream string, records ...eventlog.Record) {
	t.Helper()
	last, err := l.Last(context.Background(), stream)
	if err == nil {
		_, err = l.Append(context.Background(), stream, last, records...)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// small is a log of nine events in which streams alternate.
func small(t testing.TB) *logtest.Memory {
	t.Helper()
	l := logtest.NewMemory()
	for i, batch := range [][]string{{"a", "1"}, {"b", "2", "3", "4"}, {"a", "5"}, {"c", "6"}, {"b", "7", "8"}, {"c", "9"}} {
		var records []eventlog.Record
		for _, n := range batch[1:] {
			records = append(records, fixed(n[0], "test.v1", strings.Repeat(n, i), "meta "+n))
		}
		add(t, l, batch[0], records...)
	}
	return l
}

func file(t testing.TB) eventlog.Log {
	t.Helper()
	l, err := sqlite.Open(filepath.Join(t.TempDir(), "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// told are all events of a log, without their positions.
func told(t testing.TB, l eventlog.Log) []string {
	t.Helper()
	out := []string{}
	for r, err := range l.Follow(context.Background(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		out = append(out, fmt.Sprintf("%q %d %s %q %q %q", r.Stream, r.Revision, r.ID, r.Type, r.Data, r.Meta))
	}
	return out
}

func equal[T any](t testing.TB, got, want T) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%v, want %v", got, want)
	}
}

// copies copies, and sees that the logs are equal.
func copies(t testing.TB, from, to eventlog.Log, o logcopy.Options) logcopy.Result {
	t.Helper()
	result, err := logcopy.Copy(context.Background(), from, to, o)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, told(t, to), told(t, from))
	return result
}

// code is that of a copy's error.
func code(t testing.TB, err error) *logcopy.Error {
	t.Helper()
	var e *logcopy.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no error of a copy", err)
	}
	return e
}
