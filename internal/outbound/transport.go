package outbound

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// Limits of a transport.
type Limits struct {
	// Timeout bounds the look-up and the connection, and then the handshake of TLS. A
	// whole request is bounded by its context.
	Timeout time.Duration
	// Header bounds the header of an answer, in bytes.
	Header int64
	// Idle and IdlePerHost are how many connections are kept for further requests.
	Idle, IdlePerHost int
	// Compressed asks for gzip and unpacks it; who reads bounds what comes out.
	Compressed bool
	// Resolver takes the place of the system's, for tests.
	Resolver *net.Resolver
}

// NewTransport makes the way to the network. Each connection passes the check, and
// nothing else can lead elsewhere: a transport knows no redirects and no cookies,
// and this one no proxy. It speaks HTTP/1.1, and TLS from 1.2 on.
func NewTransport(l Limits, check Check) *http.Transport {
	dialer := &net.Dialer{Timeout: l.Timeout, ControlContext: check, Resolver: l.Resolver}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  nil, // whatever the environment says
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    l.Timeout,
		Protocols:              &protocols,
		DisableCompression:     !l.Compressed,
		MaxResponseHeaderBytes: l.Header,
		MaxIdleConns:           l.Idle,
		MaxIdleConnsPerHost:    l.IdlePerHost,
		// Short: what a name stands for is asked again soon.
		IdleConnTimeout: 30 * time.Second,
	}
}
