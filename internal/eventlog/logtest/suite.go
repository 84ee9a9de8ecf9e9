package logtest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"signet/internal/eventlog"
)

// Opener opens the log that is kept in a directory, anew or again. A log that
// keeps nothing there returns an empty one.
type Opener func(t testing.TB, dir string) eventlog.Log

// Run checks everything that the contract promises. Durable says whether a log
// that is closed and opened again holds what was written.
func Run(t *testing.T, open Opener, durable bool) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *log){
		"events come back in order and unchanged":        inOrder,
		"a stream is written at its revision only":       exactRevision,
		"the same append twice is one":                   idempotent,
		"an id stands once in its stream":                uniqueIDs,
		"a batch is written wholly or not at all":        allOrNothing,
		"one of many writers wins each revision":         oneWinner,
		"who is refused is refused alone":                refusedAlone,
		"an append repeated at once is one":              sameAtOnce,
		"all who follow are told the same":               followsWriters,
		"a batch is told wholly before a pause":          wholeBatches,
		"positions grow over all streams":                positionsGrow,
		"following tells history, then what is new":      follows,
		"following from anywhere tells what is after":    followsFrom,
		"many follow at once":                            manyFollow,
		"who follows may append":                         appendsWhileFollowing,
		"a context that has ended ends everything":       cancelled,
		"bad appends are refused":                        refused,
		"what was lent is not changed":                   notAliased,
		"a closed log says so":                           closes,
		"any history is that of a model":                 likeAModel,
		"large events are kept, larger ones are refused": large,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l := &log{t: t, Log: open(t, dir), reopen: func() eventlog.Log { return open(t, dir) }}
			t.Cleanup(func() { _ = l.Close() })
			test(t, l)
		})
	}
	if !durable {
		return
	}
	t.Run("what was written is there after opening again", func(t *testing.T) {
		dir := t.TempDir()
		l := &log{t: t, Log: open(t, dir), reopen: func() eventlog.Log { return open(t, dir) }}
		reopens(t, l)
	})
}

// log is a log that a test may not go on without.
type log struct {
	eventlog.Log

	t      *testing.T
	reopen func() eventlog.Log
}

// Event makes a record with some text in it.
func Event(text string) eventlog.Record {
	return eventlog.Record{ID: uuid.Must(uuid.NewV7()), Type: "test.happened.v1", Data: []byte("data " + text), Meta: []byte("meta " + text)}
}

func (l *log) append(stream string, expected eventlog.Revision, records ...eventlog.Record) eventlog.Position {
	l.t.Helper()
	position, err := l.Append(context.Background(), stream, expected, records...)
	if err != nil {
		l.t.Fatal(err)
	}
	return position
}

// conflict fails unless an append to "s" is refused because that is at actual.
func (l *log) conflict(expected, actual eventlog.Revision, records ...eventlog.Record) {
	l.t.Helper()
	head := l.headNow()
	_, err := l.Append(context.Background(), "s", expected, records...)
	var e *eventlog.ConflictError
	if !errors.As(err, &e) || !errors.Is(err, eventlog.ErrConflict) || e.Actual != actual || e.Expected != expected || e.Stream != "s" {
		l.t.Fatalf("%v, want a conflict at %d", err, actual)
	}
	if l.headNow() != head {
		l.t.Fatal("a refused append has written")
	}
}

func (l *log) headNow() eventlog.Position {
	l.t.Helper()
	head, err := l.Head(context.Background())
	if err != nil {
		l.t.Fatal(err)
	}
	return head
}

// texts reads a stream's payloads.
func (l *log) texts(stream string, from eventlog.Revision) []string {
	l.t.Helper()
	out := []string{}
	for r, err := range l.Read(context.Background(), stream, from) {
		if err != nil {
			l.t.Fatal(err)
		}
		if want := max(from, 0) + eventlog.Revision(len(out)); r.Revision != want || r.Stream != stream || r.CaughtUp {
			l.t.Fatalf("revision %d of %q, want %d of %q", r.Revision, r.Stream, want, stream)
		}
		out = append(out, string(r.Data))
	}
	return out
}

func equal[T any](t testing.TB, got, want T) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%v, want %v", got, want)
	}
}
