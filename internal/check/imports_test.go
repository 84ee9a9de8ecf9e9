package check_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours: []string{
			"assets", "assets/rendition", "assets/resvg", "domain", "internal/catalogue", "internal/crawl", "internal/identify", "internal/phrases", "internal/provenance", "internal/sight",
		},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "a check needs a catalogue and resources, and no registry",
	})
}
