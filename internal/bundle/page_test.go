package bundle_test

import (
	"archive/zip"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"signet/internal/bundle"
	"signet/internal/testneeds/browser"
)

// element is a tag of a page with its attributes.
type element struct {
	tag   string
	attrs map[string]string
}

func elements(t *testing.T, page string) []element {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []element
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		e := element{n.Data, map[string]string{}}
		for _, a := range n.Attr {
			e.attrs[a.Key] = a.Val
		}
		out = append(out, e)
	}
	return out
}

// hostile is written into the sample kit where it may be.
const hostile = `x"><script>alert(1)</script><img src=x onerror=alert(1)>`

func TestThePageHasEveryItemOnceAndRunsNothing(t *testing.T) {
	r := newRegistry(t,
		"vi: Đỏ phượng", "vi: '"+hostile+"'",
		"Hải Phòng: hoa phượng trên sóng", hostile,
		"Mẫu đề xuất, không phải biểu trưng chính thức của thành phố", hostile,
		"MẪU-01/QĐ-TĐ", "'"+hostile+"'",
		"hải-phòng-ngang-đủ-màu.svg", "hải#1 %41 javascript&amp;.svg")
	b := r.bundle(t, bundle.Selection{})
	files := unpack(t, b)
	page, items := files["index.html"], map[string]int{}
	if !strings.Contains(page, "&lt;script&gt;") {
		t.Error("the hostile text is not in the page, so that nothing was tested")
	}
	for _, e := range elements(t, page) {
		if id, ok := strings.CutPrefix(e.attrs["id"], "item-"); ok && e.tag == "article" {
			items[id]++
		}
		if e.tag == "script" || e.tag == "iframe" || e.tag == "link" || e.tag == "base" {
			t.Errorf("there is an element %s", e.tag)
		}
		for name, value := range e.attrs {
			if strings.HasPrefix(name, "on") || name == "style" {
				t.Errorf("%s has the attribute %s", e.tag, name)
			}
			if name != "href" && name != "src" {
				continue
			}
			if path, err := url.PathUnescape(value); err != nil || files[path] == "" {
				t.Errorf("%s links to %q, which is not in the bundle", e.tag, value)
			}
		}
	}
	for _, f := range manifest(t, b).Files {
		if f.Item != "" && items[f.Item] != 1 {
			t.Errorf("%s is there %d times", f.Item, items[f.Item])
		}
		if f.Kind == "logo" && strings.Count(page, ">"+html.EscapeString(f.Name)+"</a>") != 1 {
			t.Errorf("the file %s is not there, or twice", f.Name)
		}
	}
}

func TestThePageTellsWhatIsLeftOut(t *testing.T) {
	r := newRegistry(t)
	before := bundle.Selection{AsOf: time.Date(2026, 10, 12, 16, 0, 0, 0, time.UTC)}
	if page := unpack(t, r.bundle(t, before))["index.html"]; strings.Count(page, "slogan-gateway") != 1 {
		t.Error("a reader who wants the kit of that day does not learn that a slogan was withdrawn since")
	}
}

func TestTheKitSaysWhatLanguageItSpeaks(t *testing.T) {
	page := unpack(t, newRegistry(t).bundle(t, bundle.Selection{}))["index.html"]
	seen := map[string]bool{}
	for _, e := range elements(t, page) {
		seen[e.attrs["lang"]] = true
	}
	for _, l := range []string{"vi", "en", "ja", "ko", "zh"} {
		if !seen[l] {
			t.Errorf("nothing is marked as %s", l)
		}
	}
}

// TestThePageInABrowser serves the archive's files under a policy that lets the
// page have pictures from beside it, and its own style.
func TestThePageInABrowser(t *testing.T) {
	b := newRegistry(t, "hải-phòng-ngang-đủ-màu.svg", "hải#1 %41 phòng.svg").bundle(t, bundle.Selection{})
	in := b.Open(t.Context())
	t.Cleanup(func() { in.Close() })
	archive, err := zip.NewReader(in, b.Size())
	if err != nil {
		t.Fatal(err)
	}
	served := http.FileServerFS(archive)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/favicon.ico" {
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; script-src 'none'")
		served.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	page := browser.Open(t, server.URL+"/", 1000, 1400)
	page.Wait(`document.readyState === "complete" && location.protocol === "http:"`)
	page.Eval(`document.querySelectorAll("img").forEach((i) => { i.loading = "eager" })`, nil)
	page.Wait(`[...document.images].every((i) => i.complete)`)
	var pictures, broken int
	page.Eval(`document.images.length`, &pictures)
	page.Eval(`[...document.images].filter((i) => i.naturalWidth === 0).length`, &broken)
	if pictures < 10 || broken != 0 {
		t.Errorf("%d of %d pictures are broken", broken, pictures)
	}
	var font string
	page.Eval(`getComputedStyle(document.querySelector("#item-slogan-open-sea [lang=ja] .slogan")).fontFamily`, &font)
	if !strings.Contains(font, "CJK JP") {
		t.Errorf("Japanese is in %s", font)
	}
	if problems := page.Problems(); len(problems) != 0 {
		t.Errorf("%q", problems)
	}
	if foreign := slices.DeleteFunc(page.Requests(), func(r string) bool { return strings.HasPrefix(r, server.URL) || r == "about:blank" }); len(foreign) != 0 {
		t.Errorf("the page asks for %q", foreign)
	}
}
