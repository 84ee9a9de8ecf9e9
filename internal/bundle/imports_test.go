package bundle_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "projections", "assets"},
		Libraries: []string{"github.com/hashicorp/golang-lru/v2", "golang.org/x/text"},
		Because:   "a bundle only reads: what is in force from the read models, and bytes from a store",
	})
}
