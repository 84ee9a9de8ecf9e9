package links_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/wholefile"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "what is signed is text",
	})
}
