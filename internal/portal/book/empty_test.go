package book_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/portal/book"
	"signet/internal/portal/frame"
)

// A registry in which nothing is yet leads those on who come to it.
func TestAnEmptyRegistryLeadsOn(t *testing.T) {
	nothing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"data": {}}`) })
	for name, test := range map[string]struct {
		awaited bool
		viewer  access.Viewer
		leads   string
	}{
		"to the first login":           {true, access.Viewer{}, `href="/first-login"`},
		"to the login":                 {false, access.Viewer{}, `href="/vi/login"`},
		"an administrator to agencies": {false, administrator(), `href="/vi/admin/agencies"`},
	} {
		t.Run(name, func(t *testing.T) {
			site, err := frame.New(frame.Options{API: nothing, FirstLogin: func() bool { return test.awaited }}, book.Area())
			if err != nil {
				t.Fatal(err)
			}
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/vi/", http.NoBody)
			site.Handler().ServeHTTP(w, r.WithContext(access.With(r.Context(), test.viewer)))
			_, main, _ := strings.Cut(w.Body.String(), "<main")
			if w.Code != http.StatusOK || !strings.Contains(main, test.leads) {
				t.Errorf("%d %s", w.Code, main)
			}
		})
	}
}

func administrator() access.Viewer {
	var v access.Viewer
	v.Agency, v.Roles, v.Token = "a", domain.Roles{domain.RoleAdmin}, "t"
	return v
}
