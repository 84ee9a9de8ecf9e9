package graph_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Never: []string{
			"cmd/...",
			"internal/eventlog/sqlite/...",
			"internal/eventlog/esdb/...",
			"internal/generate/...",
			"internal/kit/...",
			"internal/sample/...",
		},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "the API is the same on any log, and is not the program that serves it",
	})
}
