package outbound

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"signet/internal/outbound/outboundtest"
)

func get(t *testing.T, transport *http.Transport, to string) error {
	t.Helper()
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request)
	if err == nil {
		_ = response.Body.Close()
	}
	return err
}

func TestEveryConnectionPassesTheCheck(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	var asked []string
	transport := NewTransport(Limits{}, func(_ context.Context, _, address string, _ syscall.RawConn) error {
		asked = append(asked, address)
		return ErrAddress
	})
	if err := get(t, transport, server.URL); !errors.Is(err, ErrAddress) || len(asked) != 1 || "http://"+asked[0] != server.URL {
		t.Errorf("%v, asked %v", err, asked)
	}
	if transport.Proxy != nil {
		// The environment is read once in a process, so that it can't be set here.
		t.Error("a proxy would be asked")
	}
}

func TestWhatANameStandsForIsChecked(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	limits := func() Limits {
		return Limits{Timeout: 5 * time.Second, Header: 1 << 10, Resolver: outboundtest.NewNameServer("127.0.0.1").Resolver()}
	}
	if err := get(t, NewTransport(limits(), Guard(nil)), "http://public.test"+port); FailureOf(err) != FailedAddress {
		t.Error(err)
	}
	if err := get(t, NewTransport(limits(), Guard([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})), "http://public.test"+port); err != nil {
		t.Error(err)
	}
}
