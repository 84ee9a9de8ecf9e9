package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/internal/faults"
	"signet/internal/testneeds"
)

// A process that a test starts under a layer of faults joins it before anything else.
func init() {
	if err := faults.Join(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitFailed)
	}
	if dir := os.Getenv(asWriter); dir != "" {
		if err := writeForPower(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(exitFailed)
		}
		os.Exit(exitOK)
	}
}

// tally counts what was tried, by kind.
type tally struct {
	mu    sync.Mutex
	kinds map[string]*trials // guarded by mu
}

// trials are what was seen of a kind.
type trials struct {
	rounds int
	codes  map[string]int // of what was refused, and what /readyz said
	took   time.Duration
}

// of counts one round.
func (y *tally) of(kind string, began time.Time, codes map[string]int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	c := y.kinds[kind]
	if c == nil {
		c = &trials{codes: map[string]int{}}
		y.kinds[kind] = c
	}
	c.rounds++
	c.took += time.Since(began)
	for code, n := range codes {
		c.codes[code] += n
	}
}

func (y *tally) tell(t *testing.T) {
	t.Helper()
	y.mu.Lock()
	defer y.mu.Unlock()
	for _, kind := range slices.Sorted(maps.Keys(y.kinds)) {
		c := y.kinds[kind]
		var seen []string
		for _, code := range slices.Sorted(maps.Keys(c.codes)) {
			seen = append(seen, fmt.Sprintf("%s %d", code, c.codes[code]))
		}
		t.Logf("%-28s %4d rounds, %6v each: %s", kind, c.rounds, (c.took / time.Duration(c.rounds)).Round(time.Millisecond), strings.Join(seen, ", "))
	}
}

// Whatever the storage does to a server that is written to, nothing that it has
// acknowledged is lost, nobody is told anything but the truth, in time, everything stored
// is whole, and what can go on without a restart does.
func TestFaults(t *testing.T) {
	testneeds.PlainInCI(t)
	rounds, seen := testneeds.Count(t, "SIGNET_FAULTS", 1, 1), &tally{kinds: map[string]*trials{}}
	first := newVictim(t, seen)
	first.populate()
	first.p.stop()
	for name, try := range map[string]func(*victim){
		"while it runs":   func(v *victim) { v.passes(rounds, callKinds()) },
		"on a small disk": func(v *victim) { v.passes(rounds, diskKinds(v.onSmallDisk())) },
		"when it starts":  func(v *victim) { v.starts(rounds) },
		"of the clock":    func(v *victim) { v.clocks(rounds) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			try(first.like(t))
		})
	}
	t.Cleanup(func() { seen.tell(t) })
}
