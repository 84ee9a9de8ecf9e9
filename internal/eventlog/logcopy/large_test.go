package logcopy_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"runtime"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logcopy"
)

// made is a log whose events are made when they are read, so that none of them
// takes memory. Streams alternate after a hundred events.
type made struct {
	eventlog.Log

	events int
}

const (
	madeStreams = 100
	bytesEach   = 1000
)

func (m made) event(i int) eventlog.Recorded {
	run := i / 100
	r := eventlog.Recorded{Stream: fmt.Sprint("s", run%madeStreams), Position: eventlog.Position(i + 1)}
	r.Revision = eventlog.Revision(run/madeStreams*100 + i%100)
	r.Type, r.Data, r.Meta = "t.v1", make([]byte, bytesEach/2), make([]byte, bytesEach/2)
	r.ID[6], r.ID[8] = 0x70, 0x80
	binary.BigEndian.PutUint32(r.ID[:], uint32(i))
	return r
}

func (m made) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for i := int(after); i < m.events; i++ {
			if !yield(m.event(i), ctx.Err()) {
				return
			}
		}
		yield(eventlog.Recorded{Position: eventlog.Position(m.events), CaughtUp: true}, nil)
	}
}

func (m made) Head(context.Context) (eventlog.Position, error) {
	return eventlog.Position(m.events), nil
}

func (m made) Last(_ context.Context, stream string) (eventlog.Revision, error) {
	last := eventlog.NoStream
	for i := range m.events {
		if i%100 == 0 && m.event(i).Stream == stream {
			last += 100
		}
	}
	return last, nil
}

// kept is a target that looks at what it is given, and keeps its number.
type kept struct {
	made

	t *testing.T
}

func (k *kept) Append(_ context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	for i, r := range records {
		want := k.event(k.events)
		if r.ID != want.ID || stream != want.Stream || expected+1+eventlog.Revision(i) != want.Revision {
			k.t.Errorf("%s is appended to %q", r.ID, stream)
		}
		k.events++
	}
	return eventlog.Position(k.events), nil
}

// Of 100 MB, or of 20 in a file, at most a few are in memory at a time.
func TestLargeLog(t *testing.T) {
	for name, c := range map[string]struct {
		events int
		to     eventlog.Log
	}{
		"anywhere":  {100_000, &kept{made{}, t}},
		"to a file": {20_000, file(t)},
	} {
		t.Run(name, func(t *testing.T) {
			var before, now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			most, phases := uint64(0), map[logcopy.Phase]int64{}
			result, err := logcopy.Copy(t.Context(), made{events: c.events}, c.to, logcopy.Options{Progress: func(p logcopy.Progress) {
				if phases[p.Phase] = p.Events; p.Events%10_000 == 0 {
					runtime.GC()
					runtime.ReadMemStats(&now)
					most = max(most, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
				}
			}})
			events := int64(c.events)
			equal(t, err, error(nil))
			equal(t, phases, map[logcopy.Phase]int64{logcopy.PhaseCompare: 0, logcopy.PhaseCopy: events, logcopy.PhaseVerify: events})
			equal(t, fmt.Sprint(result.Events, result.Streams, result.Bytes), fmt.Sprint(events, madeStreams, events*bytesEach))
			t.Logf("at most %d kB more than before", most>>10)
			if most > 4<<20 {
				t.Errorf("%d bytes are held", most)
			}
		})
	}
}
