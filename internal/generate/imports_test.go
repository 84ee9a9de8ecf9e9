package generate_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/eventlog", "internal/commands"},
		Libraries: []string{"github.com/google/uuid", "golang.org/x/sync"},
		Because:   "a registry is generated into any log, through the domain",
	})
}
