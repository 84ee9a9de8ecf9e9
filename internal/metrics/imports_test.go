package metrics_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/eventlog"},
		Libraries: []string{"github.com/prometheus/client_golang"},
		Because:   "what is measured does not know that it is, and hands over functions",
	})
}
