package pressure_test

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"signet/internal/pressure"
)

// peer is a connection from somewhere.
type peer struct {
	net.Conn

	from   string
	closed bool
}

func (p *peer) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(p.from))
}

func (p *peer) Close() error {
	p.closed = true
	return nil
}

func TestConnectionsAreBounded(t *testing.T) {
	var refused []pressure.Reason
	c := pressure.Connections{
		Most: 5, PerAddress: 2, Shared: netip.Addr.IsLoopback,
		Refused: func(r pressure.Reason) { refused = append(refused, r) },
	}
	open := func(from string) *peer {
		p := &peer{from: from}
		c.State(p, http.StateNew)
		if !p.closed {
			c.State(p, http.StateActive)
		}
		return p
	}
	one := open("192.0.2.1:1")
	if one.closed || open("192.0.2.1:2").closed || !open("192.0.2.1:3").closed {
		t.Error("an address has another number of connections")
	}
	if open("127.0.0.1:1").closed || open("127.0.0.1:2").closed || open("127.0.0.1:3").closed {
		t.Error("many callers come from one address, and are not let in")
	}
	six := open("192.0.2.9:1")
	if !six.closed {
		t.Error("there are more than there may be")
	}
	c.State(six, http.StateClosed) // nothing that was counted
	if !open("192.0.2.9:2").closed {
		t.Error("what was refused made room")
	}
	c.State(one, http.StateIdle)
	c.State(one, http.StateClosed)
	c.State(one, http.StateClosed)
	if open("192.0.2.1:4").closed {
		t.Error("one that was closed is counted")
	}
	if !slices.Equal(refused, slices.Repeat([]pressure.Reason{pressure.TooManyConnections}, 3)) {
		t.Errorf("%v", refused)
	}
	none := pressure.Connections{}
	for range 100 {
		p := &peer{from: "192.0.2.1:1"}
		if none.State(p, http.StateNew); p.closed {
			t.Fatal("there is no bound")
		}
	}
}

func FuzzParseNetworks(f *testing.F) {
	for _, text := range []string{"10.1.0.0/16", "10.1.2.3/16", " 192.0.2.1 ", "2001:db8::/32", "::1", "::ffff:10.0.0.0/104", "10.1.0.0/33", "example.org", "", "10.1.0.0/16,10.2.0.0/16", "fe80::1%eth0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		networks, err := pressure.ParseNetworks([]string{text})
		if err != nil {
			return
		}
		if len(networks) != 1 || !networks[0].IsValid() || networks[0] != networks[0].Masked() {
			t.Errorf("%q is %v", text, networks)
		}
		if again, err := pressure.ParseNetworks([]string{networks[0].String()}); err != nil || again[0] != networks[0] {
			t.Errorf("%v is read as %v, %v", networks[0], again, err)
		}
		if a, err := netip.ParseAddr(strings.TrimSpace(text)); err == nil && a.Zone() == "" && !networks[0].Contains(a.Unmap()) {
			t.Errorf("%v does not hold %v", networks[0], a)
		}
	})
}
