package server

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are in memory, so that time can be a fake one.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	close(p.done)
	return nil
}

func (pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// connect serves a handler, as the program does, to one connection. It is for a bubble
// of synctest, and ends with it.
func connect(t *testing.T, h http.HandlerFunc) net.Conn {
	t.Helper()
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := newAnswered(w)
		defer pace(a, r)()
		h(a, r)
	})}
	Configure(s)
	l := pipes{make(chan net.Conn), make(chan struct{})}
	go func() { _ = s.Serve(l) }()
	ours, theirs := net.Pipe()
	l.conns <- theirs
	t.Cleanup(func() {
		_ = s.Close()
		_ = ours.Close()
	})
	return ours
}

// until reads until the connection is closed, and tells when that was.
func until(conn net.Conn) (text string, took time.Duration) {
	began := time.Now()
	all, _ := io.ReadAll(conn) // how it ends is not told by a pipe
	return string(all), time.Since(began)
}

func write(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

// trickle sends a byte each second, of the fake clock, until it is cut off or stopped.
func trickle(conn net.Conn, text string) (stop func()) {
	var sending sync.WaitGroup
	stopped := make(chan struct{})
	sending.Go(func() {
		for i := range text {
			if _, err := io.WriteString(conn, text[i:i+1]); err != nil {
				return
			}
			select {
			case <-time.After(time.Second):
			case <-stopped:
				return
			}
		}
	})
	return func() {
		close(stopped)
		_ = conn.Close()
		sending.Wait()
	}
}

func TestWhoSendsHeadersSlowlyIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := connect(t, func(http.ResponseWriter, *http.Request) { t.Error("it was served") })
		defer trickle(conn, "GET / HTTP/1.1\r\nHost: registry.example\r\nX-"+strings.Repeat("a", 100))()
		if _, took := until(conn); took != 10*time.Second {
			t.Errorf("after %v", took)
		}
	})
}

func TestHeadersThatAreTooLongAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := connect(t, func(http.ResponseWriter, *http.Request) { t.Error("it was served") })
		go func() {
			_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: registry.example\r\nX: "+strings.Repeat("a", 100<<10)+"\r\n\r\n") // it is cut off
		}()
		if text, _ := until(conn); !strings.HasPrefix(text, "HTTP/1.1 431 ") {
			t.Errorf("%.60q", text)
		}
	})
}

func TestWhoSendsABodySlowlyIsCutOff(t *testing.T) {
	for title, c := range map[string]struct {
		trickles bool
		most     time.Duration
	}{
		"one that stands still": {false, stall},
		"one that trickles":     {true, stall + time.Second},
	} {
		t.Run(title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				read := make(chan error, 1)
				conn := connect(t, func(w http.ResponseWriter, r *http.Request) {
					_, err := io.Copy(io.Discard, r.Body)
					read <- err
					http.Error(w, "too slow", http.StatusRequestTimeout)
				})
				began := time.Now()
				write(t, conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
				if c.trickles {
					defer trickle(conn, strings.Repeat("a", 1000))()
				}
				go until(conn)
				if err := <-read; !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) > c.most {
					t.Errorf("%v after %v", err, time.Since(began))
				}
			})
		})
	}
}

func TestAnUploadMayTakeLongIfItMovesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const part, parts = 2 * slowest, 120
		read := make(chan int64, 1)
		conn := connect(t, func(_ http.ResponseWriter, r *http.Request) {
			n, err := io.Copy(io.Discard, r.Body)
			if err != nil {
				t.Error(err)
			}
			read <- n
		})
		go until(conn)
		write(t, conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "+strconv.Itoa(part*parts)+"\r\n\r\n")
		for range parts {
			write(t, conn, strings.Repeat("a", part))
			time.Sleep(time.Second) // of the fake clock
		}
		if n := <-read; n != part*parts {
			t.Errorf("%d bytes", n)
		}
	})
}

func TestWhoReadsAnAnswerSlowlyIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wrote := make(chan error, 1)
		conn := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			var err error
			for err == nil {
				_, err = w.Write(make([]byte, portion))
			}
			wrote <- err
		})
		began := time.Now()
		write(t, conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if _, err := io.ReadFull(conn, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		if err := <-wrote; !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != unread {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestAConnectionThatIsIdleIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := connect(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		write(t, conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || res.StatusCode != http.StatusNoContent {
			t.Fatal(res, err)
		}
		defer res.Body.Close()
		if text, took := until(conn); text != "" || took != 2*time.Minute {
			t.Errorf("%q after %v", text, took)
		}
	})
}
