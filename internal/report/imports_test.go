package report_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{"github.com/arran4/golang-ical", "golang.org/x/text"},
		Because:   "how a report looks does not depend on where its figures come from",
	})
}
