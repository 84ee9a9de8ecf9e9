package logtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"signet/internal/eventlog"
)

// follower hears a log in a goroutine of its own.
type follower struct {
	t     *testing.T
	heard chan eventlog.Recorded
	ended chan error
	stop  context.CancelFunc
}

func (l *log) follow(after eventlog.Position) *follower {
	ctx, cancel := context.WithCancel(context.Background())
	f := &follower{t: l.t, heard: make(chan eventlog.Recorded), ended: make(chan error, 1), stop: cancel}
	go func() {
		for r, err := range l.Follow(ctx, after) {
			if err != nil {
				f.ended <- err
				return
			}
			select {
			case f.heard <- r:
			case <-ctx.Done():
			}
		}
		f.ended <- nil
	}()
	l.t.Cleanup(cancel)
	return f
}

// until returns the payloads up to the marker after the position.
func (f *follower) until(position eventlog.Position) []string {
	f.t.Helper()
	out := []string{}
	last := eventlog.Position(0)
	for {
		select {
		case r := <-f.heard:
			if r.CaughtUp && r.Position >= position {
				return out
			}
			if r.CaughtUp {
				continue
			}
			if r.Position <= last {
				f.t.Fatalf("position %d after %d", r.Position, last)
			}
			last = r.Position
			out = append(out, string(r.Data))
		case err := <-f.ended:
			f.t.Fatalf("following has ended: %v", err)
		case <-time.After(time.Minute):
			f.t.Fatal("nothing is heard")
		}
	}
}

func (f *follower) end() error {
	f.t.Helper()
	select {
	case err := <-f.ended:
		return err
	case <-time.After(time.Minute):
		f.t.Fatal("following does not end")
		return nil
	}
}

func follows(t *testing.T, l *log) {
	f := l.follow(0)
	equal(t, f.until(0), []string{}) // the marker comes also when there is nothing
	for i := range 5 {
		head := l.append("s", eventlog.Revision(2*i-1), Event("a"), Event("b"))
		equal(t, f.until(head), []string{"data a", "data b"})
	}
	f.stop()
	equal(t, errors.Is(f.end(), context.Canceled), true)
}

func followsFrom(t *testing.T, l *log) {
	const n = 3000
	positions := make([]eventlog.Position, 0, n)
	for i := 0; i < n; i += 100 {
		batch := make([]eventlog.Record, 100)
		for j := range batch {
			batch[j] = Event(fmt.Sprint(i + j))
		}
		stream := fmt.Sprintf("s%d", i%7)
		last, err := l.Last(context.Background(), stream)
		equal(t, err, error(nil))
		l.append(stream, last, batch...)
	}
	for r, err := range l.Follow(context.Background(), 0) {
		equal(t, err, error(nil))
		if r.CaughtUp {
			break
		}
		positions = append(positions, r.Position)
	}
	equal(t, len(positions), n)
	for _, after := range []int{0, 1, 999, 1023, 1024, 1025, 2998, 2999} {
		f := l.follow(positions[after])
		rest := f.until(l.headNow())
		equal(t, len(rest), n-after-1)
		if len(rest) > 0 {
			equal(t, rest[0], fmt.Sprintf("data %d", after+1))
		}
		f.stop()
	}
}

func manyFollow(t *testing.T, l *log) {
	followers := make([]*follower, 10)
	for i := range followers {
		followers[i] = l.follow(0)
	}
	var head eventlog.Position
	for i := range 50 {
		head = l.append("s", eventlog.Revision(i-1), Event(fmt.Sprint(i)))
	}
	for _, f := range followers {
		equal(t, len(f.until(head)), 50)
	}
}

func appendsWhileFollowing(t *testing.T, l *log) {
	l.append("s", eventlog.NoStream, Event("0"))
	n := 0
	for r, err := range l.Follow(context.Background(), 0) {
		equal(t, err, error(nil))
		if r.CaughtUp {
			if n == 10 {
				return
			}
			continue
		}
		n++
		if n < 10 {
			l.append("s", eventlog.Revision(n-1), Event(fmt.Sprint(n)))
		}
	}
}

// history is everything up to the first marker.
func (l *log) history() []eventlog.Recorded {
	l.t.Helper()
	var out []eventlog.Recorded
	for r, err := range l.Follow(context.Background(), 0) {
		if err != nil {
			l.t.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		out = append(out, r)
	}
	return out
}

// Whoever follows is told the same, whole and in one order, whatever is appended
// meanwhile and wherever he began.
func followsWriters(t *testing.T, l *log) {
	const writers, each = 16, 40
	early := l.follow(0)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			for n := range each {
				if _, err := l.Append(context.Background(), fmt.Sprint("s", i), eventlog.Revision(n-1), Event(fmt.Sprint(i, " ", n))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	late := l.follow(0)
	var during []string
	for len(during) < writers*each {
		during = append(during, early.until(0)...)
	}
	all.Wait()
	var after []string
	for _, r := range l.history() {
		after = append(after, string(r.Data))
	}
	equal(t, during, after)
	equal(t, late.until(l.headNow()), after)
}

// Who follows writes down what was told at each pause, and must not write half of
// what was appended at once.
func wholeBatches(t *testing.T, l *log) {
	const batches, size = 60, 25
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	written := make(chan error, 1)
	go func() {
		defer close(written)
		for i := range batches {
			batch := make([]eventlog.Record, size)
			for j := range batch {
				batch[j] = Event(fmt.Sprint(i, " ", j))
			}
			if _, err := l.Append(context.Background(), fmt.Sprint("s", i%3), eventlog.Revision(i/3*size-1), batch...); err != nil {
				written <- err
				stop()
				return
			}
		}
	}()
	seen := 0
	for r, err := range l.Follow(ctx, 0) {
		if err != nil {
			t.Fatal(err, <-written)
		}
		if !r.CaughtUp {
			seen++
			continue
		}
		if seen%size != 0 {
			t.Fatalf("a pause after %d events, which were appended %d at a time", seen, size)
		}
		if seen == batches*size {
			break
		}
	}
	equal(t, <-written, error(nil))
}
