package s3test_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:    []string{"internal/testneeds/tool"},
		Because: "any test may start a server, whatever it tests",
	})
}
