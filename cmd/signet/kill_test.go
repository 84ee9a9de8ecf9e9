package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// killsVariable names the environment's variable that says how often the server is
// killed.
const killsVariable = "SIGNET_KILL_ROUNDS"

// A server that is killed at any moment under load has kept all that it had
// acknowledged, once; everything stored is whole; and the read models are those
// that a rebuild makes.
func TestNothingAcknowledgedIsLostToKill(t *testing.T) {
	testneeds.PlainInCI(t) // TestSoak kills what the race detector watches
	t.Parallel()
	dir := t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	l := newLedger(t)
	cast := castOfKill(t, dir, l)
	rounds, began := testneeds.Count(t, killsVariable, 5, 15), time.Now()
	for round := range rounds {
		if round%5 == 3 {
			killWhileStarting(t, dir, dice)
		}
		p := serving(t, dir, "--log-level", "error")
		l.settle(p)
		l.check(p, l.touched())
		l.checkBlobs(p)
		if round%10 == 9 {
			p.stop()
			l.inspect(dir)
			p = serving(t, dir, "--log-level", "error")
		}
		killUnderLoad(p, l, cast, dice, round)
		if t.Failed() {
			return
		}
	}
	p := serving(t, dir, "--log-level", "error")
	l.settle(p)
	l.check(p, l.all())
	l.checkBlobs(p)
	p.stop()
	l.inspect(dir)
	t.Logf("%d rounds in %v: %d writes and %d uploads acknowledged, %d in doubt and settled, position %d",
		rounds, time.Since(began).Round(time.Second), l.acks, len(l.blobs), l.doubts, l.head)
}

// killWhileStarting kills a server that may not have come to listen.
func killWhileStarting(t *testing.T, dir string, dice *rand.Rand) {
	t.Helper()
	p := launch(t, dir, "serve", "--listen", "127.0.0.1:0", "--log-level", "error")
	select {
	case <-time.After(time.Duration(dice.IntN(250)) * time.Millisecond):
	case <-p.exited:
		t.Fatalf("it ended by itself with code %d", p.code())
	}
	p.signal(os.Kill)
	p.code()
}

// killUnderLoad kills the server at a random moment while clients write.
func killUnderLoad(p *process, l *ledger, cast players, dice *rand.Rand, round int) {
	p.t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		load(p, l, cast, dice.Uint64(), round)
	}()
	<-l.begin() // the first acknowledgement
	select {
	case <-time.After(time.Duration(dice.IntN(400)) * time.Millisecond):
	case <-p.exited:
		p.t.Errorf("it ended by itself with code %d", p.code())
	}
	p.signal(os.Kill)
	p.code()
	<-done
}

// inspect checks a registry of which no server runs: everything is whole, and the
// read models equal those that are built anew.
func (l *ledger) inspect(dir string) {
	l.t.Helper()
	data := filepath.Join(dir, defaultData)
	var v verification
	if err := json.Unmarshal([]byte(must(l.t, dir, "verify", "--json")), &v); err != nil {
		l.t.Fatal(err)
	}
	if !v.OK || v.Beside || int64(v.Position) < l.head || v.Blobs < len(l.blobs) {
		l.t.Errorf("verify: %+v; acknowledged were position %d and %d files", v, l.head, len(l.blobs))
	}
	if left, err := os.ReadDir(filepath.Join(data, "staged")); err != nil || len(left) > 0 {
		l.t.Errorf("%d uploads were left half done, %v", len(left), err)
	}
	views := filepath.Join(data, viewsFile)
	incremental := tables(l.t, views)
	must(l.t, dir, "rebuild")
	sameTables(l.t, incremental, tables(l.t, views))
}
