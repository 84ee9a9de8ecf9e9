package people_test

import (
	"testing"

	"signet/internal/archtest"
)

// What stands below has narrower rules of its own.
func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/commands", "internal/eventlog", "internal/ownfile", "internal/people/...", "projections"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "who people are is known beside the log, and whatever the API is",
	})
}
