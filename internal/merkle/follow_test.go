package merkle_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/esdb"
	"signet/internal/eventlog/esdb/esdbtest"
	"signet/internal/eventlog/logtest"
	"signet/internal/eventlog/sqlite"
	"signet/internal/merkle"
)

// logs are all adapters, each empty.
func logs(t *testing.T) map[string]eventlog.Log {
	t.Helper()
	file, err := sqlite.Open(filepath.Join(t.TempDir(), "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := esdb.Open(esdbtest.Start(t, esdbtest.Options{}).ConnectionString(), esdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]eventlog.Log{"in memory": logtest.NewMemory(), "in a file": file, "on a cluster": cluster}
	for _, log := range all {
		t.Cleanup(func() { _ = log.Close() })
	}
	return all
}

func TestTheSameEventsAreTheSameTreeOnEveryLog(t *testing.T) {
	const first, all = 250, 520
	want := roots(t, all)
	for name, log := range logs(t) {
		t.Run(name, func(t *testing.T) {
			path := pathOf(t)
			tree := open(t, path)
			appendTo(t, log, 0, first)
			follow(t, tree, log)
			if head := tree.Head(); head.Size != first || head.Root != want[first] {
				t.Errorf("%+v", head)
			}
			closed(t, tree)
			appendTo(t, log, first, all)
			tree = open(t, path)
			defer closed(t, tree)
			follow(t, tree, log)
			end, err := log.Head(t.Context())
			if head := tree.Head(); err != nil || head != (merkle.Head{Size: all, Root: want[all], Position: end}) {
				t.Errorf("%+v, the log ends at %d, %v", head, end, err)
			}
			places(t, tree, log)
		})
	}
}

// places compares positions and numbers of leaves with the log, also where no event
// stands.
func places(t *testing.T, tree *merkle.Tree, log eventlog.Log) {
	t.Helper()
	ctx := t.Context()
	n, before := int64(0), eventlog.Position(0)
	for r, err := range log.Follow(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		if n%16 != 0 && n%16 != 15 {
			n, before = n+1, r.Position
			continue
		}
		if p, err := tree.Position(ctx, n); err != nil || p != r.Position {
			t.Errorf("leaf %d is at position %d, %v; the log says %d", n, p, err, r.Position)
		}
		if i, err := tree.Index(ctx, r.Position); err != nil || i != n {
			t.Errorf("position %d is leaf %d, %v; want %d", r.Position, i, err, n)
		}
		if r.Position > before+1 {
			if i, err := tree.Index(ctx, r.Position-1); !errors.Is(err, merkle.ErrNoLeaf) {
				t.Errorf("between two events is leaf %d, %v", i, err)
			}
		}
		n, before = n+1, r.Position
	}
	for _, p := range []eventlog.Position{0, before + 1, 1 << 63, 1<<64 - 1} {
		if i, err := tree.Index(ctx, p); !errors.Is(err, merkle.ErrNoLeaf) {
			t.Errorf("where no event stands, at %d, is leaf %d, %v", p, i, err)
		}
	}
	for _, i := range []int64{-1, n, 1 << 40} {
		if p, err := tree.Position(ctx, i); !errors.Is(err, merkle.ErrNoLeaf) {
			t.Errorf("leaf %d, which is not there, is at %d, %v", i, p, err)
		}
	}
}

// A log that was restored from another day, or is another one, is noticed before anything
// is added.
func TestALogThatIsNotTheTreesIsRefused(t *testing.T) {
	for _, size := range []int{1, 2, 256, 257} {
		for name, log := range map[string]eventlog.Log{
			"it is empty":                     made{size: 0},
			"it ends before the last leaf":    made{size: size - 1},
			"it has another event there":      replaced{made{size: size + 3}, size - 1, numbered(7_000_000), at(size - 1)},
			"it has the event elsewhere":      replaced{made{size: size + 3}, size - 1, numbered(size - 1), at(size-1) + 1},
			"nothing of it can be read there": unreadable{made{}},
		} {
			t.Run(fmt.Sprintf("%s, size %d", name, size), func(t *testing.T) {
				tree := grown(t, pathOf(t), size)
				defer closed(t, tree)
				before := tree.Head()
				err := tree.Follow(t.Context(), log)
				var diverged *merkle.DivergedError
				if !errors.Is(err, merkle.ErrDiverged) || !errors.As(err, &diverged) || diverged.Index != int64(size-1) || diverged.Position != at(size-1) || !bytes.Equal(diverged.Expected[:], leafOf(size-1)) {
					t.Errorf("%v", err)
				}
				if ends := strings.HasPrefix(name, "it e") || strings.HasPrefix(name, "it is"); diverged != nil && ends != (diverged.FoundAt == 0 && diverged.Err == nil) {
					t.Errorf("found is %+v", diverged)
				}
				if after := tree.Head(); after != before {
					t.Errorf("%+v, and before %+v", after, before)
				}
				if err := tree.WaitFor(t.Context(), at(size)); !errors.Is(err, merkle.ErrDiverged) {
					t.Errorf("who waits is told %v", err)
				}
				if err := tree.Follow(t.Context(), made{size: size + 1}); !errors.Is(err, eventlog.ErrClosed) || tree.Head().Size != int64(size+1) {
					t.Errorf("the right one afterwards: %v", err)
				}
			})
		}
	}
}

// Before the log was compared, nobody knows whether what was counted is what stands there.
func TestWhoWaitsIsNotToldBeforeTheLogWasCompared(t *testing.T) {
	for name, c := range map[string]struct {
		log  eventlog.Log
		want error
	}{
		"it is the tree's": {endless{made{size: 3}}, nil},
		"it is another":    {replaced{endless{made{size: 3}}, 2, numbered(7), at(2)}, merkle.ErrDiverged},
	} {
		t.Run(name, func(t *testing.T) {
			path := pathOf(t)
			closed(t, grown(t, path, 3))
			tree := open(t, path)
			defer closed(t, tree)
			short, cancel := context.WithCancel(t.Context())
			cancel()
			if err := tree.WaitFor(short, at(1)); !errors.Is(err, context.Canceled) {
				t.Errorf("before: %v", err)
			}
			if err := tree.Follow(short, made{size: 3}); !errors.Is(err, context.Canceled) {
				t.Errorf("a Follow that ends at once: %v", err)
			}
			waits := make(chan error)
			go func() { waits <- tree.WaitFor(t.Context(), at(1)) }()
			ctx, end := context.WithCancel(t.Context())
			defer end()
			follows := make(chan error)
			go func() { follows <- tree.Follow(ctx, c.log) }()
			if err := <-waits; !errors.Is(err, c.want) {
				t.Errorf("told %v", err)
			}
			end()
			<-follows
		})
	}
}

// replaced is a log that has another event in place of one.
type replaced struct {
	eventlog.Log

	n        int
	record   eventlog.Record
	position eventlog.Position
}

func (l replaced) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if r.Position == at(l.n) {
				r.Record, r.Position = l.record, l.position
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

type unreadable struct{ eventlog.Log }

func (unreadable) Follow(context.Context, eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) { yield(eventlog.Recorded{}, eventlog.ErrCorrupt) }
}

func TestWhoWaitsForAPositionIsToldWhenItIsCounted(t *testing.T) {
	path := pathOf(t)
	tree := open(t, path)
	beside, err := merkle.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	log := logtest.NewMemory()
	ctx, cancel := context.WithCancel(t.Context())
	following := make(chan error)
	go func() { following <- tree.Follow(ctx, log) }()
	told := make(chan error)
	for _, one := range []*merkle.Tree{tree, beside} {
		go func() {
			err := one.WaitFor(t.Context(), 5)
			if head := one.Head(); err == nil && head.Position < 5 {
				err = fmt.Errorf("%+v is not enough", head)
			}
			told <- err
		}()
	}
	grew := tree.Advanced()
	appendTo(t, log, 0, 20)
	for range 2 {
		if err := <-told; err != nil {
			t.Error(err)
		}
	}
	<-grew
	if err := tree.Follow(ctx, log); !errors.Is(err, merkle.ErrFollowing) {
		t.Errorf("a second Follow: %v", err)
	}
	if err := tree.WaitFor(ctx, 20); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-following; !errors.Is(err, context.Canceled) {
		t.Errorf("Follow ended with %v", err)
	}
	if err := tree.WaitFor(ctx, 21); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
	closed(t, beside)
	closed(t, tree)
	closed(t, tree)
}

func TestAClosedTreeSaysSo(t *testing.T) {
	tree := open(t, pathOf(t))
	waits, follows := make(chan error), make(chan error)
	go func() { follows <- tree.Follow(t.Context(), endless{made{size: 3}}) }()
	go func() { waits <- tree.WaitFor(t.Context(), at(3)) }()
	if err := tree.WaitFor(t.Context(), at(2)); err != nil {
		t.Fatal(err)
	}
	closed(t, tree)
	if err := <-follows; !errors.Is(err, merkle.ErrClosed) {
		t.Errorf("Follow: %v", err)
	}
	if err := <-waits; !errors.Is(err, merkle.ErrClosed) {
		t.Errorf("WaitFor: %v", err)
	}
	_, index := tree.Index(t.Context(), at(0))
	_, inclusion := tree.Inclusion(t.Context(), 0, 3)
	_, kept := tree.Kept(t.Context(), "")
	for _, err := range []error{index, inclusion, kept, tree.Keep(t.Context(), merkle.Checkpoint{Reason: merkle.Day, Note: []byte("n")}), tree.Follow(t.Context(), made{})} {
		if !errors.Is(err, merkle.ErrClosed) {
			t.Error(err)
		}
	}
}

// endless is a log of which nobody hears anything new.
type endless struct{ eventlog.Log }

func (l endless) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if err != nil {
				break
			}
			if !yield(r, nil) {
				return
			}
		}
		<-ctx.Done()
		yield(eventlog.Recorded{}, ctx.Err())
	}
}

// A tree that follows holds the leaves of one group, however long the log is.
func TestALongLogIsAddedInGroups(t *testing.T) {
	tree := open(t, pathOf(t))
	defer closed(t, tree)
	const size = 5000
	groups, last := 0, int64(0)
	log := watched{made{size: size}, func() {
		if head := tree.Head().Size; head != last {
			groups++
			if head-last > 1024 {
				t.Errorf("from %d to %d leaves at once", last, head)
			}
			last = head
		}
	}}
	if err := tree.Follow(t.Context(), log); !errors.Is(err, eventlog.ErrClosed) {
		t.Fatal(err)
	}
	if groups < size/1024 || groups > size/1024+2 {
		t.Errorf("%d groups", groups)
	}
}

type watched struct {
	eventlog.Log

	before func()
}

func (l watched) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			l.before()
			if !yield(r, err) {
				return
			}
		}
	}
}
