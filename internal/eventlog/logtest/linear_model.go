package logtest

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"

	"signet/internal/eventlog"
)

func inputOf(o porcupine.Operation) call    { return o.Input.(call) }    //nolint:forcetypeassert // we made it
func outputOf(o porcupine.Operation) answer { return o.Output.(answer) } //nolint:forcetypeassert // we made it

// stream is one stream of the model: the numbers of its events.
type stream []int

func (s stream) end() eventlog.Revision { return eventlog.Revision(len(s) - 1) }

// stands tells whether the very events of an append are where it would put them.
func (s stream) stands(in call) bool {
	from := int(in.at) + 1
	return from >= 0 && from+len(in.events) <= len(s) && slices.Equal(s[from:from+len(in.events)], in.events)
}

// takes tells whether an append is written at the stream's end.
func (s stream) takes(in call) bool {
	return in.at == s.end() && !slices.ContainsFunc(in.events, func(n int) bool { return slices.Contains(s, n) })
}

// shows tells whether what was read, or the last revision, is that of the stream.
func (s stream) shows(in call, out answer) bool {
	if in.kind == lastCall {
		return out.revision == s.end()
	}
	rest := s[min(len(s), int(max(0, in.at))):]
	if out.outcome == partly {
		rest = rest[:min(len(rest), len(out.events))]
	}
	return slices.Equal(rest, out.events)
}

// step is the contract of one stream. What is not known to have happened is
// written where it can be: if it never was, its place is after everything else.
func (s stream) step(in call, out answer) (bool, stream) {
	if in.kind != appendCall {
		return s.shows(in, out), s
	}
	takes, stands := s.takes(in), s.stands(in)
	switch {
	case out.outcome == conflict:
		return !takes && !stands && out.revision == s.end(), s
	case takes:
		return true, slices.Concat(s, in.events)
	}
	return stands || out.outcome == unknown, s
}

// oneStream is the model of a stream, by which a history is looked at stream by
// stream. It trusts nothing but what clients were told.
var oneStream = porcupine.Model{
	Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
		by := map[string][]porcupine.Operation{}
		for _, o := range all {
			if in := inputOf(o); in.stream != "" {
				by[in.stream] = append(by[in.stream], o)
			}
		}
		out := make([][]porcupine.Operation, 0, len(by))
		for _, part := range by {
			out = append(out, part)
		}
		return out
	},
	Init: func() any { return stream(nil) },
	Step: func(state, input, output any) (bool, any) {
		return state.(stream).step(input.(call), output.(answer)) //nolint:forcetypeassert // we made them
	},
	Equal:             func(a, b any) bool { return slices.Equal(a.(stream), b.(stream)) }, //nolint:forcetypeassert // we made them
	DescribeOperation: describe,
}

// describe is for pictures.
func describe(input, output any) string {
	in, out := input.(call), output.(answer) //nolint:forcetypeassert // we made them
	text := ""
	switch in.kind {
	case appendCall:
		text = fmt.Sprintf("append %v to %s at %d", in.events, short(in.stream), in.at)
		switch out.outcome {
		case conflict:
			return fmt.Sprintf("%s: no, it is at %d", text, out.revision)
		case unknown:
			return text + ": ?"
		case done, partly:
		}
		return fmt.Sprintf("%s: position %d", text, out.position)
	case readCall:
		text = fmt.Sprintf("read %s from %d: %v", short(in.stream), in.at, out.events)
		if out.outcome == partly {
			text += " …"
		}
	case lastCall:
		text = fmt.Sprintf("last of %s: %d", short(in.stream), out.revision)
	case headCall:
		text = fmt.Sprintf("head: %d", out.position)
	case followCall:
		text = fmt.Sprintf("follow after %d: %v, caught up at %d", in.after, out.events, out.position)
	}
	return text
}

// short is the stream's name without the seed.
func short(name string) string { return name[len(name)-1:] }
