package esdbtest_test

import (
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"signet/internal/eventlog/esdb/esdbtest"
)

func TestSubscriptionsToAll(t *testing.T) {
	byType := func(p ...string) *esdb.SubscriptionFilter {
		return &esdb.SubscriptionFilter{Type: esdb.EventFilterType, Prefixes: p}
	}
	regex := func(kind esdb.FilterType, r string) *esdb.SubscriptionFilter {
		return &esdb.SubscriptionFilter{Type: kind, Regex: r}
	}
	// The log: $$$stats@0 a-1@0 b-1@0 (noise) a-1@1 c@0.
	history := []string{"$$$stats@0", "a-1@0", "b-1@0", "a-1@1", "c@0"}
	for _, x := range []struct {
		title  string
		filter *esdb.SubscriptionFilter
		window int
		want   []string
		live   bool // an event of a-2 and one of d come after that; the filter lets both pass
	}{
		{"without a filter there are no checkpoints", nil, 0, append(history, "caught up", "a-2@0", "d@0"), true},
		{"by stream", prefix("a-"), 0, []string{"a-1@0", "a-1@1", "checkpoint", "caught up", "a-2@0"}, true},
		{"by one of several streams", prefix("a-", "c"), 0, []string{"a-1@0", "a-1@1", "c@0", "checkpoint", "caught up", "a-2@0"}, true},
		{"nothing", prefix("nowhere"), 0, []string{"checkpoint", "caught up"}, true},
		{"by type", byType("noi"), 0, []string{"b-1@0", "checkpoint", "caught up"}, true},
		{"by an expression for streams", regex(esdb.StreamFilterType, "^[^$].*1$"), 0, []string{"a-1@0", "b-1@0", "a-1@1", "checkpoint", "caught up"}, true},
		{"by an expression for types", regex(esdb.EventFilterType, "^item"), 0, []string{"a-1@0", "a-1@1", "c@0", "checkpoint", "caught up", "a-2@0", "d@0"}, true},
		{"without system events", esdb.ExcludeSystemEventsFilter(), 0, append(append([]string{}, history[1:]...), "checkpoint", "caught up", "a-2@0", "d@0"), true},
		{"a checkpoint after each two", prefix("c"), 2, []string{"checkpoint", "checkpoint", "c@0", "checkpoint", "caught up", "checkpoint"}, true},
	} {
		t.Run(x.title, func(t *testing.T) {
			s, c := started(t, esdbtest.Options{System: 1})
			mustAppend(t, c, "a-1", esdb.NoStream{}, event("{}"))
			if err := s.Noise("b-1", 1); err != nil {
				t.Fatal(err)
			}
			mustAppend(t, c, "a-1", esdb.Revision(0), event("{}"))
			mustAppend(t, c, "c", esdb.NoStream{}, event("{}"))
			sub := subscribe(t, c, esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: x.filter, MaxSearchWindow: x.window, CheckpointInterval: 1})
			for i, w := range x.want {
				if got := next(t, sub); got != w {
					t.Fatalf("message %d is %q, not %q", i, got, w)
				}
				if w == "caught up" {
					mustAppend(t, c, "a-2", esdb.NoStream{}, event("{}"))
					mustAppend(t, c, "d", esdb.NoStream{}, event("{}"))
				}
			}
		})
	}
}

func TestFilterTellsTypesOfOneStreamApart(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	for range 2 {
		mustAppend(t, c, "a", esdb.Any{}, event("{}"))
		if err := s.Noise("a", 1); err != nil {
			t.Fatal(err)
		}
	}
	noise := &esdb.SubscriptionFilter{Type: esdb.EventFilterType, Prefixes: []string{"noise"}}
	expect(t, subscribe(t, c, esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: noise}), "a@1", "a@3", "checkpoint", "caught up")
}

func TestSubscriptionsGoOnBehindAPosition(t *testing.T) {
	for _, filter := range []*esdb.SubscriptionFilter{nil, prefix("a")} {
		t.Run(fmt.Sprintf("with a filter: %t", filter != nil), func(t *testing.T) {
			_, c := started(t, esdbtest.Options{})
			first := mustAppend(t, c, "a", esdb.NoStream{}, event("{}"))
			at := esdb.Position{Commit: first.CommitPosition, Prepare: first.PreparePosition}
			from := func(p esdb.AllPosition) *esdb.Subscription {
				return subscribe(t, c, esdb.SubscribeToAllOptions{From: p, Filter: filter})
			}
			behind, end, beyond := from(at), from(esdb.End{}), from(esdb.Position{Commit: at.Commit + 1, Prepare: at.Prepare + 1})
			for _, sub := range []*esdb.Subscription{behind, end, beyond} {
				expect(t, sub, "caught up")
			}
			mustAppend(t, c, "a", esdb.Revision(0), event("{}"))
			for _, sub := range []*esdb.Subscription{behind, end, beyond} {
				expect(t, sub, "a@1")
			}
			expect(t, from(esdb.Position{Commit: at.Commit + 1, Prepare: at.Prepare + 1}), "dropped") // now it lies between two events
			expect(t, from(at), "a@1")
		})
	}
}

// A checkpoint is as good a place to go on from as an event.
func TestSubscriptionsGoOnFromACheckpoint(t *testing.T) {
	s, c := started(t, esdbtest.Options{})
	if err := s.Noise("b", 10); err != nil {
		t.Fatal(err)
	}
	sub := subscribe(t, c, esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: prefix("a")})
	mark := received(t, sub).CheckPointReached
	if all := must(s.Events(""))(t); mark == nil || mark.Commit != all[len(all)-1].Position {
		t.Fatalf("%+v is not the position of the last event considered", mark)
	}
	mustAppend(t, c, "a", esdb.NoStream{}, event("{}"))
	expect(t, subscribe(t, c, esdb.SubscribeToAllOptions{From: *mark, Filter: prefix("a")}), "a@0", "checkpoint", "caught up")
}

func TestSubscriptionsToAStream(t *testing.T) {
	_, c := started(t, esdbtest.Options{})
	to := func(stream string, from esdb.StreamPosition) *esdb.Subscription {
		return must(c.SubscribeToStream(t.Context(), stream, esdb.SubscribeToStreamOptions{From: from}))(t)
	}
	early := to("a", esdb.Start{}) // nobody has written it yet
	expect(t, early, "caught up")
	mustAppend(t, c, "b", esdb.NoStream{}, event("{}"))
	mustAppend(t, c, "a", esdb.NoStream{}, events(2)...)
	expect(t, early, "a@0", "a@1")
	expect(t, to("a", esdb.Start{}), "a@0", "a@1", "caught up")
	behind, end := to("a", esdb.Revision(0)), to("a", esdb.End{})
	expect(t, behind, "a@1", "caught up")
	expect(t, end, "caught up")
	mustAppend(t, c, "b", esdb.Any{}, event("{}"))
	mustAppend(t, c, "a", esdb.Revision(1), event("{}"))
	for _, sub := range []*esdb.Subscription{early, behind, end} {
		expect(t, sub, "a@2")
	}
	must(c.TombstoneStream(t.Context(), "a", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}}))(t)
	for _, sub := range []*esdb.Subscription{early, behind, end} {
		expect(t, sub, "dropped")
	}
}

// Somebody who does not read holds up nobody, and is told that he fell behind.
func TestSubscriberWhoDoesNotRead(t *testing.T) {
	for mode, o := range modes(t) {
		t.Run(mode, func(t *testing.T) {
			const n = 8_000
			s, c := started(t, o)
			idle := subscribe(t, c, esdb.SubscribeToAllOptions{From: esdb.End{}, Filter: prefix("a")})
			busy := subscribe(t, client(t, s.ConnectionString()), esdb.SubscribeToAllOptions{From: esdb.End{}, Filter: prefix("a")})
			expect(t, idle, "caught up")
			expect(t, busy, "caught up")
			if err := s.Noise("a", n); err != nil {
				t.Fatal(err)
			}
			see := func(sub *esdb.Subscription) (fell, caught int) {
				for seen := 0; seen < n || fell > caught; {
					switch e := received(t, sub); {
					case e.EventAppeared != nil && e.EventAppeared.Event.EventNumber != uint64(seen):
						t.Fatalf("event %d, not %d", e.EventAppeared.Event.EventNumber, seen)
					case e.EventAppeared != nil:
						seen++
					case e.FellBehind != nil:
						fell++
					case e.CaughtUp != nil:
						caught++
					case e.SubscriptionDropped != nil:
						t.Fatal(e.SubscriptionDropped.Error)
					}
				}
				return fell, caught
			}
			see(busy)
			if sent := s.Stats().Sent; sent >= 2*n {
				t.Errorf("%d events were sent, to somebody who reads none", sent)
			}
			if fell, caught := see(idle); fell == 0 || fell != caught {
				t.Errorf("told %d times that he fell behind, %d times that he caught up", fell, caught)
			}
		})
	}
}
