package notary_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/eventlog", "internal/merkle", "internal/proof"},
		Libraries: []string{"golang.org/x/mod/sumdb/tlog"},
		Because:   "what is signed is the log alone, whatever else the registry makes of it",
	})
}
