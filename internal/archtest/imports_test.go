package archtest_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{Because: "a guard that depends on what it guards can not judge it"})
}
