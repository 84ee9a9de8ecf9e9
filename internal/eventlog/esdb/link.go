package esdb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/metadata"

	"signet/internal/eventlog"
)

// link is a client for as long as it works. What is sent through it knows only the
// leader of the cluster, so that nobody is told of a past.
type link struct {
	*client.Client

	ctx    context.Context    //nolint:containedctx // that of all streams on this client
	cancel context.CancelFunc // ends the streams

	mu      sync.Mutex
	calls   int         // guarded by mu: that run
	retired bool        // guarded by mu
	closing *time.Timer // guarded by mu: closes the client at last
}

// grace is after how long a client that failed is closed though calls run on it
// still. They hang in it, and panic then, which is caught where they run.
const grace = 30 * time.Second

// newLink makes a client that has not looked for the server yet.
func (l *Log) newLink() (*link, error) {
	config := l.config
	c, err := client.NewClient(&config)
	if err != nil {
		return nil, err
	}
	k := &link{Client: c}
	k.ctx, k.cancel = context.WithCancel(onlyLeader(l.ctx))
	return k, nil
}

// onlyLeader asks for answers of the leader. The client means to do so by itself,
// and puts the header where it is not sent.
func onlyLeader(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "requires-leader", "true")
}

// begin counts a call.
func (k *link) begin() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls++
}

// end counts it off, and closes a client that is not wanted any more.
func (k *link) end() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls--
	k.closeIfIdle()
}

// retire ends the streams of a client, and closes it when its calls have ended.
func (k *link) retire() {
	k.cancel()
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.retired {
		k.retired = true
		k.closing = time.AfterFunc(grace, func() { _ = k.Close() }) // always nil, and does nothing the second time
		k.closeIfIdle()
	}
}

// closeIfIdle is called with mu held.
func (k *link) closeIfIdle() {
	if k.retired && k.calls == 0 && k.closing.Stop() {
		_ = k.Close() // always nil
	}
}

// How long is waited between two attempts to reach the server.
const (
	soon = 50 * time.Millisecond
	late = 3 * time.Second
)

// connect looks for the server until it is found or the log closed. It runs in
// the background whenever there is no link.
func (l *Log) connect() {
	for wait := soon; ; wait = min(2*wait, late) {
		k, err := l.newLink()
		if err == nil {
			if err = l.probe(k); err == nil {
				l.found(k)
				return
			}
			k.retire()
		}
		if errors.Is(err, eventlog.ErrClosed) {
			return
		}
		l.missed(err)
		timer := time.NewTimer(wait/2 + rand.N(wait/2)) //nolint:gosec // so that nodes do not knock at the same time
		select {
		case <-timer.C:
		case <-l.stop:
			timer.Stop()
			return
		}
	}
}

// redirects is how often a client may be sent to another leader in one call.
const redirects = 3

// probe returns when the client has found the server, which may take long, and that
// answers something that only a leader at work does. A client that comes to another
// node goes to the leader by itself, if it is asked again.
func (l *Log) probe(k *link) error {
	_, err := run(l.ctx, l, k, forever, func(context.Context) (struct{}, error) {
		_, err := k.GetServerVersion() // the client looks for the server before it answers
		return struct{}{}, err
	})
	for n := 0; err == nil || isNotLeader(err) && n <= redirects; n++ {
		_, err = run(l.ctx, l, k, l.o.Timeout, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, backwards(ctx, k, client.End{}, 1, func(*client.RecordedEvent) bool { return false })
		})
		if err == nil {
			return nil
		}
	}
	return err
}

// forever is longer than a client looks for the server.
const forever = 24 * time.Hour

// found puts a link to use.
func (l *Log) found(k *link) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		go k.retire()
		return
	}
	if !errors.Is(l.failed, errNotYet) {
		l.o.Log.Info("the log's server is back", "away", time.Since(l.since).Round(time.Millisecond))
	}
	l.link, l.failed, l.since = k, nil, time.Now()
	l.tell()
}

// missed notes why the server was not found.
func (l *Log) missed(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.link != nil || l.closed {
		return
	}
	if l.failed == nil || errors.Is(l.failed, errNotYet) || sentence(l.failed) != sentence(err) {
		l.o.Log.Warn("the log's server can't be reached; trying again", "error", err)
	}
	if l.since.IsZero() {
		l.since = time.Now()
	}
	l.failed = err
	l.tell()
}

func sentence(err error) string { return fmt.Sprint(meaning(err)) }

// broken takes a link out of use after a call on it has failed.
func (l *Log) broken(k *link, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.link != k {
		return
	}
	l.link, l.failed, l.since = nil, err, time.Now()
	l.o.Log.Warn("the log's server was lost", "error", err)
	l.tell()
	go k.retire()
	if !l.closed {
		l.running.Go(l.connect)
	}
}

// tell is called with mu held.
func (l *Log) tell() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// current returns the link in use, and waits for one until the deadline.
func (l *Log) current(ctx context.Context, deadline time.Time) (*link, error) {
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	for {
		k, changed, failed, err := l.look(ctx)
		if k != nil || err != nil {
			return k, err
		}
		if refused := meaning(failed); errors.Is(refused, eventlog.ErrUnauthenticated) {
			return nil, refused // waiting does not help
		}
		select {
		case <-changed:
		case <-ctx.Done():
		case <-l.stop:
		case <-timer.C:
			return nil, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, failed)
		}
	}
}

// await returns the link in use, and waits for one as long as it takes.
func (l *Log) await(ctx context.Context) (*link, error) {
	for {
		k, changed, _, err := l.look(ctx)
		if k != nil || err != nil {
			return k, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
		case <-l.stop:
		}
	}
}

// look returns the link in use, or what is closed when there may be another, and
// why there is none.
func (l *Log) look(ctx context.Context) (k *link, changed <-chan struct{}, failed, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, nil, nil, eventlog.ErrClosed
	case ctx.Err() != nil:
		return nil, nil, nil, ctx.Err()
	}
	if l.link == nil {
		failed = l.why()
	}
	return l.link, l.changed, failed, nil
}
