package commands_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/eventlog", "projections", "assets", "internal/access"},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "a command runs the same from an API, a terminal and a test, on any log",
	})
}
