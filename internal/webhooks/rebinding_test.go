package webhooks

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"signet/internal/outbound"
	"signet/internal/outbound/outboundtest"
)

// A name that stands for a public address when it is looked at, and for one of ours
// when it is used, leads nowhere.
func TestANameThatChangesItsMindLeadsNowhere(t *testing.T) {
	var reached atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	names := outboundtest.NewNameServer("8.8.8.8", "127.0.0.1")

	q := newQueue(t, Options{AllowHTTP: true, Timeout: 5 * time.Second})
	errPassed := errors.New("would connect") // but the test sends nothing out
	var passed []string
	check := outbound.Guard(nil)
	dialer := &net.Dialer{Resolver: names.Resolver(), ControlContext: func(ctx context.Context, network, address string, c syscall.RawConn) error {
		if err := check(ctx, network, address, c); err != nil {
			return err
		}
		passed = append(passed, address)
		return errPassed
	}}
	q.guarded.DialContext = dialer.DialContext

	const name = "http://hooks.rebinding.test"
	if got := send(t, q, name+port); got.failure != FailedConnect {
		t.Errorf("the public address: %+v", got)
	}
	if got := send(t, q, name+port); got.failure != FailedAddress {
		t.Errorf("the loopback address: %+v", got)
	}
	if len(passed) != 1 || passed[0] != "8.8.8.8"+port || reached.Load() != 0 || names.Asked() != 2 {
		t.Errorf("passed %v, reached %d, asked %d", passed, reached.Load(), names.Asked())
	}
}
