package assets_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/testneeds/tool"}, // for s3test; neither events nor requests: whoever has bytes may keep them here
		Libraries: []string{archtest.AnyLibrary},
		Because:   "bytes are kept in the same way for every caller",
	})
}
