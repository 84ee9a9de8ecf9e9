package logtest

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"

	"signet/internal/eventlog"
)

// order is the model of the whole log. When all was over its one order could be
// read, so that a state is only how many events of it had been written: every
// operation must fit between two of its batches, in real time.
type order struct {
	base      eventlog.Position
	events    []int
	streams   []string
	positions []eventlog.Position
	known     map[string][]stream // of each stream: what it was after so many events of the log
}

func (h *history) order() *order {
	o := &order{base: h.base, known: map[string][]stream{}}
	for _, s := range h.streams {
		o.known[s] = []stream{nil}
	}
	for _, r := range h.end {
		n := h.number(r)
		o.events, o.streams, o.positions = append(o.events, n), append(o.streams, r.Stream), append(o.positions, r.Position)
		for name, states := range o.known {
			last := states[len(states)-1]
			if name == r.Stream {
				last = slices.Concat(last, stream{n})
			}
			o.known[name] = append(states, last)
		}
	}
	return o
}

// head is the position of the last of so many events.
func (o *order) head(written int) eventlog.Position {
	if written == 0 {
		return o.base
	}
	return o.positions[written-1]
}

// next tells whether an append's events are those that were written after so many.
func (o *order) next(written int, in call) bool {
	end := written + len(in.events)
	return end <= len(o.events) && slices.Equal(o.events[written:end], in.events) &&
		!slices.ContainsFunc(o.streams[written:end], func(s string) bool { return s != in.stream })
}

// follows tells whether a follower heard what is after its position, up to the end.
func (o *order) follows(written int, in call, out answer) bool {
	from := 0
	for from < written && o.positions[from] <= in.after {
		from++
	}
	return slices.Equal(o.events[from:written], out.events) && out.position == max(in.after, o.head(written))
}

func (o *order) step(written int, in call, out answer) (bool, int) {
	switch in.kind {
	case headCall:
		return out.position == o.head(written), written
	case followCall:
		return o.follows(written, in, out), written
	case appendCall, readCall, lastCall:
	}
	s := o.known[in.stream][written]
	if in.kind != appendCall || out.outcome == conflict || !s.takes(in) {
		ok, _ := s.step(in, out)
		return ok, written
	}
	if o.next(written, in) {
		return true, written + len(in.events)
	}
	// Something else was written here: an append that is known to have been
	// written has another place, and one that isn't may have none.
	return out.outcome == unknown, written
}

func (o *order) model() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return 0 },
		Step: func(state, input, output any) (bool, any) {
			return o.step(state.(int), input.(call), output.(answer)) //nolint:forcetypeassert // we made them
		},
		DescribeOperation: describe,
		DescribeState:     func(state any) string { return fmt.Sprintf("%v events", state) },
	}
}

// agree tells which positions differ from those of the log's one order.
func (h *history) agree() []string {
	at := map[int]eventlog.Position{}
	for _, r := range h.end {
		at[h.number(r)] = r.Position
	}
	var out []string
	for _, o := range h.operations {
		in, told := inputOf(o), outputOf(o)
		if n := len(in.events); n > 0 && told.outcome == done && told.position != at[in.events[n-1]] {
			out = append(out, fmt.Sprintf("%s, where %d is at %d", describe(in, told), in.events[n-1], at[in.events[n-1]]))
		}
		for i, n := range told.events {
			if told.positions[i] != at[n] {
				out = append(out, fmt.Sprintf("%s, and told position %d of %d, which is at %d", describe(in, told), told.positions[i], n, at[n]))
			}
		}
	}
	return out
}
