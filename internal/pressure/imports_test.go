package pressure_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{"golang.org/x/sync/semaphore"},
		Because:   "what bounds all work knows nothing of any",
	})
}
