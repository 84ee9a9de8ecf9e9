package faults

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// Variable names the environment variable that tells a process which layer to join; see
// [Layer.Environment].
const Variable = "SIGNET_TEST_FAULTS"

// Layer decides about the calls of the processes that have joined it.
type Layer struct {
	path     string
	socket   *net.UnixListener
	rule     atomic.Pointer[ruling]
	recorder atomic.Pointer[Recording]
	failed   atomic.Int64
	served   sync.WaitGroup
}

// ruling is a rule as long as it holds.
type ruling struct {
	rule  Rule
	ended chan struct{}
}

// New makes a layer, for as long as the test runs. Where the kernel has none of this, or
// does not let us, the test is skipped aloud.
func New(tb testing.TB) *Layer {
	tb.Helper()
	if err := supported(); err != nil {
		testneeds.Missing(tb, "a kernel in which one process may decide about the calls of another: "+err.Error())
	}
	dir, err := os.MkdirTemp("", "faults") //nolint:usetesting // a test's own folder may have too long a name for a socket
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	l := &Layer{path: filepath.Join(dir, "socket")}
	if l.socket, err = net.ListenUnix("unix", &net.UnixAddr{Name: l.path, Net: "unix"}); err != nil {
		tb.Fatal(err)
	}
	l.served.Go(l.accept)
	tb.Cleanup(func() {
		l.Clear()
		_ = l.socket.Close()
		l.served.Wait()
	})
	return l
}

// Environment is what has to stand in the environment of a process that joins.
func (l *Layer) Environment() string { return Variable + "=" + l.path }

// Set makes a rule hold from now on.
func (l *Layer) Set(rule Rule) {
	if before := l.rule.Swap(&ruling{rule, make(chan struct{})}); before != nil {
		close(before.ended)
	}
}

// Clear lets every call pass from now on, also those that are delayed.
func (l *Layer) Clear() {
	if before := l.rule.Swap(nil); before != nil {
		close(before.ended)
	}
}

// Failed is how many calls did not pass as they were made, so far.
func (l *Layer) Failed() int64 { return l.failed.Load() }

// Record notes from now on what happens under a folder, see [Recording].
func (l *Layer) Record(r *Recording) { l.recorder.Store(r) }

// Join lets this process join the layer that its environment names, if it names any. It is
// called before anything else happens. It returns what the kernel says when it has no
// such layers, or does not let us.
func Join() error {
	path := os.Getenv(Variable)
	if path == "" {
		return nil
	}
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return err
	}
	defer conn.Close()      //nolint:errcheck // what was sent was sent
	raw, err := conn.File() // what is written by Go's own means would wait for an answer of the layer
	if err != nil {
		return err
	}
	defer raw.Close()
	listener, err := install()
	if err != nil {
		return err
	}
	if err := syscall.Sendmsg(int(raw.Fd()), []byte(strconv.Itoa(os.Getpid())), syscall.UnixRights(listener), nil, 0); err != nil {
		return err
	}
	return syscall.Close(listener)
}

func (l *Layer) accept() {
	for {
		conn, err := l.socket.AcceptUnix()
		if err != nil {
			return
		}
		pid, listener, err := greet(conn)
		_ = conn.Close()
		if err == nil {
			l.served.Go(func() { l.serve(pid, listener) })
		}
	}
}

// greet takes the descriptor of a process that joins.
func greet(conn *net.UnixConn) (pid, listener int, err error) {
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	text, rights := make([]byte, 32), make([]byte, syscall.CmsgSpace(4))
	n, m, _, _, err := conn.ReadMsgUnix(text, rights)
	if err != nil {
		return 0, 0, err
	}
	messages, err := syscall.ParseSocketControlMessage(rights[:m])
	if err != nil || len(messages) != 1 {
		return 0, 0, errors.Join(err, syscall.EPROTO)
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return 0, 0, errors.Join(err, syscall.EPROTO)
	}
	pid, err = strconv.Atoi(string(text[:n]))
	return pid, fds[0], err
}

// serve answers the questions of one process until it has ended.
func (l *Layer) serve(pid, listener int) {
	defer func() { _ = syscall.Close(listener) }()
	var later sync.WaitGroup
	defer later.Wait()
	for {
		n, ok := receive(listener)
		if !ok {
			return
		}
		pass := response{id: n.id, flags: flagContinue}
		ruled, recorder := l.rule.Load(), l.recorder.Load()
		if ruled == nil && recorder == nil {
			reply(listener, pass)
			continue
		}
		d, ok := deedOf(pid, &n)
		if !ok {
			reply(listener, pass)
			continue
		}
		if recorder != nil {
			recorder.note(pid, d)
		}
		var f Fault
		if ruled != nil && strings.HasPrefix(d.Path, "/") {
			f = ruled.rule(d)
		}
		switch {
		case f == (Fault{}):
			reply(listener, pass)
		case f.Delay > 0:
			l.failed.Add(1)
			later.Go(func() {
				select {
				case <-time.After(f.Delay):
				case <-ruled.ended:
				}
				reply(listener, failing(pid, n.id, d, f))
			})
		default:
			l.failed.Add(1)
			reply(listener, failing(pid, n.id, d, f))
		}
	}
}

// failing carries out a fault.
func failing(pid int, id uint64, d Deed, f Fault) response {
	if d.Call == Write && f.Part > 0 && f.Part < d.Length {
		n, err := writePart(pid, d, f.Part)
		switch {
		case err != nil:
			return response{id: id, errno: -int32(syscall.EIO)}
		case f.Err == 0:
			return response{id: id, val: int64(n)}
		}
	}
	if f.Err != 0 {
		return response{id: id, errno: -int32(f.Err)} //nolint:gosec // an errno
	}
	return response{id: id, flags: flagContinue}
}

// writePart writes the first bytes of what a process wants to write.
func writePart(pid int, d Deed, n int) (int, error) {
	b, err := memory(pid, d.address, n)
	if err != nil {
		return 0, err
	}
	fd, err := borrow(pid, d.fd)
	if err != nil {
		return 0, err
	}
	defer func() { _ = syscall.Close(fd) }()
	if d.Offset < 0 {
		return syscall.Write(fd, b)
	}
	return syscall.Pwrite(fd, b, d.Offset)
}
