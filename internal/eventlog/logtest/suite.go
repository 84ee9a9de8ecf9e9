package logtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

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
			t.Cleanup(func() { _ = l.Log.Close() })
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

// conflict fails unless the append is refused because the stream is at actual.
func (l *log) conflict(stream string, expected, actual eventlog.Revision, records ...eventlog.Record) {
	l.t.Helper()
	head := l.headNow()
	_, err := l.Append(context.Background(), stream, expected, records...)
	var e *eventlog.ConflictError
	if !errors.As(err, &e) || !errors.Is(err, eventlog.ErrConflict) || e.Actual != actual || e.Expected != expected || e.Stream != stream {
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

func inOrder(t *testing.T, l *log) {
	streams := []string{"item-a", "cảng Hải Phòng 港口", "item-b with spaces%?#", strings.Repeat("x", eventlog.MaxStreamName)}
	want := map[string][]eventlog.Record{}
	for i := range 40 {
		stream := streams[i%len(streams)]
		r := Event(fmt.Sprint(i))
		r.Data, r.Type = []byte(fmt.Sprintf("\x00%d\xff\x00", i)), fmt.Sprintf("thử.nghiệm.v%d", i)
		if i%3 == 0 {
			r.Meta = nil
		}
		l.append(stream, eventlog.Revision(len(want[stream])-1), r)
		want[stream] = append(want[stream], r)
	}
	for stream, records := range want {
		i := 0
		for r, err := range l.Read(context.Background(), stream, -5) {
			if err != nil {
				t.Fatal(err)
			}
			if w := records[i]; r.ID != w.ID || r.Type != w.Type || string(r.Data) != string(w.Data) || string(r.Meta) != string(w.Meta) {
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
	l.conflict("s", 0, eventlog.NoStream, Event("too far"))
	l.append("s", eventlog.NoStream, Event("0"), Event("1"))
	l.conflict("s", eventlog.NoStream, 1, Event("stale"))
	l.conflict("s", 0, 1, Event("stale"))
	l.conflict("s", 2, 1, Event("too far"))
	l.conflict("s", -2, 1, Event("no revision"))
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
	l.conflict("s", eventlog.NoStream, 2, a, c)
	l.conflict("s", eventlog.NoStream, 2, b, a)
	l.conflict("s", 1, 2, c, Event("d"))
	if l.append("other", eventlog.NoStream, a) <= second {
		t.Fatal("the same id in another stream is another event")
	}
	equal(t, l.append("s", eventlog.NoStream, a), first-1)
	equal(t, len(l.texts("s", 0)), 3)
}

func uniqueIDs(t *testing.T, l *log) {
	a, b := Event("a"), Event("b")
	l.append("s", eventlog.NoStream, a, b)
	l.conflict("s", 1, 1, a)
	l.conflict("s", 1, 1, Event("c"), b)
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
	l.conflict("s", 499, 499, bad...)
	equal(t, len(l.texts("s", 0)), 500)
}

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

// follower hears a log in a goroutine of its own.
type follower struct {
	t     *testing.T
	heard chan eventlog.Recorded
	ended chan error
	stop  context.CancelFunc
}

func (l *log) follow(after eventlog.Position) *follower {
	ctx, cancel := context.WithCancel(context.Background())
	f := &follower{t: l.t, heard: make(chan eventlog.Recorded), ended: make(chan error, 1), stop: cancel}
	go func() {
		for r, err := range l.Follow(ctx, after) {
			if err != nil {
				f.ended <- err
				return
			}
			select {
			case f.heard <- r:
			case <-ctx.Done():
			}
		}
		f.ended <- nil
	}()
	l.t.Cleanup(cancel)
	return f
}

// until returns the payloads up to the marker after the position.
func (f *follower) until(position eventlog.Position) []string {
	f.t.Helper()
	out := []string{}
	last := eventlog.Position(0)
	for {
		select {
		case r := <-f.heard:
			if r.CaughtUp && r.Position >= position {
				return out
			}
			if r.CaughtUp {
				continue
			}
			if r.Position <= last {
				f.t.Fatalf("position %d after %d", r.Position, last)
			}
			last = r.Position
			out = append(out, string(r.Data))
		case err := <-f.ended:
			f.t.Fatalf("following has ended: %v", err)
		case <-time.After(time.Minute):
			f.t.Fatal("nothing is heard")
		}
	}
}

func (f *follower) end() error {
	f.t.Helper()
	select {
	case err := <-f.ended:
		return err
	case <-time.After(time.Minute):
		f.t.Fatal("following does not end")
		return nil
	}
}

func follows(t *testing.T, l *log) {
	f := l.follow(0)
	equal(t, f.until(0), []string{}) // the marker comes also when there is nothing
	for i := range 5 {
		head := l.append("s", eventlog.Revision(2*i-1), Event("a"), Event("b"))
		equal(t, f.until(head), []string{"data a", "data b"})
	}
	f.stop()
	equal(t, errors.Is(f.end(), context.Canceled), true)
}

func followsFrom(t *testing.T, l *log) {
	const n = 3000
	positions := make([]eventlog.Position, 0, n)
	for i := 0; i < n; i += 100 {
		batch := make([]eventlog.Record, 100)
		for j := range batch {
			batch[j] = Event(fmt.Sprint(i + j))
		}
		stream := fmt.Sprintf("s%d", i%7)
		last, err := l.Last(context.Background(), stream)
		equal(t, err, error(nil))
		l.append(stream, last, batch...)
	}
	for r, err := range l.Follow(context.Background(), 0) {
		equal(t, err, error(nil))
		if r.CaughtUp {
			break
		}
		positions = append(positions, r.Position)
	}
	equal(t, len(positions), n)
	for _, after := range []int{0, 1, 999, 1023, 1024, 1025, 2998, 2999} {
		f := l.follow(positions[after])
		rest := f.until(l.headNow())
		equal(t, len(rest), n-after-1)
		if len(rest) > 0 {
			equal(t, rest[0], fmt.Sprintf("data %d", after+1))
		}
		f.stop()
	}
}

func manyFollow(t *testing.T, l *log) {
	followers := make([]*follower, 10)
	for i := range followers {
		followers[i] = l.follow(0)
	}
	var head eventlog.Position
	for i := range 50 {
		head = l.append("s", eventlog.Revision(i-1), Event(fmt.Sprint(i)))
	}
	for _, f := range followers {
		equal(t, len(f.until(head)), 50)
	}
}

func appendsWhileFollowing(t *testing.T, l *log) {
	l.append("s", eventlog.NoStream, Event("0"))
	n := 0
	for r, err := range l.Follow(context.Background(), 0) {
		equal(t, err, error(nil))
		if r.CaughtUp {
			if n == 10 {
				return
			}
			continue
		}
		n++
		if n < 10 {
			l.append("s", eventlog.Revision(n-1), Event(fmt.Sprint(n)))
		}
	}
}

func cancelled(t *testing.T, l *log) {
	l.append("s", eventlog.NoStream, Event("0"), Event("1"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for r, err := range l.Read(ctx, "s", 0) {
		if r.Revision == 0 && err == nil {
			cancel()
			continue
		}
		break // a page that was read may be told still
	}
	if _, err := l.Append(ctx, "s", 1, Event("2")); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err := l.Last(ctx, "s"); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err := l.Head(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	var last error
	for _, err := range l.Read(ctx, "s", 0) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Fatal(last)
	}
	for _, err := range l.Follow(ctx, 0) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Fatal(last)
	}
	equal(t, len(l.texts("s", 0)), 2)
}

func refused(t *testing.T, l *log) {
	noID, noType := Event("x"), Event("x")
	noID.ID, noType.Type = uuid.Nil, ""
	twice := Event("x")
	for name, append := range map[string]func() (eventlog.Position, error){
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
		if _, err := append(); !errors.Is(err, eventlog.ErrInvalid) {
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

func closes(t *testing.T, l *log) {
	l.append("s", eventlog.NoStream, Event("0"))
	f := l.follow(0)
	f.until(l.headNow())
	equal(t, l.Log.Close(), error(nil))
	equal(t, errors.Is(f.end(), eventlog.ErrClosed), true)
	equal(t, l.Log.Close(), error(nil)) // once more does nothing
	if _, err := l.Append(context.Background(), "s", 0, Event("1")); !errors.Is(err, eventlog.ErrClosed) {
		t.Error(err)
	}
	if _, err := l.Head(context.Background()); !errors.Is(err, eventlog.ErrClosed) {
		t.Error(err)
	}
	if _, err := l.Last(context.Background(), "s"); !errors.Is(err, eventlog.ErrClosed) {
		t.Error(err)
	}
	for _, err := range l.Read(context.Background(), "s", 0) {
		equal(t, errors.Is(err, eventlog.ErrClosed), true)
	}
	for _, err := range l.Follow(context.Background(), 0) {
		equal(t, errors.Is(err, eventlog.ErrClosed), true)
	}
}

func reopens(t *testing.T, l *log) {
	a := Event("a")
	first := l.append("s", eventlog.NoStream, a, Event("b"))
	for range 3 {
		equal(t, l.Log.Close(), error(nil))
		l.Log = l.reopen()
		equal(t, l.headNow() >= first, true)
		equal(t, l.texts("s", 0)[:2], []string{"data a", "data b"})
		last, err := l.Last(context.Background(), "s")
		equal(t, err, error(nil))
		l.conflict("s", last-1, last, Event("stale"))
		l.conflict("s", last, last, a)
		if l.append("s", last, Event("more")) <= first {
			t.Fatal("positions start again")
		}
	}
	equal(t, l.Log.Close(), error(nil))
}

// likeAModel appends at random, and compares with the log in memory.
func likeAModel(t *testing.T, l *log) {
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		model := NewMemory()
		prefix := fmt.Sprintf("run-%d-", run)
		var earlier []eventlog.Record
		from := l.headNow()
		for range rapid.IntRange(1, 20).Draw(t, "appends") {
			stream := prefix + rapid.SampledFrom([]string{"a", "b"}).Draw(t, "stream")
			expected := eventlog.Revision(rapid.IntRange(-2, 8).Draw(t, "expected"))
			if rapid.Bool().Draw(t, "at its end") {
				expected, _ = model.Last(context.Background(), stream)
			}
			batch := make([]eventlog.Record, rapid.IntRange(1, 3).Draw(t, "size"))
			ids := map[uuid.UUID]bool{}
			for i := range batch {
				batch[i] = Event(fmt.Sprint(len(earlier)))
				if len(earlier) > 0 && rapid.IntRange(0, 3).Draw(t, "again") == 0 {
					batch[i] = rapid.SampledFrom(earlier).Draw(t, "which")
				}
				if ids[batch[i].ID] {
					batch[i] = Event("other")
				}
				ids[batch[i].ID] = true
			}
			_, wantErr := model.Append(context.Background(), stream, expected, batch...)
			_, gotErr := l.Append(context.Background(), stream, expected, batch...)
			if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
				t.Fatalf("%v, want %v", gotErr, wantErr)
			}
			earlier = append(earlier, batch...)
		}
		want, got := told(t, model, 0), told(t, l.Log, from)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// told are the events after a position, without their positions.
func told(t *rapid.T, l eventlog.Log, after eventlog.Position) []string {
	var out []string
	for r, err := range l.Follow(context.Background(), after) {
		if err != nil {
			t.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		out = append(out, fmt.Sprintf("%s %d %s %s %s %s", r.Stream, r.Revision, r.ID, r.Type, r.Data, r.Meta))
	}
	return out
}
