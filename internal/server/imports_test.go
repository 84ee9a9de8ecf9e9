package server_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours: []string{
			"domain", "projections", "assets", "assets/rendition", "graph", "graph/explorer",
			"internal/access", "internal/bundle", "internal/catalogue", "internal/commands", "internal/eventlog", "internal/identify", "internal/links", "internal/merkle", "internal/notary", "internal/notify", "internal/oidc", "internal/people", "internal/portal", "internal/portal/frame", "internal/pressure", "internal/proof", "internal/provenance", "internal/report", "internal/signin", "internal/xliff",
		},
		Libraries: []string{archtest.AnyLibrary},
		Because:   "the server works with any log and any store",
	})
}
