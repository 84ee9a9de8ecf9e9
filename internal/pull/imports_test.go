package pull_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain"},
		Libraries: []string{"github.com/gofrs/flock", "golang.org/x/sync", "golang.org/x/text"},
		Because:   "a client knows of a registry what it answers, and nothing of how",
	})
}
