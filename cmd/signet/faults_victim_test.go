package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signet/internal/faults"
)

// inTime is how long any request may take while there is a fault, and how long it may
// take until everything is well again after it.
const inTime = 30 * time.Second

// victim is a registry whose storage is made to fail.
type victim struct {
	t     *testing.T
	seen  *tally
	dir   string
	layer *faults.Layer
	dice  *rand.Rand
	cast  players
	l     *ledger
	p     *process
	base  string // an item in force, with a file, that is always there
	file  string // the digest of its file
	round int
	from  string // the data folder of the registry that this one is like
}

// newVictim begins a registry. It is served under a layer.
func newVictim(t *testing.T, seen *tally) *victim {
	t.Helper()
	v := &victim{t: t, seen: seen, dir: memoryFolder(t), layer: faults.New(t), dice: newDice(t), l: newLedger(t), base: "base"}
	t.Cleanup(func() { _ = os.RemoveAll(v.dir) })
	return v
}

// like makes a registry for another test that is like this one, of which no server runs.
// Its data folder is yet to come, see copied.
func (v *victim) like(t *testing.T) *victim {
	t.Helper()
	other := newVictim(t, v.seen)
	other.from, other.cast, other.file = v.data(), v.cast, v.file
	other.l.auditor, other.l.head = v.l.auditor, v.l.head
	other.l.items[v.base] = new(*v.l.items[v.base])
	other.l.blobs = slices.Clone(v.l.blobs)
	return other
}

// copied takes in the data folder of the registry that this one is like.
func (v *victim) copied() {
	v.t.Helper()
	if err := os.CopyFS(v.data(), os.DirFS(v.from)); err != nil {
		v.t.Fatal(err)
	}
}

// data is a path in the data folder.
func (v *victim) data(name ...string) string {
	return filepath.Join(append([]string{v.dir, defaultData}, name...)...)
}

// populate makes what is always there.
func (v *victim) populate() {
	v.t.Helper()
	v.cast = castOfKill(v.t, v.dir, v.l)
	v.serve()
	c := v.client(nil)
	if !c.logo(v.base) {
		v.t.Fatal("the story broke off")
	}
	v.file = v.l.items[v.base].file
}

// serve starts a server, and sees that it knows everything.
func (v *victim) serve() {
	v.t.Helper()
	v.p = servingWith(v.t, v.dir, []string{v.layer.Environment()}, "--log-level", "warn")
	v.l.settle(v.p)
	v.check()
}

// check compares what is there with what was acknowledged since the last check.
func (v *victim) check() {
	v.t.Helper()
	v.l.check(v.p, v.l.touched())
	v.l.checkBlobs(v.p)
}

// client is somebody who writes.
func (v *victim) client(patient func() bool) client {
	return client{
		t: v.t, node: func() string { return v.p.url }, l: v.l, cast: v.cast, patient: patient,
		dice: rand.New(rand.NewPCG(v.dice.Uint64(), 0)),
	}
}

// passes tries every kind so many times, in any order. In the last round of each pass the
// server is killed while there is the fault; and then everything is verified.
func (v *victim) passes(times int, kinds []kind) {
	v.t.Helper()
	v.copied()
	v.serve()
	for pass := range times {
		order := v.dice.Perm(len(kinds))
		for n, i := range order {
			v.try(kinds[i], n == len(order)-1)
			if v.t.Failed() {
				v.t.Logf("in pass %d, round %d: %s\n%s", pass, n, kinds[i].name, v.p.err)
				return
			}
		}
		v.p.stop()
		v.l.inspect(v.dir)
		if v.t.Failed() {
			return
		}
		if pass < times-1 {
			v.serve()
		}
	}
	v.t.Logf("%d passes: %d writes and %d uploads acknowledged, %d in doubt and settled, position %d", times, v.l.acks, len(v.l.blobs), v.l.doubts, v.l.head)
}

// try lets one fault come while clients write, and go.
func (v *victim) try(k kind, kill bool) {
	v.t.Helper()
	began := time.Now()
	v.round++
	w := v.work(k)
	time.Sleep(time.Duration(v.dice.IntN(60)) * time.Millisecond) // the fault comes at any moment
	heal := k.inflict(v)
	codes := v.probe(k)
	if kill {
		v.p.signal(os.Kill)
		v.p.code()
		w.abandon()
		heal()
		v.serve()
	} else {
		heal()
		v.recovers(k, w)
		w.stop()
		v.l.settle(v.p)
		v.check()
	}
	v.seen.of(k.name, began, codes)
}

// work is clients who write until they are stopped.
type work struct {
	v    *victim
	all  sync.WaitGroup
	over atomic.Bool    // they begin nothing new
	gone chan struct{}  // nobody answers any more
	done []atomic.Int64 // how far each of them has come
}

// work begins.
func (v *victim) work(k kind) *work {
	w := &work{v: v, gone: make(chan struct{}), done: make([]atomic.Int64, 3)}
	for n := range w.done {
		c := v.client(w.patient)
		c.also = k.also
		c.over = func() bool { w.done[n].Add(1); return w.over.Load() } // between two deeds
		own := v.round
		w.all.Go(func() {
			for i := 0; !w.over.Load() && !v.t.Failed(); i++ {
				key := fmt.Sprintf("item-%d-%d-%d", own, n, i)
				if n == 0 && !c.logo(key) || n != 0 && !c.slogan(key) {
					return
				}
			}
		})
	}
	return w
}

// patient waits a little before somebody asks again.
func (w *work) patient() bool {
	select {
	case <-w.gone:
		return false
	case <-time.After(5 * time.Millisecond):
		return !w.v.t.Failed()
	}
}

// stop lets the clients end what they have begun.
func (w *work) stop() {
	w.over.Store(true)
	w.all.Wait()
}

// abandon ends the clients, of whom nobody knows what became of their last deeds.
func (w *work) abandon() {
	w.over.Store(true)
	close(w.gone)
	w.all.Wait()
}

// recovers waits until every client gets on and the server says that it is well.
func (v *victim) recovers(k kind, w *work) {
	v.t.Helper()
	healed := time.Now()
	before := make([]int64, len(w.done))
	for n := range w.done {
		before[n] = w.done[n].Load()
	}
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for !v.t.Failed() {
		on := true
		for n := range w.done {
			on = on && w.done[n].Load() > before[n]
		}
		if on {
			break
		}
		if time.Since(healed) > inTime {
			close(w.gone)
			v.t.Errorf("%s: after %v not everybody gets on without a restart\n%s", k.name, inTime, v.p.err)
			return
		}
		<-again.C
	}
	for !v.t.Failed() {
		status, reason := v.state("/readyz?for=writes")
		if status == 200 && reason == "serving" {
			return
		}
		if time.Since(healed) > inTime {
			v.t.Errorf("%s: /readyz says %d, %s after it\n%s", k.name, status, reason, v.p.err)
			return
		}
		<-again.C
	}
}
