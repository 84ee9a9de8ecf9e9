package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"signet/internal/faults"
	"signet/internal/verify"
)

// startKind is a kind of fault that is there when the server starts.
type startKind struct {
	name string
	// try begins and ends with a registry of which no server runs.
	try func(v *victim)
}

func startKinds() []startKind {
	return []startKind{
		{"torn end of the log", tornLog},
		{"torn blob", tornBlob},
		{"blob gone", goneBlob},
		{"read models gone", goneViews},
		{"log gone", goneLog},
		{"folder of uploads gone", goneStaged},
		{"read-only at the start", readOnlyStart},
	}
}

// starts tries every kind so many times.
func (v *victim) starts(times int) {
	v.t.Helper()
	v.copied()
	kinds := startKinds()
	for range times {
		for _, i := range v.dice.Perm(len(kinds)) {
			began := time.Now()
			kinds[i].try(v)
			v.seen.of(kinds[i].name, began, nil)
			if v.t.Failed() {
				v.t.Logf("it was: %s\n%s", kinds[i].name, v.p.err)
				return
			}
		}
		v.l.inspect(v.dir)
	}
}

// tornLog loses power while the disk is slow: of what was written to the log and not
// waited for, any part is cut off or overwritten.
func tornLog(v *victim) {
	v.serve()
	v.round++
	w := v.work(kind{name: "torn end of the log"})
	wal := v.data(logFile + "-wal")
	var mu sync.Mutex
	var kept int64 // how long the file was when it was waited for last
	hang := time.Now().Add(time.Duration(100+v.dice.IntN(200)) * time.Millisecond)
	hangs := make(chan struct{})
	var once sync.Once
	v.layer.Set(func(d faults.Deed) faults.Fault {
		if d.Call != faults.Sync || d.Path != wal {
			return faults.Fault{}
		}
		if time.Now().After(hang) {
			once.Do(func() { close(hangs) })
			return faults.Fault{Delay: time.Hour}
		}
		mu.Lock()
		defer mu.Unlock()
		if info, err := os.Stat(wal); err == nil {
			kept = info.Size()
		}
		return faults.Fault{}
	})
	select {
	case <-hangs:
	case <-time.After(inTime):
		v.t.Error("nothing was written to the log")
	}
	v.p.signal(os.Kill)
	v.p.code()
	w.abandon()
	v.layer.Clear()
	content, err := os.ReadFile(wal)
	if err != nil || int64(len(content)) < kept {
		v.t.Errorf("%d bytes, %d were waited for, %v", len(content), kept, err)
		return
	}
	tail := content[kept:]
	switch cut := v.dice.IntN(len(tail) + 1); v.dice.IntN(4) {
	case 0:
		content = content[:int(kept)+cut]
	case 1:
		clear(tail[cut:])
	case 2:
		for i := range tail[cut:] {
			tail[cut+i] = byte(v.dice.Uint32())
		}
	default: // what stood there before, as of an earlier file
		content = append(content, content[:min(len(content), 50_000+cut)]...)
	}
	if err := os.WriteFile(wal, content, 0o600); err != nil {
		v.t.Error(err)
	}
	v.serve()
	v.p.stop()
}

// place is where the file of the item lies that is always there.
func (v *victim) place() string { return v.data("blobs", v.file[:2], v.file) }

// named sees that verify finds what is wrong with the file, and names it.
func (v *victim) named(code verify.Code) {
	v.t.Helper()
	stdout, _, exit := signet(v.t, v.dir, "verify", "--json")
	var found verification
	if err := json.Unmarshal([]byte(stdout), &found); err != nil {
		v.t.Fatal(err)
	}
	is := func(f finding) bool { return f.Code == code && f.Place == v.file }
	if exit != exitFailed || found.OK || !slices.ContainsFunc(found.Findings, is) {
		v.t.Errorf("verify ends with %d and says %s", exit, stdout)
	}
}

// unserved sees that the file is refused with a status, and that another upload of it
// mends that.
func (v *victim) unserved(content []byte, status int) {
	v.t.Helper()
	p := probing{v: v, k: kind{name: "a blob"}}
	got, _, text := v.p.get("/files/"+v.base+"/1/"+v.base+".png", "")
	if got != status {
		v.t.Errorf("status %d, %s", got, text)
	}
	got, _, text, err := send(v.t.Context(), http.MethodPost, v.p.url+"/files", v.cast.author, "application/octet-stream", strings.NewReader(string(content)))
	if err != nil || got != http.StatusCreated {
		v.t.Errorf("it can't be sent again: status %d, %s, %v", got, text, err)
	}
	if code := p.file(); code != "" {
		v.t.Errorf("it is not mended: %s", code)
	}
}

// tornBlob cuts off or overwrites bytes of a file that was acknowledged, while the server
// runs, and sometimes while it does not.
func tornBlob(v *victim) {
	content, err := os.ReadFile(v.place())
	if err != nil {
		v.t.Fatal(err)
	}
	torn := slices.Clone(content)
	switch at := v.dice.IntN(len(torn)); v.dice.IntN(3) {
	case 0:
		torn = torn[:at]
	case 1:
		torn[at] ^= 1 << v.dice.IntN(8)
	default:
		clear(torn[at:])
		torn[at] = ^content[at]
	}
	damage := func() {
		if err := os.WriteFile(v.place(), torn, 0o600); err != nil {
			v.t.Fatal(err)
		}
	}
	if v.dice.IntN(2) == 0 {
		damage()
		v.serve()
	} else {
		v.serve()
		damage()
	}
	v.named(verify.BlobCorrupt) // beside the server
	v.unserved(content, http.StatusInternalServerError)
	v.p.stop()
}

// goneBlob takes a file away.
func goneBlob(v *victim) {
	content, err := os.ReadFile(v.place())
	if err != nil {
		v.t.Fatal(err)
	}
	if err := os.Remove(v.place()); err != nil {
		v.t.Fatal(err)
	}
	v.named(verify.BlobMissing)
	v.p = servingWith(v.t, v.dir, []string{v.layer.Environment()}, "--log-level", "warn")
	v.unserved(content, http.StatusNotFound)
	v.p.stop()
}

// goneViews takes the read models away, which are made again.
func goneViews(v *victim) {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(v.data(viewsFile + suffix))
	}
	v.serve()
	v.l.check(v.p, v.l.all())
	v.p.stop()
}

// goneStaged takes the folder of uploads away, which is made again.
func goneStaged(v *victim) {
	if err := os.RemoveAll(v.data("staged")); err != nil {
		v.t.Fatal(err)
	}
	v.serve()
	c := v.client(nil)
	if _, ok := c.upload(); !ok {
		v.t.Error("nothing can be uploaded")
	}
	v.p.stop()
}

// goneLog takes the log away: nobody is told that all is well, and nothing is begun anew
// behind the operator's back. It is put back.
func goneLog(v *victim) {
	aside := filepath.Join(v.dir, "aside")
	if err := os.Rename(v.data(logFile), aside); err != nil {
		v.t.Fatal(err)
	}
	v.p = launchWith(v.t, v.dir, []string{v.layer.Environment()}, "serve", "--listen", "127.0.0.1:0", "--log-level", "error")
	v.p.url = v.p.await(`(http://127\.0\.0\.1:\d+)/`)[1]
	await(v.t, "that it is not ready", func() bool {
		status, reason := v.state("/readyz")
		if status == http.StatusOK {
			v.t.Fatal("it is ready without its log")
		}
		return reason == "views_failed"
	})
	v.p.signal(os.Kill)
	v.p.code()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(v.data(logFile + suffix))
	}
	if err := os.Rename(aside, v.data(logFile)); err != nil {
		v.t.Fatal(err)
	}
	v.serve()
	v.p.stop()
}

// readOnlyStart starts where nothing may be written: it ends at once, and says why.
func readOnlyStart(v *victim) {
	errno := []syscall.Errno{syscall.EROFS, syscall.EACCES}[v.dice.IntN(2)]
	heal := played(func(_ *victim, d faults.Deed) faults.Fault {
		if d.Call.Changes() {
			return faults.Fault{Err: errno}
		}
		return faults.Fault{}
	})(v)
	p := launchWith(v.t, v.dir, []string{v.layer.Environment()}, "serve", "--listen", "127.0.0.1:0")
	code := p.code()
	heal()
	if said := p.err.String(); code != exitFailed || strings.Count(said, "\n") != 1 || !strings.Contains(said, errno.Error()) {
		v.t.Errorf("it ends with %d and says %s", code, said)
	}
	v.serve()
	v.p.stop()
}
