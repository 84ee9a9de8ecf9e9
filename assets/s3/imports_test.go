package s3

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours: []string{"assets", "internal/testneeds/tool"}, // the latter for s3test
		Libraries: []string{
			"github.com/gofrs/flock", "github.com/hashicorp/golang-lru/v2", "github.com/minio/minio-go/v7",
			"golang.org/x/sync/singleflight", "golang.org/x/text/unicode/norm",
		},
		Because: "a store knows the contract and its bucket",
	})
	archtest.ImportedOnlyBy(t, "cmd/...")
}
