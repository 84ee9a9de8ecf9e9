package book

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "graph", "assets/rendition", "internal/portal/frame"},
		Libraries: []string{"golang.org/x/text/unicode/norm"},
		Because:   "pages ask the API, and nothing else; of renditions they need the names of presets",
	})
}
