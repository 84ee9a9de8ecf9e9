package sample_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{Because: "the sample is files, which are read like anybody's kit"})
}
