package fill_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{"github.com/go-playground/locales", "golang.org/x/text"},
		Because:   "how a text is filled does not depend on who keeps it",
	})
}
