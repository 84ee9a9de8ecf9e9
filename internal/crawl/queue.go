package crawl

import (
	"context"
	"errors"
)

// queue is what is to be got, in order.
type queue struct {
	items  []*item
	merged int     // of items, from the first on, have been taken note of
	active int     // begun and not done
	lines  []*line // by host, with those that are not begun
	at     map[*slots]*line
}

// line is what waits for one host.
type line struct {
	slots *slots // nil if nothing bounds it
	items []*item
}

func (q *queue) push(it *item) {
	it.index = len(q.items)
	q.items = append(q.items, it)
	l := q.at[it.line]
	if l == nil {
		if q.at == nil {
			q.at = map[*slots]*line{}
		}
		l = &line{slots: it.line}
		q.at[it.line] = l
		q.lines = append(q.lines, l)
	}
	l.items = append(l.items, it)
}

// first returns the line whose first item comes first in the queue, before the end; if
// busy is not set, of those that have a free slot. Nil if there is none.
func (q *queue) first(end int, busy bool) *line {
	var best *line
	for _, l := range q.lines {
		if len(l.items) == 0 || l.items[0].index >= end || !busy && l.slots != nil && l.slots.active == l.slots.max {
			continue
		}
		if best == nil || l.items[0].index < best.items[0].index {
			best = l
		}
	}
	return best
}

// end is the index before which things may be begun: each may turn out to be one more
// of what is bounded.
func (e *engine) end(queue int) int {
	room := min(e.limits.resources-e.summary.Resources, window)
	if queue == pages {
		room = min(room, e.limits.pages-e.summary.Pages)
	}
	return e.queues[queue].merged + room
}

// next takes the item to begin, nil if there is none now.
func (e *engine) next() *item {
	if e.bytes.Load() >= e.limits.total {
		return nil
	}
	queue, ok := e.phase()
	if !ok {
		return nil
	}
	q := &e.queues[queue]
	l := q.first(e.end(queue), false)
	if l == nil {
		return nil
	}
	it := l.items[0]
	l.items = l.items[1:]
	q.active++
	if l.slots != nil {
		l.slots.active++
	}
	return it
}

// phase goes on to the next queue when one is done.
func (e *engine) phase() (queue int, ok bool) {
	ready := func(queue int) bool { return e.queues[queue].first(e.end(queue), true) != nil }
	much := e.kept > e.limits.kept && e.current != inlines
	switch q := &e.queues[e.current]; {
	case q.active > 0 && much:
		return 0, false // first what is under way
	case q.active > 0, ready(e.current) && !much:
		return e.current, true
	case much && ready(inlines):
		e.current = inlines
		return inlines, true
	}
	for queue := range e.queues {
		if ready(queue) {
			e.current = queue
			return queue, true
		}
	}
	return 0, false
}

// settle takes note of what is done, as far as nothing before it is missing.
func (e *engine) settle(r result) {
	q := &e.queues[r.item.queue]
	q.active--
	if r.item.line != nil {
		r.item.line.active--
	}
	r.item.done = r.out
	if e.err == nil {
		e.err = r.out.err
	}
	for q.merged < len(q.items) && q.items[q.merged].done != nil {
		e.merge(q.items[q.merged])
		q.merged++
	}
	queued := 0
	for i := range e.queues {
		queued += len(e.queues[i].items) - e.queues[i].merged
	}
	e.progress(e.summary.Pages, queued, e.bytes.Load())
}

// finish says what is left, and why.
func (e *engine) finish(ctx context.Context) {
	for i := range e.queues {
		for _, it := range e.queues[i].items[e.queues[i].merged:] {
			if it.done != nil {
				e.merge(it) // what stands before it was not begun
			}
		}
	}
	s := &e.summary
	for i := range e.queues {
		for _, it := range e.queues[i].items {
			if it.done == nil {
				s.Unread++
			}
		}
	}
	s.Bytes = e.bytes.Load()
	s.sort()
	switch left := s.Unread > 0 || e.full; {
	case errors.Is(context.Cause(ctx), errDuration):
		s.Truncated = TruncatedDuration
	case left && s.Bytes >= e.limits.total:
		s.Truncated = TruncatedBytes
	case e.full, left && s.Resources >= e.limits.resources:
		s.Truncated = TruncatedResources
	case left && s.Pages >= e.limits.pages:
		s.Truncated = TruncatedPages
	}
}
