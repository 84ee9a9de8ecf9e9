package esdb_test

import (
	"log/slog"
	"os"
	"sync"
	"testing"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/esdb"
	"signet/internal/eventlog/esdb/esdbtest"
	"signet/internal/eventlog/logtest"
	"signet/internal/testneeds"
)

// connectionVariable names a real server that the contract is tested against
// besides the one for tests.
const connectionVariable = "ESDB_CONNECTION"

func open(t testing.TB, connection string, o esdb.Options) *esdb.Log {
	t.Helper()
	if testing.Verbose() {
		o.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	l, err := esdb.Open(connection, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// registries gives each folder of the suite a registry of its own on one server,
// which is that folder's again when it is opened again.
func registries(connection string) logtest.Opener {
	var mu sync.Mutex
	prefixes := map[string]string{}
	return func(t testing.TB, dir string) eventlog.Log {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if prefixes[dir] == "" {
			prefixes[dir] = "t" + uuid.NewString()
		}
		return open(t, connection, esdb.Options{Prefix: prefixes[dir]})
	}
}

func TestContract(t *testing.T) {
	testneeds.OnceInCI(t)
	for name, o := range map[string]esdbtest.Options{"a server in memory": {}, "a durable server": {Dir: "x"}} {
		t.Run(name, func(t *testing.T) {
			if o.Dir != "" {
				o.Dir = t.TempDir()
			}
			logtest.Run(t, registries(esdbtest.Start(t, o).ConnectionString()), true)
		})
	}
}

// The same on a real server, if there is one.
func TestContractOnARealServer(t *testing.T) {
	connection := os.Getenv(connectionVariable)
	if connection == "" {
		t.Skipf("SKIPPED ALOUD: %s names no server; the contract was checked against the one for tests only", connectionVariable)
	}
	logtest.Run(t, registries(connection), true)
}
