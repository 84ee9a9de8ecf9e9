package server

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"signet/internal/pressure"
)

// trusted are two proxies, one in front of the other.
var trusted = []string{"10.0.0.1", "10.0.0.2", "2001:db8:aaaa::/48"}

func TestFromWhereARequestHasCome(t *testing.T) {
	networks, err := pressure.ParseNetworks(trusted)
	if err != nil {
		t.Fatal(err)
	}
	const peer, proxy = "203.0.113.9:5000", "10.0.0.1:5000"
	for title, c := range map[string]struct {
		peer    string
		headers string // one in a line
		tls     bool
		address string // "" is nobody knows
		secure  bool
	}{
		"a peer":                               {peer: peer, address: "203.0.113.9"},
		"a peer by IPv6":                       {peer: "[2001:db8::1%eth0]:5000", address: "2001:db8::1"},
		"a peer by TLS":                        {peer: peer, tls: true, address: "203.0.113.9", secure: true},
		"a peer that claims to be another":     {peer: peer, headers: "X-Forwarded-For: 192.0.2.1\nForwarded: for=192.0.2.1;proto=https\nX-Forwarded-Proto: https", address: "203.0.113.9"},
		"a proxy that asks for itself":         {peer: proxy, address: "10.0.0.1"},
		"whom a proxy names":                   {peer: proxy, headers: "X-Forwarded-For: 192.0.2.1", address: "192.0.2.1"},
		"who claims to be another, to a proxy": {peer: proxy, headers: "X-Forwarded-For: 198.51.100.1, 192.0.2.1", address: "192.0.2.1"},
		"the same in two lines":                {peer: proxy, headers: "X-Forwarded-For: 198.51.100.1\nX-Forwarded-For: 192.0.2.1", address: "192.0.2.1"},
		"through two proxies":                  {peer: proxy, headers: "X-Forwarded-For: 192.0.2.1, 10.0.0.2", address: "192.0.2.1"},
		"a claim to be a proxy":                {peer: proxy, headers: "X-Forwarded-For: 127.0.0.1, 10.0.0.2, 192.0.2.1, 10.0.0.2", address: "192.0.2.1"},
		"nobody but proxies":                   {peer: proxy, headers: "X-Forwarded-For: 10.0.0.2", address: "10.0.0.2"},
		"with a port":                          {peer: proxy, headers: "X-Forwarded-For: 192.0.2.1:4711", address: "192.0.2.1"},
		"by IPv6":                              {peer: proxy, headers: "X-Forwarded-For: 2001:db8::1", address: "2001:db8::1"},
		"by IPv6 through IPv6":                 {peer: "[2001:db8:aaaa::1]:1", headers: "X-Forwarded-For: [2001:db8::1]:4711", address: "2001:db8::1"},
		"IPv4 as IPv6":                         {peer: "[::ffff:10.0.0.1]:1", headers: "X-Forwarded-For: ::ffff:192.0.2.1", address: "192.0.2.1"},
		"what is no address":                   {peer: proxy, headers: "X-Forwarded-For: 192.0.2.1, unknown"},
		"what is none before the first":        {peer: proxy, headers: "X-Forwarded-For: evil, 192.0.2.1", address: "192.0.2.1"},
		"Forwarded":                            {peer: proxy, headers: "Forwarded: for=192.0.2.1", address: "192.0.2.1"},
		"Forwarded, with all that it may have": {peer: proxy, headers: `Forwarded: for="198.51.100.1, x";by=_a, By=10.0.0.1 ; FOR="[2001:db8::1]:4711"; Proto=HTTPS;host="a;b"`, address: "2001:db8::1", secure: true},
		"Forwarded, through two proxies":       {peer: proxy, headers: "Forwarded: for=192.0.2.1;proto=https, for=10.0.0.2;proto=http", address: "192.0.2.1", secure: true},
		"Forwarded by somebody hidden":         {peer: proxy, headers: "Forwarded: for=192.0.2.1, for=_hidden"},
		"Forwarded twice in one":               {peer: proxy, headers: "Forwarded: for=192.0.2.1;for=192.0.2.2"},
		"Forwarded without anybody":            {peer: proxy, headers: "Forwarded: proto=https", secure: true},
		"both, of the same":                    {peer: proxy, headers: "X-Forwarded-For: 192.0.2.1\nForwarded: for=192.0.2.1", address: "192.0.2.1"},
		"both, of two":                         {peer: proxy, headers: "X-Forwarded-For: 192.0.2.1\nForwarded: for=198.51.100.1"},
		"TLS at the proxy":                     {peer: proxy, headers: "X-Forwarded-For: 192.0.2.1\nX-Forwarded-Proto: HTTPS", address: "192.0.2.1", secure: true},
		"none at the proxy":                    {peer: proxy, headers: "X-Forwarded-For: 192.0.2.1\nX-Forwarded-Proto: https, http", address: "192.0.2.1"},
		"a peer that is no address":            {peer: "@", headers: "X-Forwarded-For: 192.0.2.1"},
	} {
		t.Run(title, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.peer
			if c.tls {
				r.TLS = &tls.ConnectionState{}
			}
			for line := range strings.Lines(c.headers) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				r.Header.Add(name, value)
			}
			got := proxies(networks).arrival(r)
			want := netip.Addr{}
			if c.address != "" {
				want = netip.MustParseAddr(c.address)
			}
			if got.address != want || got.secure != c.secure {
				t.Errorf("%v, secure %v", got.address, got.secure)
			}
			r = r.WithContext(withArrival(r.Context(), got))
			if Address(r) != want || secure(r) != c.secure {
				t.Error("the context tells something else")
			}
		})
	}
}

// Whatever stands in the headers, somebody who is no proxy is himself; and whom a proxy
// names last is that one, or nobody.
func FuzzWhoIsForwarded(f *testing.F) {
	for _, s := range []string{"", "192.0.2.1", "for=192.0.2.1", `for="[2001:db8::1]:80";proto=https, for=_x`, `"`, `\`, `for="\"`, "a,b,,c", "for=;;=", "[", "[]:1", "unknown"} {
		f.Add(s, s)
	}
	networks, err := pressure.ParseNetworks(trusted)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, listed, forwarded string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["X-Forwarded-For"], r.Header["Forwarded"] = []string{listed}, []string{forwarded}
		r.RemoteAddr = "203.0.113.9:1"
		if got := proxies(networks).arrival(r); got.address != netip.MustParseAddr("203.0.113.9") || got.secure {
			t.Errorf("a stranger is %v", got)
		}
		r.RemoteAddr = "10.0.0.1:1"
		_ = proxies(networks).arrival(r)
		r.Header["X-Forwarded-For"], r.Header["Forwarded"] = []string{listed, "192.0.2.1"}, []string{forwarded, "for=192.0.2.1"}
		if got := proxies(networks).arrival(r); got.address != netip.MustParseAddr("192.0.2.1") {
			t.Errorf("whom the proxy names is %v", got.address)
		}
	})
}
