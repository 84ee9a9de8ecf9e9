package s3

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/people"},
		Libraries: []string{"github.com/google/uuid", "github.com/minio/minio-go/v7", "golang.org/x/sync/errgroup"},
		Because:   "an adapter knows what it adapts",
	})
	archtest.ImportedOnlyBy(t, "cmd/...")
}
