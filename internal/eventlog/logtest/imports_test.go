package logtest_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/eventlog", "internal/testneeds"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "the contract knows no adapter",
	})
}
