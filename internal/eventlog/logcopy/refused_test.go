package logcopy_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logcopy"
	"signet/internal/eventlog/logtest"
)

// changing is a log of which the nth event is another one than was written.
func changing(l eventlog.Log, n eventlog.Position, change func(r *eventlog.Recorded)) *between {
	return &between{Log: l, event: func(r *eventlog.Recorded) error {
		if !r.CaughtUp && r.Position == n {
			change(r)
		}
		return nil
	}}
}

var changes = map[string]func(r *eventlog.Recorded){
	"stream":   func(r *eventlog.Recorded) { r.Stream += "x" },
	"revision": func(r *eventlog.Recorded) { r.Revision++ },
	"id":       func(r *eventlog.Recorded) { r.ID[0]++ },
	"type":     func(r *eventlog.Recorded) { r.Type += "x" },
	"data":     func(r *eventlog.Recorded) { r.Data = nil },
	"meta":     func(r *eventlog.Recorded) { r.Meta = append(r.Meta, 'x') },
}

// A target that is not the beginning of the source is refused before anything is
// written, and the first difference is named.
func TestAnotherLogIsRefused(t *testing.T) {
	for field, change := range changes {
		for position := eventlog.Position(2); position <= 9; position += 7 {
			for _, only := range []bool{false, true} {
				t.Run(fmt.Sprint(field, " at ", position, " ", only), func(t *testing.T) {
					result, err := logcopy.Copy(t.Context(), small(t), readOnly(t, changing(small(t), position, change)), logcopy.Options{VerifyOnly: only})
					e := code(t, err)
					equal(t, fmt.Sprint(e.Code, e.Field, e.Side, e.Position), fmt.Sprint(logcopy.CodeDiffers, field, logcopy.Source, position))
					equal(t, fmt.Sprint(e.Stream, e.Revision), map[eventlog.Position]string{2: "b0", 9: "c1"}[position])
					equal(t, fmt.Sprint(result.Events, result.SourceEnd, result.Digest), fmt.Sprint(int64(position-1), position-1, ""))
				})
			}
		}
	}
	for _, only := range []bool{false, true} {
		longer := small(t)
		add(t, longer, "a", fixed(77, "t.v1", "", ""))
		_, err := logcopy.Copy(t.Context(), small(t), readOnly(t, longer), logcopy.Options{VerifyOnly: only})
		e := code(t, err)
		equal(t, fmt.Sprint(e.Code, e.Side, e.Position, e.Stream, e.Revision), fmt.Sprint(logcopy.CodeLonger, logcopy.Target, 10, "a", 2))
	}
	shorter := logtest.NewMemory()
	add(t, shorter, "a", fixed('1', "test.v1", "", "meta 1"))
	_, err := logcopy.Copy(t.Context(), small(t), readOnly(t, shorter), logcopy.Options{VerifyOnly: true})
	e := code(t, err)
	equal(t, fmt.Sprint(e.Code, e.Side, e.Position, e.Stream, e.Revision), fmt.Sprint(logcopy.CodeShorter, logcopy.Source, 2, "b", 0))
}

// What the target does not keep as it was given is found when both are read again.
func TestVerification(t *testing.T) {
	appends := func(l *logtest.Memory, do func(stream string, records []eventlog.Record) []eventlog.Record) *between {
		return &between{Log: l, append: func(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (eventlog.Position, error) {
			if records = do(stream, records); len(records) == 0 {
				return 1, nil
			}
			return l.Append(ctx, stream, expected, records...)
		}}
	}
	read := 0
	for name, c := range map[string]struct {
		from func(l *logtest.Memory) eventlog.Log
		to   func(l *logtest.Memory) eventlog.Log
		want string
	}{
		"the target changes bytes": {nil, func(l *logtest.Memory) eventlog.Log {
			return appends(l, func(stream string, records []eventlog.Record) []eventlog.Record {
				if stream == "c" {
					records[0].Data = []byte("else")
				}
				return records
			})
		}, "target_differs data 6"},
		"the target loses its last event": {nil, func(l *logtest.Memory) eventlog.Log {
			return appends(l, func(_ string, records []eventlog.Record) []eventlog.Record {
				if records[0].ID[15] == '9' {
					return nil
				}
				return records
			})
		}, "target_shorter  9"},
		"somebody writes to the target": {nil, func(l *logtest.Memory) eventlog.Log {
			return appends(l, func(_ string, records []eventlog.Record) []eventlog.Record {
				if records[0].ID[15] == '9' {
					add(t, l, "d", logtest.Event("foreign"))
				}
				return records
			})
		}, "target_differs stream 9"},
		"somebody writes to the target in the end": {nil, func(l *logtest.Memory) eventlog.Log {
			return &between{Log: l, event: func(r *eventlog.Recorded) error {
				if r.Position == 9 && !r.CaughtUp && len(told(t, l)) == 9 {
					add(t, l, "d", logtest.Event("foreign"))
					return eventlog.ErrUnavailable // so that it is heard at once
				}
				return nil
			}}
		}, "target_longer  10"},
		"somebody writes to a stream of the target": {nil, func(l *logtest.Memory) eventlog.Log {
			return appends(l, func(_ string, records []eventlog.Record) []eventlog.Record {
				if records[0].ID[15] == '9' {
					add(t, l, "c", logtest.Event("foreign"))
				}
				return records
			})
		}, "target_differs id 9"},
		"the target's streams are not its events": {nil, func(l *logtest.Memory) eventlog.Log {
			return &between{Log: l, last: func(string) (eventlog.Revision, error) { return 4, nil }}
		}, "target_stream  0"},
		"the source is read otherwise the second time": {func(l *logtest.Memory) eventlog.Log {
			return changing(l, 6, func(r *eventlog.Recorded) {
				if read++; read == 2 {
					r.Data = nil
				}
			})
		}, nil, "target_differs data 6"},
	} {
		t.Run(name, func(t *testing.T) {
			var source, target eventlog.Log = small(t), logtest.NewMemory()
			if c.from != nil {
				source = c.from(small(t))
			}
			if c.to != nil {
				target = c.to(logtest.NewMemory())
			}
			result, err := logcopy.Copy(t.Context(), source, target, logcopy.Options{})
			e := code(t, err)
			equal(t, fmt.Sprint(e.Code, " ", e.Field, " ", e.Position), c.want)
			equal(t, result.Digest, "")
		})
	}
}

// Both logs lose the same events between the two readings.
func TestTheSourceLosesEvents(t *testing.T) {
	passes := map[eventlog.Log]int{}
	source, target := small(t), logtest.NewMemory()
	losing := func(l eventlog.Log) *between {
		return &between{Log: l, event: func(r *eventlog.Recorded) error {
			if r.Position == 1 && !r.CaughtUp {
				passes[l]++
			}
			if r.Position == 9 && passes[l] == 2-map[bool]int{true: 1}[l == target] {
				*r = eventlog.Recorded{Position: 8, CaughtUp: true}
			}
			return nil
		}}
	}
	_, err := logcopy.Copy(t.Context(), losing(source), losing(target), logcopy.Options{})
	equal(t, code(t, err).Code, logcopy.CodeSourceChanged)
}

// A source that is corrupt ends the copy, and what was before is in the target.
func TestCorruptSource(t *testing.T) {
	for name, event := range map[string]func(r *eventlog.Recorded) error{
		"it says so": func(r *eventlog.Recorded) error {
			if r.Position == 5 {
				return fmt.Errorf("%w: row 5", eventlog.ErrCorrupt)
			}
			return nil
		},
		"a stream has a gap": func(r *eventlog.Recorded) error {
			if r.Position == 5 {
				r.Revision++
			}
			return nil
		},
		"positions don't grow": func(r *eventlog.Recorded) error {
			if r.Position == 5 {
				r.Position = 4
			}
			return nil
		},
		"its head is never reached": func(r *eventlog.Recorded) error {
			if r.Position == 5 {
				*r = eventlog.Recorded{Position: 4, CaughtUp: true}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			source, target := small(t), logtest.NewMemory()
			_, err := logcopy.Copy(t.Context(), &between{Log: source, event: event}, target, logcopy.Options{})
			equal(t, code(t, err).Code, logcopy.CodeSourceCorrupt)
			equal(t, errors.Is(err, eventlog.ErrCorrupt), true)
			has := told(t, target)
			equal(t, has, told(t, source)[:len(has)])
		})
	}
}

// Somebody else writes to the stream that is being appended to.
func TestAnotherWriter(t *testing.T) {
	for name, c := range map[string]struct {
		stream string
		record eventlog.Record
		want   string
	}{
		"something else":              {"b", fixed(77, "t.v1", "", ""), logcopy.CodeDiffers},
		"what can't be seen anywhere": {"", eventlog.Record{}, logcopy.CodeConflict},
	} {
		t.Run(name, func(t *testing.T) {
			target := logtest.NewMemory()
			_, err := logcopy.Copy(t.Context(), small(t), &between{Log: target, append: func(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (eventlog.Position, error) {
				switch {
				case stream != "b":
				case c.stream == "":
					return 0, &eventlog.ConflictError{Stream: stream, Expected: expected, Actual: expected + 1}
				default:
					add(t, target, c.stream, c.record)
				}
				return target.Append(ctx, stream, expected, records...)
			}}, logcopy.Options{})
			e := code(t, err)
			equal(t, fmt.Sprint(e.Code, e.Position, e.Stream, e.Revision), fmt.Sprint(c.want, 2, "b", 0))
			equal(t, errors.Is(err, eventlog.ErrConflict), true)
		})
	}
	// A closed log is neither waited for nor taken for another one.
	closed := logtest.NewMemory()
	equal(t, closed.Close(), error(nil))
	_, err := logcopy.Copy(t.Context(), small(t), closed, logcopy.Options{})
	equal(t, code(t, err).Code, logcopy.CodeTargetFailed)
	equal(t, errors.Is(err, eventlog.ErrClosed), true)
}
