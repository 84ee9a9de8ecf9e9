package esdb_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/eventlog"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "an adapter knows what a log is, and nothing of what stands in it",
	})
}
