package phrases_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{
			"golang.org/x/net/html",          // the tokens of HTML
			"golang.org/x/text/unicode/norm", // NFC, NFKC
		},
		Because: "what a text says is told without a registry",
	})
}
