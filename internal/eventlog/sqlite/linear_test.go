package sqlite_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"

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

	log *reopening
}

func (l looking) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	return l.log.now().Append(ctx, stream, expected, records...)
}

func TestLinearizable(t *testing.T) {
	testneeds.OnceInCI(t)
	logtest.Linearizable(t, 200, func(t testing.TB, dir string) logtest.Reached {
		t.Helper()
		l := &reopening{path: filepath.Join(dir, "log.db")}
		l.owner = open(t, l.path)
		beside, err := sqlite.OpenReadOnly(l.path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = beside.Close()
			_ = l.now().Close()
		})
		return logtest.Reached{
			Client: func(client int) eventlog.Log {
				if client == logtest.Clients-1 {
					return looking{beside, l}
				}
				return l.now()
			},
			Faults: []logtest.Fault{{Name: "closed and opened again", Strike: func(*rand.Rand) { l.again(t) }}},
		}
	})
}
