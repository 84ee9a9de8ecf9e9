package socket_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"signet/graph/socket"
)

var errRevoked = fmt.Errorf("%w: revoked", socket.ErrForbidden)

func TestWhoMayNotListenAnyMoreIsClosed(t *testing.T) {
	for _, c := range []struct {
		what  string
		err   error
		tell  bool
		lasts time.Duration
		after time.Duration
		code  websocket.StatusCode
	}{
		{"at once when something tells so", errRevoked, true, 0, 0, 4403},
		{"soon when nothing does", errRevoked, false, 0, socket.Recheck, 4403},
		{"when the token expires", errRevoked, false, 2 * time.Second, 2 * time.Second, 4403},
		{"to come again when it can't be told", errors.New("the disk is gone"), true, 0, 0, websocket.StatusTryAgainLater},
	} {
		t.Run(c.what, func(t *testing.T) {
			run(t, func(o *socket.Options) { o.Lasts = func(context.Context) time.Duration { return c.lasts } }, func(a *api) {
				t := a.t
				s := a.begin()
				s.subscribe("1", "ticks")
				synctest.Wait()
				a.forbid(c.err, c.tell)
				if c.after > 0 {
					time.Sleep(c.after - time.Millisecond)
					if code := s.ended(); code != 0 {
						t.Fatalf("closed by %d before", code)
					}
					time.Sleep(time.Millisecond)
				}
				if code := s.ended(); code != c.code {
					t.Errorf("closed by %d, want %d", code, c.code)
				}
				s.expect()
			})
		})
	}
}

func TestNothingIsSentOrDoneForWhoMayNotListenAnyMore(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		listening, asking := a.begin(), a.begin()
		listening.subscribe("1", "ticks")
		synctest.Wait()
		a.forbid(errRevoked, false)
		a.ticks <- "secret"
		if code := listening.ended(); code != 4403 {
			t.Errorf("closed by %d", code)
		}
		listening.expect()
		before := a.executed.Load()
		asking.subscribe("1", "mutation")
		if code := asking.ended(); code != 4403 || a.executed.Load() != before {
			t.Errorf("closed by %d, executed %d", code, a.executed.Load()-before)
		}
		asking.expect()
	})
}

func TestWhoDoesNotAnswerIsGone(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		dead := a.begin(func(o *websocket.DialOptions) {
			o.OnPingReceived = func(context.Context, []byte) bool { return false }
		})
		living := a.begin()
		dead.subscribe("1", "ticks")
		time.Sleep(2*socket.Pulse - time.Second)
		if code := dead.ended(); code != 0 {
			t.Fatalf("closed by %d before", code)
		}
		time.Sleep(time.Second)
		if code := dead.ended(); code != -1 {
			t.Errorf("closed by %d", code)
		}
		if a.listened.Load() != 0 {
			t.Error("a subscription goes on")
		}
		time.Sleep(time.Hour)
		living.subscribe("1", "query")
		living.expect(next("1", "query"), complete("1"))
	})
}

func TestWhoTakesNothingInIsGivenUp(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		conn := newStalling()
		c := a.begin(conn.under(a))
		c.subscribe("1", "ticks")
		synctest.Wait()
		close(conn.stalled)
		fed, begun := 0, time.Now()
		for synctest.Wait(); a.listened.Load() > 0; synctest.Wait() {
			select {
			case a.ticks <- "x":
				fed++
			case <-time.After(time.Second):
			}
		}
		if took := time.Since(begun); took > socket.WritePatience+time.Second || fed > 40 {
			t.Errorf("given up after %v and %d messages", took, fed)
		}
		close(conn.resumed)
	})
}

func TestWhatWaitsForWhoWantsNoMoreOfItIsDropped(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		conn := newStalling()
		c := a.begin(conn.under(a))
		c.subscribe("1", "ticks")
		synctest.Wait()
		close(conn.stalled)
		for range 10 {
			a.ticks <- "x"
		}
		c.say(`{"type":"complete","id":"1"}`)
		synctest.Wait()
		close(conn.resumed)
		if n := len(c.heard()); n > 2 { // those that were on their way
			t.Errorf("heard %d results", n)
		}
	})
}

// stalling is a connection from which nothing is read for a while.
type stalling struct {
	net.Conn
	stalled, resumed chan struct{}
}

func newStalling() *stalling {
	return &stalling{stalled: make(chan struct{}), resumed: make(chan struct{})}
}

// under lets a client use the connection.
func (s *stalling) under(a *api) func(*websocket.DialOptions) {
	return func(o *websocket.DialOptions) {
		o.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (_ net.Conn, err error) {
			s.Conn, err = a.listener.dial(ctx, network, address)
			return s, err
		}}}
	}
}

func (s *stalling) Read(p []byte) (int, error) {
	select {
	case <-s.stalled:
		<-s.resumed
	default:
	}
	return s.Conn.Read(p)
}
