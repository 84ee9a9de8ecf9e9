package esdbtest_test

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"signet/internal/eventlog/esdb/esdbtest"
)

// Each case appends some events to a stream that may have others, then the same
// events again.
func TestAppendingTheSameEventsAgain(t *testing.T) {
	const (
		same     = "recognised"
		conflict = "conflict"
		twice    = "written twice"
	)
	for _, x := range []struct {
		title     string
		before    int // events in the stream
		expected  esdb.ExpectedRevision
		after     int // events appended between the two
		again     esdb.ExpectedRevision
		restart   bool
		otherwise int // this many of the events that come again are others
		want      string
	}{
		{"any is recognised from memory", 0, esdb.Any{}, 0, esdb.Any{}, false, 0, same},
		{"any is recognised from memory when the stream moved on", 2, esdb.Any{}, 1, esdb.Any{}, false, 0, same},
		{"any is written twice after a restart", 0, esdb.Any{}, 0, esdb.Any{}, true, 0, twice},
		{"exists is recognised from memory", 1, esdb.StreamExists{}, 0, esdb.StreamExists{}, false, 0, same},
		{"exists is written twice after a restart", 1, esdb.StreamExists{}, 0, esdb.StreamExists{}, true, 0, twice},
		{"any with another end is no repetition", 0, esdb.Any{}, 0, esdb.Any{}, false, 1, conflict},
		{"no stream is recognised", 0, esdb.NoStream{}, 0, esdb.NoStream{}, false, 0, same},
		{"no stream is recognised after a restart", 0, esdb.NoStream{}, 0, esdb.NoStream{}, true, 0, same},
		{"a revision is recognised", 2, esdb.Revision(1), 0, esdb.Revision(1), false, 0, same},
		{"a revision is recognised after a restart, when the stream moved on", 2, esdb.Revision(1), 3, esdb.Revision(1), true, 0, same},
		{"a revision with another end is a conflict", 2, esdb.Revision(1), 3, esdb.Revision(1), false, 1, conflict},
		{"a revision with other events is a conflict", 2, esdb.Revision(1), 3, esdb.Revision(1), false, 2, conflict},
		{"the last revision is not recognised", 2, esdb.Revision(1), 0, esdb.Revision(3), false, 0, twice},
		{"a revision in between is a conflict", 2, esdb.Revision(1), 0, esdb.Revision(2), false, 0, conflict},
	} {
		t.Run(x.title, func(t *testing.T) {
			s, c := started(t, esdbtest.Options{Dir: t.TempDir()})
			if x.before > 0 {
				mustAppend(t, c, "s", esdb.NoStream{}, events(x.before)...)
			}
			sent := events(2)
			first := mustAppend(t, c, "s", x.expected, sent...)
			if x.after > 0 {
				mustAppend(t, c, "s", esdb.Any{}, events(x.after)...)
			}
			if x.restart {
				if err := s.Restart(esdbtest.Restarting{}); err != nil {
					t.Fatal(err)
				}
				c = client(t, s.ConnectionString())
			}
			for i := range x.otherwise {
				sent[len(sent)-1-i] = event("{}")
			}
			second, err := appendTo(t, c, "s", x.again, sent...)
			stored := len(must(s.Events("s"))(t)) - x.before - x.after - 2
			got := "something else"
			switch {
			case code(err) == esdb.ErrorCodeWrongExpectedVersion && stored == 0:
				got = conflict
			case err == nil && stored == 0 && *second == *first:
				got = same
			case err == nil && stored == 2 && second.CommitPosition > first.CommitPosition:
				got = twice
			}
			if got != x.want {
				t.Errorf("%s, not %s (%v, %+v after %+v)", got, x.want, err, second, first)
			}
		})
	}
}

func TestMemoryIsKeptWhenTheServerWasOnlyUnreachable(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	sent := event("{}")
	first := mustAppend(t, c, "s", esdb.Any{}, sent)
	if err := s.Restart(esdbtest.Restarting{KeepMemory: true}); err != nil {
		t.Fatal(err)
	}
	if second := mustAppend(t, client(t, s.ConnectionString()), "s", esdb.Any{}, sent); *second != *first {
		t.Errorf("%+v, not %+v", second, first)
	}
}
