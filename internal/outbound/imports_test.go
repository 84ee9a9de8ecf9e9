package outbound

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Because: "where something may be sent does not depend on what it is",
	})
}
