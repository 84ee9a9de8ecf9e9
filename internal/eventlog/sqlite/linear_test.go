package sqlite_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/eventlog/sqlite"
	"signet/internal/testneeds"
)

// reopening is a log that is closed and opened again while it is used.
type reopening struct {
	path string

	mu    sync.RWMutex // guards what is below
	owner *sqlite.Log
}

func (l *reopening) now() eventlog.Log {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.owner
}

// again closes the log under whoever uses it. Who comes then waits for the new one.
func (l *reopening) again(t testing.TB) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.owner.Close(); err != nil {
		t.Error(err)
	}
	owner, err := sqlite.Open(l.path)
	if err != nil {
		t.Error(err)
		return
	}
	l.owner = owner
}

// looking reads through a connection of its own that only reads, as a tool in
// another process does, and appends through the owner.
type looking struct {
	*sqlite.Log

	now func() eventlog.Log
}

func (l looking) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	return l.now().Append(ctx, stream, expected, records...)
}

func TestLinearizable(t *testing.T) {
	testneeds.OnceInCI(t)
	logtest.Linearizable(t, testneeds.Count(t, logtest.OperationsVariable, 2000, 2000), func(t testing.TB, dir string) logtest.Reached {
		t.Helper()
		l := &reopening{path: filepath.Join(dir, "log.db")}
		l.owner = open(t, l.path)
		beside := openBeside(t, l.path)
		t.Cleanup(func() {
			_ = beside.Close()
			_ = l.now().Close()
		})
		return logtest.Reached{
			Client: func(client int) eventlog.Log {
				if client == logtest.Clients-1 {
					return looking{beside, l.now}
				}
				return l.now()
			},
			Faults: []logtest.Fault{{Name: "closed and opened again", Strike: func(*rand.Rand) { l.again(t) }}},
		}
	})
}

func openBeside(t testing.TB, path string) *sqlite.Log {
	t.Helper()
	l, err := sqlite.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// reviving is a log in a process that is killed, and started again, while it is used.
type reviving struct {
	path string

	mu    sync.RWMutex // guards what is below
	owner *elsewhere
}

func (l *reviving) now() eventlog.Log {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.owner
}

// start has a process own the log.
func (l *reviving) start(t testing.TB) {
	t.Helper()
	owner, err := startElsewhere(l.path)
	if err != nil {
		t.Error(err)
		return
	}
	l.owner = owner
	if _, err := owner.Head(context.Background()); err != nil {
		t.Error(err) // it has not come up
	}
}

// die kills the process under whoever uses its log, a little later. Who comes then
// waits for the new one.
func (l *reviving) die(t testing.TB, later time.Duration) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	time.Sleep(later) // while those at it go on
	l.owner.kill()
	l.start(t)
}

// pause has the system stop the process, and go on with it later.
func (l *reviving) pause(t testing.TB, later time.Duration) {
	t.Helper()
	l.mu.RLock() // others go on asking, and wait for their answers
	defer l.mu.RUnlock()
	if err := l.owner.process.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Error(err)
	}
	time.Sleep(later)
	if err := l.owner.process.Process.Signal(syscall.SIGCONT); err != nil {
		t.Error(err)
	}
}

// historiesEach is how many histories one log and its process have, so that there
// are not more processes than kills.
const historiesEach = 40

// What a log has told stays true when its process is killed. The last client reads
// in another process, which goes on.
func TestLinearizableThoughKilled(t *testing.T) {
	testneeds.PlainInCI(t)
	var l *reviving
	var beside *sqlite.Log
	end := func() {
		if l != nil {
			closeLog(t, beside)
			l.owner.end(t)
		}
	}
	histories := 0
	logtest.Linearizable(t, testneeds.Count(t, logtest.OperationsVariable, 4000, 40_000), func(inner testing.TB, _ string) logtest.Reached {
		inner.Helper()
		if histories%historiesEach == 0 {
			end()
			l = &reviving{path: filepath.Join(t.TempDir(), "log.db")}
			l.start(inner)
			beside = openBeside(inner, l.path)
		}
		histories++
		return logtest.Reached{
			Client: func(client int) eventlog.Log {
				if client == logtest.Clients-1 {
					return looking{beside, l.now}
				}
				return l.now()
			},
			Faults: []logtest.Fault{
				{Name: "killed", Strike: func(r *rand.Rand) { l.die(inner, time.Duration(r.IntN(500))*time.Microsecond) }},
				{Name: "stopped for a moment", Strike: func(r *rand.Rand) { l.pause(inner, time.Duration(r.IntN(2000))*time.Microsecond) }},
			},
			Heal: func() { l.owner.pending.Wait() },
		}
	})
	end()
}
