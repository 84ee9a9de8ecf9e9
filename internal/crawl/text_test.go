package crawl

import (
	"strings"
	"testing"
)

func TestTextsAreUTF8(t *testing.T) {
	const ha = "H\u1ea3i Ph\u00f2ng"
	for name, c := range map[string]struct{ body, contentType, want, charset string }{
		"UTF-8":                             {"<p>" + ha, "text/html; charset=UTF-8", "<p>" + ha, "utf-8"},
		"UTF-8 that nobody names":           {strings.Repeat(" ", 2000) + ha, "text/html", strings.Repeat(" ", 2000) + ha, "utf-8"},
		"a byte order mark goes":            {"\xef\xbb\xbf" + ha, "text/html; charset=gbk", ha, "utf-8"},
		"UTF-16 by its mark":                {"\xff\xfea\x00\xa3\x1e", "text/html", "aả", "utf-16le"},
		"windows-1258, its tones joined":    {"<meta charset=windows-1258>H\x61\xd2i Ph\x6f\xccng", "text/html", "<meta charset=windows-1258>" + ha, "windows-1258"},
		"EUC-JP":                            {"\xcc\xdc\xb8\xec", "text/html; charset=euc-jp", "目語", "euc-jp"},
		"Shift_JIS":                         {`<meta http-equiv=content-type content="text/html; charset=Shift_JIS">` + "\x93\xfa\x96\x7b", "text/html", `<meta http-equiv=content-type content="text/html; charset=Shift_JIS">日本`, "shift_jis"},
		"GBK":                               {"\xba\xa3\xb7\xc0", "text/html; charset=GB2312", "海防", "gbk"},
		"the server is before the page":     {"<meta charset=gbk>\xe9", "text/html; charset=iso-8859-1", "<meta charset=gbk>é", "windows-1252"},
		"an encoding of nobody":             {"caf\xe9", "text/html; charset=x-nobody", "café", "windows-1252"},
		"a style sheet by itself":           {"@charset \"shift_jis\";\n/*\x93\xfa*/", "text/css", "@charset \"shift_jis\";\n/*日*/", "shift_jis"},
		"XHTML by itself":                   {"<?xml version='1.0' encoding='euc-jp'?><p>\xcc\xdc", mediaXHTML, "<?xml version='1.0' encoding='euc-jp'?><p>目", "euc-jp"},
		"what is broken is shown as broken": {"a\xffb", "text/html; charset=utf-8", "a\uFFFDb", "utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			got, charset := decode([]byte(c.body), essence(c.contentType), c.contentType)
			if string(got) != c.want || charset != c.charset {
				t.Errorf("%s %q, want %s %q", charset, got, c.charset, c.want)
			}
		})
	}
}

func TestWhatThingsAre(t *testing.T) {
	for name, c := range map[string]struct{ declared, body, want string }{
		"as said":                         {"text/css", "a{}", "text/css"},
		"a picture that is said to be":    {"image/png", "\x89PNG\r\n\x1a\n", "image/png"},
		"a picture that is another":       {"image/png", "GIF89a", "image/gif"},
		"a picture that is text":          {"text/plain", "\xff\xd8\xff", "image/jpeg"},
		"a page in the place of one":      {"image/png", "<!DOCTYPE html><p>", "text/html"},
		"a script that begins like HTML":  {"text/javascript", "<!-- a", "text/javascript"},
		"nothing said, a page":            {"", " <html>", "text/html"},
		"nothing said, bytes":             {"", "\x00\x01\x02", mediaUnknown},
		"nothing at all":                  {"text/css", "", "text/css"},
		"SVG as text":                     {"text/plain", "<?xml version='1.0'?>\n<!-- a > b -->\n<svg>", mediaSVG},
		"SVG with a DOCTYPE":              {"", "<!DOCTYPE svg PUBLIC \"a\" \"b\" [\n<!ENTITY c 'd'>\n]>\n<svg\n>", mediaSVG},
		"SVG with another DOCTYPE":        {"", "\xef\xbb\xbf<!DOCTYPE svg PUBLIC \"a\" \"b\">\n<svg>[", mediaSVG},
		"no SVG":                          {"", "<svgx>", "text/plain"},
		"a page with SVG":                 {"text/html", "<p><svg>", "text/html"},
		"AVIF":                            {"video/mp4", "\x00\x00\x00\x1cftypavif", "image/avif"},
		"a film":                          {"", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4"},
		"an archive as a picture":         {"image/png", "PK\x03\x04", "application/zip"},
		"a document that is an archive":   {"application/vnd.oasis.opendocument.text", "PK\x03\x04", "application/vnd.oasis.opendocument.text"},
		"a tar":                           {"text/plain", strings.Repeat("\x00", 257) + "ustar", "application/x-tar"},
		"bytes under a name that is good": {"image/x-new", "\x00\x01", "image/x-new"},
	} {
		t.Run(name, func(t *testing.T) {
			equal(t, "it is", mediaOf(c.declared, []byte(c.body)), c.want)
		})
	}
	for media, want := range map[string]bool{
		"video/mp4": true, "audio/ogg": true, "font/woff2": true, "application/zip": true, "application/x-font-ttf": true, mediaUnknown: true,
		"image/png": false, "text/html": false, "application/pdf": false, "application/json": false, "": false,
	} {
		if unwanted(media) != want {
			t.Error(media)
		}
	}
}

func TestSitemaps(t *testing.T) {
	for name, c := range map[string]struct{ text, pages, pictures, sitemaps string }{
		"pages":              {`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> /a </loc><lastmod>2026</lastmod></url><url><loc>/b?c&amp;d</loc></url></urlset>`, "/a /b?c&d", "", ""},
		"an index":           {"<sitemapindex><sitemap><loc>/a</loc></sitemap></sitemapindex>", "", "", "/a"},
		"pictures":           {`<urlset xmlns:image="i"><url><loc>/a</loc><image:image><image:loc>/b</image:loc></image:image></url></urlset>`, "/a", "/b", ""},
		"text":               {"http://a/\r\n#\nhttp://b/", "http://a/ http://b/", "", ""},
		"broken in between":  {"<urlset><url><loc>/a</loc></url><url></urlset><url><loc>/b</loc>", "/a", "", ""},
		"another encoding":   {"<?xml version='1.0' encoding='shift_jis'?><urlset><url><loc>/\x93\xfa</loc></url></urlset>", "/日", "", ""},
		"entities":           {"<!DOCTYPE a [<!ENTITY b '/c'>]><urlset><url><loc>&b;</loc></url></urlset>", "", "", ""},
		"deep":               {strings.Repeat("<a>", 1000) + "<url><loc>/a", "", "", ""},
		"a loc of something": {"<urlset><loc>/a</loc><x><loc>/b</loc></x></urlset>", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := readSitemap([]byte(c.text))
			equal(t, "pages", strings.Join(m.pages, " "), c.pages)
			equal(t, "pictures", strings.Join(m.pictures, " "), c.pictures)
			equal(t, "site maps", strings.Join(m.sitemaps, " "), c.sitemaps)
		})
	}
	many := readSitemap([]byte("<urlset>" + strings.Repeat("<url><loc>/a</loc></url>", maxSitemapURLs+1)))
	if len(many.pages) != maxSitemapURLs {
		t.Error(len(many.pages))
	}
}
