package pressure

import (
	"net/netip"
	"slices"
	"time"
)

// keptBuckets is how many callers of a kind are remembered: some 10 MB.
const keptBuckets = 1 << 16

// Limits are those of a [Limiter].
type Limits struct {
	// Address is for who has no token, by his IP address; of IPv6 by the network of 64
	// bits, within which one customer has all addresses.
	Address Limit
	// Token is for who has one, wherever he calls from.
	Token Limit
	// Exempt are networks, beside the loopback ones, that have no limit by address.
	Exempt []netip.Prefix
	// Refused, if any, is told why somebody was turned away. It is called in the
	// request's way, by many at once.
	Refused func(Reason)
}

// Limiter bounds how much each caller asks for. Its methods are safe for concurrent use.
// Nobody is limited because of what others did with his token's name: a wrong secret
// is counted against the address alone.
type Limiter struct {
	limits    Limits
	addresses *buckets[netip.Addr]
	tokens    *buckets[string]
}

// NewLimiter makes a limiter; clock is time.Now, but for tests.
func NewLimiter(l Limits, clock func() time.Time) *Limiter {
	if l.Refused == nil {
		l.Refused = func(Reason) {}
	}
	return &Limiter{
		limits:    l,
		addresses: newBuckets[netip.Addr]("address", l.Address, keptBuckets, clock),
		tokens:    newBuckets[string]("token", l.Token, keptBuckets, clock),
	}
}

// Exempt tells whether an address has no limit. One that is not known, the zero Addr,
// never is: all that come from it are one caller.
func (l *Limiter) Exempt(a netip.Addr) bool {
	return a.IsLoopback() || slices.ContainsFunc(l.limits.Exempt, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Network is all that counts as one caller with an address: the address for IPv4, 64
// bits of it for IPv6 (RFC 6177: that is the least that a site is given).
func Network(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}

// open begins what is spent by one request from an address.
func (l *Limiter) open(a netip.Addr) account {
	if l == nil || l.Exempt(a) {
		return account{}
	}
	return account{limiter: l, address: Network(a)}
}

// account is whose bucket is charged; the zero value is nobody's.
type account struct {
	limiter *Limiter
	address netip.Addr
	token   string // if not empty, that and not the address
}

func (a account) take(cost int, why Reason) (Quota, bool) {
	if a.limiter == nil {
		return Quota{}, true
	}
	var q Quota
	var ok bool
	if a.token != "" {
		q, ok = a.limiter.tokens.take(a.token, cost)
		why = ByToken
	} else {
		q, ok = a.limiter.addresses.take(a.address, cost)
	}
	if !ok {
		a.limiter.limits.Refused(why)
	}
	return q, ok
}
