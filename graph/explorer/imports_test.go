package explorer_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{Because: "the explorer is a page; what it asks of is told in its options"})
}
