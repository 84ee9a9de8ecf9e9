package esdbtest_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"

	"signet/internal/eventlog/esdb/esdbtest"
)

// reopened closes a server and opens its folder anew.
func reopened(t *testing.T, s *esdbtest.Server, dir string) (*esdbtest.Server, error) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := esdbtest.New(esdbtest.Options{Dir: dir})
	if err == nil {
		t.Cleanup(func() { _ = again.Close() })
	}
	return again, err
}

func TestRestartReadsTheLogBack(t *testing.T) {
	dir := t.TempDir()
	s, c := started(t, esdbtest.Options{Dir: dir})
	mustAppend(t, c, "a", esdb.NoStream{}, events(3)...)
	mustAppend(t, c, "b", esdb.NoStream{}, events(2)...)
	before := must(s.Events(""))(t)
	if err := s.Restart(esdbtest.Restarting{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, must(s.Events(""))(t)); diff != "" {
		t.Error("after a restart:", diff)
	}
	s = must(reopened(t, s, dir))(t)
	if diff := cmp.Diff(before, must(s.Events(""))(t)); diff != "" {
		t.Error("when opened anew:", diff)
	}
	c = client(t, s.ConnectionString())
	mustAppend(t, c, "a", esdb.Revision(2), event("{}"))
	if got := must(readStream(t, c, "a", esdb.ReadStreamOptions{}, 9))(t); len(got) != 4 {
		t.Errorf("%d events", len(got))
	}
}

// Whatever is cut off from the file or spoiled in its last record, whole
// appends are left and the rest can be written again.
func TestTornTailIsCut(t *testing.T) {
	dir := t.TempDir()
	s, c := started(t, esdbtest.Options{Dir: dir, System: -1})
	mustAppend(t, c, "a", esdb.NoStream{}, event("{}"))
	second := mustAppend(t, c, "a", esdb.Revision(0), events(3)...)
	all := must(s.Events(""))(t)
	_ = s.Close()
	path := filepath.Join(dir, "log")
	whole := must(os.ReadFile(path))(t)
	spoilt := func(at uint64) []byte {
		b := []byte(string(whole))
		b[at] ^= 1
		return b
	}
	last := second.CommitPosition
	for title, b := range map[string][]byte{
		"nothing": nil, "half the first bytes": whole[:3], "no event": whole[:8], "a byte less": whole[:len(whole)-1],
		"an append of three without the last": whole[:last], "a head": whole[:last+5], "the first event": whole[:all[1].Position],
		"a spoilt length": spoilt(last), "a huge length": spoilt(last + 3), "a spoilt sum": spoilt(last + 4), "a spoilt event": spoilt(last + 20),
		"more behind it": append([]byte(string(whole)), "abc"...),
	} {
		t.Run(title, func(t *testing.T) {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			want := 1
			switch {
			case len(b) < int(all[1].Position):
				want = 0
			case strings.HasPrefix(string(b), string(whole)):
				want = 4
			}
			s, err := esdbtest.New(esdbtest.Options{Dir: dir, System: -1})
			if err != nil {
				t.Fatal(err)
			}
			if got := stored(t, s, ""); got != want {
				t.Errorf("%d events, not %d", got, want)
			}
			if err := s.Append("z", esdbtest.Event{Type: "more"}); err != nil {
				t.Error(err)
			}
			s = must(reopened(t, s, dir))(t)
			if got := stored(t, s, ""); got < want+1 {
				t.Errorf("%d events, not %d", got, want+1)
			}
			_ = s.Close()
		})
	}
}

func TestWhatIsNotItsLogIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "log")
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := esdbtest.New(esdbtest.Options{Dir: dir}); err == nil {
		t.Error("somebody's file was taken for a log")
	}
	s, err := esdbtest.New(esdbtest.Options{Dir: t.TempDir(), Addr: "256.0.0.1:1"})
	if err == nil {
		t.Error("it listens nowhere", s)
	}
}

// Appends of many at once, while the server is cut off again and again: what
// was answered is there, in order, and nothing is there twice.
func TestWhatWasAnsweredIsThere(t *testing.T) {
	dir := t.TempDir()
	s, c := started(t, esdbtest.Options{Dir: dir})
	const writers, each = 8, 40
	var work sync.WaitGroup
	for w := range writers {
		work.Go(func() {
			stream := string(rune('a' + w))
			expected := esdb.ExpectedRevision(esdb.NoStream{})
			for n := range uint64(each) {
				e := event("{}")
				for {
					d := deadline
					_, err := c.AppendToStream(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: expected, Deadline: &d}, e)
					if err == nil {
						break
					}
					// The very same event stands there if the answer was lost.
					got, err := readStream(t, c, stream, esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1)
					if err == nil && got[0].Event.EventID == e.EventID {
						break
					}
				}
				expected = esdb.Revision(n)
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for i := range 6 {
			n := s.Stats().Appends + 20
			eventually(t, "there is something to break", func() bool { return s.Stats().Appends >= n || stored(t, s, "h") >= each })
			switch i % 3 {
			case 0:
				s.DropConnections()
			case 1:
				s.LoseAnswer(3)
			default:
				if err := s.Restart(esdbtest.Restarting{}); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	work.Wait()
	<-ended
	for w := range writers {
		got := must(readStream(t, c, string(rune('a'+w)), esdb.ReadStreamOptions{}, math.MaxInt64))(t)
		ids := map[string]bool{}
		for _, e := range got {
			ids[e.Event.EventID.String()] = true
		}
		if len(got) != each || len(ids) != each {
			t.Errorf("%d events, %d of them different", len(got), len(ids))
		}
	}
}
