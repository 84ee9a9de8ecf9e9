package sight_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{"github.com/disintegration/imaging"},
		Because:   "what something looks like does not depend on what is registered",
	})
}
