package sqlite_test

import (
	"path/filepath"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/eventlog/sqlite"
)

func open(t testing.TB, path string) *sqlite.Log {
	t.Helper()
	l, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestContract(t *testing.T) {
	logtest.Run(t, func(t testing.TB, dir string) eventlog.Log {
		t.Helper()
		return open(t, filepath.Join(dir, "log.db"))
	}, true)
}
