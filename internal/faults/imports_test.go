package faults_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:    []string{"internal/testneeds"},
		Because: "it stands below what is tested, and knows nothing of it",
	})
}
