package pull_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"signet/internal/pull"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// wire is a network that breaks after a number of bytes of bodies, once or for good.
type wire struct {
	next http.RoundTripper
	once bool

	mu    sync.Mutex // guards what follows
	left  int
	down  bool
	bytes int
}

var errWire = errors.New("the wire is cut")

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	down := w.down && !w.once
	w.mu.Unlock()
	if down {
		return nil, errWire
	}
	res, err := w.next.RoundTrip(r)
	if err == nil {
		res.Body = &cut{ReadCloser: res.Body, wire: w}
	}
	return res, err
}

type cut struct {
	io.ReadCloser

	wire *wire
}

func (c *cut) Read(p []byte) (int, error) {
	w := c.wire
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.left == 0 && !w.down {
		w.down = true
		return 0, errWire
	}
	if !w.down {
		p = p[:min(len(p), w.left)]
	} else if !w.once {
		return 0, errWire
	}
	n, err := c.ReadCloser.Read(p)
	w.bytes += n
	if !w.down {
		w.left -= n
	}
	return n, err
}

// world is a registry with a kit that was pulled, and a newer one.
func world(t *testing.T) (r *registry, dir string, old, young map[string]string) {
	t.Helper()
	r = newRegistry(t)
	dir, _ = r.pulled(t)
	old = tree(t, dir)
	r.approve("logo-city", map[string]string{"màu.svg": strings.Repeat("<svg>màu 2</svg>", 50), "mới.svg": "<svg>mới</svg>"}, "")
	r.approve("slogan-gate", nil, "Cửa ngõ phía Bắc")
	r.withdraw("slogan-port", 1)
	r.questions()
	young = r.inForce()
	return r, dir, old, young
}

// whole fails if a file of the folder is neither as it was nor as it will be.
func whole(t *testing.T, when, dir string, kits ...map[string]string) {
	t.Helper()
	for path, body := range tree(t, dir) {
		if !slices.ContainsFunc(kits, func(kit map[string]string) bool { return kit[path] == body }) {
			t.Errorf("%s: %s is %q", when, path, body)
		}
	}
}

func copied(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "kit")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestAWireThatBreaksAnywhereDoesNoHarm(t *testing.T) {
	t.Parallel()
	r, first, old, young := world(t)
	probe := &wire{next: r, left: 1 << 30}
	c := r.client(copied(t, first))
	c.Transport = probe
	if _, err := c.Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	total := probe.bytes
	for n := 0; n < total; n += 1 + total/30 {
		dir := copied(t, first)
		c := r.client(dir)
		c.Transport = &wire{next: r, left: n}
		if _, err := c.Pull(t.Context(), pull.Change{}); !errors.Is(err, errWire) {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
		whole(t, fmt.Sprintf("cut after %d bytes", n), dir, old)
		c.Transport = r
		if _, err := c.Pull(t.Context(), pull.Change{}); err != nil {
			t.Errorf("after a cut at %d: %v", n, err)
		}
		r.same(t, dir)

		// Cut once, it goes on by itself, and nothing that came comes again.
		dir = copied(t, first)
		c = r.client(dir)
		w := &wire{next: r, left: n, once: true}
		c.Transport = w
		if _, err := c.Pull(t.Context(), pull.Change{}); err != nil || w.bytes > total {
			t.Errorf("cut once after %d bytes: %v, %d bytes instead of %d", n, err, w.bytes, total)
		}
		r.same(t, dir)
	}
	if len(young) < 5 {
		t.Error("there is too little to break")
	}
}

func TestAPartIsTakenUpWhereItStopped(t *testing.T) {
	r, dir, _, young := world(t)
	body := young["logos/logo-city/màu.svg"]
	write(t, dir, ".signet/"+digestOf(body)+".part", body[:len(body)-10])
	r.before = func(_ http.ResponseWriter, req *http.Request) bool {
		if req.Header.Get("Range") != "" && req.Header.Get("If-Range") != `"`+digestOf(body)+`"` {
			t.Error("a range of whatever there is may be one of something else")
		}
		return false
	}
	if _, err := r.client(dir).Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	r.same(t, dir)
	rest := asked{"/files/logo-city/2/màu.svg", fmt.Sprintf("bytes=%d-", len(body)-10), "", 206, 10}
	if asked := r.questions(); !slices.Contains(asked, rest) {
		t.Errorf("%+v", asked)
	}

	// A part that is wrong, or too long, is given up.
	for _, wrong := range []string{strings.Repeat("x", len(body)-10), body + "x"} {
		dir := filepath.Join(t.TempDir(), "kit")
		write(t, dir, ".signet/"+digestOf(body)+".part", wrong)
		if _, err := r.client(dir).Pull(t.Context(), pull.Change{}); err != nil {
			t.Fatal(err)
		}
		r.same(t, dir)
	}
}

var errKilled = errors.New("killed")

// killer ends everything that is done to a folder from a step on.
type killer struct {
	mu    sync.Mutex // guards what follows
	at    int        // the step; the others are those before
	steps int
}

func (k *killer) step(string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.steps++
	if k.steps > k.at {
		return errKilled
	}
	return nil
}

func TestAKillAtAnyMomentIsMadeGood(t *testing.T) {
	t.Parallel()
	r, first, old, young := world(t)
	probe := &killer{at: 1 << 30}
	if _, err := r.client(copied(t, first)).Hook(probe.step).Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	forward, back := 0, 0
	for n := range probe.steps {
		dir := copied(t, first)
		k := &killer{at: n}
		if _, err := r.client(dir).Hook(k.step).Pull(t.Context(), pull.Change{}); !errors.Is(err, errKilled) {
			t.Fatalf("killed at step %d: %v", n, err)
		}
		when := fmt.Sprintf("killed at step %d of %d", n, probe.steps)
		whole(t, when, dir, old, young)

		// Any verb finishes it: the folder is one kit or the other.
		next := copied(t, dir)
		v, err := r.client(next).Verify()
		if err != nil || !v.OK() {
			t.Errorf("%s: %v, %+v", when, err, v)
		}
		switch got := tree(t, next); {
		case sameKit(got, old):
			back++
		case sameKit(got, young):
			forward++
		default:
			t.Errorf("%s: the folder is neither", when)
		}
		if _, err := r.client(next).Pull(t.Context(), pull.Change{}); err != nil {
			t.Errorf("%s: %v", when, err)
		}
		r.same(t, next)

		// Killed again while it is made good, it is made good the next time.
		k = &killer{at: n % 7}
		_, err = r.client(dir).Hook(k.step).Pull(t.Context(), pull.Change{})
		whole(t, when+" and once more", dir, old, young)
		if _, err2 := r.client(dir).Pull(t.Context(), pull.Change{}); err2 != nil {
			t.Errorf("%s: %v, %v", when, err, err2)
		}
		r.same(t, dir)
	}
	if forward < 5 || back < 5 {
		t.Errorf("%d went forward, %d back", forward, back)
	}
}

func sameKit(a, b map[string]string) bool {
	for path, body := range a {
		if b[path] != body {
			return false
		}
	}
	return len(a) == len(b)
}

func TestWhatWasChangedAfterAKillIsNotOverwritten(t *testing.T) {
	t.Parallel()
	r, first, _, young := world(t)
	const file, leaves = "texts/slogan/slogan-gate.vi.txt", "texts/slogan/slogan-port.vi.txt"
	for n := 0; ; n++ {
		dir := copied(t, first)
		k := &killer{at: n}
		if _, err := r.client(dir).Hook(k.step).Pull(t.Context(), pull.Change{}); err == nil {
			t.Fatal("there was no moment with a journal")
		}
		if _, err := os.Stat(filepath.Join(dir, ".signet", "journal")); err != nil {
			continue
		}
		write(t, dir, file, "mine")
		write(t, dir, leaves, "mine, too")
		c := r.client(dir)
		_, err := c.Verify()
		wantReason(t, err, "locally_changed", file)
		if got := tree(t, dir)[file]; got != "mine" {
			t.Errorf("it is %q", got)
		}
		c.Force = true
		if _, err := c.Pull(t.Context(), pull.Change{}); err != nil || tree(t, dir)[file] != young[file] || tree(t, dir)[leaves] != "mine, too" {
			t.Error(err, tree(t, dir))
		}
		return
	}
}
