package provenance_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"signet/assets"
	"signet/internal/provenance"
)

func TestWhatCantBeRightIsNotWritten(t *testing.T) {
	for _, c := range []struct {
		title, reason string
		change        func(*provenance.Stamp)
	}{
		{"no registry", "invalid_url", func(s *provenance.Stamp) { s.Registry = "" }},
		{"a registry with a query", "invalid_url", func(s *provenance.Stamp) { s.Registry = "https://a.example/?b" }},
		{"a registry of another scheme", "invalid_url", func(s *provenance.Stamp) { s.Registry = "javascript:alert(1)" }},
		{"a registry with a password", "invalid_url", func(s *provenance.Stamp) { s.Registry = "https://a:b@c.example" }},
		{"a link without a host", "invalid_url", func(s *provenance.Stamp) { s.Link = "https:///a" }},
		{"a long link", "invalid_url", func(s *provenance.Stamp) { s.Link = "https://a.example/" + strings.Repeat("a", 1000) }},
		{"no item", "invalid_key", func(s *provenance.Stamp) { s.Item = "" }},
		{"version 0", "invalid_number", func(s *provenance.Stamp) { s.Version = 0 }},
		{"edition -1", "invalid_number", func(s *provenance.Stamp) { s.Edition = -1 }},
		{"a digest in capitals", "invalid_digest", func(s *provenance.Stamp) { s.Original = strings.ToUpper(digest) }},
		{"a short digest", "invalid_digest", func(s *provenance.Stamp) { s.Original = digest[1:] }},
		{"a year of five digits", "invalid_time", func(s *provenance.Stamp) { s.InForceFrom = time.Date(10_000, 1, 2, 0, 0, 0, 0, time.UTC) }},
		{"a long title", "text_too_long", func(s *provenance.Stamp) { s.Title = strings.Repeat("ệ", 1001) }},
		{"a licence with a control character", "control_character", func(s *provenance.Stamp) { s.Licence = "a\x01" }},
		{"what XML has no way to write", "control_character", func(s *provenance.Stamp) { s.Title = "a\uffff" }},
		{"a rendition that is not UTF-8", "not_utf8", func(s *provenance.Stamp) { s.Rendition = "\xff" }},
	} {
		t.Run(c.title, func(t *testing.T) {
			s := full()
			c.change(&s)
			var b bytes.Buffer
			refused(t, provenance.Write(&b, strings.NewReader(svgFile), int64(len(svgFile)), assets.SVG, s), c.reason)
			if b.Len() > 0 {
				t.Error("something was written")
			}
		})
	}
}

func TestTheLongestStampFits(t *testing.T) {
	s := full()
	s.Title, s.Licence, s.Rendition = strings.Repeat("\"", provenance.MaxTitle), strings.Repeat("&", 2000), strings.Repeat("'", provenance.MaxRendition)
	s.Registry = "https://a.example/" + strings.Repeat("&", provenance.MaxURL-18)
	s.Link, s.Item = s.Registry, strings.Repeat("a", 64)
	for _, name := range []string{"png", "jpeg", "webp", "svg", "pdf"} {
		o := write(t, files(t)[name], s)
		says(t, o, s)
		if o.media.IsBitmap() {
			decoded(t, o)
		}
	}
}

func TestTextsAreNFC(t *testing.T) {
	s := full()
	s.Title = " Ha\u0309i Pho\u0300ng\r\n"
	o := write(t, files(t)["jpeg"], s)
	s.Title = "H\u1ea3i Ph\u00f2ng"
	says(t, o, s)
}

func TestInstantsAreInUTC(t *testing.T) {
	there := full()
	there.InForceFrom = there.InForceFrom.In(time.FixedZone("+07", 7*60*60))
	o := write(t, files(t)["svg"], there)
	says(t, o, full())
	if !bytes.Equal(o.bytes, write(t, files(t)["svg"], full()).bytes) {
		t.Error("the same instant gives other bytes")
	}
}
