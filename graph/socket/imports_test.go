package socket_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Libraries: []string{
			"github.com/99designs/gqlgen/graphql",
			"github.com/coder/websocket",
			"github.com/vektah/gqlparser/v2/ast",
			"github.com/vektah/gqlparser/v2/gqlerror",
		},
		Because: "what carries the API knows nothing of what it says, or of who may ask",
	})
}
