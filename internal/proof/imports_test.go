package proof_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours: []string{"domain", "internal/eventlog", "internal/wholefile"},
		Libraries: []string{
			"golang.org/x/mod/sumdb/note", "golang.org/x/mod/sumdb/tlog", "github.com/transparency-dev/formats", "github.com/google/uuid",
		},
		Because: "what it checks is checked without the registry",
	})
}
