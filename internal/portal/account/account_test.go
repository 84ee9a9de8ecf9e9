package account_test

import (
	"net/http"
	"testing"

	"signet/domain"
	"signet/internal/archtest"
	"signet/internal/portal/account"
	"signet/internal/portal/portaltest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{Ours: []string{"internal/portal/frame"}, Because: "pages ask the API, and nothing else"})
}

func TestTheAccountIsForWhoHasLoggedIn(t *testing.T) {
	w := portaltest.Open(t, account.Area())
	if to := w.Get(portaltest.Who{}, "/en/me").To(); to != "/en/login?return=%2Fen%2Fme" {
		t.Errorf("a stranger is led to %s", to)
	}
	designer := portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleDesigner}
	for _, lang := range []string{"vi", "en"} {
		w.Get(designer, "/"+lang+"/me").Is(http.StatusOK)
		w.Get(portaltest.Who{}, "/"+lang+"/login").Is(http.StatusOK)
		w.Get(portaltest.Who{}, "/"+lang+"/nothing").Is(http.StatusNotFound)
	}
	if to := w.Get(designer, "/en/login").To(); to != "/en/me" {
		t.Errorf("who has logged in already is led to %s", to)
	}
}
