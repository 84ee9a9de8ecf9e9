package logtest

import (
	"context"
	"errors"
	"testing"

	"signet/internal/eventlog"
)

func cancelled(t *testing.T, l *log) {
	l.append("s", eventlog.NoStream, Event("0"), Event("1"))
	ctx, end := context.WithCancelCause(context.Background())
	cancel := func() { end(errors.New("a cause is for people, callers compare with the context's error")) }
	defer cancel()
	for r, err := range l.Read(ctx, "s", 0) {
		if r.Revision == 0 && err == nil {
			cancel()
			continue
		}
		break // a page that was read may be told still
	}
	if _, err := l.Append(ctx, "s", 1, Event("2")); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err := l.Last(ctx, "s"); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err := l.Head(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	var last error
	for _, err := range l.Read(ctx, "s", 0) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Fatal(last)
	}
	for _, after := range []eventlog.Position{0, l.headNow()} {
		for r, err := range l.Follow(ctx, after) {
			last = err
			if r.CaughtUp {
				t.Fatal("caught up, though the context had ended")
			}
		}
		if !errors.Is(last, context.Canceled) {
			t.Fatal(last)
		}
	}
	equal(t, len(l.texts("s", 0)), 2)
}

func closes(t *testing.T, l *log) {
	l.append("s", eventlog.NoStream, Event("0"))
	f := l.follow(0)
	f.until(l.headNow())
	equal(t, l.Close(), error(nil))
	equal(t, errors.Is(f.end(), eventlog.ErrClosed), true)
	equal(t, l.Close(), error(nil)) // once more does nothing
	if _, err := l.Append(context.Background(), "s", 0, Event("1")); !errors.Is(err, eventlog.ErrClosed) {
		t.Error(err)
	}
	if _, err := l.Head(context.Background()); !errors.Is(err, eventlog.ErrClosed) {
		t.Error(err)
	}
	if _, err := l.Last(context.Background(), "s"); !errors.Is(err, eventlog.ErrClosed) {
		t.Error(err)
	}
	for _, err := range l.Read(context.Background(), "s", 0) {
		equal(t, errors.Is(err, eventlog.ErrClosed), true)
	}
	for _, err := range l.Follow(context.Background(), 0) {
		equal(t, errors.Is(err, eventlog.ErrClosed), true)
	}
}

func reopens(t *testing.T, l *log) {
	a := Event("a")
	first := l.append("s", eventlog.NoStream, a, Event("b"))
	for range 3 {
		equal(t, l.Close(), error(nil))
		l.Log = l.reopen()
		equal(t, l.headNow() >= first, true)
		equal(t, l.texts("s", 0)[:2], []string{"data a", "data b"})
		last, err := l.Last(context.Background(), "s")
		equal(t, err, error(nil))
		l.conflict(last-1, last, Event("stale"))
		l.conflict(last, last, a)
		if l.append("s", last, Event("more")) <= first {
			t.Fatal("positions start again")
		}
	}
	equal(t, l.Close(), error(nil))
}
