package logtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/internal/eventlog"
)

func inOrder(t *testing.T, l *log) {
	streams := []string{"item-a", "cảng Hải Phòng 港口", "item-b with spaces%?#", "a\x00b", "a\x00c", "A", "a", strings.Repeat("x", eventlog.MaxStreamName)}
	want := map[string][]eventlog.Record{}
	for i := range 80 {
		stream := streams[i%len(streams)]
		r := Event(fmt.Sprint(i))
		r.Data, r.Type = []byte(fmt.Sprintf("\x00%d\xff\x00", i)), fmt.Sprintf("thử.nghiệm.v%d", i)
		if i%3 == 0 {
			r.Meta = nil
		}
		l.append(stream, eventlog.Revision(len(want[stream])-1), r)
		want[stream] = append(want[stream], r)
	}
	told := map[string]eventlog.Position{}
	for _, r := range l.history() {
		told[r.ID.String()+r.Stream] = r.Position
	}
	for stream, records := range want {
		i := 0
		for r, err := range l.Read(context.Background(), stream, -5) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Position != told[r.ID.String()+stream] {
				t.Fatalf("%q %d is read at position %d, and told at %d", stream, r.Revision, r.Position, told[r.ID.String()+stream])
			}
			if w := records[i]; r.ID != w.ID || r.Type != w.Type || !bytes.Equal(r.Data, w.Data) || !bytes.Equal(r.Meta, w.Meta) {
				t.Fatalf("%+v, want %+v", r, w)
			}
			i++
		}
		equal(t, i, len(records))
		last, err := l.Last(context.Background(), stream)
		equal(t, err, error(nil))
		equal(t, last, eventlog.Revision(len(records)-1))
	}
	equal(t, len(l.texts("item-a", 4)), 6)
	equal(t, len(l.texts("item-a", 99)), 0)
	equal(t, len(l.texts("unknown", 0)), 0)
	last, err := l.Last(context.Background(), "unknown")
	equal(t, err, error(nil))
	equal(t, last, eventlog.NoStream)
}

func exactRevision(t *testing.T, l *log) {
	l.conflict(0, eventlog.NoStream, Event("too far"))
	l.append("s", eventlog.NoStream, Event("0"), Event("1"))
	l.conflict(eventlog.NoStream, 1, Event("stale"))
	l.conflict(0, 1, Event("stale"))
	l.conflict(2, 1, Event("too far"))
	l.conflict(-2, 1, Event("no revision"))
	l.append("s", 1, Event("2"))
	equal(t, l.texts("s", 0), []string{"data 0", "data 1", "data 2"})
}

func idempotent(t *testing.T, l *log) {
	a, b, c := Event("a"), Event("b"), Event("c")
	first := l.append("s", eventlog.NoStream, a, b)
	equal(t, l.append("s", eventlog.NoStream, a, b), first)
	second := l.append("s", 1, c)
	equal(t, l.append("s", eventlog.NoStream, a, b), first) // the stream has moved on
	equal(t, l.append("s", 1, c), second)
	l.conflict(eventlog.NoStream, 2, a, c)
	l.conflict(eventlog.NoStream, 2, b, a)
	l.conflict(1, 2, c, Event("d"))
	if l.append("other", eventlog.NoStream, a) <= second {
		t.Fatal("the same id in another stream is another event")
	}
	equal(t, l.append("s", eventlog.NoStream, a), l.history()[0].Position)
	equal(t, len(l.texts("s", 0)), 3)
}

func uniqueIDs(t *testing.T, l *log) {
	a, b := Event("a"), Event("b")
	l.append("s", eventlog.NoStream, a, b)
	l.conflict(1, 1, a)
	l.conflict(1, 1, Event("c"), b)
	l.append("s", 1, Event("d"))
	equal(t, l.texts("s", 0), []string{"data a", "data b", "data d"})
}

func allOrNothing(t *testing.T, l *log) {
	batch := make([]eventlog.Record, 500)
	for i := range batch {
		batch[i] = Event(fmt.Sprint(i))
	}
	l.append("s", eventlog.NoStream, batch...)
	bad := append([]eventlog.Record{}, Event("x"), Event("y"))
	bad[1].ID = batch[7].ID
	l.conflict(499, 499, bad...)
	equal(t, len(l.texts("s", 0)), 500)
}

func positionsGrow(t *testing.T, l *log) {
	equal(t, l.headNow(), eventlog.Position(0))
	last := eventlog.Position(0)
	for i := range 20 {
		position := l.append(fmt.Sprintf("s%d", i%3), eventlog.Revision(i/3-1), Event("x"))
		if position <= last {
			t.Fatalf("%d after %d", position, last)
		}
		last = position
	}
	equal(t, l.headNow(), last)
}

func refused(t *testing.T, l *log) {
	noID, noType := Event("x"), Event("x")
	noID.ID, noType.Type = uuid.Nil, ""
	twice := Event("x")
	for name, add := range map[string]func() (eventlog.Position, error){
		"nothing": func() (eventlog.Position, error) { return l.Append(context.Background(), "s", eventlog.NoStream) },
		"no stream": func() (eventlog.Position, error) {
			return l.Append(context.Background(), "", eventlog.NoStream, Event("x"))
		},
		"long stream": func() (eventlog.Position, error) {
			return l.Append(context.Background(), strings.Repeat("x", 201), eventlog.NoStream, Event("x"))
		},
		"no id": func() (eventlog.Position, error) { return l.Append(context.Background(), "s", eventlog.NoStream, noID) },
		"no type": func() (eventlog.Position, error) {
			return l.Append(context.Background(), "s", eventlog.NoStream, noType)
		},
		"an id twice": func() (eventlog.Position, error) {
			return l.Append(context.Background(), "s", eventlog.NoStream, twice, twice)
		},
	} {
		if _, err := add(); !errors.Is(err, eventlog.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	equal(t, l.headNow(), eventlog.Position(0))
}

func large(t *testing.T, l *log) {
	whole, over := Event(""), Event("")
	whole.Data, whole.Meta = make([]byte, eventlog.MaxRecordBytes-10), make([]byte, 10)
	over.Data = make([]byte, eventlog.MaxRecordBytes+1)
	l.append("s", eventlog.NoStream, whole)
	if _, err := l.Append(context.Background(), "s", 0, over); !errors.Is(err, eventlog.ErrTooLarge) {
		t.Fatal(err)
	}
	half := []eventlog.Record{Event(""), Event("")}
	half[0].Data, half[1].Data = make([]byte, eventlog.MaxBatchBytes/2), make([]byte, eventlog.MaxBatchBytes/2+1)
	if _, err := l.Append(context.Background(), "s", 0, half...); !errors.Is(err, eventlog.ErrTooLarge) {
		t.Fatal(err)
	}
	for i := range 12 {
		another := Event("")
		another.Data = make([]byte, eventlog.MaxRecordBytes-100)
		l.append("s", eventlog.Revision(i), another)
	}
	equal(t, len(l.texts("s", 0)), 13)
}

func notAliased(t *testing.T, l *log) {
	r := Event("mine")
	l.append("s", eventlog.NoStream, r)
	r.Data[0], r.Meta[0] = 'X', 'X'
	for got, err := range l.Read(context.Background(), "s", 0) {
		equal(t, err, error(nil))
		equal(t, string(got.Data)+string(got.Meta), "data minemeta mine")
		got.Data[0] = 'Y'
	}
	equal(t, l.texts("s", 0), []string{"data mine"})
}
