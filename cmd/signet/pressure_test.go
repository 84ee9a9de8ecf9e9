package main

import (
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"signet/internal/metrics"
)

func TestFlagsOfPressure(t *testing.T) {
	for title, c := range map[string]struct {
		args string
		good bool
	}{
		"those that nobody gives": {"", true},
		"no limits":               {"--rate-limit=off --token-rate-limit=off", true},
		"others":                  {"--rate-limit=0.5 --rate-burst=3 --token-rate-limit=1e6 --token-rate-burst=9 --rate-exempt=10.1.0.0/16,::1 --trusted-proxies=10.1.2.3 --max-connections=1", true},
		"a rate of nothing":       {"--rate-limit=0", false},
		"a rate that is none":     {"--rate-limit=NaN", false},
		"a burst of nothing":      {"--rate-burst=0", false},
		"no connections":          {"--max-connections=0", false},
		"a network that is none":  {"--rate-exempt=10.1.0.0/40", false},
		"a proxy by its name":     {"--trusted-proxies=proxy.example", false},
	} {
		t.Run(title, func(t *testing.T) {
			var o pressureOptions
			flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
			flags.SetOutput(io.Discard)
			o.flags(flags)
			err := flags.Parse(strings.Fields(c.args))
			if err == nil {
				_, err = o.rules()
			}
			if (err == nil) != c.good {
				t.Error(err)
			}
		})
	}
}

func TestProxiesHaveNoBoundOfConnections(t *testing.T) {
	o := pressureOptions{addressBurst: 1, tokenBurst: 1, connections: 100, exempt: []string{"10.1.0.0/16"}, proxies: []string{"192.0.2.7"}}
	r, err := o.rules()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"10.1.2.3": true, "192.0.2.7": true, "127.0.0.1": true, "::1": true, "192.0.2.8": false, "10.2.0.1": false} {
		if got := r.connections.Shared(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// A server that has all its connections goes on answering those.
func TestConnectionsThatAreTooManyAreClosed(t *testing.T) {
	o := pressureOptions{addressBurst: 1, tokenBurst: 1, connections: 2}
	r, err := o.rules()
	if err != nil {
		t.Fatal(err)
	}
	m := metrics.New("1")
	r.countedBy(m)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.NotFoundHandler(), ConnState: r.connections.State, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(func() { _ = s.Close() })
	open := func() net.Conn {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	answers := func(conn net.Conn) bool {
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") // an error is seen below
		n, _ := conn.Read(make([]byte, 1))
		return n == 1
	}
	one, two := open(), open()
	if !answers(one) || !answers(two) || answers(open()) {
		t.Error("another number of connections is served")
	}
	if !answers(one) {
		t.Error("one that was open is not served any more")
	}
	families, err := m.Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, series := range f.GetMetric() {
			if f.GetName() == "signet_refused_total" && series.GetLabel()[0].GetValue() == "connections" && series.GetCounter().GetValue() != 1 {
				t.Errorf("%v were counted", series.GetCounter().GetValue())
			}
		}
	}
}
