package logtest

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/testneeds"
)

// flaky is a log at the other end of a bad line: requests and answers get lost,
// and some requests come in long after they were given up.
type flaky struct {
	eventlog.Log

	mu   sync.Mutex // guards what is below
	r    *rand.Rand
	late []func()
}

func bad(l eventlog.Log, r *rand.Rand) *flaky { return &flaky{Log: l, r: r} }

func (f *flaky) dice(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.r.IntN(n)
}

// wander lets others go first.
func (f *flaky) wander() {
	for range f.dice(8) {
		runtime.Gosched()
	}
}

// arrive lets one of the late requests come in.
func (f *flaky) arrive(r *rand.Rand) {
	f.mu.Lock()
	if len(f.late) == 0 {
		f.mu.Unlock()
		return
	}
	i := r.IntN(len(f.late))
	do := f.late[i]
	f.late = append(f.late[:i:i], f.late[i+1:]...)
	f.mu.Unlock()
	do()
}

func (f *flaky) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	f.wander()
	defer f.wander()
	lost := fmt.Errorf("%w: the line is bad", eventlog.ErrUnavailable)
	switch f.dice(16) {
	case 0:
		return 0, lost
	case 1:
		_, _ = f.Log.Append(ctx, stream, expected, records...)
		return 0, lost
	case 2:
		f.mu.Lock()
		defer f.mu.Unlock()
		f.late = append(f.late, func() { _, _ = f.Log.Append(context.Background(), stream, expected, records...) })
		return 0, lost
	}
	return f.Log.Append(ctx, stream, expected, records...)
}

func (f *flaky) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return f.slowly(f.Log.Read(ctx, stream, from))
}

func (f *flaky) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return f.slowly(f.Log.Follow(ctx, after))
}

func (f *flaky) slowly(all iter.Seq2[eventlog.Recorded, error]) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		f.wander()
		for r, err := range all {
			if !yield(r, err) {
				return
			}
			f.wander()
		}
	}
}

func (f *flaky) Last(ctx context.Context, stream string) (eventlog.Revision, error) {
	f.wander()
	defer f.wander()
	return f.Log.Last(ctx, stream)
}

func (f *flaky) Head(ctx context.Context) (eventlog.Position, error) {
	f.wander()
	defer f.wander()
	return f.Log.Head(ctx)
}

// reached has one line to the log for each client.
func reached(seed uint64, lineTo func(client int) eventlog.Log) Reached {
	lines := make([]*flaky, Clients)
	for i := range lines {
		lines[i] = bad(lineTo(i), rand.New(rand.NewPCG(seed, uint64(i)))) //nolint:gosec // must be repeatable
	}
	return Reached{
		Client: func(i int) eventlog.Log { return lines[i] },
		Faults: []Fault{{"what was late comes in", func(r *rand.Rand) { lines[r.IntN(Clients)].arrive(r) }}},
		Heal: func() {
			for _, l := range lines {
				l.mu.Lock()
				l.late = nil
				l.r = rand.New(never{}) //nolint:gosec // the line is good now
				l.mu.Unlock()
			}
		},
	}
}

// never has every dice show the highest number.
type never struct{}

func (never) Uint64() uint64 { return 1<<64 - 1 }

func TestMemoryIsLinearizable(t *testing.T) {
	seed := uint64(0)
	Linearizable(t, testneeds.Count(t, OperationsVariable, 26_500, 26_500), func(testing.TB, string) Reached {
		seed++
		l := NewMemory()
		return reached(seed, func(int) eventlog.Log { return l })
	})
}
