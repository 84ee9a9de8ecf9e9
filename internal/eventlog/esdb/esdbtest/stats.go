package esdbtest

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/google/uuid"
)

// Stats counts what a server did since it was made, restarts included.
type Stats struct {
	Connections   int64 // open now
	Subscriptions int64 // open now
	Accepted      int64 // connections
	Appends       int64 // that came in whole, whatever became of them
	Reads         int64 // that were begun, subscriptions not included
	Subscribed    int64 // subscriptions that were begun
	Sent          int64 // events, by reads and subscriptions
}

type counts struct {
	connections, subscriptions, accepted, appends, reads, subscribed, events atomic.Int64
}

// Stats returns the counters.
func (s *Server) Stats() Stats {
	c := &s.counts
	return Stats{
		Connections: c.connections.Load(), Subscriptions: c.subscriptions.Load(), Accepted: c.accepted.Load(),
		Appends: c.appends.Load(), Reads: c.reads.Load(), Subscribed: c.subscribed.Load(), Sent: c.events.Load(),
	}
}

// Events returns what is stored in the streams whose names begin with a prefix,
// in order of position, behind every client's back: hidden and deleted events,
// too.
func (s *Server) Events(prefix string) ([]Event, error) {
	log := s.group.log()
	visible, _ := log.end()
	var found []Event
	for i := range visible {
		var e [1]entry
		log.fetch(e[:], source{all: true}, i, 1)
		if !strings.HasPrefix(log.label(e[0], false), prefix) {
			continue
		}
		record := make([]byte, e[0].size)
		if _, err := log.medium.ReadAt(record, int64(e[0].position)); err != nil { //nolint:gosec // an offset
			return nil, fmt.Errorf("esdbtest: %w", err)
		}
		event, _, err := decodeRecord(record, e[0].position)
		if err != nil {
			return nil, err
		}
		found = append(found, event)
	}
	return found, nil
}

// Append writes events to a stream, whatever stands there, behind every
// client's back and the server's memory of ids: the fields that place an event
// are ignored, and an id that is zero is made up.
func (s *Server) Append(stream string, events ...Event) error {
	for i := range events {
		if events[i].ID == uuid.Nil {
			events[i].ID = uuid.New()
		}
	}
	out := s.group.log().propose(&proposal{stream: stream, expected: expectAny, events: events})
	if out.verdict == closed {
		return fmt.Errorf("esdbtest: stream %q is deleted", stream)
	}
	return out.err
}

// Noise appends n events of somebody else to a stream, such as another
// registry's or "$stats-127.0.0.1".
func (s *Server) Noise(stream string, n int) error {
	for done := 0; done < n; {
		batch := make([]Event, min(n-done, 256))
		for i := range batch {
			batch[i] = Event{Type: "noise", ContentType: typeJSON, Data: fmt.Appendf(nil, `{"n":%d}`, done+i), Metadata: []byte("{}")}
		}
		if err := s.Append(stream, batch...); err != nil {
			return err
		}
		done += len(batch)
	}
	return nil
}

// begin writes the system events that a new log begins with.
func (g *group) begin(o Options) error {
	n := o.System
	if n == 0 {
		n = DefaultSystem
	}
	names := []string{"$$$stats", "$$$scavenges", "$users", "$user-admin", "$user-ops"}
	for i := range n {
		e := Event{ID: uuid.New(), Type: "$system", ContentType: typeJSON, Data: []byte("{}")}
		if out := g.store.propose(&proposal{stream: names[i%len(names)], expected: expectAny, events: []Event{e}}); out.err != nil {
			return out.err
		}
	}
	return nil
}
