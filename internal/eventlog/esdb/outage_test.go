package esdb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"

	"signet/internal/eventlog"
	"signet/internal/eventlog/esdb"
	"signet/internal/eventlog/esdb/esdbtest"
	"signet/internal/eventlog/logtest"
)

// quick are options with which a test of an outage does not take long.
var quick = esdb.Options{Patience: 5 * time.Second, Timeout: 500 * time.Millisecond, Heartbeat: 200 * time.Millisecond}

// start starts a server, and a log on it that is closed before it.
func start(t *testing.T, so esdbtest.Options, o esdb.Options) (*esdbtest.Server, *esdb.Log) {
	t.Helper()
	s := esdbtest.Start(t, so)
	l := open(t, s.ConnectionString(), o)
	t.Cleanup(func() { _ = l.Close() })
	up(t, l, true)
	return s, l
}

// eventually waits for something that has to come, and fails after a minute.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

func up(t testing.TB, l *esdb.Log, is bool) {
	t.Helper()
	eventually(t, fmt.Sprint("up is ", is), func() bool { return l.Health().Up == is })
}

func must(t *testing.T) func(eventlog.Position, error) eventlog.Position {
	t.Helper()
	return func(p eventlog.Position, err error) eventlog.Position {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

func restart(t *testing.T, s *esdbtest.Server, how esdbtest.Restarting) {
	t.Helper()
	if err := s.Restart(how); err != nil {
		t.Error(err)
	}
}

// texts are the payloads of a stream, or the error that ended them.
func texts(l eventlog.Log, stream string) ([]string, error) {
	var out []string
	for r, err := range l.Read(context.Background(), stream, 0) {
		if err != nil {
			return out, err
		}
		out = append(out, string(r.Data))
	}
	return out, nil
}

func has(t *testing.T, l eventlog.Log, stream string, want ...string) {
	t.Helper()
	got, err := texts(l, stream)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%v, %v; want %v", got, err, want)
	}
}

func TestAContextEndsEveryCallInTime(t *testing.T) {
	for name, fault := range map[string]func(*esdbtest.Server){
		"the server is away":           func(s *esdbtest.Server) { s.Stop() },
		"the server lets nothing pass": func(s *esdbtest.Server) { s.Freeze() },
		"the server never answers":     func(s *esdbtest.Server) { s.Slow(esdbtest.Never) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := start(t, esdbtest.Options{}, esdb.Options{Patience: time.Hour, Timeout: time.Hour})
			must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0")))
			fault(s)
			var all sync.WaitGroup
			for range 16 {
				for call, do := range map[string]func(context.Context) error{
					"append": func(ctx context.Context) error {
						_, err := l.Append(ctx, "s", 0, logtest.Event("1"))
						return err
					},
					"last": func(ctx context.Context) error { _, err := l.Last(ctx, "s"); return err },
					"head": func(ctx context.Context) error { _, err := l.Head(ctx); return err },
					"read": func(ctx context.Context) error {
						for _, err := range l.Read(ctx, "s", 0) {
							if err != nil {
								return err
							}
						}
						return nil
					},
					"follow": func(ctx context.Context) error {
						for _, err := range l.Follow(ctx, 0) {
							if err != nil {
								return err
							}
						}
						return nil
					},
				} {
					all.Go(func() {
						ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
						defer cancel()
						began := time.Now()
						if err := do(ctx); !errors.Is(err, context.DeadlineExceeded) {
							t.Errorf("%s: %v", call, err)
						}
						if took := time.Since(began); took > 3*time.Second {
							t.Errorf("%s took %v", call, took)
						}
					})
				}
			}
			all.Wait()
		})
	}
}

func TestWhatIsWaitedForComesWhenTheServerIsBack(t *testing.T) {
	for _, how := range []esdbtest.Restarting{{KeepMemory: true}, {}, {NotReady: 300 * time.Millisecond}} {
		s, l := start(t, esdbtest.Options{Dir: t.TempDir()}, esdb.Options{Timeout: time.Second})
		must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0")))
		s.Stop()
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				if _, err := l.Append(t.Context(), fmt.Sprint("w", i), eventlog.NoStream, logtest.Event("x")); err != nil {
					t.Error(err)
				}
				if _, err := texts(l, "s"); err != nil {
					t.Error(err)
				}
			})
		}
		up(t, l, false)
		restart(t, s, how)
		all.Wait()
		for i := range 64 {
			has(t, l, fmt.Sprint("w", i), "data x")
		}
	}
}

func TestAnOutageThatLastsIsTold(t *testing.T) {
	s, l := start(t, esdbtest.Options{}, esdb.Options{Patience: 300 * time.Millisecond, Timeout: 300 * time.Millisecond})
	must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0")))
	s.Stop()
	for range 3 {
		if _, err := l.Append(t.Context(), "s", 0, logtest.Event("1")); !errors.Is(err, eventlog.ErrUnavailable) || errors.Is(err, eventlog.ErrUnauthenticated) {
			t.Fatal(err)
		}
		if _, err := texts(l, "s"); !errors.Is(err, eventlog.ErrUnavailable) {
			t.Fatal(err)
		}
		if _, err := l.Head(t.Context()); !errors.Is(err, eventlog.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	if h := l.Health(); h.Up || h.Err == nil || h.Since.IsZero() {
		t.Fatalf("%+v", h)
	}
	restart(t, s, esdbtest.Restarting{KeepMemory: true})
	up(t, l, true)
	has(t, l, "s", "data 0")
	must(t)(l.Append(t.Context(), "s", 0, logtest.Event("1")))
}

// An append is told as done, or not, by what stands in the stream, whatever
// became of the answer; and it is written once.
func TestTheOutcomeOfAnAppendIsFoundOut(t *testing.T) {
	for name, fault := range map[string]func(*esdbtest.Server){
		"the answer is lost":                     func(s *esdbtest.Server) { s.LoseAnswer(1) },
		"the answer is lost three times":         func(s *esdbtest.Server) { s.LoseAnswer(3) },
		"the request is lost":                    func(s *esdbtest.Server) { s.RefuseBefore(1) },
		"the request is lost, then the answer":   func(s *esdbtest.Server) { s.RefuseBefore(1); s.LoseAnswer(1) },
		"the answer never comes":                 func(s *esdbtest.Server) { s.AnswerLate(esdbtest.Never, 1) },
		"the answer comes after the client left": func(s *esdbtest.Server) { s.AnswerLate(time.Second, 1) },
		"no answer ever comes":                   func(s *esdbtest.Server) { s.AnswerLate(esdbtest.Never, 1000) },
	} {
		for stream, expected := range map[string]eventlog.Revision{"new": eventlog.NoStream, "old": 0} {
			t.Run(name+", "+stream, func(t *testing.T) {
				t.Parallel()
				s, l := start(t, esdbtest.Options{}, quick)
				must(t)(l.Append(t.Context(), "old", eventlog.NoStream, logtest.Event("0")))
				fault(s)
				position := must(t)(l.Append(t.Context(), stream, expected, logtest.Event("a"), logtest.Event("b")))
				want := []string{"data 0", "data a", "data b"}[-expected:]
				if expected == eventlog.NoStream {
					want = []string{"data a", "data b"}
				}
				has(t, l, stream, want...)
				if head := must(t)(l.Head(t.Context())); head != position {
					t.Fatalf("position %d, the head is %d", position, head)
				}
			})
		}
	}
}

func TestAnAppendThatAnotherHasOvertakenIsAConflict(t *testing.T) {
	s, l := start(t, esdbtest.Options{}, quick)
	s.RefuseBefore(1)
	other := esdbtest.Event{Type: "other.v1", Data: []byte("data other"), Metadata: []byte("{}")}
	if err := s.Append("signet:s", other); err != nil {
		t.Fatal(err)
	}
	_, err := l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("a"))
	var conflict *eventlog.ConflictError
	if !errors.As(err, &conflict) || conflict.Actual != 0 || conflict.Expected != eventlog.NoStream {
		t.Fatal(err)
	}
	has(t, l, "s", "data other")
}

// The server's memory of ids is of no use to us: it is gone after a restart.
func TestARepetitionIsKnownAfterTheServerForgot(t *testing.T) {
	s, l := start(t, esdbtest.Options{Dir: t.TempDir()}, quick)
	a, b := logtest.Event("a"), logtest.Event("b")
	first := must(t)(l.Append(t.Context(), "s", eventlog.NoStream, a))
	second := must(t)(l.Append(t.Context(), "s", 0, b))
	restart(t, s, esdbtest.Restarting{})
	again := open(t, s.ConnectionString(), quick) // another node, which remembers nothing either
	defer again.Close()
	for _, l := range []*esdb.Log{l, again} {
		if p := must(t)(l.Append(t.Context(), "s", eventlog.NoStream, a)); p != first {
			t.Fatalf("%d, want %d", p, first)
		}
		if p := must(t)(l.Append(t.Context(), "s", 0, b)); p != second {
			t.Fatalf("%d, want %d", p, second)
		}
		if _, err := l.Append(t.Context(), "s", 1, b); !errors.Is(err, eventlog.ErrConflict) {
			t.Fatal(err)
		}
	}
	has(t, l, "s", "data a", "data b")
}

func TestAReadThatIsCutGoesOn(t *testing.T) {
	s, l := start(t, esdbtest.Options{}, quick)
	for i := range 10 {
		batch := make([]eventlog.Record, 100)
		for j := range batch {
			batch[j] = logtest.Event(strconv.Itoa(i*100 + j))
		}
		must(t)(l.Append(t.Context(), "s", eventlog.Revision(i*100-1), batch...))
	}
	s.CutReadsAfter(70, 3)
	got, err := texts(l, "s")
	if err != nil || len(got) != 1000 || got[999] != "data 999" {
		t.Fatalf("%d events, %v", len(got), err)
	}
}

// heard follows in the background, and returns how to wait for a payload.
func heard(t *testing.T, l *esdb.Log) func(position eventlog.Position, want ...string) {
	t.Helper()
	var mu sync.Mutex
	var all []string
	var caught eventlog.Position
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		last := eventlog.Position(0)
		for r, err := range l.Follow(ctx, 0) {
			mu.Lock()
			switch {
			case err != nil:
				if !errors.Is(err, context.Canceled) {
					t.Errorf("following ended: %v", err)
				}
			case r.CaughtUp:
				caught = r.Position
			case r.Position <= last:
				t.Errorf("position %d after %d", r.Position, last)
			default:
				last = r.Position
				all = append(all, string(r.Data))
			}
			mu.Unlock()
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return func(position eventlog.Position, want ...string) {
		t.Helper()
		eventually(t, "caught up", func() bool { mu.Lock(); defer mu.Unlock(); return caught >= position })
		mu.Lock()
		defer mu.Unlock()
		if fmt.Sprint(all) != fmt.Sprint(want) {
			t.Fatalf("heard %v, want %v", all, want)
		}
	}
}

func TestWhoFollowsMissesNothing(t *testing.T) {
	for name, fault := range map[string]func(*testing.T, *esdbtest.Server){
		"connections are cut":            func(_ *testing.T, s *esdbtest.Server) { s.DropConnections() },
		"the next subscriptions are cut": func(_ *testing.T, s *esdbtest.Server) { s.CutSubscriptionsAfter(1, 3); s.DropConnections() },
		"the server restarts":            func(t *testing.T, s *esdbtest.Server) { t.Helper(); restart(t, s, esdbtest.Restarting{}) },
		"it is not ready after a restart": func(t *testing.T, s *esdbtest.Server) {
			t.Helper()
			restart(t, s, esdbtest.Restarting{NotReady: 300 * time.Millisecond})
		},
		"it is away for a second": func(t *testing.T, s *esdbtest.Server) {
			t.Helper()
			s.Stop()
			time.AfterFunc(time.Second, func() { restart(t, s, esdbtest.Restarting{}) })
		},
		"nothing passes for a while": func(_ *testing.T, s *esdbtest.Server) { time.AfterFunc(time.Second, s.Freeze()) },
		"it shows nothing new for a while, as an old leader does": func(_ *testing.T, s *esdbtest.Server) {
			time.AfterFunc(time.Second, s.Hold())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := start(t, esdbtest.Options{Dir: t.TempDir()}, quick)
			until := heard(t, l)
			var want []string
			for i := range 6 {
				want = append(want, fmt.Sprint("data ", i))
				if i == 3 {
					fault(t, s)
				}
				r := logtest.Event(strconv.Itoa(i))
				until(must(t)(appendSoon(t, l, "s", eventlog.Revision(i-1), r)), want...)
			}
		})
	}
}

// appendSoon repeats an append while the log is away, as a client of ours does.
func appendSoon(t *testing.T, l *esdb.Log, stream string, expected eventlog.Revision, r eventlog.Record) (p eventlog.Position, err error) {
	t.Helper()
	eventually(t, "appended", func() bool {
		p, err = l.Append(t.Context(), stream, expected, r)
		return !errors.Is(err, eventlog.ErrUnavailable)
	})
	return p, err
}

func TestASubscriptionThatTellsNothingIsReplaced(t *testing.T) {
	s, l := start(t, esdbtest.Options{}, quick)
	until := heard(t, l)
	until(must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0"))), "data 0")
	if b := l.Health().Behind; b {
		t.Fatal("behind, though all was told")
	}
	s.Silence()
	until(must(t)(l.Append(t.Context(), "s", 0, logtest.Event("1"))), "data 0", "data 1")
}

func TestAnotherLeaderIsFollowed(t *testing.T) {
	first := esdbtest.Start(t, esdbtest.Options{})
	second, err := first.Peer(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(second.Addr())
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	l := open(t, first.ConnectionString(), quick)
	t.Cleanup(func() { _ = l.Close() })
	until := heard(t, l)
	until(must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0"))), "data 0")
	second.Lead()
	first.NotLeader(host, number)
	until(must(t)(l.Append(t.Context(), "s", 0, logtest.Event("1"))), "data 0", "data 1")
	until(must(t)(l.Append(t.Context(), "s", 1, logtest.Event("2"))), "data 0", "data 1", "data 2")
	if second.Stats().Appends == 0 {
		t.Fatal("the new leader was not asked")
	}
}

func TestRefusalsAreTold(t *testing.T) {
	for code, want := range map[codes.Code]error{
		codes.Unauthenticated:  eventlog.ErrUnauthenticated,
		codes.PermissionDenied: eventlog.ErrUnauthenticated,
		codes.Unavailable:      eventlog.ErrUnavailable,
		codes.Internal:         eventlog.ErrUnavailable,
	} {
		s, l := start(t, esdbtest.Options{}, esdb.Options{Patience: 300 * time.Millisecond, Timeout: 300 * time.Millisecond})
		back := s.Refuse(code)
		_, err := l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0"))
		if !errors.Is(err, want) || !errors.Is(err, eventlog.ErrUnavailable) || errors.Is(err, eventlog.ErrUnauthenticated) != errors.Is(want, eventlog.ErrUnauthenticated) {
			t.Errorf("%v: %v", code, err)
		}
		up(t, l, false)
		back()
		up(t, l, true)
		must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0")))
	}
}

func TestASmallerServerSaysTooLarge(t *testing.T) {
	_, l := start(t, esdbtest.Options{MaxAppend: 100_000}, quick)
	r := logtest.Event("")
	r.Data = make([]byte, 200_000)
	if _, err := l.Append(t.Context(), "s", eventlog.NoStream, r); !errors.Is(err, eventlog.ErrTooLarge) {
		t.Fatal(err)
	}
	has(t, l, "s")
}

// What the server would refuse is not sent: it may answer before it has heard all,
// and then the client only knows that the connection ended.
func TestWhatIsTooLargeForAServerIsNotSent(t *testing.T) {
	s, l := start(t, esdbtest.Options{MaxAppend: 2 << 20}, quick)
	batch := make([]eventlog.Record, 500)
	for i := range batch {
		batch[i] = logtest.Event("")
		batch[i].Type, batch[i].Data = "a.type."+strings.Repeat("x", 40), make([]byte, eventlog.MaxBatchBytes/len(batch)-20)
	}
	if _, err := l.Append(t.Context(), "s", eventlog.NoStream, batch...); !errors.Is(err, eventlog.ErrTooLarge) || s.Stats().Appends != 0 {
		t.Fatal(err, s.Stats().Appends)
	}
}

// A node that has ceased to lead may not know the latest: it is not asked.
func TestOnlyTheLeaderIsAsked(t *testing.T) {
	first := esdbtest.Start(t, esdbtest.Options{})
	second, err := first.Peer(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := open(t, first.ConnectionString(), quick)
	t.Cleanup(func() { _ = l.Close() })
	must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0")))
	defer first.Hold()() // it stays behind, and goes on answering
	second.Lead()
	must(t)(appendSoon(t, l, "s", 0, logtest.Event("1")))
	has(t, l, "s", "data 0", "data 1")
}

// Who follows hears now and then that nothing is new: what it tells is not old.
func TestWhoFollowsHearsThatNothingIsNew(t *testing.T) {
	_, l := start(t, esdbtest.Options{}, quick)
	position := must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0")))
	markers := 0
	for r, err := range l.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.CaughtUp && r.Position == position {
			if markers++; markers == 4 {
				return
			}
		}
	}
}

// Who is not let in is told at once, and not after the patience.
func TestARefusalIsNotWaitedFor(t *testing.T) {
	s, l := start(t, esdbtest.Options{}, esdb.Options{Patience: time.Hour, Timeout: 300 * time.Millisecond})
	defer s.Refuse(codes.Unauthenticated)()
	for range 3 {
		if _, err := l.Last(t.Context(), "s"); !errors.Is(err, eventlog.ErrUnauthenticated) {
			t.Fatal(err)
		}
		up(t, l, false)
	}
}

// A stream that somebody has cut is not told as if it were whole.
func TestAStreamThatLacksItsBeginningIsCorrupt(t *testing.T) {
	s, l := start(t, esdbtest.Options{}, quick)
	must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0"), logtest.Event("1")))
	config, err := client.ParseConnectionString(s.ConnectionString())
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = client.NoopLogging()
	c, err := client.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.DeleteStream(t.Context(), "signet:s", client.DeleteStreamOptions{ExpectedRevision: client.Revision(1)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Append("signet:s", esdbtest.Event{Type: "x", Data: []byte("2")}); err != nil {
		t.Fatal(err)
	}
	if got, err := texts(l, "s"); !errors.Is(err, eventlog.ErrCorrupt) {
		t.Fatalf("%v, %v", got, err)
	}
	if _, err := c.TombstoneStream(t.Context(), "signet:s", client.TombstoneStreamOptions{ExpectedRevision: client.Any{}}); err != nil {
		t.Fatal(err)
	}
	if got, err := texts(l, "s"); !errors.Is(err, eventlog.ErrCorrupt) {
		t.Fatalf("%v, %v", got, err)
	}
}

// Read models of another log ask for what comes after a position that is none here.
func TestFollowingFromAPositionOfAnotherLogIsCorrupt(t *testing.T) {
	_, l := start(t, esdbtest.Options{}, quick)
	position := must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0"), logtest.Event("1")))
	for _, err := range l.Follow(t.Context(), position-1) {
		if !errors.Is(err, eventlog.ErrCorrupt) {
			t.Fatal(err)
		}
	}
}

// What others write into a shared cluster is passed over, and looked at once.
func TestOthersOnTheClusterDoNotMatter(t *testing.T) {
	s, l := start(t, esdbtest.Options{}, esdb.Options{})
	other := open(t, s.ConnectionString(), esdb.Options{Prefix: "signet-two"})
	defer other.Close()
	position := must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0")))
	must(t)(other.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("theirs")))
	if err := s.Noise("$stats-127.0.0.1", 20_000); err != nil {
		t.Fatal(err)
	}
	if head := must(t)(l.Head(t.Context())); head != position {
		t.Fatalf("%d, want %d", head, position)
	}
	sent := s.Stats().Sent
	if head := must(t)(l.Head(t.Context())); head != position {
		t.Fatalf("%d, want %d", head, position)
	}
	if again := s.Stats().Sent - sent; again > 100 {
		t.Fatalf("%d events were looked at again", again)
	}
	heard(t, l)(position, "data 0")
	has(t, l, "s", "data 0")
	has(t, other, "s", "data theirs")
}

// goroutines counts those that run, but for those of connections that the client
// has lost and not closed, and counts these connections: each has three goroutines of
// one kind, and up to three for its transport at either end.
func goroutines() (others, lost int) {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	lost = bytes.Count(stacks, []byte("grpcsync.(*CallbackSerializer).run(")) / 3
	return bytes.Count(stacks, []byte("\n\ngoroutine ")) + 1 - 9*lost, lost
}

func TestNothingIsLeftBehind(t *testing.T) {
	const outages = 10
	s := esdbtest.Start(t, esdbtest.Options{})
	before, lostBefore := goroutines()
	for range outages {
		l := open(t, s.ConnectionString(), quick)
		up(t, l, true)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for i := range 32 {
			all.Go(func() { _, _ = l.Append(ctx, fmt.Sprint("s", i), eventlog.NoStream, logtest.Event("x")) })
			all.Go(func() {
				for range l.Follow(ctx, 0) {
				}
			})
		}
		s.DropConnections()
		up(t, l, true)
		cancel()
		all.Wait()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the goroutines have ended", func() bool {
		others, lost := goroutines()
		return others <= before+3 && lost <= lostBefore+outages
	})
}

func TestBadConnectionStringsAreRefused(t *testing.T) {
	for _, connection := range []string{"", "http://x", "esdb://", "esdb://user:s3cret@host:port:1", "esdb://x?tls=perhaps", "esdb://user:s3cret@[::1"} {
		_, err := esdb.Open(connection, esdb.Options{})
		if !errors.Is(err, esdb.ErrConnectionString) {
			t.Errorf("%q: %v", connection, err)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: the error holds the password: %v", connection, err)
		}
	}
	for _, prefix := range []string{"a:b", "A", "$x", "-a", "a b", "hải"} {
		if _, err := esdb.Open("esdb://x", esdb.Options{Prefix: prefix}); !errors.Is(err, esdb.ErrPrefix) {
			t.Errorf("%q: %v", prefix, err)
		}
	}
}

// A client that knows the cluster finds its new leader by itself.
func TestANewLeaderIsFoundByGossip(t *testing.T) {
	first := esdbtest.Start(t, esdbtest.Options{})
	second, err := first.Peer(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := open(t, first.ClusterString(), quick)
	t.Cleanup(func() { _ = l.Close() })
	until := heard(t, l)
	until(must(t)(l.Append(t.Context(), "s", eventlog.NoStream, logtest.Event("0"))), "data 0")
	for i, leader := range []*esdbtest.Server{second, first} {
		other := map[*esdbtest.Server]*esdbtest.Server{first: second, second: first}[leader]
		leader.Lead()
		other.Stop()
		var want []string
		for n := range i + 2 {
			want = append(want, fmt.Sprint("data ", n))
		}
		until(must(t)(appendSoon(t, l, "s", eventlog.Revision(i), logtest.Event(strconv.Itoa(i+1)))), want...)
		restart(t, other, esdbtest.Restarting{})
	}
}
