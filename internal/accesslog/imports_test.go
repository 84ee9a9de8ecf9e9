package accesslog_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{Because: "a log is read the same whatever is known of the registry, and nothing of it leads anywhere else"})
}
