package logcopy_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/eventlog"},
		Libraries: []string{"golang.org/x/sync"},
		Because:   "any log can be copied into any other",
	})
}
