package resvg_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{"github.com/tetratelabs/wazero"},
		Because:   "a renderer knows pixels, and nothing of what is kept",
	})
}
