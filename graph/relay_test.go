package graph_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// relay stands between clients and the server, so that it can be restarted.
type relay struct {
	t       *testing.T
	url     string
	to      string
	streams chan struct{} // each stream of events that begins

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

func newRelay(t *testing.T, url string) *relay {
	t.Helper()
	r := &relay{t: t, to: strings.TrimPrefix(url, "http://"), streams: make(chan struct{}, 1000)}
	r.listen("127.0.0.1:0")
	r.url = "http://" + r.listener.Addr().String()
	t.Cleanup(r.stop)
	return r
}

func (r *relay) listen(address string) {
	r.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(r.t.Context(), "tcp", address)
	if err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	r.listener = l
	r.mu.Unlock()
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := (&net.Dialer{}).DialContext(r.t.Context(), "tcp", r.to)
			if err != nil {
				_ = from.Close()
				continue
			}
			r.mu.Lock()
			r.conns = append(r.conns, from, to)
			r.mu.Unlock()
			go r.pass(to, from)
			go r.pass(from, watched{to, r.streams})
		}
	}()
}

func (r *relay) pass(to io.WriteCloser, from io.Reader) {
	_, _ = io.Copy(to, from) // an error is that one of them has gone
	_ = to.Close()
}

func (r *relay) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.listener.Close()
	for _, c := range r.conns {
		_ = c.Close()
	}
	r.conns = nil
}

// forget forgets the streams that have begun.
func (r *relay) forget() {
	for len(r.streams) > 0 {
		<-r.streams
	}
}

func (r *relay) restart() {
	r.t.Helper()
	address := r.listener.Addr().String()
	r.stop()
	r.listen(address)
}

// watched tells of each stream of events that begins.
type watched struct {
	io.Reader
	streams chan<- struct{}
}

func (w watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	for range bytes.Count(p[:n], []byte("Content-Type: text/event-stream")) {
		w.streams <- struct{}{}
	}
	return n, err
}
