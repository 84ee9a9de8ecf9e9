package crawl

import (
	"bytes"
	"regexp"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/unicode/norm"
)

// Where a text says its encoding itself, when the server does not.
var (
	sheetCharset = regexp.MustCompile(`^@charset "([\w-]{1,40})";`)
	xmlEncoding  = regexp.MustCompile(`^\s*<\?xml[^>]{1,80}encoding\s*=\s*["']([\w-]{1,40})["']`)
)

// decode turns a text into UTF-8, and names the encoding that it had: by its byte
// order mark, the Content-Type, or what it says of itself; if nothing does, it is UTF-8
// if it can be, and windows-1252 otherwise
// (https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding).
func decode(body []byte, media, contentType string) ([]byte, string) {
	said := sheetCharset
	if media == mediaXHTML {
		said = xmlEncoding
	}
	encoding, name, certain := charset.DetermineEncoding(body, contentType)
	if label := said.FindSubmatch(body[:min(len(body), sniffLength)]); !certain && label != nil && (media == mediaCSS || media == mediaXHTML) {
		if e, n := charset.Lookup(string(label[1])); e != nil {
			encoding, name = e, n
		}
	}
	// The detection looks at the beginning alone.
	if name == "utf-8" || !certain && name == "windows-1252" && utf8.Valid(body) {
		return plain(body), "utf-8"
	}
	out, err := encoding.NewDecoder().Bytes(body)
	if err != nil {
		return plain(body), "utf-8"
	}
	if name == "windows-1258" {
		// It writes tones behind their letters; everybody else writes them together.
		out = norm.NFC.Bytes(out)
	}
	return plain(out), name
}

// plain has no byte order mark, and nothing that is not UTF-8.
func plain(b []byte) []byte {
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if utf8.Valid(b) {
		return b
	}
	return bytes.ToValidUTF8(b, []byte("\uFFFD"))
}
