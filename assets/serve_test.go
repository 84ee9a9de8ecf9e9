package assets_test

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"signet/assets"
)

const served = "0123456789"

// serve answers a request for ten bytes, and counts what was recorded.
func serve(d assets.Download, method string, headers ...string) (*httptest.ResponseRecorder, int) {
	recorded := 0
	d.Content, d.Digest = strings.NewReader(served), assets.Ref(strings.Repeat("a", 64))
	if d.Record == nil {
		d.Record = func(context.Context) error { recorded++; return nil }
	}
	r := httptest.NewRequestWithContext(context.Background(), method, "/", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	assets.Serve(w, r, d)
	return w, recorded
}

func TestWhatIsSentAndRecorded(t *testing.T) {
	tag := `"` + strings.Repeat("a", 64) + `"`
	for name, test := range map[string]struct {
		method   string
		headers  []string
		status   int
		body     string
		recorded int
	}{
		"all of it":                {"GET", nil, 200, served, 1},
		"its head":                 {"HEAD", nil, 200, "", 0},
		"known already":            {"GET", []string{"If-None-Match", tag}, 304, "", 0},
		"another one known":        {"GET", []string{"If-None-Match", `"b"`}, 200, served, 1},
		"the first half":           {"GET", []string{"Range", "bytes=0-4"}, 206, "01234", 0},
		"the second half":          {"GET", []string{"Range", "bytes=5-"}, 206, "56789", 1},
		"the last three":           {"GET", []string{"Range", "bytes=-3"}, 206, "789", 1},
		"all of it as a range":     {"GET", []string{"Range", "bytes=0-"}, 206, served, 1},
		"beyond it":                {"GET", []string{"Range", "bytes=10-"}, 416, "", 0},
		"several ranges":           {"GET", []string{"Range", "bytes=0-1,4-5"}, 200, served, 1},
		"two headers of ranges":    {"GET", []string{"Range", "bytes=0-1", "Range", "bytes=2-3"}, 200, served, 1},
		"a range of this one":      {"GET", []string{"Range", "bytes=0-4", "If-Range", tag}, 206, "01234", 0},
		"a range of an older one":  {"GET", []string{"Range", "bytes=0-4", "If-Range", `"b"`}, 200, served, 1},
		"something else than this": {"POST", nil, 405, "", 0},
	} {
		w, recorded := serve(assets.Download{Media: assets.PNG, Title: "x"}, test.method, test.headers...)
		if w.Code != test.status || recorded != test.recorded || test.body != "" && w.Body.String() != test.body {
			t.Errorf("%s: %d %q, %d recorded", name, w.Code, w.Body, recorded)
		}
		if w.Code == 200 && (w.Header().Get("ETag") != tag || w.Header().Get("X-Content-Type-Options") != "nosniff") {
			t.Errorf("%s: %v", name, w.Header())
		}
	}
}

func TestNothingIsSentThatCanNotBeRecorded(t *testing.T) {
	fails := func(context.Context) error { return errors.New("the log is away") }
	w, _ := serve(assets.Download{Media: assets.PNG, Record: fails}, "GET")
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), served[:3]) || strings.Contains(w.Body.String(), "away") ||
		w.Header().Get("ETag") != "" || w.Header().Get("Content-Disposition") != "" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	told := ""
	w, _ = serve(assets.Download{Media: assets.PNG, Record: fails, Refuse: func(w http.ResponseWriter, e *assets.Error) {
		told = e.Code()
		w.WriteHeader(e.Status())
	}}, "GET")
	if w.Code != http.StatusServiceUnavailable || told != "not_recorded" || w.Body.Len() != 0 {
		t.Errorf("%d %q %s", w.Code, told, w.Body)
	}
}

func TestADrawingIsServedInert(t *testing.T) {
	w, _ := serve(assets.Download{Media: assets.SVG, Title: "x", Inline: true}, "GET")
	kind, _, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
	if err != nil || kind != "attachment" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") || w.Header().Get("Content-Type") != "image/svg+xml" {
		t.Errorf("%v", w.Header())
	}
}

func TestFileNames(t *testing.T) {
	for title, want := range map[string]string{
		"Biểu trưng Hải Phòng":        "Biểu trưng Hải Phòng.png",
		"Bie\u0302\u0309u":            "Biểu.png", // in NFC
		"../../etc/passwd":            "etc-passwd.png",
		"a\r\nSet-Cookie: x=1":        "a Set-Cookie- x=1.png",
		"photo\u202egnp.exe":          "photognp.exe.png", // no mark that turns the direction
		"":                            "asset.png",
		"a\u06df\x7f\u0711":           "a\u0711\u06df.png", // also where a mark was left out
		"...":                         "asset.png",
		"con":                         "_con.png",
		"海防":                          "海防.png",
		"C:\\windows\\x":              "C--windows-x.png",
		"x\x00y":                      "xy.png",
		"bad\xffutf8":                 "badutf8.png",
		" many   spaces ":             "many spaces.png",
		strings.Repeat("ệ", 300)[:30]: strings.Repeat("ệ", 10) + ".png",
	} {
		if got := assets.FileName(title, assets.PNG); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	w, _ := serve(assets.Download{Media: assets.PNG, Title: `Biểu trưng "mới"`}, "GET")
	_, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
	if err != nil || params["filename"] != "Biểu trưng -mới-.png" {
		t.Errorf("%q, %v", w.Header().Get("Content-Disposition"), err)
	}
}

// FuzzFileName: whatever the title, the name can be saved anywhere, and a header
// holds it.
func FuzzFileName(f *testing.F) {
	f.Add("Hải Phòng")
	f.Add("../\u202e\r\n")
	f.Fuzz(func(t *testing.T, title string) {
		name := assets.FileName(title, assets.SVG)
		if !utf8.ValidString(name) || !norm.NFC.IsNormalString(name) || len(name) > 255 || strings.ContainsAny(name, "/\\:\r\n\x00\"") || strings.HasPrefix(name, ".") {
			t.Fatalf("%q becomes %q", title, name)
		}
		w, _ := serve(assets.Download{Media: assets.SVG, Title: title}, "GET")
		_, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		if err != nil || params["filename"] != name {
			t.Fatalf("%q: %q, %v", title, w.Header().Get("Content-Disposition"), err)
		}
	})
}
