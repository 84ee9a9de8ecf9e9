package esdbtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"signet/internal/eventlog/esdb/esdbtest"
)

// client is the real client, closed with the test.
func client(t testing.TB, connection string, change ...func(*esdb.Configuration)) *esdb.Client {
	t.Helper()
	cfg, err := esdb.ParseConnectionString(connection)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Logger = esdb.NoopLogging()
	cfg.MaxDiscoverAttempts = 1_000_000_000
	cfg.DiscoveryInterval = 5
	for _, f := range change {
		f(cfg)
	}
	c, err := esdb.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func started(t testing.TB, o esdbtest.Options) (*esdbtest.Server, *esdb.Client) {
	t.Helper()
	s := esdbtest.Start(t, o)
	return s, client(t, s.ConnectionString())
}

func event(data string) esdb.EventData {
	return esdb.EventData{EventID: uuid.New(), EventType: "item.registered.v1", ContentType: esdb.ContentTypeJson, Data: []byte(data), Metadata: []byte(`{"by":"test"}`)}
}

func events(n int) []esdb.EventData {
	all := make([]esdb.EventData, n)
	for i := range all {
		all[i] = event(`{"tên":"Hải Phòng"}`)
	}
	return all
}

func appendTo(t testing.TB, c *esdb.Client, stream string, expected esdb.ExpectedRevision, e ...esdb.EventData) (*esdb.WriteResult, error) {
	t.Helper()
	return c.AppendToStream(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: expected}, e...)
}

func mustAppend(t testing.TB, c *esdb.Client, stream string, expected esdb.ExpectedRevision, e ...esdb.EventData) *esdb.WriteResult {
	t.Helper()
	r, err := appendTo(t, c, stream, expected, e...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func code(err error) esdb.ErrorCode {
	var e *esdb.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return -1
}

// drain reads a stream of events to its end.
func drain(s *esdb.ReadStream, err error) ([]*esdb.ResolvedEvent, error) {
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var all []*esdb.ResolvedEvent
	for {
		e, err := s.Recv()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, e)
	}
}

func readStream(t testing.TB, c *esdb.Client, stream string, o esdb.ReadStreamOptions, n uint64) ([]*esdb.ResolvedEvent, error) {
	t.Helper()
	return drain(c.ReadStream(t.Context(), stream, o, n))
}

func readAll(t testing.TB, c *esdb.Client, o esdb.ReadAllOptions, n uint64) ([]*esdb.ResolvedEvent, error) {
	t.Helper()
	return drain(c.ReadAll(t.Context(), o, n))
}

func subscribe(t testing.TB, c *esdb.Client, o esdb.SubscribeToAllOptions) *esdb.Subscription {
	t.Helper()
	sub, err := c.SubscribeToAll(context.WithoutCancel(t.Context()), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sub.Close() })
	return sub
}

// deadline is how long a test waits for what must happen.
const deadline = 20 * time.Second

// next is the next message of a subscription, in few words: "item-1@0" for an
// event, or "checkpoint", "caught up", "fell behind", "dropped".
func next(t testing.TB, sub *esdb.Subscription) string {
	t.Helper()
	e := received(t, sub)
	switch {
	case e.EventAppeared != nil:
		return fmt.Sprintf("%s@%d", e.EventAppeared.Event.StreamID, e.EventAppeared.Event.EventNumber)
	case e.CheckPointReached != nil:
		return "checkpoint"
	case e.CaughtUp != nil:
		return "caught up"
	case e.FellBehind != nil:
		return "fell behind"
	}
	return "dropped"
}

// received is the next message of a subscription.
func received(t testing.TB, sub *esdb.Subscription) *esdb.SubscriptionEvent {
	t.Helper()
	got := make(chan *esdb.SubscriptionEvent, 1)
	go func() { got <- sub.Recv() }()
	select {
	case e := <-got:
		return e
	case <-time.After(deadline):
		t.Fatal("nothing came")
		return nil
	}
}

// expect sees that a subscription sends exactly this.
func expect(t testing.TB, sub *esdb.Subscription, want ...string) {
	t.Helper()
	for i, w := range want {
		if got := next(t, sub); got != w {
			t.Fatalf("message %d is %q, not %q", i, got, w)
		}
	}
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	end := time.After(deadline)
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-end:
			t.Fatal("never: " + what)
		}
	}
}

func prefix(p ...string) *esdb.SubscriptionFilter {
	return &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: p}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
