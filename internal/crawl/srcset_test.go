package crawl

import (
	"strings"
	"testing"
)

func TestSrcset(t *testing.T) {
	for text, want := range map[string]string{
		"a.png":                               "a.png",
		"a.png 1x, b.png 2x":                  "a.png b.png",
		"a.png, b.png 2x":                     "a.png b.png",
		"a.png,b.png 2x":                      "a.png,b.png", // a comma in a URL
		" , ,a.png 100w ,\tb.png\n200w,":      "a.png b.png",
		"a.png,,, b.png":                      "a.png b.png",
		"a.png (1, 2) 1x, b.png":              "a.png b.png",
		"data:image/png;base64,AAAA 1x, b 2x": "data:image/png;base64,AAAA b",
		"":                                    "",
		",":                                   "",
		"a.png (1x, b.png":                    "a.png",
	} {
		if got := strings.Join(srcset(text), " "); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

func FuzzSrcset(f *testing.F) {
	f.Add("a.png 1x, b.png (2, 3) 2x,,c")
	f.Fuzz(func(t *testing.T, text string) {
		for _, u := range srcset(text) {
			if u == "" || strings.ContainsAny(u, htmlSpace) || strings.HasSuffix(u, ",") || !strings.Contains(text, u) {
				t.Fatalf("%q in %q", u, text)
			}
		}
	})
}
