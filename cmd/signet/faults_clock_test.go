package main

import (
	"math/rand/v2"
	"net/http/httptest"
	"os/exec"
	"sync/atomic"
	"time"

	"signet/internal/server"
)

// clocks lets the clock of the registry jump back and forth while clients write. A process
// can't be shown another time, and so the registry runs in this one.
func (v *victim) clocks(times int) {
	v.t.Helper()
	v.copied()
	for range times {
		began := time.Now()
		v.jump()
		v.l.inspect(v.dir)
		v.seen.of("clock jumps", began, nil)
		if v.t.Failed() {
			return
		}
	}
}

// jump is one life of a registry whose clock jumps.
func (v *victim) jump() {
	v.t.Helper()
	ctx := v.t.Context()
	reg, err := openRegistry(ctx, &place{data: v.data()})
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() {
		if err := reg.Close(); err != nil {
			v.t.Error(err)
		}
	}()
	var off atomic.Int64
	reg.runner.Clock = func() time.Time { return time.Now().Add(time.Duration(off.Load())) }
	reg.follow(ctx, nil)
	handler, err := server.New(server.Options{Runner: reg.runner, Views: reg.views, Store: reg.store, People: reg.people})
	if err != nil {
		v.t.Fatal(err)
	}
	web := httptest.NewServer(handler)
	defer web.Close()
	v.p = &process{t: v.t, cmd: &exec.Cmd{Dir: v.dir}, url: web.URL, err: newOutput()}
	v.p.awaitReady()
	v.round++
	w := v.work(kind{name: "clock jumps"})
	for range 4 {
		off.Store((rand.Int64N(20*24) - 10*24) * int64(time.Hour))
		before := w.acknowledged()
		await(v.t, "writes at another time", func() bool { return v.t.Failed() || w.acknowledged() >= before+6 })
	}
	off.Store(0)
	v.recovers(kind{name: "clock jumps"}, w)
	w.stop()
	v.check()
}

// acknowledged is how many deeds the clients have come.
func (w *work) acknowledged() int64 {
	var n int64
	for i := range w.done {
		n += w.done[i].Load()
	}
	return n
}
