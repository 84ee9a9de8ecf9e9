package esdbtest_test

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"golang.org/x/net/http2"

	"signet/internal/eventlog/esdb/esdbtest"
)

// dials tells whether the server's port takes a connection.
func dials(t *testing.T, s *esdbtest.Server) bool {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", s.Addr())
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}

func TestServerThatIsAway(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	mustAppend(t, c, "a", esdb.NoStream{}, event("{}"))
	sub := subscribe(t, c, esdb.SubscribeToAllOptions{From: esdb.End{}})
	expect(t, sub, "caught up")
	addr := s.Addr()
	s.Stop()
	s.Stop()
	if dials(t, s) || s.Stats().Connections != 0 || s.Stats().Subscriptions != 0 {
		t.Errorf("it is not away: %+v", s.Stats())
	}
	expect(t, sub, "dropped")
	if err := s.Restart(esdbtest.Restarting{}); err != nil {
		t.Fatal(err)
	}
	if s.Addr() != addr {
		t.Errorf("%s, not %s", s.Addr(), addr)
	}
	eventually(t, "the same client comes back", func() bool { return appendFor(t, c, "a", deadline) == nil })
}

func TestStopWaitsForNobody(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.Options{})
	var d net.Dialer
	silent := must(d.DialContext(t.Context(), "tcp", s.Addr()))(t)
	defer silent.Close()
	eventually(t, "it is connected", func() bool { return s.Stats().Connections == 1 })
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		s.Stop()
	}()
	select {
	case <-stopped:
	case <-time.After(deadline):
		t.Fatal("it waits for a client that says nothing")
	}
}

func TestServerThatIsNotReady(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	if err := s.Restart(esdbtest.Restarting{NotReady: time.Hour}); err != nil {
		t.Fatal(err)
	}
	if err := appendFor(t, c, "a", deadline); code(err) != esdb.ErrorUnavailable {
		t.Error(err)
	}
	if err := s.Restart(esdbtest.Restarting{NotReady: 50 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is ready", func() bool { return appendFor(t, c, "a", deadline) == nil })
}

func TestFrozenServer(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	mustAppend(t, c, "a", esdb.NoStream{}, event("{}"))
	sub := subscribe(t, c, esdb.SubscribeToAllOptions{From: esdb.End{}})
	expect(t, sub, "caught up")
	thaw := s.Freeze()
	if err := appendFor(t, c, "a", brief); code(err) != esdb.ErrorCodeDeadlineExceeded {
		t.Error(err)
	}
	if !dials(t, s) {
		t.Error("it takes no connection")
	}
	if err := s.Noise("b", 1); err != nil {
		t.Fatal(err)
	}
	thaw()
	s.Thaw()
	eventually(t, "the append arrives late, or was given up", func() bool { return appendFor(t, c, "c", deadline) == nil })
	for next(t, sub) != "c@0" { // it lives
	}
	s.Freeze()
	s.Stop() // must not hang
	if err := s.Restart(esdbtest.Restarting{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a server that was started again is not frozen", func() bool { return appendFor(t, c, "c", deadline) == nil })
}

// The client pings after 10 s at the earliest, and waits for the answer.
func TestKeepaliveNoticesAFrozenServer(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: takes 11 s")
	}
	t.Parallel()
	s := esdbtest.Start(t, esdbtest.Options{})
	c := client(t, s.ConnectionString(), func(cfg *esdb.Configuration) {
		cfg.KeepAliveInterval, cfg.KeepAliveTimeout = 10*time.Second, time.Second
	})
	sub := subscribe(t, c, esdb.SubscribeToAllOptions{From: esdb.End{}})
	expect(t, sub, "caught up")
	s.Freeze()
	expect(t, sub, "dropped")
}

func TestDroppedConnections(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	sub := subscribe(t, c, esdb.SubscribeToAllOptions{From: esdb.End{}})
	expect(t, sub, "caught up")
	if got := s.Stats(); got.Connections != 1 || got.Subscriptions != 1 {
		t.Errorf("%+v", got)
	}
	never := s.AnswerLate(esdbtest.Never, 1)
	ended := make(chan error, 1)
	go func() { ended <- appendFor(t, c, "a", deadline) }()
	eventually(t, "it is written", func() bool { return stored(t, s, "a") == 1 })
	expect(t, sub, "a@0")
	s.DropConnections()
	expect(t, sub, "dropped")
	if err := <-ended; code(err) != esdb.ErrorUnavailable {
		t.Error(err)
	}
	never()
	eventually(t, "the client comes back", func() bool { return appendFor(t, c, "a", deadline) == nil })
	eventually(t, "the old connection is forgotten", func() bool { return s.Stats().Connections == 1 })
}

// The client pings every 10 s whether or not it asks something, which gRPC by
// default takes for an attack. Pings every 5 s are the most that is allowed.
func TestIdleClientsMayPing(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: takes 16 s")
	}
	t.Parallel()
	s := esdbtest.Start(t, esdbtest.Options{})
	var d net.Dialer
	conn := must(d.DialContext(t.Context(), "tcp", s.Addr()))(t)
	defer conn.Close()
	if _, err := conn.Write([]byte(http2.ClientPreface)); err != nil {
		t.Fatal(err)
	}
	frames := http2.NewFramer(conn, conn)
	if err := frames.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	again := time.NewTicker(5100 * time.Millisecond)
	defer again.Stop()
	for n := byte(1); n <= 4; n++ { // gRPC forgives three
		if err := frames.WritePing(false, [8]byte{n}); err != nil {
			t.Fatal(err)
		}
		for answered := false; !answered; {
			switch f := must(frames.ReadFrame())(t).(type) {
			case *http2.PingFrame:
				answered = f.IsAck() && f.Data == [8]byte{n}
			case *http2.GoAwayFrame:
				t.Fatal(f)
			}
		}
		if n < 4 {
			<-again.C
		}
	}
	// Whether the last ping was one too many is said behind its answer.
	if err := conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for {
		f, err := frames.ReadFrame()
		if err != nil {
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error(err)
			}
			return
		}
		if goAway, ok := f.(*http2.GoAwayFrame); ok {
			t.Fatal(goAway)
		}
	}
}
