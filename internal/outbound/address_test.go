package outbound

import (
	"net/netip"
	"testing"
)

func TestWhereNothingIsSent(t *testing.T) {
	for _, c := range []struct{ kind, public, forbidden string }{
		{"unspecified", "1.0.0.0", "0.0.0.0"},
		{"this network", "1.0.0.0", "0.255.255.255"},
		{"private, 10/8, first", "9.255.255.255", "10.0.0.0"},
		{"private, 10/8, last", "11.0.0.0", "10.255.255.255"},
		{"CGNAT, first", "100.63.255.255", "100.64.0.0"},
		{"CGNAT, last", "100.128.0.0", "100.127.255.255"},
		{"loopback, first", "126.255.255.255", "127.0.0.0"},
		{"loopback", "128.0.0.1", "127.0.0.1"},
		{"loopback, last", "128.0.0.0", "127.255.255.255"},
		{"the host of a machine in Azure", "168.63.129.17", "168.63.129.16"},
		{"link-local, first", "169.253.255.255", "169.254.0.0"},
		{"metadata of clouds", "169.255.0.0", "169.254.169.254"},
		{"private, 172.16/12, first", "172.15.255.255", "172.16.0.0"},
		{"private, 172.16/12, last", "172.32.0.0", "172.31.255.255"},
		{"protocol assignments", "192.0.1.0", "192.0.0.8"},
		{"documentation, 1", "192.0.3.0", "192.0.2.1"},
		{"relays of 6to4", "192.88.98.1", "192.88.99.1"},
		{"private, 192.168/16", "192.169.0.0", "192.168.1.1"},
		{"benchmarks, first", "198.17.255.255", "198.18.0.0"},
		{"benchmarks, last", "198.20.0.0", "198.19.255.255"},
		{"documentation, 2", "198.51.101.0", "198.51.100.7"},
		{"documentation, 3", "203.0.114.0", "203.0.113.7"},
		{"multicast, first", "223.255.255.255", "224.0.0.1"},
		{"multicast, last", "8.8.8.8", "239.255.255.255"},
		{"reserved", "1.1.1.1", "240.0.0.1"},
		{"broadcast", "1.1.1.1", "255.255.255.255"},

		{"unspecified, v6", "2606:4700::1111", "::"},
		{"loopback, v6", "2606:4700::1111", "::1"},
		{"IPv4-compatible", "2606:4700::1111", "::8.8.8.8"},
		{"unique local, first", "2a00::1", "fc00::1"},
		{"unique local, metadata of a cloud", "2a00::1", "fd00:ec2::254"},
		{"link-local, v6", "2a00::1", "fe80::1"},
		{"link-local, v6, last", "2a00::1", "febf::1"},
		{"link-local, v6, with a zone", "2a00::1", "fe80::1%lo"},
		{"public, v6, with a zone", "2a00::1", "2a00::1%lo"},
		{"mapped, with a zone", "::ffff:8.8.8.8", "::ffff:8.8.8.8%lo"},
		{"site-local", "2a00::1", "fec0::1"},
		{"multicast, v6", "2a00::1", "ff02::1"},
		{"documentation, v6", "2001:db9::1", "2001:db8::1"},
		{"documentation, v6, new", "3fff:1000::1", "3fff::1"},
		{"benchmarks, v6", "2001:200::1", "2001:2::1"},
		{"ORCHID", "2001:200::1", "2001:20::1"},
		{"discard", "2a00::1", "100::1"},
		{"segment routing", "2a00::1", "5f00::1"},
		{"translated, SIIT", "2a00::1", "::ffff:0:127.0.0.1"},

		{"mapped loopback", "::ffff:8.8.8.8", "::ffff:127.0.0.1"},
		{"mapped metadata", "::ffff:8.8.8.8", "::ffff:169.254.169.254"},
		{"NAT64 of loopback", "64:ff9b::8.8.8.8", "64:ff9b::127.0.0.1"},
		{"NAT64 of private", "64:ff9b::8.8.8.8", "64:ff9b::10.0.0.1"},
		{"NAT64 of metadata", "64:ff9b::8.8.8.8", "64:ff9b::169.254.169.254"},
		{"NAT64 that is only local", "64:ff9b::8.8.8.8", "64:ff9b:1::8.8.8.8"},
		{"6to4 of loopback", "2002:808:808::1", "2002:7f00:1::1"},
		{"6to4 of private", "2002:808:808::1", "2002:c0a8:101::1"},
		{"6to4 of metadata", "2002:808:808::1", "2002:a9fe:a9fe::1"},
		{"Teredo of a private server", "2001:0:808:808::f7f7:f7f7", "2001:0:a00:1::f7f7:f7f7"},
		{"Teredo of a loopback client", "2001:0:808:808::f7f7:f7f7", "2001:0:808:808::80ff:fffe"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			if addr := netip.MustParseAddr(c.forbidden); Permitted(addr, nil) {
				t.Errorf("something would be sent to %s", addr)
			}
			if addr := netip.MustParseAddr(c.public); !Permitted(addr, nil) {
				t.Errorf("nothing would be sent to %s", addr)
			}
		})
	}
	if Permitted(netip.Addr{}, nil) {
		t.Error("no address at all would be sent to")
	}
}

func TestNetworksThatTheOperatorAllows(t *testing.T) {
	allow := prefixes("10.1.0.0/16", "fd00:1::/32", "127.0.0.1/32")
	for name, c := range map[string]struct {
		address string
		want    bool
	}{
		"inside":                             {"10.1.2.3", true},
		"inside, as the system connects":     {"::ffff:10.1.2.3", true},
		"beside":                             {"10.2.0.1", false},
		"inside, v6":                         {"fd00:1::5", true},
		"beside, v6":                         {"fd00:2::5", false},
		"inside, v6, with a zone":            {"fd00:1::5%lo", false},
		"public is still so":                 {"8.8.8.8", true},
		"metadata is still not":              {"169.254.169.254", false},
		"through somebody's NAT64 it is not": {"64:ff9b::10.1.2.3", false},
		"through somebody's 6to4 it is not":  {"2002:a01:203::1", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Permitted(netip.MustParseAddr(c.address), allow); got != c.want {
				t.Errorf("%s: %t", c.address, got)
			}
		})
	}
}

func TestTheGuardLooksAtThePlaceOfTheConnection(t *testing.T) {
	open, few := Guard(prefixes("127.0.0.1/32")), Guard(prefixes("127.0.0.1/32"), 80, 443)
	for name, c := range map[string]struct {
		network, address string
		open, few        bool
	}{
		"public":              {"tcp4", "8.8.8.8:443", true, true},
		"public, v6":          {"tcp6", "[2a00::1]:443", true, true},
		"allowed":             {"tcp4", "127.0.0.1:80", true, true},
		"a database":          {"tcp4", "8.8.8.8:6379", true, false},
		"forbidden":           {"tcp4", "127.0.0.2:80", false, false},
		"forbidden, v6":       {"tcp6", "[::1]:443", false, false},
		"with a zone":         {"tcp6", "[fe80::1%lo]:443", false, false},
		"port 0":              {"tcp4", "8.8.8.8:0", false, false},
		"not TCP":             {"udp4", "8.8.8.8:443", false, false},
		"a file of a machine": {"unix", "/run/docker.sock", false, false},
		"a name":              {"tcp4", "localhost:80", false, false},
		"nothing":             {"tcp", "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := open(t.Context(), c.network, c.address, nil); (err == nil) != c.open {
				t.Error(err)
			}
			if err := few(t.Context(), c.network, c.address, nil); (err == nil) != c.few {
				t.Errorf("with ports: %v", err)
			}
		})
	}
}

// An embedded address is never better than by itself.
func FuzzAddress(f *testing.F) {
	for _, text := range []string{"127.0.0.1", "8.8.8.8", "::1", "2a00::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:808:808::80ff:fffe"} {
		f.Add(netip.MustParseAddr(text).AsSlice())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		addr, ok := netip.AddrFromSlice(b)
		if !ok || !Permitted(addr, nil) {
			return
		}
		plain := addr.Unmap()
		if plain.IsPrivate() || plain.IsLoopback() || plain.IsMulticast() || plain.IsUnspecified() || plain.IsLinkLocalUnicast() || !plain.IsGlobalUnicast() {
			t.Errorf("something would be sent to %s", addr)
		}
	})
}
