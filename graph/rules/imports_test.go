package rules_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:    []string{"domain"},
		Because: "the table is compared with what decides, and does not decide",
	})
}
