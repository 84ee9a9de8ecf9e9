package rendition_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours: []string{"assets", "assets/resvg"},
		Libraries: []string{
			"github.com/disintegration/imaging", "github.com/HugoSmits86/nativewebp",
			"golang.org/x/image/webp", "golang.org/x/sync/singleflight",
		},
		Because: "every decoder of strangers' pictures is chosen on purpose: of x/image only WebP",
	})
}
