package webhooks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"syscall"
	"time"
)

const (
	// maxHeader bounds the header of an answer, in bytes.
	maxHeader = 16 << 10
	// maxAnswer is how much of an answer's body is read, in bytes, so that the
	// connection can serve again; it is thrown away.
	maxAnswer = 4 << 10
)

// newTransport makes the way to the network. Each connection passes the check, and
// nothing else can lead elsewhere: a transport knows no redirects and no cookies,
// and this one no proxy.
func newTransport(o Options, check func(context.Context, string, string, syscall.RawConn) error) *http.Transport {
	dialer := &net.Dialer{Timeout: o.Timeout, ControlContext: check}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  nil, // whatever the environment says
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    o.Timeout,
		Protocols:              &protocols,
		DisableCompression:     true, // nothing small becomes large
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           2 * o.Parallel,
		MaxIdleConnsPerHost:    1,
		// Short: what a name stands for is asked again soon.
		IdleConnTimeout: 30 * time.Second,
	}
}

// failureOf classes why there was no answer.
func failureOf(err error) Failure {
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
	case errors.Is(err, errAddress):
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
