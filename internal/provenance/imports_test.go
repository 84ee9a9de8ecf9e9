package provenance_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"assets", "assets/svg", "domain"},
		Libraries: []string{"github.com/google/uuid"},
		Because:   "what a file says is the same whoever asks, and needs neither the log nor its views",
	})
}
