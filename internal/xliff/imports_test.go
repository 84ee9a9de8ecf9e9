package xliff_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{
			"golang.org/x/text/language",     // BCP 47
			"golang.org/x/text/unicode/norm", // NFC
		},
		Because: "a format for translators' tools knows no registry",
	})
}
