package witness_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/outbound", "internal/proof", "internal/wholefile"},
		Libraries: []string{"golang.org/x/mod/sumdb/note", "golang.org/x/mod/sumdb/tlog", "github.com/transparency-dev/formats"},
		Because:   "a witness knows nothing of what is in a log",
	})
}
