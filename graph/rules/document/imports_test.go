package main

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:    []string{"graph/rules"},
		Because: "a document is made of the table alone, also while the rest does not compile",
	})
}
