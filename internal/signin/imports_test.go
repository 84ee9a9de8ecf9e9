package signin_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/access", "internal/commands", "internal/eventlog", "internal/oidc", "internal/people", "projections"},
		Libraries: []string{"github.com/google/uuid"},
		Because:   "who somebody becomes does not depend on how a browser asks",
	})
}
