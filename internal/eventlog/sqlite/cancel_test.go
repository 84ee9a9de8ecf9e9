package sqlite

import (
	"context"
	"errors"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
)

// An append that is given up while it waits for the writer is not written.
func TestGivenUpWhileWaiting(t *testing.T) {
	l := &Log{appends: make(chan *appending), stop: make(chan struct{}), stopped: make(chan struct{})} // nobody writes yet
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan error)
	add := func(ctx context.Context) {
		_, err := l.Append(ctx, "s", eventlog.NoStream, logtest.Event("x"))
		told <- err
	}
	go add(ctx)
	waiting := <-l.appends
	cancel()
	if err := <-told; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if group := l.gather(waiting); len(group) != 0 {
		t.Error("what was given up is written")
	}

	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	go add(ctx)
	group := l.gather(<-l.appends)
	cancel() // too late: the outcome is told
	group[0].err = errors.New("the outcome")
	close(group[0].done)
	if err := <-told; !errors.Is(err, group[0].err) {
		t.Error(err)
	}

	go add(t.Context())
	<-l.appends
	close(l.stopped)
	if err := <-told; !errors.Is(err, eventlog.ErrClosed) {
		t.Error(err)
	}
}

// A group is bounded in appends and in bytes.
func TestGroupsAreBounded(t *testing.T) {
	for name, c := range map[string]struct{ bytes, want int }{"appends": {1, groupAppends}, "bytes": {groupBytes / 4, 4}} {
		l := &Log{appends: make(chan *appending, queued)}
		for range queued {
			l.appends <- &appending{bytes: c.bytes}
		}
		if n := len(l.gather(<-l.appends)); n != c.want {
			t.Errorf("%s: %d in a group, want %d", name, n, c.want)
		}
	}
}
