package crawl

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/outbound"},
		Libraries: []string{"golang.org/x/net", "golang.org/x/text"},
		Because:   "what a site holds does not depend on what is thought of it",
	})
}
