package esdbtest_test

import (
	"context"
	"errors"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"

	"signet/internal/eventlog/esdb/esdbtest"
)

// brief is how long a call may take that is not meant to be answered.
const brief = 100 * time.Millisecond

// appendFor appends an event to a stream, and gives up after a time.
func appendFor(t *testing.T, c *esdb.Client, stream string, d time.Duration) error {
	t.Helper()
	_, err := c.AppendToStream(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}, Deadline: &d}, event("{}"))
	return err
}

func stored(t *testing.T, s *esdbtest.Server, stream string) int {
	t.Helper()
	return len(must(s.Events(stream))(t))
}

func TestRefusedCalls(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	for status, want := range map[codes.Code]esdb.ErrorCode{
		codes.Unavailable: esdb.ErrorUnavailable, codes.Unauthenticated: esdb.ErrorCodeUnauthenticated,
		codes.PermissionDenied: esdb.ErrorCodeAccessDenied, codes.ResourceExhausted: esdb.ErrorCodeUnknown,
	} {
		accept := s.Refuse(status)
		if err := appendFor(t, c, "a", deadline); code(err) != want {
			t.Errorf("%s: %v", status, err)
		}
		if _, err := readStream(t, c, "a", esdb.ReadStreamOptions{}, 1); code(err) != want {
			t.Errorf("%s: %v", status, err)
		}
		if _, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{}); code(err) != want {
			t.Errorf("%s: %v", status, err)
		}
		accept()
	}
	if err := appendFor(t, c, "a", deadline); err != nil || stored(t, s, "a") != 1 {
		t.Error(err, stored(t, s, "a"))
	}
}

func TestRefusedDiscovery(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.Options{})
	accept := s.RefuseDiscovery(codes.Unavailable)
	few := func(cfg *esdb.Configuration) { cfg.MaxDiscoverAttempts = 2 }
	if err := appendFor(t, client(t, s.ConnectionString(), few), "a", deadline); err == nil {
		t.Error("a client came in")
	}
	accept()
	if err := appendFor(t, client(t, s.ConnectionString(), few), "a", deadline); err != nil {
		t.Error(err)
	}
}

func TestSlowServer(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	mustAppend(t, c, "a", esdb.NoStream{}, event("{}"))
	fast := s.Slow(esdbtest.Never)
	if err := appendFor(t, c, "a", brief); code(err) != esdb.ErrorCodeDeadlineExceeded {
		t.Error(err)
	}
	fast()
	slow := s.Slow(brief)
	begin := time.Now()
	if err := appendFor(t, c, "a", deadline); err != nil || time.Since(begin) < brief {
		t.Error(err, time.Since(begin))
	}
	slow()
	if stored(t, s, "a") != 2 {
		t.Error(stored(t, s, "a"))
	}
}

func TestReadsThatBreak(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	mustAppend(t, c, "a", esdb.NoStream{}, events(5)...)
	for _, after := range []int{0, 3, 5} {
		s.CutReadsAfter(after, 2)
		for range 2 {
			got, err := readStream(t, c, "a", esdb.ReadStreamOptions{}, 5)
			if code(err) != esdb.ErrorUnavailable || len(got) != after {
				t.Error(len(got), err)
			}
		}
		if got, err := readStream(t, c, "a", esdb.ReadStreamOptions{}, 5); err != nil || len(got) != 5 {
			t.Error(len(got), err)
		}
	}
	s.CutReadsAfter(0, 9)()
	must(readAll(t, c, esdb.ReadAllOptions{}, 5))(t)
}

func TestSubscriptionsThatBreak(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	mustAppend(t, c, "a", esdb.NoStream{}, events(3)...)
	o := esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: prefix("a")}
	s.CutSubscriptionsAfter(2, 1)
	expect(t, subscribe(t, c, o), "a@0", "a@1", "dropped")
	s.CutSubscriptionsAfter(4, 1)
	live := subscribe(t, c, o)
	expect(t, live, "a@0", "a@1", "a@2", "checkpoint", "caught up")
	mustAppend(t, c, "a", esdb.Any{}, events(2)...)
	expect(t, live, "a@3", "dropped")
	s.CutSubscriptionsAfter(0, 1)
	expect(t, subscribe(t, c, o), "dropped")
	expect(t, subscribe(t, c, o), "a@0", "a@1", "a@2", "a@3", "a@4", "checkpoint", "caught up")
	s.CutSubscriptionsAfter(0, 9)()
	expect(t, subscribe(t, c, o), "a@0")
}

func TestAnswersThatComeLate(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	s.AnswerLate(brief, 1)
	begin := time.Now()
	if err := appendFor(t, c, "a", deadline); err != nil || time.Since(begin) < brief {
		t.Error(err, time.Since(begin))
	}
	s.AnswerLate(esdbtest.Never, 1)
	if err := appendFor(t, c, "a", brief); code(err) != esdb.ErrorCodeDeadlineExceeded || stored(t, s, "a") != 2 {
		t.Error(err, stored(t, s, "a"))
	}
	s.AnswerLate(esdbtest.Never, 9)()
	if err := appendFor(t, c, "a", deadline); err != nil {
		t.Error(err)
	}
}

func TestAnswersThatAreLost(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	s.LoseAnswer(1)
	if err := appendFor(t, c, "a", deadline); code(err) != esdb.ErrorUnavailable || stored(t, s, "a") != 1 {
		t.Error(err, stored(t, s, "a"))
	}
	s.RefuseBefore(1)
	if err := appendFor(t, c, "a", deadline); code(err) != esdb.ErrorUnavailable || stored(t, s, "a") != 1 {
		t.Error(err, stored(t, s, "a"))
	}
	s.LoseAnswer(9)()
	s.RefuseBefore(9)()
	if err := appendFor(t, c, "a", deadline); err != nil || stored(t, s, "a") != 2 {
		t.Error(err, stored(t, s, "a"))
	}
}

func TestServerThatIsNotTheLeader(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.Options{})
	peer := must(s.Peer(esdbtest.Options{}))(t)
	host, text, _ := net.SplitHostPort(peer.Addr())
	port, _ := strconv.Atoi(text)
	c := client(t, s.ConnectionString())
	mustAppend(t, c, "a", esdb.NoStream{}, event("{}"))
	peer.Lead()
	back := s.NotLeader(host, port)
	if err := appendFor(t, c, "a", deadline); code(err) != esdb.ErrorCodeNotLeader {
		t.Error(err)
	}
	if _, err := c.DeleteStream(t.Context(), "a", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}}); err != nil {
		t.Error("the client did not turn to the leader:", err)
	}
	if err := appendFor(t, c, "a", deadline); err != nil || peer.Stats().Appends != 1 {
		t.Error(err, peer.Stats())
	}
	back()
	if err := appendFor(t, client(t, s.ConnectionString()), "a", deadline); err != nil {
		t.Error(err)
	}
	if err := appendFor(t, c, "b", time.Nanosecond); err == nil || errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
