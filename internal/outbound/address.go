package outbound

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"syscall"
)

// ErrAddress: the address is one that nothing is sent to.
var ErrAddress = errors.New("outbound: the address is forbidden")

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, text := range list {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// The networks that are not somebody else's public server, see
// https://www.iana.org/assignments/iana-ipv4-special-registry and
// https://www.iana.org/assignments/iana-ipv6-special-registry.
var (
	forbidden4 = prefixes(
		"0.0.0.0/8",        // this network, and unspecified
		"10.0.0.0/8",       // private
		"100.64.0.0/10",    // shared, behind a carrier's NAT
		"127.0.0.0/8",      // loopback
		"168.63.129.16/32", // the host of a virtual machine in Azure, though it looks public
		"169.254.0.0/16",   // link-local, and the metadata of most clouds
		"172.16.0.0/12",    // private
		"192.0.0.0/24",     // protocol assignments
		"192.0.2.0/24",     // documentation
		"192.88.99.0/24",   // relays of 6to4, retired
		"192.168.0.0/16",   // private
		"198.18.0.0/15",    // benchmarks
		"198.51.100.0/24",  // documentation
		"203.0.113.0/24",   // documentation
		"224.0.0.0/4",      // multicast
		"240.0.0.0/4",      // reserved, and broadcast
	)
	// Everything outside of 2000::/3 is forbidden as well: unspecified, loopback,
	// IPv4-compatible, local NAT64, discard, unique local (fc00::/7), link-local
	// (fe80::/10), site-local (fec0::/10), multicast, and what is not yet given out.
	global6    = netip.MustParsePrefix("2000::/3")
	forbidden6 = prefixes(
		"2001::/23",     // protocol assignments, benchmarks, ORCHID; Teredo is looked into before
		"2001:db8::/32", // documentation
		"3fff::/20",     // documentation
	)
	nat64     = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052
	sixToFour = netip.MustParsePrefix("2002::/16")    // RFC 3056
	teredo    = netip.MustParsePrefix("2001::/32")    // RFC 4380
)

// Permitted tells whether something may be sent to the address: it is public, or in
// a network that the operator allows. IPv4 networks are written as such.
func Permitted(addr netip.Addr, allow []netip.Prefix) bool {
	if !addr.IsValid() || addr.Zone() != "" {
		return false
	}
	// The system connects to ::ffff:10.0.0.1 as to 10.0.0.1.
	addr = addr.Unmap()
	within := func(p netip.Prefix) bool { return p.Contains(addr) }
	if slices.ContainsFunc(allow, within) {
		return true
	}
	if addr.Is4() {
		return !slices.ContainsFunc(forbidden4, within)
	}
	b := addr.As16()
	// Who is reached through a translator is named inside of the address. What the
	// operator allows is not asked for it: another network's 10.0.0.1 is not ours.
	switch {
	case nat64.Contains(addr):
		return Permitted(four(b[12:]), nil)
	case sixToFour.Contains(addr):
		return Permitted(four(b[2:]), nil)
	case teredo.Contains(addr):
		return Permitted(four(b[4:]), nil) && Permitted(four([]byte{^b[12], ^b[13], ^b[14], ^b[15]}), nil)
	}
	return global6.Contains(addr) && !slices.ContainsFunc(forbidden6, within)
}

func four(b []byte) netip.Addr { return netip.AddrFrom4([4]byte(b)) }

// Check decides about one connection: see net.Dialer.ControlContext.
type Check = func(ctx context.Context, network, address string, c syscall.RawConn) error

// Guard is asked about the very address that is connected to, when names have been
// resolved, so that no answer of a name server can come between the check and the
// use. It answers ErrAddress unless the address is [Permitted] and the port is one of
// those named; if none is, all but 0 are good.
func Guard(allow []netip.Prefix, ports ...uint16) Check {
	return func(_ context.Context, network, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || to.Port() == 0 || !strings.HasPrefix(network, "tcp") || !Permitted(to.Addr(), allow) ||
			len(ports) > 0 && !slices.Contains(ports, to.Port()) {
			return ErrAddress
		}
		return nil
	}
}

// Numeric tells whether a host that is no usual address would still be read as one
// by some resolvers: 127.1, 0x7f.0.0.1, 2130706433. No top-level domain is a
// number; see "ends in a number" in https://url.spec.whatwg.org.
func Numeric(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if hex, ok := strings.CutPrefix(strings.ToLower(last), "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last == "" || strings.Trim(last, "0123456789") == ""
}
