package desk_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:    []string{"internal/portal/frame", "graph", "domain", "assets", "internal/xliff"},
		Because: "pages ask the API; of the registry they know its refusals, the names of permissions, and the files that go in and out",
	})
}
