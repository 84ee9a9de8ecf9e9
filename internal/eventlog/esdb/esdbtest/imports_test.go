package esdbtest_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{archtest.AnyLibrary},
		Because:   "a stand-in for somebody else's server knows nothing of ours",
	})
}
