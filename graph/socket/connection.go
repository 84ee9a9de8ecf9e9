package socket

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
)

// errGone ends a socket whose other side does not answer any more.
var errGone = errors.New("socket: the other side is gone")

// connection is one socket. One goroutine reads and one writes; one looks for signs
// of life, one whether the caller may still listen, and each operation has its own.
type connection struct {
	*Transport
	ws     *websocket.Conn
	exec   graphql.GraphExecutor
	header http.Header

	// ctx ends with the socket; its cause says how: a closing, or anything else if the
	// other side has closed it or is gone. end ends it.
	ctx context.Context
	end context.CancelCauseFunc
	// viewer is ctx with who calls. Only the reader uses it, and hands it on.
	viewer context.Context
	// late closes a socket without connection_init, and initialised tells that one came.
	late        *time.Timer
	initialised bool // the reader's

	out     chan outgoing
	writing atomic.Bool // the writer is at work
	helpers sync.WaitGroup
	// running counts operations that have begun and not ended. There may be more of
	// them than are known by an id: a client may have completed one that has not seen it.
	running sync.WaitGroup
	room    chan struct{}

	mu         sync.Mutex
	operations map[string]*operation // by id; guarded by mu
}

// outgoing is a message that waits for the writer.
type outgoing struct {
	text []byte
	of   *operation // the message is dropped once this is unwanted; nil for none
}

func newConnection(ctx context.Context, t *Transport, ws *websocket.Conn, exec graphql.GraphExecutor, header http.Header) *connection {
	c := &connection{
		Transport: t, ws: ws, exec: exec, header: header,
		out: make(chan outgoing, waiting), room: make(chan struct{}, 2*t.MaxOperations), operations: map[string]*operation{},
	}
	c.ctx, c.end = context.WithCancelCause(ctx)
	return c
}

// serve returns when the socket is closed and nothing goes on any more that was
// asked for on it.
func (c *connection) serve() {
	c.late = time.AfterFunc(initPatience, func() { c.end(errInitTimeout) })
	defer c.late.Stop()
	c.helpers.Go(c.write)
	c.helpers.Go(c.beat)
	c.helpers.Go(c.hangUp)
	c.end(c.read())
	c.helpers.Wait()
	c.running.Wait()
}

// read reads messages until the socket ends, and returns why. Its own context does
// not end: the library would drop the connection without a word.
func (c *connection) read() error {
	for {
		_, text, err := c.ws.Read(context.WithoutCancel(c.ctx))
		if err != nil {
			if errors.Is(err, websocket.ErrMessageTooBig) {
				return errTooLarge
			}
			return err
		}
		if c.ctx.Err() != nil { // nothing begins on a socket that is being closed
			return context.Cause(c.ctx)
		}
		if err := c.receive(text); err != nil {
			return err
		}
	}
}

// receive does what a message asks for. An error ends the socket.
func (c *connection) receive(text []byte) error {
	m, err := decodeMessage(text)
	if err != nil {
		return errInvalid
	}
	switch m.kind {
	case typeInit:
		return c.init(m)
	case typePing:
		return c.send(nil, "", typePong, echo(m.payload))
	case typeSubscribe:
		if !c.initialised {
			return errUnauthorized
		}
		return c.subscribe(m)
	case typeComplete:
		c.complete(m.id)
	}
	return nil // a pong is enough by itself
}

func echo(payload json.RawMessage) any {
	if isNull(payload) {
		return nil
	}
	return payload
}

// init lets a caller in, or not.
func (c *connection) init(m message) error {
	if c.initialised {
		return errTooManyInits
	}
	c.initialised = true
	c.late.Stop()
	header, err := authorization(m.payload)
	if err != nil {
		return errForbidden
	}
	if c.viewer, err = c.Enter(c.ctx, header); err != nil {
		return c.refused(err)
	}
	if err := c.send(nil, "", typeAck, nil); err != nil {
		return err
	}
	c.helpers.Go(func() {
		if err := c.watch(c.viewer); err != nil {
			c.end(c.refused(err))
		}
	})
	return nil
}

// refused is how a socket ends that Enter or Still do not let go on. It is not told
// what went wrong here, and shall come again.
func (c *connection) refused(err error) closing {
	if errors.Is(err, ErrForbidden) {
		return errForbidden
	}
	if c.ctx.Err() == nil {
		c.Log.ErrorContext(c.ctx, "socket", "error", err)
	}
	return errTryAgainLater
}

// send hands a message to the writer; it waits while the other side is slow. An
// error is why the socket has ended.
func (c *connection) send(of *operation, id, kind string, payload any) error {
	text, err := encode(id, kind, payload)
	if err != nil {
		c.Log.ErrorContext(c.ctx, "socket", "error", err)
		return errInternal
	}
	select {
	case c.out <- outgoing{text, of}:
		return nil
	case <-c.ctx.Done():
		return context.Cause(c.ctx)
	}
}

// write writes messages until the socket ends, or one is not taken in in time.
func (c *connection) write() {
	for {
		select {
		case <-c.ctx.Done():
			return
		case m := <-c.out:
			if m.of != nil && m.of.unwanted.Load() {
				continue
			}
			if err := c.writeOne(m.text); err != nil {
				c.end(errGone)
				return
			}
		}
	}
}

func (c *connection) writeOne(text []byte) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), writePatience)
	defer cancel()
	c.writing.Store(true)
	defer c.writing.Store(false)
	return c.ws.Write(ctx, websocket.MessageText, text)
}

// beat ends a socket whose other side does not answer a ping. While a message is
// being written, no ping gets through, and the message has a limit of its own.
func (c *connection) beat() {
	every := time.NewTicker(pulse)
	defer every.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-every.C:
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), pulse)
		err := c.ws.Ping(ctx)
		cancel()
		if err != nil && !c.writing.Load() {
			c.end(errGone)
			return
		}
	}
}

// hangUp closes the socket once it has ended, and says why if it can.
func (c *connection) hangUp() {
	<-c.ctx.Done()
	var told closing
	switch cause := context.Cause(c.ctx); {
	case errors.As(cause, &told):
	case errors.Is(cause, context.Canceled): // the request's: the server stops
		told = errStopping
	default:
		_ = c.ws.CloseNow()
		return
	}
	_ = c.ws.Close(told.code, told.reason) // an error is that the other side is gone
}
