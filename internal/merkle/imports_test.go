package merkle_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/eventlog", "internal/ownfile"},
		Libraries: []string{"golang.org/x/mod/sumdb/tlog", "modernc.org/sqlite", "github.com/gofrs/flock"},
		Because:   "the tree is over any log, and knows nothing of what events say or who signs",
	})
}
