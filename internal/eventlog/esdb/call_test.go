package esdb

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A client that hangs holds up nobody longer than he wants.
func TestACallThatHangsIsLeftBehind(t *testing.T) {
	l, err := Open("esdb://127.0.0.1:1?tls=false", Options{})
	if err != nil {
		t.Fatal(err)
	}
	k, err := l.newLink()
	if err != nil {
		t.Fatal(err)
	}
	release := make(chan struct{})
	hang := func(context.Context) (int, error) { <-release; return 0, nil }
	if _, err := run(t.Context(), l, k, time.Millisecond, hang); !errors.Is(err, errHung) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	if _, err := run(ctx, l, k, time.Hour, hang); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := l.Close(); err != nil { // which waits for nobody who has left
		t.Error(err)
	}
	close(release)
	k.retire()
}

// What panics in the client, as it does when it is closed, is an error.
func TestACallThatPanicsIsAnError(t *testing.T) {
	l, err := Open("esdb://127.0.0.1:1?tls=false", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	k, err := l.newLink()
	if err != nil {
		t.Fatal(err)
	}
	defer k.retire()
	if _, err := run(t.Context(), l, k, time.Minute, func(context.Context) (int, error) { panic("send on closed channel") }); err == nil {
		t.Error("a panic was taken for an answer")
	}
}
