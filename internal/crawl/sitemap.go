package crawl

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

// Limits of site maps; the second is that of https://www.sitemaps.org/protocol.html.
const (
	maxSitemaps    = 50
	maxSitemapURLs = 50_000
)

// sitemap is what one file of a site map lists, as it is said.
type sitemap struct {
	pages    []string
	pictures []string
	sitemaps []string
}

// readSitemap reads a site map, an index of them, or a text with a URL on each line;
// what is behind a mistake is lost.
func readSitemap(body []byte) sitemap {
	var m sitemap
	if trimmed := bytes.TrimSpace(plain(body)); !bytes.HasPrefix(trimmed, []byte("<")) {
		for line := range strings.Lines(string(trimmed)) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "http") && m.room() {
				m.pages = append(m.pages, line)
			}
		}
		return m
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = charset.NewReaderLabel
	var open []string
	for m.room() {
		t, err := d.Token()
		if err != nil {
			return m
		}
		switch t := t.(type) {
		case xml.StartElement:
			if len(open) == 16 {
				return m // no site map is so deep
			}
			open = append(open, t.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			m.text(open, strings.TrimSpace(string(t)))
		}
	}
	return m
}

func (m *sitemap) room() bool { return len(m.pages)+len(m.pictures)+len(m.sitemaps) < maxSitemapURLs }

func (m *sitemap) text(open []string, text string) {
	if n := len(open); n < 2 || open[n-1] != "loc" || text == "" {
		return
	}
	switch open[len(open)-2] {
	case "url":
		m.pages = append(m.pages, text)
	case "image":
		m.pictures = append(m.pictures, text)
	case "sitemap":
		m.sitemaps = append(m.sitemaps, text)
	}
}

// unpack undoes the gzip of a .gz file, to at most so many bytes.
func unpack(body []byte, limit int64) []byte {
	if !bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		return body
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	out, err := io.ReadAll(io.LimitReader(z, limit))
	if err != nil && len(out) == 0 {
		return nil
	}
	return out // of one that is cut the beginning is good
}
