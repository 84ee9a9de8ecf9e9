package esdbtest

import (
	"context"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// listen listens at an address. For a free port it tries those below the range
// from which the system gives ports to clients: else one of them could hold the
// server's port when it comes back, or meet itself there.
func listen(addr string) (net.Listener, error) {
	var config net.ListenConfig
	if addr != "" && addr != "127.0.0.1:0" {
		return config.Listen(context.Background(), "tcp", addr)
	}
	for range 100 {
		port := 15000 + rand.IntN(17000) //nolint:gosec // any will do
		if l, err := config.Listen(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return l, nil
		}
	}
	return config.Listen(context.Background(), "tcp", "127.0.0.1:0")
}

// gate is a listener whose connections can be cut and frozen.
type gate struct {
	net.Listener

	counts *counts

	mu     sync.Mutex       // guards what follows
	conns  map[string]*conn // by the client's address
	frozen chan struct{}    // closed when bytes pass again; nil while they pass
	shutUp bool
}

func newGate(l net.Listener, c *counts) *gate {
	return &gate{Listener: l, counts: c, conns: map[string]*conn{}}
}

// Accept implements net.Listener.
func (g *gate) Accept() (net.Conn, error) {
	inner, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: inner, gate: g, closed: make(chan struct{})}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shutUp {
		_ = inner.Close()
		return nil, net.ErrClosed
	}
	g.conns[inner.RemoteAddr().String()] = c
	g.counts.accepted.Add(1)
	g.counts.connections.Add(1)
	return c, nil
}

// shut closes the listener and all connections.
func (g *gate) shut() {
	g.mu.Lock()
	g.shutUp = true
	g.mu.Unlock()
	_ = g.Close()
	g.cutAll()
}

// cutAll cuts all connections.
func (g *gate) cutAll() {
	g.mu.Lock()
	all := make([]*conn, 0, len(g.conns))
	for _, c := range g.conns {
		all = append(all, c)
	}
	g.mu.Unlock()
	for _, c := range all {
		c.cut()
	}
}

// cut cuts the connection of a client.
func (g *gate) cut(client string) {
	g.mu.Lock()
	c := g.conns[client]
	g.mu.Unlock()
	if c != nil {
		c.cut()
	}
}

// freeze lets no more bytes pass, or all that are held back.
func (g *gate) freeze(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case on && g.frozen == nil:
		g.frozen = make(chan struct{})
	case !on && g.frozen != nil:
		close(g.frozen)
		g.frozen = nil
	}
}

// conn is a connection behind a gate.
type conn struct {
	net.Conn

	gate   *gate
	once   sync.Once
	closed chan struct{}
}

// pass waits while the gate is frozen. It returns false if the connection was
// closed meanwhile.
func (c *conn) pass() bool {
	for {
		c.gate.mu.Lock()
		frozen := c.gate.frozen
		c.gate.mu.Unlock()
		if frozen == nil {
			return true
		}
		select {
		case <-frozen:
		case <-c.closed:
			return false
		}
	}
}

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if !c.pass() {
		return 0, net.ErrClosed
	}
	return n, err
}

// Write implements net.Conn.
func (c *conn) Write(p []byte) (int, error) {
	if !c.pass() {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(p)
}

// Close implements net.Conn.
func (c *conn) Close() error {
	var err error
	c.once.Do(func() {
		close(c.closed)
		err = c.Conn.Close()
		c.gate.mu.Lock()
		delete(c.gate.conns, c.RemoteAddr().String())
		c.gate.mu.Unlock()
		c.gate.counts.connections.Add(-1)
	})
	return err
}

// cut closes the connection so that what was not received yet is lost.
func (c *conn) cut() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
