package esdb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"signet/internal/eventlog"
)

// slack is how much longer than its timeout a call may take: the client can wait
// for what knows no context.
const slack = 500 * time.Millisecond

// errHung: the client did not come back in time.
var errHung = errors.New("the client does not answer")

// enter counts what begins, unless the log is closed.
func (l *Log) enter() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return eventlog.ErrClosed
	}
	l.running.Add(1)
	return nil
}

// run makes one attempt of a call, in a goroutine of its own that is left behind
// when the context or the time ends. The error is the client's, or the context's.
func run[T any](ctx context.Context, l *Log, k *link, timeout time.Duration, do func(context.Context) (T, error)) (T, error) {
	var zero T
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return zero, ctx.Err()
	case <-l.stop:
		return zero, eventlog.ErrClosed
	}
	if err := l.enter(); err != nil {
		<-l.slots
		return zero, err
	}
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	defer l.running.Done()
	k.begin()
	go func() {
		defer func() {
			if p := recover(); p != nil { // the client was closed meanwhile
				done <- outcome{err: fmt.Errorf("the client panicked: %v", p)}
			}
			k.end()
			<-l.slots
		}()
		limited, cancel := context.WithTimeout(onlyLeader(ctx), timeout)
		defer cancel()
		value, err := do(limited)
		done <- outcome{value, err}
	}()
	timer := time.NewTimer(timeout + slack)
	defer timer.Stop()
	select {
	case o := <-done:
		if o.err != nil && ctx.Err() != nil {
			return zero, ctx.Err()
		}
		return o.value, o.err
	case <-ctx.Done():
		return zero, ctx.Err()
	case <-timer.C:
		return zero, errHung
	}
}

// retried makes a call that may be made again, until it succeeds or the patience
// has ended. The error has a meaning.
func retried[T any](ctx context.Context, l *Log, do func(context.Context, *link) (T, error)) (T, error) {
	deadline := time.Now().Add(l.o.Patience)
	for redirected := 0; ; {
		k, err := l.current(ctx, deadline)
		if err != nil {
			var zero T
			return zero, err
		}
		value, err := run(ctx, l, k, l.o.Timeout, func(ctx context.Context) (T, error) { return do(ctx, k) })
		switch {
		case err == nil, ctx.Err() != nil, isFinal(err):
			return value, meaning(err)
		case isNotLeader(err) && redirected < redirects:
			redirected++
		default:
			l.broken(k, err)
			if isRefused(err) || time.Now().After(deadline) {
				return value, meaning(err)
			}
		}
	}
}
