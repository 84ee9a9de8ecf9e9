package verify_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/eventlog", "internal/merkle", "internal/commands", "projections", "assets"},
		Libraries: []string{"github.com/google/uuid", "golang.org/x/mod/sumdb/tlog"},
		Because:   "what is stored is judged alike, whatever it is stored in",
	})
}
