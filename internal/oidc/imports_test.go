package oidc_test

import (
	"testing"

	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Alone: true, // oidctest is for tests
		Ours:  []string{"domain"},
		Libraries: []string{
			"github.com/coreos/go-oidc/v3", "github.com/go-jose/go-jose/v4", "github.com/hashicorp/golang-lru/v2", "go.yaml.in/yaml/v3",
			"golang.org/x/oauth2", "golang.org/x/text/unicode/norm",
		},
		Because: "who somebody is elsewhere is known before there is a registry",
	})
}
