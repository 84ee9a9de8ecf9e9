package oidc

import (
	"context"
	"sync"
	"time"
)

// again is how long a provider that did not answer is left in peace, while nothing of
// it is known.
const again = 5 * time.Second

// kept is what is asked of the provider when it is needed, and kept. A provider that is
// away leaves what is kept as it is.
type kept[T any] struct {
	ask   func(context.Context) (T, error)
	clock func() time.Time
	// fresh is how long it is taken for true without asking; pause is the least time
	// between two questions, whoever wants to know.
	fresh, pause time.Duration

	asking chan struct{} // holds one element while somebody asks

	mu     sync.Mutex
	value  T         // guarded by mu
	got    time.Time // guarded by mu: when value came; zero if none did
	tried  time.Time // guarded by mu
	failed error     // guarded by mu: why the last question had no answer
}

func newKept[T any](clock func() time.Time, fresh, pause time.Duration, ask func(context.Context) (T, error)) *kept[T] {
	return &kept[T]{ask: ask, clock: clock, fresh: fresh, pause: pause, asking: make(chan struct{}, 1)}
}

// get returns it, and asks only if nothing is kept or it is no longer fresh. What is
// old will do while somebody else asks already.
func (k *kept[T]) get(ctx context.Context) (T, error) {
	k.mu.Lock()
	value, got := k.value, k.got
	k.mu.Unlock()
	if !got.IsZero() && (k.clock().Sub(got) < k.fresh || len(k.asking) > 0) {
		return value, nil
	}
	return k.renew(ctx)
}

// renew asks again, unless that was done just now.
func (k *kept[T]) renew(ctx context.Context) (T, error) {
	if value, err, known := k.recent(); known {
		return value, err
	}
	select {
	case k.asking <- struct{}{}:
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
	defer func() { <-k.asking }()
	if value, err, known := k.recent(); known { // somebody has asked meanwhile
		return value, err
	}
	// Others wait for the answer too: it does not end with the one who asked.
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	value, err := k.ask(limited)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tried, k.failed = k.clock(), err
	if err == nil {
		k.value, k.got = value, k.tried
	}
	return k.told()
}

// alive is renew for who needs the provider itself: an error if it did not answer when it
// was asked last, whatever is kept.
func (k *kept[T]) alive(ctx context.Context) (T, error) {
	value, err := k.renew(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err == nil {
		err = k.failed
	}
	return value, err
}

// recent is what is known without asking; known is false when it is time to ask.
func (k *kept[T]) recent() (value T, err error, known bool) { //nolint:revive // err is a part of what is known, not a failure to know
	k.mu.Lock()
	defer k.mu.Unlock()
	pause := k.pause
	if k.got.IsZero() {
		pause = again
	}
	if k.tried.IsZero() || k.clock().Sub(k.tried) >= pause {
		return value, nil, false
	}
	value, err = k.told()
	return value, err, true
}

// told is the answer that there is; mu is held.
func (k *kept[T]) told() (T, error) {
	if k.got.IsZero() {
		return k.value, k.failed
	}
	return k.value, nil
}
