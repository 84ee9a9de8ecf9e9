package catalogue_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"assets", "assets/rendition", "domain", "internal/identify", "internal/sight", "projections"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "what is known of the kit is asked of the read models and the store",
	})
}
