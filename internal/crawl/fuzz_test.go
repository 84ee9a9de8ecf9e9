package crawl

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// Lines stand in order and in the page, and what is inline is a document that others can
// read.
func FuzzHTML(f *testing.F) {
	for _, text := range []string{
		"<base href=a><a href=b><img srcset='c 1x, d'>\n<style>@import 'e'</style><svg><path d=f></svg>",
		"<svg><foreignObject><div><svg xlink:href=a xml:lang=b></svg><math><mi a=b>", "<svg><!--x--><style><![CDATA[<]]></style>&nbsp;\x01\xff",
		"<meta http-equiv=refresh content='0;url=\"'><noscript><svg><title><b>x</svg>", "<link rel=manifest href=data:,><svg><desc><table><svg a='\x0b'>",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d := &document{}
		readHTML(d, body)
		lines := 1 + bytes.Count(body, []byte("\n"))
		for _, m := range d.mentions {
			if m.raw == "" || m.line < 1 || m.line > lines {
				t.Fatalf("%+v", m)
			}
		}
		for _, i := range d.inline {
			if i.line < 1 || i.line > lines {
				t.Fatalf("line %d", i.line)
			}
			if bytes.HasPrefix(i.body, []byte(`<svg xmlns="`)) && i.declared == mediaSVG && !bytes.Contains(body, []byte("data:")) {
				wellFormed(t, i.body)
			}
		}
		d.targets(&site{}, "http://site.test/")
	})
}

func wellFormed(t *testing.T, b []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(b)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %q", err, b)
		}
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte("<urlset><url><loc>http://a/</loc><image><loc>b</loc></image></url></urlset>"))
	f.Add([]byte("<?xml version='1.0' encoding='windows-1258'?><sitemapindex><sitemap><loc>c</loc></sitemap></sitemapindex>"))
	f.Add([]byte("http://a/\nhttp://b/"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, body []byte) {
		m := readSitemap(unpack(body, 1<<16))
		for _, list := range [][]string{m.pages, m.pictures, m.sitemaps} {
			for _, u := range list {
				if u == "" || strings.TrimSpace(u) != u {
					t.Fatalf("%q", u)
				}
			}
		}
	})
}

func FuzzRobots(f *testing.F) {
	f.Add([]byte("user-agent: signet-check\nuser-agent: *\ndisallow: /a*b$\nallow: /\ncrawl-delay: 1e9"), "/ab?c")
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		r := readRobots(body)
		if r.delay < 0 || r.delay > maxCrawlDelay {
			t.Fatal(r.delay)
		}
		if !r.allows("/robots.txt") {
			t.Fatal("it is forbidden to itself")
		}
		r.allows(path)
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("<meta charset=gbk>\xc4\xe3"), "text/html")
	f.Add([]byte("@charset \"shift_jis\";\x83"), "text/css")
	f.Add([]byte("\xff\xfea\x00"), "text/html; charset=utf-8")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		out, name := decode(body, essence(contentType), contentType)
		if name == "" || !bytes.Equal(out, bytes.ToValidUTF8(out, nil)) {
			t.Fatalf("%q %q", name, out)
		}
	})
}
