package assets_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/eventlog"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "bytes are kept in the same way for every caller",
	})
}
