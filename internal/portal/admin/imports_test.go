package admin_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "graph", "graph/rules", "internal/access", "internal/portal/frame"},
		Libraries: []string{"github.com/google/uuid", "github.com/klauspost/compress/gzhttp"},
		Because:   "pages ask the API, and nothing else",
	})
}
