package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
)

// Failure is why there was no answer.
type Failure string

// Why there can be no answer.
const (
	FailedTimeout    Failure = "timeout"    // none in time
	FailedName       Failure = "name"       // the name of the host is not known
	FailedAddress    Failure = "address"    // the host is at an address that nothing is sent to
	FailedConnect    Failure = "connect"    // nobody takes the connection
	FailedTLS        Failure = "tls"        // the certificate or the handshake is not good
	FailedConnection Failure = "connection" // the connection broke, or the answer is no HTTP
)

// FailureOf classes an error of a transport.
func FailureOf(err error) Failure {
	var (
		name        *net.DNSError
		certificate *tls.CertificateVerificationError
		hostname    x509.HostnameError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		op          *net.OpError
		network     net.Error
	)
	switch {
	case errors.Is(err, ErrAddress):
		return FailedAddress
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return FailedTimeout
	case errors.As(err, &name):
		return FailedName
	case errors.As(err, &certificate), errors.As(err, &hostname), errors.As(err, &record), errors.As(err, &alert):
		return FailedTLS
	case errors.As(err, &op) && op.Op == "dial":
		return FailedConnect
	case errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error"):
		return FailedTLS // so crypto/tls tells of an alert
	}
	return FailedConnection
}
