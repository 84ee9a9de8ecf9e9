package projections_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/eventlog"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "a read model follows any log and serves any caller",
	})
}
