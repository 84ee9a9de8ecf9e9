package notify_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/commands", "internal/eventlog", "internal/mail", "internal/people", "internal/webhooks", "projections"},
		Libraries: []string{"github.com/google/uuid"},
		Because:   "what is told follows from the read models, whoever asked for it",
	})
}
