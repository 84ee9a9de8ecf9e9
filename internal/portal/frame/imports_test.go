package frame_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"domain", "assets", "graph", "internal/access"},
		Libraries: []string{"github.com/google/uuid", "github.com/klauspost/compress/gzhttp", "golang.org/x/text/language", "golang.org/x/text/language/display", "golang.org/x/text/message"},
		Because:   "pages ask the API, and nothing else",
	})
}
