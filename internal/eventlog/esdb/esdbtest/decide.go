package esdbtest

import "github.com/google/uuid"

// last returns the revision of a stream's last event, staged ones included, or
// -1. Only the writer calls it, who alone changes the index.
func (b *batch) last(stream string) int64 {
	id, ok := b.store.names[stream]
	if !ok {
		return -1
	}
	h := b.store.streams[id]
	if h.gone {
		return int64(len(h.at)) - 2
	}
	return int64(len(h.at)) - 1
}

// decide applies EventStoreDB's rules for expected revisions and for appends
// that come again. recreate tells that the stream is deleted and may be written
// anew.
func (b *batch) decide(p *proposal) (out outcome, recreate bool) {
	var h *history
	if id, ok := b.store.names[p.stream]; ok {
		h = b.store.streams[id]
	}
	last := b.last(p.stream)
	conflicting := outcome{verdict: conflict, revision: last}
	switch {
	case h != nil && h.gone, p.expected == expectExists && h.deleted():
		return outcome{verdict: closed}, false
	case p.expected == expectExists && last < 0:
		return conflicting, false
	case p.expected == expectAny || p.expected == expectExists:
		out = b.remembered(p, last)
	case p.expected < last:
		out = b.compared(p, h, last)
	case p.expected > last:
		return conflicting, false
	}
	return out, h.deleted()
}

// remembered decides for an append to any revision: the cache alone knows
// whether it came before.
func (b *batch) remembered(p *proposal, last int64) outcome {
	revision := int64(-1)
	for i := range p.events {
		known, ok := p.remembers.find(p.events[i].ID, p.stream)
		switch {
		case !ok && i == 0:
			return outcome{verdict: written}
		case !ok:
			return outcome{verdict: conflict, revision: last}
		}
		revision = known
	}
	return b.again(p.stream, revision)
}

// compared decides for an append to an earlier revision: it came before if
// the very same ids follow there.
func (b *batch) compared(p *proposal, h *history, last int64) outcome {
	for i := range p.events {
		at := p.expected + 1 + int64(i)
		if at <= last && b.idAt(h, at) == p.events[i].ID {
			continue
		}
		if i == 0 && p.expected == expectNoStream && h.deleted() {
			return outcome{verdict: written}
		}
		return outcome{verdict: conflict, revision: last}
	}
	if len(p.events) == 0 {
		return outcome{verdict: conflict, revision: last}
	}
	return b.again(p.stream, p.expected+int64(len(p.events)))
}

// again answers an append that came before, with what stands at a revision.
func (b *batch) again(stream string, revision int64) outcome {
	out := outcome{verdict: repeated, revision: revision}
	if id, ok := b.store.names[stream]; ok && revision >= 0 {
		out.position = b.store.entries[b.store.streams[id].at[revision]].position
	} else {
		out.verdict = written // an append of nothing
	}
	return out
}

// idAt reads the id of an event, which may be staged.
func (b *batch) idAt(h *history, revision int64) uuid.UUID {
	e := b.store.entries[h.at[revision]]
	record := make([]byte, e.size)
	if base := b.store.medium.size(); e.position >= base {
		copy(record, b.bytes[e.position-base:])
	} else if _, err := b.store.medium.ReadAt(record, int64(e.position)); err != nil { //nolint:gosec // an offset
		return uuid.Nil
	}
	event, _, err := decodeRecord(record, e.position)
	if err != nil {
		return uuid.Nil
	}
	return event.ID
}

// idCacheSize is how much of the latest ids the server remembers; bytes.
const idCacheSize = 8 << 20

// idCache remembers the latest event ids; the server's memory, which it loses
// when it is started again. Only the writer uses it.
type idCache struct {
	known map[uuid.UUID]place
	order []uuid.UUID // a queue: the oldest stands at head
	head  int
	size  int
}

type place struct {
	stream   string
	revision int64
}

func newIDCache() *idCache { return &idCache{known: map[uuid.UUID]place{}} }

// weight is about what the server reckons for an id.
func weight(stream string) int { return 28 + 2*len(stream) }

func (c *idCache) find(id uuid.UUID, stream string) (int64, bool) {
	if c == nil {
		return 0, false
	}
	p, ok := c.known[id]
	return p.revision, ok && p.stream == stream
}

func (c *idCache) add(events []Event) {
	if c == nil {
		return
	}
	for i := range events {
		e := &events[i]
		if old, twice := c.known[e.ID]; twice {
			c.size -= weight(old.stream)
		} else {
			c.order = append(c.order, e.ID)
		}
		c.known[e.ID] = place{e.Stream, e.Revision}
		c.size += weight(e.Stream)
	}
	for c.size > idCacheSize && c.head < len(c.order) {
		oldest := c.order[c.head]
		c.head++
		c.size -= weight(c.known[oldest].stream)
		delete(c.known, oldest)
	}
	if c.head > len(c.order)/2 {
		c.order = append(c.order[:0], c.order[c.head:]...)
		c.head = 0
	}
}

func (c *idCache) forget() {
	if c != nil {
		*c = *newIDCache()
	}
}
