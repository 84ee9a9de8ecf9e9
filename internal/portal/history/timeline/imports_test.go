package timeline_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain"},
		Libraries: []string{"pgregory.net/rapid"},
		Because:   "geometry asks nobody",
	})
}
