package deploy_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Because: "what an operator runs is files; only tests read them",
	})
}
