package phrases_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"signet/internal/phrases"
	"signet/internal/testneeds"
)

const slogan = "Hải Phòng – vươn ra biển lớn"

// where finds the slogan in a page and returns the pieces of the source that say it,
// each with how.
func where(t *testing.T, x *phrases.Index, d phrases.Document, source string) []string {
	t.Helper()
	var out []string
	for _, u := range x.Find(d) {
		out = append(out, string(u.How)+": "+source[u.Start:u.End])
	}
	return out
}

func TestWhatAPageSays(t *testing.T) {
	x := index(t, slogan)
	for source, want := range map[string]string{
		// where texts are parted, and where not
		"<p>Hải Phòng –<p>vươn ra biển lớn":                                                "",
		"<div>Hải Phòng –</div>vươn ra biển lớn":                                           "",
		"<ul><li>Hải Phòng –<li>vươn ra biển lớn</ul>":                                     "",
		"<table><td>Hải Phòng –<td>vươn ra biển lớn</table>":                               "",
		"<h1>Hải Phòng –</h1><h2>vươn ra biển lớn</h2>":                                    "",
		"<my-card>Hải Phòng –</my-card><my-card>vươn ra biển lớn</my-card>":                "",
		"<p>Hải <a href='/x'>Phòng</a> – <em>vươn <b>ra</b></em> biển<br>lớn":              "exact: Hải <a href='/x'>Phòng</a> – <em>vươn <b>ra</b></em> biển<br>lớn",
		"Hải <!-- biển -->Phòng – vươn ra<wbr> biển <img src=x>lớn":                        "exact: Hải <!-- biển -->Phòng – vươn ra<wbr> biển <img src=x>lớn",
		"Hải <svg><title>Sóng</title></svg>Phòng – vươn ra biển lớn":                       "exact: Hải <svg><title>Sóng</title></svg>Phòng – vươn ra biển lớn",
		"Hải <img alt='sóng'>Phòng – vươn ra biển lớn":                                     "exact: Hải <img alt='sóng'>Phòng – vươn ra biển lớn",
		"<ruby>Hải<rp>(</rp><rt>HAI</rt><rp>)</rp></ruby> Phòng – vươn ra biển lớn":        "exact: Hải<rp>(</rp><rt>HAI</rt><rp>)</rp></ruby> Phòng – vươn ra biển lớn",
		"<ruby>Hải<rt>ha<rb> Phòng<rt>phong</ruby> – vươn ra biển lớn":                     "exact: Hải<rt>ha<rb> Phòng<rt>phong</ruby> – vươn ra biển lớn",
		"<ruby>x<rt>Hải Phòng –<p>vươn ra biển lớn":                                        "",
		"<ruby>x<rt>a<p>Hải Phòng – vươn ra biển lớn":                                      "exact: Hải Phòng – vươn ra biển lớn",
		"<ruby>x <rt>a</rt></ruby><rt/>Hải Phòng – vươn ra biển lớn":                       "exact: Hải Phòng – vươn ra biển lớn",
		"<label>Hải Phòng –</label> <button>vươn ra biển lớn</button>":                     "",
		"<svg><text>Hải Phòng –<tspan y=2>vươn ra</tspan><tspan>biển lớn</tspan></text>":   "exact: Hải Phòng –<tspan y=2>vươn ra</tspan><tspan>biển lớn",
		"<svg><desc>Hải Phòng –</desc><text>vươn ra biển lớn</text></svg>":                 "",
		"<svg><title/><text>Hải Phòng – vươn ra biển lớn</text></svg>":                     "exact: Hải Phòng – vươn ra biển lớn",
		"<svg><style/><script/><desc>Hải Phòng – vươn ra biển lớn</desc></svg>":            "exact: Hải Phòng – vươn ra biển lớn",
		"<svg><text><![CDATA[Hải Phòng – vươn ra biển lớn]]></text></svg>":                 "exact: Hải Phòng – vươn ra biển lớn",
		"<p>Hải Phòng<svg/> – vươn ra biển lớn":                                            "exact: Hải Phòng<svg/> – vươn ra biển lớn",
		"<svg><text>Hải <![CDATA[Phòng – v&#7899;]]> ra biển lớn":                          "",
		"<svg><text>Hải <![CDATA[Phòng – vươn]]> ra biển lớn":                              "exact: Hải <![CDATA[Phòng – vươn]]> ra biển lớn",
		"<svg><text>Hải Phòng – <a title='vươn ra biển lớn'>":                              "",
		"<style>a</style>Hải Phòng <script>x</script>– vươn ra<style>b</style> biển lớn":   "exact: Hải Phòng <script>x</script>– vươn ra<style>b</style> biển lớn",
		"Hải Phòng <script type=application/ld+json>[\"x\"]</script>– vươn ra biển lớn":    "exact: Hải Phòng <script type=application/ld+json>[\"x\"]</script>– vươn ra biển lớn",
		"<title>Hải Phòng &ndash; vươn ra <b> biển lớn</title>":                            "changed: Hải Phòng &ndash; vươn ra <b> biển lớn",
		"<noscript><p>Hải Phòng – vươn <b>ra</b> biển lớn</noscript>":                      "exact: Hải Phòng – vươn <b>ra</b> biển lớn",
		"<template><p>Hải Phòng – vươn <b>ra</b> biển lớn</template>":                      "exact: Hải Phòng – vươn <b>ra</b> biển lớn",
		"<textarea>Hải Phòng – vươn ra biển l&#7899;n</textarea>":                          "exact: Hải Phòng – vươn ra biển l&#7899;n",
		"<xmp>Hải Phòng – vươn ra biển l&#7899;n</xmp>":                                    "changed: Hải Phòng – vươn ra biển l",
		"<!-- Hải Phòng – vươn ra biển lớn -->":                                            "",
		"<script>x = 'Hải Phòng – vươn ra biển lớn'</script>":                              "",
		"<style>x { content: 'Hải Phòng – vươn ra biển lớn' }</style>":                     "",
		"<iframe>Hải Phòng – vươn ra biển lớn</iframe>":                                    "",
		"<script type=application/ld+json>{\"a\": \"H\\u1ea3i Phòng – vươn ra biển lớn\"}": "exact: H\\u1ea3i Phòng – vươn ra biển lớn",
		"<script type='Application/LD+JSON'>[\"Hải Phòng –\",\"vươn ra biển lớn\"]":        "",
		"<script type=text/javascript>\"Hải Phòng – vươn ra biển lớn\"":                    "",
		// references
		"H&#7843;i Ph&ograve;ng &ndash; v&#x1B0;&#417;n ra bi&#7875;n l&#7899n": "exact: H&#7843;i Ph&ograve;ng &ndash; v&#x1B0;&#417;n ra bi&#7875;n l&#7899n",
		"Hải Ph&ograveng – vươn ra biển lớn":                                    "exact: Hải Ph&ograveng – vươn ra biển lớn",
		"Ha&#777;i Pho\u0300ng – vươn ra biê<i>\u0309</i>n lớn":                 "exact: Ha&#777;i Pho\u0300ng – vươn ra biê<i>\u0309</i>n lớn",
		"x&nbspHai Ph&ograveng – vuon ra bien lon":                              "disguised: Hai Ph&ograveng – vuon ra bien lon",
		"AT&T &amp &bogus; & Hải Phòng – vươn ra biển lớn &":                    "exact: Hải Phòng – vươn ra biển lớn",
		// attributes
		"<img alt='Hải Phòng – vươn ra biển lớn'>":                                           "exact: Hải Phòng – vươn ra biển lớn",
		"<img title=\"Hải Ph&ograve;ng – vươn\n ra biển lớn\">":                              "exact: Hải Ph&ograve;ng – vươn\n ra biển lớn",
		"<a ARIA-LABEL = 'Hải Phòng – vươn ra biển lớn'/>":                                   "exact: Hải Phòng – vươn ra biển lớn",
		"<input placeholder='Hải Phòng – vươn ra biển lớn' value='Hải Phòng'>":               "exact: Hải Phòng – vươn ra biển lớn",
		"<input value='Hải Phòng – vươn ra biển lớn' type=submit>":                           "exact: Hải Phòng – vươn ra biển lớn",
		"<input value='Hải Phòng – vươn ra biển lớn' type=text>":                             "",
		"<meta content='Hải Phòng – vươn ra biển lớn' name=Description>":                     "exact: Hải Phòng – vươn ra biển lớn",
		"<meta property='og:title' content='Hải Phòng – vươn ra biển lớn'>":                  "exact: Hải Phòng – vươn ra biển lớn",
		"<meta name='twitter:description' content='Hải Phòng – vươn ra biển lớn'>":           "exact: Hải Phòng – vươn ra biển lớn",
		"<meta name='keywords' content='Hải Phòng – vươn ra biển lớn'>":                      "",
		"<p data-x='Hải Phòng – vươn ra biển lớn' class=y>":                                  "",
		"<img alt='Hải Phòng –' title='vươn ra biển lớn'>":                                   "",
		"<p title='Hải Phòng –'>vươn ra biển lớn":                                            "",
		"<svg aria-label='Hải Phòng – vươn ra biển lớn'>":                                    "exact: Hải Phòng – vươn ra biển lớn",
		"<img x=/ alt=Hải&nbsp;Phòng&#32;–&#32;vươn&#32;ra&#32;biển&#32;lớn>":                "exact: Hải&nbsp;Phòng&#32;–&#32;vươn&#32;ra&#32;biển&#32;lớn",
		"<img = alt='Hải Phòng – vươn ra biển lớn'>":                                         "exact: Hải Phòng – vươn ra biển lớn",
		"<img =alt='Hải Phòng – vươn ra biển lớn'>":                                          "",
		"<img / = alt 'title' alt = 'Hải Phòng – vươn ra biển lớn' /=x>":                     "exact: Hải Phòng – vươn ra biển lớn",
		"Hải Phòng – <span title='Hải Phòng – vươn ra biển lớn'>vươn</span> ra biển lớn <u>": "exact: Hải Phòng – <span title='Hải Phòng – vươn ra biển lớn'>vươn</span> ra biển lớn\nexact: Hải Phòng – vươn ra biển lớn",
		// malformed
		"<p <b>Hải Phòng – vươn ra biển lớn":            "exact: Hải Phòng – vươn ra biển lớn",
		"</p></></ x>Hải Phòng < – vươn ra biển lớn<":   "disguised: Hải Phòng < – vươn ra biển lớn",
		"<b>Hải <i>Phòng</b> – vươn ra</i> biển lớn<im": "exact: Hải <i>Phòng</b> – vươn ra</i> biển lớn",
		"\x00\xff\xfeHải Phòng – vươn ra biển lớn\xe1":  "exact: Hải Phòng – vươn ra biển lớn",
		"<rt>":         "",
		"<svg></svg/>": "",
		"":             "",
	} {
		if got := strings.Join(where(t, x, page(t, source), source), "\n"); got != want {
			t.Errorf("%s\nsays %q, want %q", source, got, want)
		}
	}
}

func TestEveryReadableAttributeAndMetaIsABlock(t *testing.T) {
	x := index(t, slogan)
	for _, name := range []string{"alt", "title", "aria-label", "aria-description", "placeholder", "label"} {
		if len(x.Find(page(t, "<x "+name+"='"+slogan+"'>"))) != 1 {
			t.Errorf("%s is not read", name)
		}
	}
	for _, kind := range []string{"button", "submit", "reset"} {
		if len(x.Find(page(t, "<input type="+kind+" value='"+slogan+"'>"))) != 1 {
			t.Errorf("the caption of a %s is not read", kind)
		}
	}
}

// wide is a text in UTF-16 with a mark.
func wide(s string, bigEndian bool) string {
	var b strings.Builder
	for _, u := range append([]uint16{0xFEFF}, utf16.Encode([]rune(s))...) {
		if low, high := byte(u), byte(u>>8); bigEndian {
			b.Write([]byte{high, low})
		} else {
			b.Write([]byte{low, high})
		}
	}
	return b.String()
}

func TestUTF16(t *testing.T) {
	x := index(t, slogan)
	for _, bigEndian := range []bool{false, true} {
		source := wide("🌊 x\r\n🌊 <b>"+slogan+"</b>", bigEndian)
		from := len(wide("🌊 x\r\n🌊 <b>", bigEndian))
		for title, d := range map[string]phrases.Document{"plain": file(t, source), "HTML": page(t, source)} {
			uses := x.Find(d)
			if len(uses) != 1 || uses[0].Start != from || uses[0].End != from+2*len([]rune(slogan)) || uses[0].Line != 2 || uses[0].Column != 6 {
				t.Errorf("%s: %+v, want from %d", title, uses, from)
			}
		}
	}
	for title, broken := range map[string]string{"odd": "\xFE\xFFa", "half a pair": "\xFE\xFF\xD8\x00\x00a", "NUL": "\xFF\xFE\x00\x00"} {
		if _, err := phrases.Plain(strings.NewReader(broken)); !errors.Is(err, phrases.ErrNotText) {
			t.Errorf("%s: %v", title, err)
		}
		page(t, broken)
	}
}

func TestWhatCanNotBeRead(t *testing.T) {
	for title, read := range map[string]func(io.Reader) (phrases.Document, error){"plain": phrases.Plain, "HTML": phrases.HTML} {
		if _, err := read(strings.NewReader(strings.Repeat("a", phrases.MaxDocument+1))); !errors.Is(err, phrases.ErrTooLarge) {
			t.Errorf("%s: too large: %v", title, err)
		}
		if !testneeds.Race {
			if _, err := read(strings.NewReader(strings.Repeat(" ", phrases.MaxDocument))); err != nil {
				t.Errorf("%s: large: %v", title, err)
			}
			if _, err := read(strings.NewReader("\xFF\xFE" + strings.Repeat("\x77\x6D", phrases.MaxDocument/3+1))); !errors.Is(err, phrases.ErrTooLarge) {
				t.Errorf("%s: too large as UTF-8: %v", title, err)
			}
		}
		if _, err := read(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: %v", title, err)
		}
	}
	for title, source := range map[string]string{"NUL": "a\x00b", "Latin-1": "Ph\xf2ng", "half a character": "a\xe1\xba"} {
		if _, err := phrases.Plain(strings.NewReader(source)); !errors.Is(err, phrases.ErrNotText) {
			t.Errorf("%s: %v", title, err)
		}
	}
}
