package crawl

import (
	"net/http"
	"strings"
	"testing"
)

func TestURLsHaveOneForm(t *testing.T) {
	base := placeOf("http://site.test/a/b?q=1")
	for raw, want := range map[string]string{
		"c":                                  "http://site.test/a/c",
		"":                                   "http://site.test/a/b?q=1",
		"?":                                  "http://site.test/a/b",
		"?x=y":                               "http://site.test/a/b?x=y",
		"../c/./d/..":                        "http://site.test/c/",
		"../../../c":                         "http://site.test/c",
		"/c#part":                            "http://site.test/c",
		"//Other.TEST":                       "http://other.test/",
		"HTTPS://Site.test:443/":             "https://site.test/",
		"http://site.test:80":                "http://site.test/",
		"https://site.test:0080/":            "https://site.test:80/",
		"http://site.test.:/":                "http://site.test/",
		" \n/a\tb\r\n ":                      "http://site.test/ab",
		`\c\d?e\f`:                           "http://site.test/c/d?e%5Cf",
		"/%7Ea/%2f%e1%BB%8b":                 "http://site.test/~a/%2F%E1%BB%8B",
		"/%2e%2E/%2e/c":                      "http://site.test/c",
		"/thành phố?q=Hải Phòng":             "http://site.test/th%C3%A0nh%20ph%E1%BB%91?q=H%E1%BA%A3i%20Ph%C3%B2ng",
		"/100%/%zz":                          "http://site.test/100%25/%25zz",
		"http://hảiphòng.vn/":                "http://xn--hiphng-6wa8191d.vn/",
		"http://BÜCHER.test/":                "http://xn--bcher-kva.test/",
		"http://[2001:DB8::0:1]:8080/":       "http://[2001:db8::1]:8080/",
		"http://127.0.0.1/":                  "http://127.0.0.1/",
		"/a?b=[1]&c={2}":                     "http://site.test/a?b=[1]&c=%7B2%7D",
		"/a//b/":                             "http://site.test/a//b/",
		"a:b/c":                              "", // a scheme that is nobody's
		"mailto:a@site.test":                 "",
		"javascript:void(0)":                 "",
		"http:c":                             "malformed_url",
		"http://":                            "malformed_url",
		"http://a..test/":                    "malformed_url",
		"http://127.1/":                      "malformed_url",
		"http://0x7f000001/":                 "malformed_url",
		"http://[::1%25lo]/":                 "malformed_url",
		"http://[::ffff/":                    "malformed_url",
		"http://site.test:99999/":            "malformed_url",
		"http://site.test:0/":                "malformed_url",
		"http://a b.test/":                   "malformed_url",
		"http://a%2etest/":                   "malformed_url",
		"http://user:secret@site.test/":      "user_info",
		"http://site.test@127.0.0.1/":        "user_info",
		`http://site.test\@127.0.0.1/`:       "http://site.test/@127.0.0.1/",
		"/" + strings.Repeat("a", maxURL):    "malformed_url",
		"/" + strings.Repeat(" b", maxURL/2): "malformed_url",
	} {
		p, reason, ok := resolve(base, raw)
		got := string(reason)
		if ok {
			got = p.String()
		}
		if got != want {
			t.Errorf("%q is %q, not %q", raw, got, want)
		}
	}
	if _, reason, ok := resolve(place{}, "/a"); ok || reason != SkippedURL {
		t.Error("a path is taken for a URL")
	}
}

// The form is its own, and what is asked for is what was written.
func FuzzResolve(f *testing.F) {
	for _, raw := range []string{"c?d", "//é.test:80/%e1/../x", `http:\\a.test\b`, "https://[::1]:1/", "/%", "?%2e[]", "http://a.test/;'|^`{}<>\"", "/?a?b#c"} {
		f.Add(raw)
	}
	base := placeOf("http://site.test/a/b?q=1")
	f.Fuzz(func(t *testing.T, raw string) {
		p, _, ok := resolve(base, raw)
		if !ok {
			return
		}
		again, _, ok := resolve(place{}, p.String())
		if !ok || again != p {
			t.Fatalf("%q is %q, and that is %q", raw, p, again)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.String(), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if r.URL.RequestURI() != p.path+p.query || r.URL.Host != p.host || r.URL.User != nil {
			t.Fatalf("%q is asked for as %q of %q", p, r.URL.RequestURI(), r.URL.Host)
		}
	})
}
