package backup

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"assets", "domain", "internal/eventlog", "internal/merkle", "internal/people", "internal/proof"},
		Libraries: []string{"github.com/google/uuid", "github.com/klauspost/compress", "golang.org/x/mod/sumdb/tlog", "golang.org/x/sync/errgroup"},
		Alone:     true, // each adapter below has its own rule
		Because:   "a backup knows the contracts of what it copies, and of where to",
	})
}
