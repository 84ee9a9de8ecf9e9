package kit_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "internal/eventlog", "internal/commands", "projections", "assets"},
		Libraries: []string{"github.com/google/uuid", "go.yaml.in/yaml/v3", "golang.org/x/text"},
		Because:   "a kit goes into and out of any registry, through its commands and its read models",
	})
}
