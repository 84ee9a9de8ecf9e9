package crawl

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// host is a server of the site, or another one that holds pictures of it.
type host struct {
	name   string      // with its port, if that is not the scheme's own
	inside atomic.Bool // it belongs to the site
	start  bool        // it is one of the start
	slots  slots       // used by the engine's goroutine alone

	mu      sync.Mutex
	next    time.Time          // guarded by mu: when the next request may start
	origins map[string]*origin // guarded by mu: by scheme
}

// origin is what robots.txt is about (RFC 9309, section 2.3).
type origin struct {
	once   sync.Once
	rules  robots
	reason Reason // why nothing may be got
}

func (h *host) origin(scheme string) *origin {
	h.mu.Lock()
	defer h.mu.Unlock()
	o := h.origins[scheme]
	if o == nil {
		o = &origin{}
		h.origins[scheme] = o
	}
	return o
}

// turn waits until a request may start, and puts the next one off by a delay.
func (h *host) turn(ctx context.Context, delay time.Duration) error {
	h.mu.Lock()
	now := time.Now()
	at := h.next
	if at.Before(now) {
		at = now
	}
	h.next = at.Add(delay)
	h.mu.Unlock()
	if !at.After(now) {
		return ctx.Err()
	}
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// rest puts off all requests: the server has asked for it.
func (h *host) rest(wait time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at := time.Now().Add(wait); at.After(h.next) {
		h.next = at
	}
}
