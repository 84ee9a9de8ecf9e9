package mail_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"internal/outbound"},
		Libraries: []string{"github.com/wneessen/go-mail", "github.com/emersion/go-smtp", "github.com/emersion/go-sasl"}, // the latter two of mailtest
		Because:   "how a letter is sent does not depend on what it tells",
	})
}
