package webhooks

import (
	"net/http"

	"signet/internal/outbound"
)

const (
	// maxHeader bounds the header of an answer, in bytes.
	maxHeader = 16 << 10
	// maxAnswer is how much of an answer's body is read, in bytes, so that the
	// connection can serve again; it is thrown away.
	maxAnswer = 4 << 10
)

// newTransport makes the way to the receivers. Nothing small becomes large: it takes
// no compression.
func newTransport(o Options, check outbound.Check) *http.Transport {
	return outbound.NewTransport(outbound.Limits{Timeout: o.Timeout, Header: maxHeader, Idle: 2 * o.Parallel, IdlePerHost: 1}, check)
}
