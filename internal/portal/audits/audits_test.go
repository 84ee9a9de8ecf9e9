package audits_test

import (
	"net/http"
	"testing"

	"signet/domain"
	"signet/internal/portal/audits"
	"signet/internal/portal/portaltest"
)

var auditor = portaltest.Who{Agency: portaltest.Lead, Role: domain.RoleAuditor}

func TestPages(t *testing.T) {
	w := portaltest.Open(t, audits.Area())
	for _, lang := range []string{"vi", "en"} {
		for _, p := range []string{"/audits", "/audits/new", "/findings", "/usage", "/usage?view=outdated", "/usage?view=declared", "/usage?view=downloads", "/usage?view=unused", "/usage/compliance", "/reports"} {
			w.Get(auditor, "/"+lang+p).Is(http.StatusOK)
		}
	}
}
