package review

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:    []string{"domain", "graph", "internal/portal/frame"},
		Because: "pages ask the API, and nothing else",
	})
}
