package svg_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Because: "what decides about strangers' files depends on nobody else's code but Go's",
	})
}
