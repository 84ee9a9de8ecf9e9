package explorer_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"signet/graph/explorer"
)

// get asks Files for one file.
func get(t *testing.T, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	explorer.Files().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) []byte {
	t.Helper()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestVendoredFilesAreThoseOfTheList(t *testing.T) {
	list, err := os.Open("vendored/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	listed := 0
	for lines := bufio.NewScanner(list); lines.Scan(); listed++ {
		want, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			t.Fatalf("not a line of sha256sum: %q", lines.Text())
		}
		got := sha256.Sum256(body(t, get(t, explorer.FilesPath+name).Body))
		if hex.EncodeToString(got[:]) != want {
			t.Errorf("%s is not what was fetched", name)
		}
	}
	kept, err := os.ReadDir("vendored")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range kept {
		if strings.HasSuffix(entry.Name(), ".gz") {
			listed--
		}
	}
	if listed != 0 {
		t.Errorf("the list and the folder differ by %d files", listed)
	}
}

func TestBothRepresentationsHoldTheSameContent(t *testing.T) {
	const target = explorer.FilesPath + "explorer.js"
	plain := get(t, target)
	packed := get(t, target, "Accept-Encoding", "br, gzip")
	if got := plain.Header.Get("Content-Encoding"); got != "" {
		t.Fatalf("an unasked encoding: %q", got)
	}
	if got := packed.Header.Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("gzip was asked for, %q came", got)
	}
	unpacked, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := body(t, plain.Body), body(t, unpacked); !bytes.Equal(a, b) || len(a) == 0 {
		t.Fatal("the two representations differ")
	}
	if a, b := plain.Header.Get("ETag"), packed.Header.Get("ETag"); a == b || a == "" || b == "" {
		t.Fatalf("two representations need two strong ETags: %s and %s", a, b)
	}
	for _, r := range []*http.Response{plain, packed} {
		if got := r.Header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
			t.Errorf("Content-Type %q", got)
		}
		if r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("headers: %v", r.Header)
		}
	}
}

func TestEncodingIsNegotiated(t *testing.T) {
	for header, want := range map[string]string{
		"":                           "",
		"gzip":                       "gzip",
		"GZIP":                       "gzip",
		"x-gzip":                     "gzip",
		"deflate, gzip;q=0.5, br":    "gzip",
		"gzip;q=0":                   "",
		"gzip; q=0.000, *":           "",
		"*":                          "gzip",
		"*;q=0":                      "",
		"identity":                   "",
		"gzip;q=none":                "",
		"br;q=1.0, *;q=0, gzip;q=.1": "gzip",
	} {
		t.Run(header, func(t *testing.T) {
			got := get(t, explorer.FilesPath+"explorer.css", "Accept-Encoding", header).Header.Get("Content-Encoding")
			if got != want {
				t.Errorf("Accept-Encoding %q: want %q, got %q", header, want, got)
			}
		})
	}
}

func TestAKeptFileIsNotSentAgain(t *testing.T) {
	const target = explorer.FilesPath + "graphiql.js"
	first := get(t, target, "Accept-Encoding", "gzip")
	again := get(t, target, "Accept-Encoding", "gzip", "If-None-Match", first.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || len(body(t, again.Body)) != 0 {
		t.Errorf("want 304 and nothing, got %d", again.StatusCode)
	}
	plain := get(t, target, "If-None-Match", first.Header.Get("ETag"))
	if plain.StatusCode != http.StatusOK {
		t.Errorf("the ETag of the compressed form stood for the plain one: %d", plain.StatusCode)
	}
}

func TestOnlyAVersionedAddressIsKeptForLong(t *testing.T) {
	for _, address := range pageAddresses(t) {
		r := get(t, address)
		if r.StatusCode != http.StatusOK || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, %q", address, r.StatusCode, r.Header.Get("Cache-Control"))
		}
		bare, _, _ := strings.Cut(address, "?")
		for _, other := range []string{bare, bare + "?v=0123456789abcdef"} {
			if got := get(t, other).Header.Get("Cache-Control"); got != "no-cache" {
				t.Errorf("%s: %q", other, got)
			}
		}
	}
}

func TestWhatIsNoFileIsNotFound(t *testing.T) {
	for _, name := range []string{"", "nothing.js", "page.html", "../explorer.go", "graphiql.js.gz"} {
		if r := get(t, "/graphql/explorer/"+name); r.StatusCode != http.StatusNotFound {
			t.Errorf("%q: %d", name, r.StatusCode)
		}
	}
}

func TestNothingButReadingIsAllowed(t *testing.T) {
	for title, handler := range map[string]http.Handler{"page": explorer.Handler(explorer.Options{}), "files": explorer.Files()} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, explorer.FilesPath+"explorer.js", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
			t.Errorf("%s: %d, Allow %q", title, w.Code, w.Header().Get("Allow"))
		}
		w = httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodHead, explorer.FilesPath+"explorer.js", nil))
		if w.Code != http.StatusOK || w.Body.Len() != 0 {
			t.Errorf("%s: HEAD gave %d and %d bytes", title, w.Code, w.Body.Len())
		}
	}
}

// pageAddresses returns the addresses of the scripts and styles of the page.
func pageAddresses(t *testing.T) []string {
	t.Helper()
	w := httptest.NewRecorder()
	explorer.Handler(explorer.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/graphql", nil))
	var found []string
	for _, m := range regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(w.Body.String(), -1) {
		found = append(found, m[1])
	}
	if len(found) != 8 {
		t.Fatalf("the page has five scripts and three styles, but names %q", found)
	}
	return found
}

func TestAnExampleCanNotLeaveItsPlaceInThePage(t *testing.T) {
	w := httptest.NewRecorder()
	explorer.Handler(explorer.Options{
		Endpoint: `"</script><script>alert(1)</script>`,
		Examples: []explorer.Example{{TitleVi: "<img src=x>", TitleEn: "a", Query: "</script><script>alert(2)</script>"}},
	}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/graphql", nil))
	page := w.Body.String()
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img") {
		t.Fatalf("an option became markup:\n%s", page)
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self';") {
		t.Fatalf("scripts from elsewhere are allowed: %q", policy)
	}
}
