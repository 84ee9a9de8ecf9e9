package webhooks_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/outbound", "internal/ownfile"},
		Libraries: []string{"modernc.org/sqlite"},
		Because:   "how a message is brought does not depend on what it tells",
	})
}
