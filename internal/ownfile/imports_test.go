package ownfile_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{"modernc.org/sqlite"},
		Because:   "how a file is owned does not depend on what is in it",
	})
}
