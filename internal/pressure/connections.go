package pressure

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// Connections bounds how many a server has, and how many of them come from one address:
// what is over that is closed at once, so that those who wait for nothing do not keep
// out those who ask. Connections that were given away (WebSockets) are not counted
// any more. The zero value bounds nothing.
type Connections struct {
	// Most is how many there may be; 0 is any number.
	Most int
	// PerAddress is how many of them may come from one network as [Network] counts it;
	// 0 is any number.
	PerAddress int
	// Shared tells whether many callers come from an address, which is then not counted:
	// a proxy's. Nil says so of none.
	Shared func(netip.Addr) bool
	// Refused is told of each that was closed; nobody is if it is nil.
	Refused func(Reason)

	mu    sync.Mutex
	open  map[net.Conn]netip.Addr // guarded by mu: all that are counted
	count map[netip.Addr]int      // guarded by mu
}

// State is for http.Server.ConnState.
func (c *Connections) State(conn net.Conn, state http.ConnState) {
	switch state { //nolint:exhaustive // the others neither begin nor end one
	case http.StateNew:
		if !c.opened(conn) {
			_ = conn.Close() // the server finds it closed when it reads
			if c.Refused != nil {
				c.Refused(TooManyConnections)
			}
		}
	case http.StateHijacked, http.StateClosed:
		c.closed(conn)
	}
}

func (c *Connections) opened(conn net.Conn) bool {
	var from netip.Addr
	if at, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
		from = Network(at.Addr())
	}
	counts := c.PerAddress > 0 && (c.Shared == nil || !c.Shared(from))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Most > 0 && len(c.open) >= c.Most || counts && c.count[from] >= c.PerAddress {
		return false
	}
	if c.open == nil {
		c.open, c.count = map[net.Conn]netip.Addr{}, map[netip.Addr]int{}
	}
	c.open[conn] = from
	c.count[from]++
	return true
}

func (c *Connections) closed(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from, counted := c.open[conn]
	if !counted {
		return
	}
	delete(c.open, conn)
	if c.count[from]--; c.count[from] == 0 {
		delete(c.count, from)
	}
}
