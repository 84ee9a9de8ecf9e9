package sqlite_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/ownfile", "internal/people"},
		Libraries: []string{"github.com/google/uuid", "modernc.org/sqlite"},
		Because:   "an adapter knows what it adapts",
	})
	archtest.ImportedOnlyBy(t, "cmd/...")
}
