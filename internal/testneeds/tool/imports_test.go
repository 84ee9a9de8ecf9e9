package tool_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{"github.com/gofrs/flock"},
		Because:   "every test may use it, and so it may depend on nothing that is tested",
	})
}
