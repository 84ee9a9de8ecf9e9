package esdbtest

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// maxBatch is about how much is written, and made durable, at once; bytes.
const maxBatch = 4 << 20

// Event types and expected revisions that mean something to the server.
const (
	typeMetadata  = "$metadata"
	typeTombstone = "$streamDeleted"
	typeJSON      = "application/json"

	expectNoStream = -1
	expectAny      = -2
	expectExists   = -4
)

// proposal is an append that waits for the writer.
type proposal struct {
	stream   string
	expected int64 // a revision, or expect…
	events   []Event
	// deletes: the events (one, for its id) are not written, but the stream is
	// hidden; tombstone closes it for ever.
	deletes, tombstone bool
	remembers          *idCache // of the node that took it; nil for none

	done chan outcome // buffered
}

// verdict is what becomes of a proposal.
type verdict int

const (
	written  verdict = iota
	repeated         // it had been written before
	conflict         // the stream is at another revision
	closed           // the stream is deleted
	failed           // the medium or the encoding failed
)

// outcome answers a proposal.
type outcome struct {
	verdict  verdict
	revision int64  // of the last event, or for a conflict where the stream is
	position uint64 // of the last event; 0 if there is none
	err      error
}

// propose hands a proposal to the writer and waits for what becomes of it.
func (s *store) propose(p *proposal) outcome {
	p.done = make(chan outcome, 1)
	select {
	case s.queue <- p:
		return <-p.done
	case <-s.stop:
		return outcome{verdict: failed, err: errStopped}
	}
}

// write takes proposals: all that wait are written and made durable together.
func (s *store) write() {
	defer close(s.ended)
	b := &batch{store: s}
	for {
		select {
		case p := <-s.queue:
			b.take(p)
		case <-s.stop:
			return
		}
		for more := true; more && len(b.bytes) < maxBatch; {
			select {
			case p := <-s.queue:
				b.take(p)
			default:
				more = false
			}
		}
		b.commit()
	}
}

// batch is what is written at once.
type batch struct {
	store    *store
	bytes    []byte
	taken    []*proposal
	outcomes []outcome
	undo     []func()
}

// take decides on a proposal and stages what it writes.
func (b *batch) take(p *proposal) {
	out, recreate := b.decide(p)
	if out.verdict == written {
		out = b.stage(p, recreate)
	}
	b.taken, b.outcomes = append(b.taken, p), append(b.outcomes, out)
}

// stage encodes and indexes the events of a proposal. recreate says that the
// stream was hidden: what stood in it stays hidden.
func (b *batch) stage(p *proposal, recreate bool) outcome {
	last := b.last(p.stream)
	out := outcome{revision: last}
	var events []Event
	if recreate && !p.deletes && !p.tombstone {
		events = append(events, b.metadata(p.stream, last+1))
	}
	switch {
	case p.tombstone:
		e := Event{Stream: p.stream, Revision: softlyDeleted, ID: p.events[0].ID, Type: typeTombstone, ContentType: typeJSON, Data: []byte("{}")}
		events = append(events, e)
	case p.deletes:
		events = append(events, b.metadata(p.stream, softlyDeleted))
	default:
		for i := range p.events {
			e := p.events[i]
			e.Stream, e.Revision = p.stream, last+1+int64(i)
			events = append(events, e)
		}
		out.revision = last + int64(len(p.events))
	}
	start, base := len(b.bytes), b.store.medium.size()
	now := time.Now()
	sizes := make([]int, len(events))
	for i := range events {
		e := &events[i]
		e.Created, e.Position = now, base+uint64(len(b.bytes))
		from := len(b.bytes)
		var err error
		if b.bytes, err = appendRecord(b.bytes, e, i < len(events)-1); err != nil {
			b.bytes = b.bytes[:start]
			return outcome{verdict: failed, err: err}
		}
		sizes[i] = len(b.bytes) - from
	}
	b.enter(events, sizes)
	if len(events) > 0 {
		out.position = events[len(events)-1].Position
	}
	if !p.deletes && !p.tombstone {
		p.remembers.add(events)
	}
	return out
}

func (b *batch) enter(events []Event, sizes []int) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	for i := range events {
		if undo := b.store.index(&events[i], sizes[i]); undo != nil {
			b.undo = append(b.undo, undo)
		}
	}
}

// commit writes what was staged, shows it and answers.
func (b *batch) commit() {
	var err error
	if len(b.bytes) > 0 {
		if err = b.store.medium.write(b.bytes); err == nil {
			b.store.show()
		} else {
			b.takeBack()
		}
	}
	for i, p := range b.taken {
		if err != nil {
			b.outcomes[i] = outcome{verdict: failed, err: err}
		}
		p.done <- b.outcomes[i]
	}
	clear(b.taken)
	b.bytes, b.taken, b.outcomes, b.undo = b.bytes[:0], b.taken[:0], b.outcomes[:0], b.undo[:0]
}

func (b *batch) takeBack() {
	b.store.takeBack(b.undo)
	for _, p := range b.taken {
		p.remembers.forget()
	}
}

// metadata is an event that hides the revisions of a stream before one.
func (b *batch) metadata(stream string, before int64) Event {
	of := "$$" + stream
	return Event{
		Stream: of, Revision: b.last(of) + 1, ID: uuid.New(), Type: typeMetadata, ContentType: typeJSON,
		Data: fmt.Appendf(nil, `{"$tb":%d}`, before),
	}
}
