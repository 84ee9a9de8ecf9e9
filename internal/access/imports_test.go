package access_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/commands", "internal/eventlog", "projections"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "who somebody is does not depend on the door that they came by",
	})
}
