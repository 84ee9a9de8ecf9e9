package identify_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:    []string{"domain", "projections", "assets", "internal/provenance"},
		Because: "what a file is worth is asked of the read models alone",
	})
}
