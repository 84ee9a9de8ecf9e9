package projections_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/internal/eventlog"
	"signet/projections"
)

// told counts notices, each by all that it says.
type told map[projections.Notice]int

func (n told) add(h *history, from, to projections.Mark) {
	notices, err := h.views.Notices(context.Background(), from, to)
	if err != nil {
		h.rt.Fatal(err)
	}
	for _, x := range notices {
		if x.At.After(to.At) || x.Position > to.Position {
			h.rt.Errorf("%+v is told at %+v", x, to)
		}
		x.Public = false // may change after it was told
		n[*x]++
	}
}

// always is before everything that happened.
var always = projections.Mark{At: time.Unix(0, 0)}

func TestAnyPartitionTellsEachNoticeOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		for range 40 + h.dice(64) {
			h.step()
		}
		h.catchUp()
		end := h.views.Now(h.now)
		whole, parts := told{}, told{}
		whole.add(h, always, end)
		instants := append(h.instants(), h.now)
		mark := always
		for mark != end {
			next := projections.Mark{Position: mark.Position + eventlog.Position(h.dice(int(end.Position-mark.Position)+1)), At: mark.At}
			if at := choose(h, instants); at.After(mark.At) && !at.After(end.At) {
				next.At = at
			}
			if h.dice(8) == 0 {
				next = end
			}
			parts.add(h, mark, next)
			mark = next
		}
		each(h, whole, parts)
	})
}

func TestWhoListensIsToldEachNoticeOnce(t *testing.T) {
	total := 0
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		whole, parts := told{}, told{}
		h.catchUp()
		mark := h.views.Now(h.now)
		listen := func() {
			now := h.views.Now(h.now)
			parts.add(h, mark, now)
			mark = now
		}
		for range 40 + h.dice(64) {
			h.step()
			if h.dice(3) == 0 {
				h.catchUp()
			}
			if h.dice(3) == 0 {
				listen()
			}
		}
		h.catchUp()
		listen()
		whole.add(h, always, mark)
		for n := range whole {
			if parts[n] != 1 {
				h.rt.Errorf("%+v was told %d times", n, parts[n])
			}
			total++
		}
		for n, times := range parts {
			if times != 1 {
				h.rt.Errorf("%+v was told %d times", n, times)
			}
		}
	})
	if !fewHistories() && total == 0 {
		t.Error("nothing was ever told; the commands are drawn badly")
	}
}

func each(h *history, whole, parts told) {
	for n := range whole {
		if whole[n] != 1 || parts[n] != 1 {
			h.rt.Errorf("%+v was told %d times, in parts %d times", n, whole[n], parts[n])
		}
	}
	if len(parts) != len(whole) {
		h.rt.Errorf("%d notices in parts, %d in the whole", len(parts), len(whole))
	}
}
