package portal_test

import (
	"testing"

	"signet/internal/archtest"
)

// Each area says itself what it needs; none of them reads or writes but by the API, which
// only the registry of their tests has behind it.
func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours: []string{
			"assets", "assets/rendition", "domain", "graph", "graph/node", "graph/rules", "internal/access", "internal/commands", "internal/eventlog", "internal/kit", "internal/notify", "internal/people", "internal/people/peopletest", "internal/eventlog/logtest", "assets/disk",
			"internal/portal", "internal/sample", "internal/testneeds", "internal/webhooks", "internal/xliff", "projections",
		},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "pages ask the API",
	})
}
