package socket

import (
	"context"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// operation is one that was asked for and has not been completed by either side.
type operation struct {
	id     string
	ctx    context.Context
	cancel context.CancelFunc
	// unwanted tells that the client has completed it, and hears no more of it.
	unwanted atomic.Bool
}

// subscribe begins an operation of any kind, and returns when it has begun: whoever
// subscribes and then writes on the same socket hears of what they wrote. An error
// ends the socket.
func (c *connection) subscribe(m message) error {
	o := &operation{id: m.id}
	switch known, all := c.note(o); {
	case known:
		return duplicate(m.id)
	case all:
		// The protocol has no limit; a client that is refused one operation keeps those
		// that it has.
		err := refusal("BAD_USER_INPUT", "too_many_subscriptions", "a socket has at most "+strconv.Itoa(c.MaxOperations)+" operations at once")
		return c.send(nil, m.id, typeError, c.exec.DispatchError(c.viewer, gqlerror.List{err}).Errors)
	}
	select {
	case c.room <- struct{}{}:
	case <-c.ctx.Done():
		return context.Cause(c.ctx)
	}
	begun := make(chan struct{})
	begin := sync.OnceFunc(func() { close(begun) })
	c.running.Go(func() {
		defer func() { <-c.room }()
		defer begin()
		defer o.cancel()
		defer func() {
			if panicked := recover(); panicked != nil {
				c.Log.ErrorContext(o.ctx, "socket: an operation panicked", "panic", panicked, "stack", string(debug.Stack()))
				c.end(errInternal)
			}
		}()
		if err := c.run(o, m.payload, begin); err != nil && o.ctx.Err() == nil {
			c.end(err)
		}
	})
	select {
	case <-begun:
		return nil
	case <-c.ctx.Done():
		return context.Cause(c.ctx)
	}
}

// note keeps the operation, unless its id is in use or there are as many as may be.
func (c *connection) note(o *operation) (known, all bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known = c.operations[o.id]; known {
		return true, false
	}
	if len(c.operations) >= c.MaxOperations {
		return false, true
	}
	o.ctx, o.cancel = context.WithCancel(graphql.StartOperationTrace(c.viewer))
	c.operations[o.id] = o
	return false, false
}

// complete ends the operation with the id, if there is one: the client wants no more
// of it, and may use its id again.
func (c *connection) complete(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o := c.operations[id]; o != nil {
		o.unwanted.Store(true)
		o.cancel()
		delete(c.operations, id)
	}
}

// finish sends the last message of an operation, unless the client has completed it.
// Its id may be used again before that is sent.
func (c *connection) finish(o *operation, kind string, payload any) error {
	c.mu.Lock()
	open := c.operations[o.id] == o
	if open {
		delete(c.operations, o.id)
	}
	c.mu.Unlock()
	if !open {
		return nil
	}
	return c.send(nil, o.id, kind, payload)
}

// run executes an operation and sends what comes of it; it calls begin once it
// listens. An error ends the socket.
func (c *connection) run(o *operation, payload []byte, begin func()) error {
	if err := c.still(o); err != nil {
		return err
	}
	params, refused := c.Parse(payload)
	if refused != nil {
		return c.finish(o, typeError, c.exec.DispatchError(o.ctx, gqlerror.List{refused}).Errors)
	}
	params.Headers = c.header
	op, errs := c.Prepare(o.ctx, c.exec, params)
	ctx := graphql.WithOperationContext(o.ctx, op)
	if errs != nil {
		return c.finish(o, typeError, c.exec.DispatchError(ctx, errs).Errors)
	}
	if op.Operation.Operation != ast.Subscription {
		begin()
		if err := c.next(o, c.Execute(ctx, c.exec, op)); err != nil {
			return err
		}
		return c.finish(o, typeComplete, nil)
	}
	responses, ctx := c.exec.DispatchOperation(ctx, op)
	begin()
	for response := responses(ctx); response != nil; response = responses(ctx) {
		if err := c.still(o); err != nil {
			return err
		}
		if err := c.next(o, response); err != nil {
			return err
		}
	}
	if err := c.still(o); err != nil { // which may be why it ended
		return err
	}
	return c.finish(o, typeComplete, nil)
}

func (c *connection) next(o *operation, response *graphql.Response) error {
	return c.send(o, o.id, typeNext, response)
}

// still asks before anything is sent: watch may not have noticed yet.
func (c *connection) still(o *operation) error {
	err := c.Still(o.ctx)
	if o.ctx.Err() != nil { // it has been given up meanwhile
		return o.ctx.Err()
	}
	if err != nil {
		return c.refused(err)
	}
	return nil
}
