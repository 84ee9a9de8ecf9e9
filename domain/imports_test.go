package domain_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{
			"github.com/google/uuid",
			"golang.org/x/text/language",     // BCP 47
			"golang.org/x/text/unicode/norm", // NFC
		},
		Because: "the domain decides; it reads no clock, disk, network or other package of ours",
	})
}
