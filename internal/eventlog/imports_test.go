package eventlog_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{archtest.AnyLibrary},
		Alone:     true, // each adapter below has its own rule
		Because:   "a log keeps what it is given, whatever that means to us",
	})
}
