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

// A logo of which there is no picture, but a PDF, can be had, and is drawn nowhere.
func TestALogoWithoutAPicture(t *testing.T) {
	const logo = `{"data": {"approved": {"edges": [{"node": {"key": "sealed", "kind": "LOGO", "number": 1, "validFrom": "2026-11-16T02:00:00Z",
		"content": {"units": [{"role": "NAME", "texts": [{"locale": "vi", "text": "Dấu"}]}]}, "item": {"inForce": {"number": 1}},
		"files": [{"url": "/files/sealed/1/seal.pdf", "small": "/files/s?x=1", "large": "/files/l?x=1", "file": {"name": "seal.pdf", "colour": "FULL", "layout": "MARK", "mediaType": "application/pdf", "size": 900}}]}}]}}}`
	api := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, logo) })
	site, err := frame.New(frame.Options{API: api}, book.Area())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/vi/book/logos", "/vi/items/sealed", "/vi/items/sealed/download?format=PNG&preset=web-card"} {
		w := httptest.NewRecorder()
		site.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		_, main, _ := strings.Cut(w.Body.String(), "<main")
		if w.Code != http.StatusOK || strings.Contains(main, "<img") || strings.Contains(main, "<image") || !strings.Contains(main, "PDF") {
			t.Errorf("%s: %d %s", path, w.Code, main)
		}
		if strings.Contains(path, "preset") && (!strings.Contains(main, `href="/files/sealed/1/seal.pdf"`) || !strings.Contains(main, "data-known")) {
			t.Error("the PDF can't be downloaded")
		}
	}
}

func administrator() access.Viewer {
	var v access.Viewer
	v.Agency, v.Roles, v.Token = "a", domain.Roles{domain.RoleAdmin}, "t"
	return v
}
