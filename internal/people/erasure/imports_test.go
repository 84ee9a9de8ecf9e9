package erasure_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/commands", "internal/eventlog", "internal/people", "projections"},
		Libraries: []string{"github.com/google/uuid"},
		Because:   "what follows from an erasure is the same in any store and behind any API",
	})
}
