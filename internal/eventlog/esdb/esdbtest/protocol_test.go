package esdbtest_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"signet/internal/eventlog/esdb/esdbtest"
)

// modes are a log in memory and one in a folder.
func modes(t *testing.T) map[string]esdbtest.Options {
	t.Helper()
	return map[string]esdbtest.Options{"in memory": {}, "in a folder": {Dir: t.TempDir()}}
}

func TestWhatIsAppendedIsReadBack(t *testing.T) {
	for mode, o := range modes(t) {
		t.Run(mode, func(t *testing.T) {
			_, c := started(t, o)
			start := time.Now().Add(-time.Second)
			sent := append(events(2), esdb.EventData{EventID: uuid.New(), EventType: "bytes", Data: []byte{0, 255}})
			result := mustAppend(t, c, "item-khẩu-hiệu", esdb.NoStream{}, sent...)
			got := must(readStream(t, c, "item-khẩu-hiệu", esdb.ReadStreamOptions{}, 100))(t)
			if len(got) != len(sent) {
				t.Fatalf("%d events", len(got))
			}
			for i, e := range got {
				r := e.Event
				if r.EventID != sent[i].EventID || r.EventType != sent[i].EventType || !bytes.Equal(r.Data, sent[i].Data) || !bytes.Equal(r.UserMetadata, sent[i].Metadata) {
					t.Errorf("%+v", r)
				}
				if r.StreamID != "item-khẩu-hiệu" || r.EventNumber != uint64(i) || r.CreatedDate.Before(start) || r.CreatedDate.After(time.Now()) {
					t.Errorf("%+v", r)
				}
				if r.Position.Commit != r.Position.Prepare || e.Commit == nil || *e.Commit != r.Position.Commit {
					t.Errorf("%+v", r.Position)
				}
			}
			if got[0].Event.ContentType != "application/json" || got[2].Event.ContentType != "application/octet-stream" {
				t.Error("the content types are wrong")
			}
			last := got[2].Event
			if result.NextExpectedVersion != 2 || result.CommitPosition != last.Position.Commit || result.PreparePosition != last.Position.Prepare {
				t.Errorf("%+v is not the last event's", result)
			}
		})
	}
}

func TestExpectedRevisions(t *testing.T) {
	_, c := started(t, esdbtest.Options{})
	mustAppend(t, c, "there", esdb.NoStream{}, events(3)...)
	for _, x := range []struct {
		title    string
		stream   string
		expected esdb.ExpectedRevision
		fails    bool
	}{
		{"no stream, and there is none", "a", esdb.NoStream{}, false},
		{"no stream, and there is one", "there", esdb.NoStream{}, true},
		{"the last revision", "there", esdb.Revision(2), false},
		{"an earlier revision", "there", esdb.Revision(0), true},
		{"a later revision", "there", esdb.Revision(9), true},
		{"a revision of no stream", "b", esdb.Revision(0), true},
		{"any, and there is none", "c", esdb.Any{}, false},
		{"any, and there is one", "there", esdb.Any{}, false},
		{"exists, and it does", "there", esdb.StreamExists{}, false},
		{"exists, and it does not", "d", esdb.StreamExists{}, true},
	} {
		t.Run(x.title, func(t *testing.T) {
			_, err := appendTo(t, c, x.stream, x.expected, event("{}"))
			if (code(err) == esdb.ErrorCodeWrongExpectedVersion) != x.fails || (err != nil) != x.fails {
				t.Error(err)
			}
		})
	}
}

func TestReadingAStream(t *testing.T) {
	_, c := started(t, esdbtest.Options{})
	mustAppend(t, c, "s", esdb.NoStream{}, events(600)...) // more than is sent at once
	back := esdb.Backwards
	for _, x := range []struct {
		title string
		o     esdb.ReadStreamOptions
		count uint64
		want  string
	}{
		{"all of it", esdb.ReadStreamOptions{}, math.MaxInt64, "0…599"},
		{"some", esdb.ReadStreamOptions{}, 300, "0…299"},
		{"from a revision, which is included", esdb.ReadStreamOptions{From: esdb.Revision(598)}, 9, "598…599"},
		{"from behind the end", esdb.ReadStreamOptions{From: esdb.Revision(600)}, 9, ""},
		{"from the end", esdb.ReadStreamOptions{From: esdb.End{}}, 9, ""},
		{"back from the end", esdb.ReadStreamOptions{From: esdb.End{}, Direction: back}, 1, "599…599"},
		{"back, all of it", esdb.ReadStreamOptions{From: esdb.End{}, Direction: back}, math.MaxInt64, "599…0"},
		{"back from a revision, which is included", esdb.ReadStreamOptions{From: esdb.Revision(3), Direction: back}, 2, "3…2"},
		{"back from the start", esdb.ReadStreamOptions{From: esdb.Start{}, Direction: back}, 9, "0…0"},
	} {
		t.Run(x.title, func(t *testing.T) {
			got := must(readStream(t, c, "s", x.o, x.count))(t)
			said := ""
			for i, e := range got {
				if step := 1 - 2*int(x.o.Direction); i > 0 && int(e.Event.EventNumber) != int(got[i-1].Event.EventNumber)+step {
					t.Fatal("out of order")
				}
			}
			if len(got) > 0 {
				said = fmt.Sprintf("%d…%d", got[0].Event.EventNumber, got[len(got)-1].Event.EventNumber)
			}
			if said != x.want {
				t.Errorf("%s, not %s", said, x.want)
			}
		})
	}
	if _, err := readStream(t, c, "nowhere", esdb.ReadStreamOptions{}, 1); code(err) != esdb.ErrorCodeResourceNotFound {
		t.Error(err)
	}
}

func TestReadingAll(t *testing.T) {
	_, c := started(t, esdbtest.Options{System: 2})
	first := mustAppend(t, c, "a", esdb.NoStream{}, event("{}"))
	mustAppend(t, c, "b", esdb.NoStream{}, event("{}"))
	mustAppend(t, c, "a", esdb.Revision(0), event("{}"))
	at := esdb.Position{Commit: first.CommitPosition, Prepare: first.PreparePosition}
	off := esdb.Position{Commit: at.Commit + 1, Prepare: at.Prepare + 1}
	back := esdb.Backwards
	for _, x := range []struct {
		title string
		o     esdb.ReadAllOptions
		count uint64
		want  string
	}{
		{"system events stand first", esdb.ReadAllOptions{}, 99, "$$$stats@0 $$$scavenges@0 a@0 b@0 a@1"},
		{"some", esdb.ReadAllOptions{}, 3, "$$$stats@0 $$$scavenges@0 a@0"},
		{"a position is included", esdb.ReadAllOptions{From: at}, 2, "a@0 b@0"},
		{"position 0 is the beginning", esdb.ReadAllOptions{From: esdb.Position{}}, 1, "$$$stats@0"},
		{"the end", esdb.ReadAllOptions{From: esdb.End{}}, 9, ""},
		{"back from the end", esdb.ReadAllOptions{From: esdb.End{}, Direction: back}, 2, "a@1 b@0"},
		{"back a position is not included", esdb.ReadAllOptions{From: at, Direction: back}, 9, "$$$scavenges@0 $$$stats@0"},
		{"off a boundary", esdb.ReadAllOptions{From: off}, 9, "error"},
		{"off a boundary, back", esdb.ReadAllOptions{From: off, Direction: back}, 9, "error"},
		{"commit is not prepare", esdb.ReadAllOptions{From: esdb.Position{Commit: at.Commit, Prepare: 1}}, 9, "error"},
	} {
		t.Run(x.title, func(t *testing.T) {
			got, err := readAll(t, c, x.o, x.count)
			var said []string
			for _, e := range got {
				said = append(said, fmt.Sprintf("%s@%d", e.Event.StreamID, e.Event.EventNumber))
			}
			if err != nil {
				said = []string{"error"}
			}
			if s := strings.Join(said, " "); s != x.want {
				t.Errorf("%s, not %s (%v)", s, x.want, err)
			}
		})
	}
}

func TestPositionsGrowWithGaps(t *testing.T) {
	_, c := started(t, esdbtest.Options{})
	mustAppend(t, c, "a", esdb.NoStream{}, events(100)...)
	got := must(readAll(t, c, esdb.ReadAllOptions{}, 1000))(t)
	for i := 1; i < len(got); i++ {
		if got[i].Event.Position.Commit <= got[i-1].Event.Position.Commit+1 {
			t.Fatal(got[i-1].Event.Position, got[i].Event.Position)
		}
	}
	if got[0].Event.Position.Commit == 0 {
		t.Error("an event has the position 0")
	}
}

func TestWhatIsTooLargeIsRefused(t *testing.T) {
	s, c := started(t, esdbtest.Options{MaxAppend: 1000})
	e := event(strings.Repeat("a", 1000))
	if _, err := appendTo(t, c, "a", esdb.NoStream{}, e); err == nil || code(err) == esdb.ErrorCodeWrongExpectedVersion {
		t.Error(err)
	}
	e.Data = e.Data[:1001-len(e.Metadata)-2*len(e.EventType)]
	if _, err := appendTo(t, c, "a", esdb.NoStream{}, e); err == nil {
		t.Error("a byte too much was taken")
	}
	e.Data = e.Data[1:]
	mustAppend(t, c, "a", esdb.NoStream{}, e)
	if got := must(s.Events("a"))(t); len(got) != 1 {
		t.Errorf("%d events", len(got))
	}
}

func TestServerVersion(t *testing.T) {
	_, c := started(t, esdbtest.Options{})
	if v := must(c.GetServerVersion())(t); v.Major != 24 || v.Minor != 10 {
		t.Errorf("%+v", v)
	}
}
