package pressure

import (
	"context"
	"net/netip"
	"strconv"
	"sync"
)

// Tab is what one request has spent, and of whose. It is safe for concurrent use: the
// operations of one WebSocket share it.
type Tab struct {
	limiter *Limiter
	address netip.Addr

	mu    sync.Mutex
	whose account // guarded by mu
	quota Quota   // guarded by mu: as of what was spent last
}

// Tab opens that of a request from an address. The zero Addr is one that nobody knows.
// Without a limiter nothing has a limit.
func (l *Limiter) Tab(from netip.Addr) *Tab {
	return &Tab{limiter: l, address: from, whose: l.open(from)}
}

// Holder charges from now on who holds a token that has been found valid, by its id,
// instead of the address.
func (t *Tab) Holder(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.whose = account{limiter: t.limiter, token: token}
}

// Spend charges a cost, or returns [ErrLimited] and charges nothing.
func (t *Tab) Spend(cost int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.spend(t.whose, cost, ByAddress)
}

// Guessed charges the address for a token that is not valid. With [ErrLimited] it has
// tried too many of them.
func (t *Tab) Guessed() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.spend(t.limiter.open(t.address), Guess, Guessing)
}

// spend charges an account. The caller holds mu.
func (t *Tab) spend(whose account, cost int, why Reason) error {
	q, ok := whose.take(cost, why)
	if q.Name != "" {
		t.quota = q
	}
	if !ok {
		return ErrLimited
	}
	return nil
}

// Quota is how the caller stands; of no name if there is no limit.
func (t *Tab) Quota() Quota {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.quota
}

// RetryAfter is when a caller who was refused may ask again, as the header of that name
// has it: whole seconds, at least one (RFC 9110, section 10.2.3).
func (t *Tab) RetryAfter() string {
	return strconv.FormatInt(max(1, Seconds(t.Quota().Wait)), 10)
}

// Who names the caller to a [Gate]: by the token, or by the network that an address
// belongs to. It is empty for who has no limit, since many may come from there.
func (t *Tab) Who() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch whose := t.whose; {
	case whose.limiter == nil:
		return ""
	case whose.token != "":
		return "token " + whose.token
	default:
		return whose.address.String()
	}
}

type tabKey struct{}

// With puts the tab into a request's context.
func With(ctx context.Context, t *Tab) context.Context {
	return context.WithValue(ctx, tabKey{}, t)
}

// From returns the tab of a request's context; if there is none, that of somebody who
// has no limit.
func From(ctx context.Context) *Tab {
	if t, ok := ctx.Value(tabKey{}).(*Tab); ok {
		return t
	}
	return new(Tab)
}

// Spend charges who stands in a request's context for what turns out to cost more than
// the request alone; see [Tab.Spend].
func Spend(ctx context.Context, extra int) error {
	if extra <= 0 {
		return nil
	}
	return From(ctx).Spend(extra)
}
