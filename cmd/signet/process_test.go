package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"signet/internal/testneeds/tool"
)

// enough is how long any step of a test may take before it is given up.
const enough = 2 * time.Minute

// output collects what a process prints, and lets tests wait for it.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer  // guarded by mu
	grown chan struct{} // guarded by mu: closed when text grows
}

func newOutput() *output { return &output{grown: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.grown)
	o.grown = make(chan struct{})
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// find returns the first match, or nil, and a channel that is closed when there is more
// to look at.
func (o *output) find(pattern *regexp.Regexp) ([]string, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return pattern.FindStringSubmatch(o.text.String()), o.grown
}

// process is signet as a process of its own.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err *output
	url      string        // of a server that has told it
	exited   chan struct{} // closed when the process has ended
}

// launch starts signet in a folder.
func launch(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	return launchWith(t, dir, nil, args...)
}

// launchWith starts signet in a folder, with more in its environment.
func launchWith(t *testing.T, dir string, environment []string, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: exec.Command(self, args...), out: newOutput(), err: newOutput(), exited: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, p.out, p.err
	p.cmd.Env = append(os.Environ(), asProgram+"=1", "LC_ALL=en_GB.UTF-8", "SIGNET_TOKEN_RATE_LIMIT=off") // tests are busier than people
	p.cmd.Env = append(p.cmd.Env, environment...)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.exited)
		_ = p.cmd.Wait() // how it ended is told by its ProcessState
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // mostly it has ended before
		<-p.exited
		text := p.err.String()
		broke := strings.Contains(text, "DATA RACE") || strings.Contains(text, "panic:")
		if ended := p.cmd.ProcessState.ExitCode() >= 0; broke || ended && t.Failed() {
			t.Errorf("signet %s printed\n%s\n%s", strings.Join(args, " "), p.out, text)
		}
	})
	return p
}

// code waits for the end and returns the exit code, -1 after a signal.
func (p *process) code() int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(enough):
		_ = p.cmd.Process.Signal(syscall.SIGQUIT) // tells where it hangs
		p.t.Fatalf("it goes on and on")
	}
	return p.cmd.ProcessState.ExitCode()
}

// await returns the first match in what the process prints on standard output.
func (p *process) await(pattern string) []string {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	limit := time.After(enough)
	for {
		found, more := p.out.find(re)
		if found != nil {
			return found
		}
		select {
		case <-more:
		case <-p.exited:
			if found, _ := p.out.find(re); found != nil {
				return found
			}
			p.t.Fatalf("it ended with code %d and never printed %s", p.code(), pattern)
		case <-limit:
			p.t.Fatalf("it never printed %s", pattern)
		}
	}
}

// signal asks the process to stop.
func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatal(err)
	}
}

// stop stops a server in order.
func (p *process) stop() {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
	if code := p.code(); code != exitOK {
		p.t.Fatalf("the server ended with code %d", code)
	}
}

// serving starts a server on a free port and waits until it takes requests.
func serving(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := servingWith(t, dir, nil, args...)
	p.shareRenderer()
	return p
}

// shareRenderer lets a server that has just begun find the SVG renderer as an earlier
// one compiled it, which would take ten seconds with the race detector.
func (p *process) shareRenderer() {
	kept, err := tool.Renderer()
	if err != nil {
		return
	}
	folders, _ := filepath.Glob(filepath.Join(p.cmd.Dir, "*", renditionsFolder)) // the pattern is right
	for _, f := range folders {
		_ = os.Symlink(kept, filepath.Join(f, "renderer")) // it has one already, or takes longer
	}
}

// servingWith is serving with more in the server's environment.
func servingWith(t *testing.T, dir string, environment []string, args ...string) *process {
	t.Helper()
	p := launchWith(t, dir, environment, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	p.url = p.await(`(http://127\.0\.0\.1:\d+)/`)[1]
	p.awaitReady()
	return p
}

// signet runs a verb to its end.
func signet(t *testing.T, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	p := launch(t, dir, args...)
	code = p.code()
	return p.out.String(), p.err.String(), code
}

// must runs a verb that has to succeed, and returns its standard output.
func must(t *testing.T, dir string, args ...string) string {
	t.Helper()
	stdout, stderr, code := signet(t, dir, args...)
	if code != exitOK {
		t.Fatalf("signet %s: code %d\n%s", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

// refused runs a verb that has to fail with a code, and with one line that tells
// why.
func refused(t *testing.T, want int, dir string, args ...string) string {
	t.Helper()
	_, stderr, code := signet(t, dir, args...)
	if code != want || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "signet: ") {
		t.Errorf("signet %s: code %d, want %d\n%s", strings.Join(args, " "), code, want, stderr)
	}
	return stderr
}
