package testneeds_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Alone:   true,
		Because: "every test may use it, and so it may depend on nothing that is tested",
	})
}
