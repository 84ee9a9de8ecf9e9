package xliff_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"signet/internal/xliff"
)

var versions = []xliff.Version{xliff.V21, xliff.V12}

// sample is a document with a unit in each state.
func sample() xliff.Document {
	return xliff.Document{
		Item: "slogan-open-sea", Number: 3, Source: "vi", Target: "ja",
		Units: []xliff.Unit{
			{ID: "name", Source: "Biển mở", State: xliff.Missing},
			{
				ID: "slogan", Notes: []string{"Vai trò: khẩu hiệu", "{{city}}: tên thành phố\n{{year}}: năm"},
				Source: "{{city}} chào đón bạn – {{city}}, {{year}}!", Target: "{{year}}年、{{city}}へようこそ。{{city}}!", State: xliff.Draft,
			},
			{ID: "body", Source: "  Đỏ & xanh <b>\"đậm\"</b> ]]> 'x'\n\tdòng hai ", Target: "赤と青\n\t二行目 🌊 ", State: xliff.InReview},
			{ID: "cta-1", Source: "Ghé {{place}}", Target: "{{place}}へ", State: xliff.Approved},
			{ID: "note", Source: "Từ {{start}}", PreviousSource: "Khai mạc {{start}}", Target: "{{start}}から", State: xliff.Stale},
			{ID: "date", Source: "Ngày {{day}}", PreviousSource: "Tháng {{month}}", Target: "{{month}}月", State: xliff.Stale},
		},
	}
}

func write(t *testing.T, d xliff.Document, v xliff.Version) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := xliff.Write(&b, d, v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t *testing.T, s string) (xliff.Document, xliff.Version) {
	t.Helper()
	d, v, err := xliff.Read(strings.NewReader(s))
	if err != nil {
		t.Fatalf("%v\n%s", err, s)
	}
	return d, v
}

// file21 is a file of 2.1 around what a unit "slogan" holds; the unit begins on
// line 2 and its content on line 3.
func file21(unit string) string {
	return `<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="vi" trgLang="ja"><file id="k" original="k/1">` +
		"\n<unit id=\"slogan\">\n" + unit + "\n</unit></file></xliff>"
}

// file12 is the same for 1.2.
func file12(unit string) string {
	return `<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file original="k/1" datatype="plaintext" source-language="vi" target-language="ja"><body>` +
		"\n<trans-unit id=\"slogan\">\n" + unit + "\n</trans-unit></body></file></xliff>"
}

func file(v xliff.Version, unit string) string {
	if v == xliff.V12 {
		return file12(unit)
	}
	return file21(unit)
}

// refusal sees that an error is an *xliff.Error, and returns it.
func refusal(t *testing.T, err error) *xliff.Error {
	t.Helper()
	var e *xliff.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no refusal", err)
	}
	if e.Message == "" || e.Error() == "" {
		t.Errorf("%s tells nothing", e.Code)
	}
	return e
}
