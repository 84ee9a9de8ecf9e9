package logtest

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"signet/internal/eventlog"
)

// patience is how long an answer is waited for, before a log is said to hang.
const patience = time.Minute

// client does one thing after the other.
type client struct {
	h    *history
	slot int // whose log it uses
	id   int // in the history
	r    *rand.Rand
	// ends are where it believes the streams to be.
	ends map[string]eventlog.Revision
	seen eventlog.Position // that it was told of
	// doubt is the append that it does not know the outcome of.
	doubt *call
}

func (h *history) client(slot int) *client {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients++
	c := &client{
		h: h, slot: slot, id: h.clients - 1, seen: h.base, ends: map[string]eventlog.Revision{},
		r: rand.New(rand.NewPCG(h.seed, uint64(h.clients))), //nolint:gosec // must be repeatable
	}
	for _, s := range h.streams {
		c.ends[s] = eventlog.NoStream
	}
	return c
}

func (c *client) run() {
	for range each {
		in := c.choose()
		log := c.h.log.Client(c.slot)
		if c.r.IntN(15) == 0 {
			select {
			case c.h.strike <- struct{}{}:
			default: // one fault at a time
			}
		}
		ctx, cancel := c.context(in.kind)
		out, err := c.h.attempt(ctx, c.id, log, in)
		cancel()
		c.learn(in, out, err)
	}
}

// context ends early, now and then: before the call, while it is made, or after.
func (c *client) context(k kind) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	if c.r.IntN(8) > 0 {
		return ctx, cancel
	}
	c.h.mu.Lock()
	usual := c.h.usual[k]
	c.h.mu.Unlock()
	soon := time.Duration(float64(2*usual) * c.r.Float64())
	if c.r.IntN(2) == 0 {
		cancel()
		return context.WithTimeout(context.Background(), soon)
	}
	timer := time.AfterFunc(soon, cancel)
	return ctx, func() {
		timer.Stop()
		cancel()
	}
}

// choose decides what to do next.
func (c *client) choose() call {
	if doubt := c.doubt; doubt != nil && c.r.IntN(4) > 0 {
		c.doubt = nil
		return *doubt
	}
	stream := c.h.streams[c.r.IntN(len(c.h.streams))]
	switch n := c.r.IntN(20); {
	case n < 9:
		return c.append(stream)
	case n < 14:
		return call{kind: readCall, stream: stream, at: max(0, c.ends[stream]) + eventlog.Revision(c.r.IntN(8)-6)}
	case n < 16:
		return call{kind: lastCall, stream: stream}
	case n < 18:
		return call{kind: headCall}
	}
	after := c.h.base
	if c.r.IntN(2) == 0 {
		after = c.seen
	}
	return call{kind: followCall, after: after}
}

// append is a new one, mostly where the stream is believed to end, or an earlier
// one, or one with an id that stands in the stream already.
func (c *client) append(stream string) call {
	c.h.mu.Lock()
	var earlier *call
	if n := len(c.h.appends); n > 0 {
		again := c.h.appends[c.r.IntN(n)]
		earlier = &again
	}
	c.h.mu.Unlock()
	if earlier != nil && c.r.IntN(6) == 0 {
		return *earlier
	}
	in := call{kind: appendCall, stream: stream, at: c.ends[stream], events: c.h.fresh(1 + c.r.IntN(3))}
	switch c.r.IntN(12) {
	case 0:
		in.at -= eventlog.Revision(1 + c.r.IntN(3))
	case 1:
		in.at += eventlog.Revision(1 + c.r.IntN(2))
	case 2:
		if earlier != nil {
			in.stream, in.at = earlier.stream, c.ends[earlier.stream]
			in.events[c.r.IntN(len(in.events))] = earlier.events[0]
		}
	}
	c.h.mu.Lock()
	c.h.appends = append(c.h.appends, in)
	c.h.mu.Unlock()
	return in
}

// learn takes in what was told.
func (c *client) learn(in call, out answer, err error) {
	if err != nil {
		if in.kind == appendCall {
			c.doubt = &in
			c.h.mu.Lock()
			// The old one may be at it for ever.
			c.id = c.h.clients
			c.h.clients++
			c.h.mu.Unlock()
		}
		return
	}
	c.seen = max(c.seen, out.position)
	switch in.kind {
	case appendCall:
		c.ends[in.stream] = max(c.ends[in.stream], in.at+eventlog.Revision(len(in.events)))
		if out.outcome == conflict {
			c.ends[in.stream] = out.revision
		}
	case readCall:
		c.ends[in.stream] = max(c.ends[in.stream], max(0, in.at)+eventlog.Revision(len(out.events)-1))
	case lastCall:
		c.ends[in.stream] = out.revision
	case headCall, followCall:
	}
}

// settle asks for everything, when all others have ended.
func (c *client) settle(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		all, _, err := c.h.follow(ctx, c.h.log.Client(c.slot), c.h.base)
		if c.again(t, ctx, err) {
			continue
		}
		c.h.end = all
		break
	}
	asked := []call{{kind: followCall, after: c.h.base}, {kind: headCall}}
	for _, s := range c.h.streams {
		asked = append(asked, call{kind: readCall, stream: s, at: eventlog.NoStream}, call{kind: lastCall, stream: s})
	}
	for _, in := range asked {
		for {
			_, err := c.h.attempt(ctx, c.id, c.h.log.Client(c.slot), in)
			if !c.again(t, ctx, err) {
				break
			}
		}
	}
}

// again waits a little, and tells whether to ask once more: connections may be
// made anew after faults.
func (c *client) again(t testing.TB, ctx context.Context, err error) bool { //nolint:revive // as the others
	t.Helper()
	if err == nil {
		return false
	}
	if !errors.Is(err, eventlog.ErrUnavailable) {
		t.Fatalf("seed %d: the log does not answer when all is over: %v", c.h.seed, err)
	}
	select {
	case <-ctx.Done():
		t.Fatalf("seed %d: the log is still away: %v", c.h.seed, err)
	case <-time.After(20 * time.Millisecond):
	}
	return true
}
