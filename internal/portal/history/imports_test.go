package history_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:    []string{"domain", "graph", "internal/portal/frame", "internal/portal/history/timeline"},
		Alone:   true,
		Because: "pages ask the API, and nothing else",
	})
}
