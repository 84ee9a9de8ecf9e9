package logtest_test

import (
	"testing"

	"signet/internal/archtest"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
)

func TestMemory(t *testing.T) {
	logtest.Run(t, func(testing.TB, string) eventlog.Log { return logtest.NewMemory() }, false)
}

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/eventlog"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "the contract knows no adapter",
	})
}
