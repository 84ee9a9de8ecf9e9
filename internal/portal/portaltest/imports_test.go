package portaltest_test

import (
	"testing"

	"signet/internal/archtest"
)

// Only tests of the portal's areas use it.
func TestImportedOnlyByTests(t *testing.T) {
	archtest.ImportedOnlyBy(t)
}
