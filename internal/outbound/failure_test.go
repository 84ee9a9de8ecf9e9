package outbound

import (
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"syscall"
	"testing"
)

func TestWhyThereIsNoAnswer(t *testing.T) {
	unknown := &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}
	for err, want := range map[error]Failure{
		unknown: FailedName,
		&url.Error{Err: &net.OpError{Op: "dial", Err: unknown}}: FailedName,
		&net.DNSError{IsTimeout: true}:                          FailedTimeout,
		&net.OpError{Op: "dial", Err: ErrAddress}:               FailedAddress,
		&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}:     FailedConnect,
		&net.OpError{Op: "read", Err: syscall.ECONNRESET}:       FailedConnection,
		&net.OpError{Op: "remote error", Err: errors.New("x")}:  FailedTLS,
		x509.HostnameError{}:                                    FailedTLS,
	} {
		if got := FailureOf(err); got != want {
			t.Errorf("%v: %s", err, got)
		}
	}
}
