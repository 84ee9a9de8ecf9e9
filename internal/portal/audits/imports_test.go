package audits_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "graph", "graph/node", "internal/portal/audits/chart", "internal/portal/frame"},
		Libraries: []string{"github.com/google/uuid"},
		Because:   "pages ask the API, and nothing else",
	})
}
