package logcopy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logcopy"
	"signet/internal/eventlog/logtest"
)

func TestLogsOfAllKindsAreCopied(t *testing.T) {
	for name, fill := range map[string]func(l eventlog.Log){
		"nothing":   func(eventlog.Log) {},
		"one event": func(l eventlog.Log) { add(t, l, "s", logtest.Event("x")) },
		"streams that alternate": func(l eventlog.Log) {
			for i := range 60 {
				add(t, l, fmt.Sprint("s", i%7), logtest.Event(fmt.Sprint(i)))
			}
		},
		"one id in two streams": func(l eventlog.Log) {
			e := logtest.Event("x")
			add(t, l, "a", e)
			add(t, l, "b", e)
		},
		"names and bytes of all kinds": func(l eventlog.Log) {
			for _, s := range []string{"cảng Hải Phòng 港口", "a\x00b", "a", "%?# ", strings.Repeat("x", eventlog.MaxStreamName)} {
				add(t, l, s, fixed(1, "thử.nghiệm.v1", "\x00\xff\x00", ""), fixed(2, "x", "", ""))
			}
		},
		"an erased event": func(l eventlog.Log) {
			r, err := eventlog.Seal(eventlog.Envelope{ID: logtest.Event("").ID, Type: "t.v1", Stream: "s"}, []byte(`{"name":"Hải"}`))
			equal(t, err, error(nil))
			r.Data = nil
			add(t, l, "s", r)
		},
		"events as large as can be": func(l eventlog.Log) {
			for range 3 {
				e := logtest.Event("")
				e.Data = bytes.Repeat([]byte("x"), eventlog.MaxRecordBytes-len(e.Meta))
				add(t, l, "s", e)
			}
		},
		"more events than one append takes": func(l eventlog.Log) {
			for range 3 {
				batch := make([]eventlog.Record, 400)
				for i := range batch {
					batch[i] = logtest.Event(fmt.Sprint(i))
				}
				add(t, l, "s", batch...)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			first, middle, last := logtest.NewMemory(), file(t), logtest.NewMemory()
			fill(first)
			there := copies(t, first, middle, logcopy.Options{})
			back := copies(t, middle, last, logcopy.Options{MaxEvents: 7})
			equal(t, there, back) // also the positions, as both count events
			head, _ := first.Head(t.Context())
			equal(t, there.SourceEnd, head)
			equal(t, there.Copied, int64(len(told(t, first))))
			again := copies(t, first, readOnly(t, middle), logcopy.Options{})
			equal(t, again.Copied, 0)
			again.Copied = there.Copied
			equal(t, again, there)
			only := copies(t, first, readOnly(t, middle), logcopy.Options{VerifyOnly: true})
			only.Copied = there.Copied
			equal(t, only, there)
		})
	}
}

// The digest is the one that is described, worked out by another program:
//
//	f = lambda b: struct.pack(">Q", len(b)) + b
//	e = lambda s, n, i, t, d, m: f(s) + f(struct.pack(">Q", n)) + f(i) + f(t) + f(d) + f(m)
func TestDigest(t *testing.T) {
	l := logtest.NewMemory()
	add(t, l, "cảng", fixed(1, "a.v1", "data", "meta"), fixed(2, "b.v1", "", "m"))
	add(t, l, "b", fixed(1, "a.v1", "\xff", ""))
	result := copies(t, l, logtest.NewMemory(), logcopy.Options{})
	equal(t, result, logcopy.Result{
		Events: 3, Streams: 2, Bytes: 10, Copied: 3, SourceHead: 3, SourceEnd: 3, TargetEnd: 3,
		Digest: "083939b7aee25097e29f157c297f8e8db7848279f0a84bc8a3d9b593f07ec9ea",
	})
	empty := copies(t, logtest.NewMemory(), logtest.NewMemory(), logcopy.Options{})
	equal(t, empty.Digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") // SHA-256 of nothing
}

// What shares an append is of one stream, follows each other, and is within bounds.
func TestAppendsAreAsLargeAsAllowed(t *testing.T) {
	third := func() eventlog.Record {
		e := logtest.Event("")
		e.Data = make([]byte, eventlog.MaxBatchBytes/3-len(e.Meta))
		return e
	}
	l := logtest.NewMemory()
	for range 4 {
		add(t, l, "large", third())
	}
	for range 5 {
		add(t, l, "small", logtest.Event("x"))
	}
	add(t, l, "other", logtest.Event("x"))
	add(t, l, "small", logtest.Event("x"), logtest.Event("x"))
	for most, want := range map[int][]string{
		0: {"large 3", "large 1", "small 5", "other 1", "small 2"},
		2: {"large 2", "large 2", "small 2", "small 2", "small 1", "other 1", "small 2"},
	} {
		target := logtest.NewMemory()
		var got []string
		copies(t, l, &between{Log: target, append: func(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (eventlog.Position, error) {
			got = append(got, fmt.Sprint(stream, " ", len(records)))
			return target.Append(ctx, stream, expected, records...)
		}}, logcopy.Options{MaxEvents: most})
		equal(t, got, want)
	}
}

func TestOptionsAreLookedAt(t *testing.T) {
	for _, o := range []logcopy.Options{{MaxEvents: -1}, {Patience: -1}} {
		_, err := logcopy.Copy(t.Context(), small(t), logtest.NewMemory(), o)
		equal(t, code(t, err).Code, logcopy.CodeInvalidOption)
	}
}

func TestProgress(t *testing.T) {
	l := logtest.NewMemory()
	for range 6 {
		batch := make([]eventlog.Record, 400)
		for i := range batch {
			batch[i] = fixed(0, "t.v1", "12345", "")
			batch[i].ID = logtest.Event("").ID
		}
		add(t, l, "s", batch...)
	}
	var heard []string
	o := logcopy.Options{Progress: func(p logcopy.Progress) {
		heard = append(heard, fmt.Sprint(p.Phase, " ", p.Events, " ", p.Bytes/5, " ", p.Position, " of ", p.Head))
	}}
	copies(t, l, logtest.NewMemory(), o)
	equal(t, strings.Join(heard, "\n"), strings.Join([]string{
		"compare 0 0 0 of 2400", "compare 0 0 0 of 2400",
		"copy 0 0 0 of 2400", "copy 1000 1000 1000 of 2400", "copy 2000 2000 2000 of 2400", "copy 2400 2400 2400 of 2400",
		"verify 0 0 0 of 2400", "verify 1000 1000 1000 of 2400", "verify 2000 2000 2000 of 2400", "verify 2400 2400 2400 of 2400",
	}, "\n"))
}

// What is appended to the source meanwhile is copied up to a marker; what comes
// while both are verified is left to the next run.
func TestTheSourceGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, target := small(t), logtest.NewMemory()
		n := 0
		growing := &between{Log: source, event: func(r *eventlog.Recorded) error {
			n++
			switch {
			case r.CaughtUp:
			case n == 5: // following begins again, and hears of it
				add(t, source, "d", logtest.Event("more"), logtest.Event("more"))
				return eventlog.ErrUnavailable
			case n > 12:
				add(t, source, "d", logtest.Event("still more"))
			}
			return nil
		}}
		result, err := logcopy.Copy(t.Context(), growing, target, logcopy.Options{})
		equal(t, err, error(nil))
		equal(t, []eventlog.Position{result.SourceHead, result.SourceEnd, result.TargetEnd}, []eventlog.Position{9, 11, 11})
		equal(t, told(t, target), told(t, source)[:11])
		copies(t, source, target, logcopy.Options{})
	})
}

// A random log is copied in pieces, with random bounds.
func TestRandomLogs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		source, target := logtest.NewMemory(), logtest.NewMemory()
		for range rapid.IntRange(1, 3).Draw(rt, "pieces") {
			for range rapid.IntRange(0, 12).Draw(rt, "appends") {
				batch := make([]eventlog.Record, rapid.IntRange(1, 4).Draw(rt, "size"))
				for i := range batch {
					batch[i] = logtest.Event("")
					batch[i].Data = rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(rt, "data")
				}
				add(t, source, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "stream"), batch...)
			}
			ctx, cancel := context.WithCancel(context.Background())
			n := rapid.IntRange(0, 60).Draw(rt, "ends after")
			broken := &between{Log: source, event: func(*eventlog.Recorded) error {
				if n--; n < 0 {
					cancel()
				}
				return nil
			}}
			_, err := logcopy.Copy(ctx, broken, target, logcopy.Options{MaxEvents: rapid.IntRange(1, 5).Draw(rt, "at once")})
			cancel()
			if err != nil && !errors.Is(err, context.Canceled) {
				rt.Fatal(err)
			}
		}
		result := copies(t, source, target, logcopy.Options{MaxEvents: 3})
		equal(t, result.Events, int64(len(told(t, source))))
	})
}

// A marker of the source may be older than what another run has copied meanwhile.
func TestAnotherRunIsAhead(t *testing.T) {
	source, target, more := small(t), small(t), logtest.Event("more")
	add(t, target, "a", more)
	grown := false
	growing := &between{Log: source, event: func(r *eventlog.Recorded) error {
		if r.CaughtUp && !grown {
			grown = true
			add(t, source, "a", more)
		}
		return nil
	}}
	copies(t, growing, readOnly(t, target), logcopy.Options{})
}
