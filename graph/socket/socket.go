// Package socket carries what goes on for long: operations over a WebSocket by
// graphql-transport-ws
// (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md), and
// subscriptions by server-sent events, in the distinct connections mode of
// https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md.
//
// The transports of gqlgen answer most mistakes of a client by other close codes
// than the protocol's, by which clients know whether to try again; and they have no
// place at which to ask again whether a caller may still listen.
package socket

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// subprotocol is the only one that is spoken.
const subprotocol = "graphql-transport-ws"

const (
	// initPatience is how long a socket may stay without a connection_init.
	initPatience = 10 * time.Second
	// pulse is the interval of signs of life, and how long one may stay unanswered.
	pulse = 15 * time.Second
	// recheck is how long it takes at most until somebody who may not listen any more
	// is noticed, when nothing told so before.
	recheck = 5 * time.Second
	// writePatience is how long a caller may take to take in one message.
	writePatience = 15 * time.Second
	// waiting is how many messages wait for a caller who takes them in slowly; what
	// makes more of them waits, too.
	waiting = 16
)

// What is used where Options give no limit.
const (
	DefaultMaxMessage    = 1 << 20 // bytes
	DefaultMaxOperations = 100     // of one socket at once
	DefaultMaxStreams    = 10_000
)

// ErrForbidden is wrapped by what Options.Enter and Options.Still return when the
// caller may not listen, or not any more; any other error is ours.
var ErrForbidden = errors.New("socket: forbidden")

// Options say what API is carried and to whom. All functions are needed.
type Options struct {
	// Enter finds out who opens a socket, by the text of an Authorization header that
	// came with connection_init; "" if none did. What it returns is the context of the
	// operations.
	Enter func(ctx context.Context, authorization string) (context.Context, error)
	// Still returns nil while who stands in the context may go on as they began.
	Still func(context.Context) error
	// Changed returns a channel that is closed when Still may have another answer.
	Changed func() <-chan struct{}
	// Lasts is after how much time Still is known to have another answer; 0 if none is.
	Lasts func(context.Context) time.Duration
	// Anonymous takes from the context of a request who calls. It is for pages of other
	// origins, whose requests carry cookies that they have nothing to do with.
	Anonymous func(context.Context) context.Context

	// Parse reads the payload of a subscribe message, which is JSON with the parts that
	// the protocol tells of.
	Parse func(payload []byte) (*graphql.RawParams, *gqlerror.Error)
	// Request reads what a request asks for; nil if it can't be read.
	Request func(http.ResponseWriter, *http.Request) *graphql.RawParams
	// Prepare validates an operation. Its errors have codes.
	Prepare func(context.Context, graphql.GraphExecutor, *graphql.RawParams) (*graphql.OperationContext, gqlerror.List)
	// Execute executes a query or mutation.
	Execute func(context.Context, graphql.GraphExecutor, *graphql.OperationContext) *graphql.Response
	// Otherwise answers requests that need no stream: those that can't be read, and
	// queries of callers who take JSON as well.
	Otherwise graphql.Transport

	// Origins are other origins whose pages may connect, such as
	// https://portal.haiphong.example; nothing but the server's own if empty. What such
	// a page may do depends on the token alone that it sends.
	Origins []string
	// MaxMessage is the size of the longest message that is read from a socket, in bytes.
	MaxMessage int64
	// MaxOperations is how many operations one socket has at once.
	MaxOperations int
	// MaxStreams is how many sockets and subscriptions by server-sent events are open
	// at once. MaxPerAddress is how many of these come from one address; any number if 0.
	MaxStreams, MaxPerAddress int
	// Address is whom MaxPerAddress counts together: the peer's IP address if nil,
	// which behind a reverse proxy is the proxy's.
	Address func(*http.Request) string
	// Log is told of what panicked; nobody is if it is nil.
	Log *slog.Logger
}

// Transport serves WebSockets, and by Events server-sent events.
type Transport struct {
	Options
	open *count
}

var _ graphql.Transport = (*Transport)(nil)

// New makes the transports of an API.
func New(o Options) *Transport {
	if o.MaxMessage == 0 {
		o.MaxMessage = DefaultMaxMessage
	}
	if o.MaxOperations == 0 {
		o.MaxOperations = DefaultMaxOperations
	}
	if o.MaxStreams == 0 {
		o.MaxStreams = DefaultMaxStreams
	}
	if o.Address == nil {
		o.Address = peer
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Transport{Options: o, open: newCount(o.MaxStreams, o.MaxPerAddress)}
}

func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// Supports takes requests for WebSockets.
func (t *Transport) Supports(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Do serves one socket until it is closed, by either side or because the request's
// context has ended: the server stops. It is refused with status 403 if a page of a
// foreign origin asks for it, and with 429 or 503 if there are too many.
func (t *Transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	ctx, leave := t.admit(w, r, exec)
	if leave == nil {
		return
	}
	defer leave()
	// The origin has been looked at, by a rule that both transports share and without
	// repeating it to who sent it.
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}, InsecureSkipVerify: true})
	if err != nil {
		return // it has been answered
	}
	ws.SetReadLimit(t.MaxMessage)
	if ws.Subprotocol() == "" {
		_ = ws.Close(closeSubprotocol, "Subprotocol not acceptable")
		return
	}
	newConnection(ctx, t, ws, exec, r.Header).serve()
}
