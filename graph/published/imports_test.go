package main

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"graph/gen"},
		Libraries: []string{"github.com/vektah/gqlparser/v2"},
		Because:   "it only writes what is generated",
	})
}
