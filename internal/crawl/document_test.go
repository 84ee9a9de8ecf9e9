package crawl

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// said is what a document refers to, as "2 picture a.png", and what is inline, as
// "3 inline image/png AAAA".
func said(d *document) string {
	names := map[want]string{wantPage: "page", wantSheet: "sheet", wantScript: "script", wantPicture: "picture", wantManifest: "manifest"}
	var out []string
	for _, m := range d.mentions {
		out = append(out, fmt.Sprintf("%d %s %s", m.line, names[m.want], m.raw))
	}
	for _, i := range d.inline {
		out = append(out, fmt.Sprintf("%d inline %s %s", i.line, i.declared, i.body))
	}
	return strings.Join(out, " | ")
}

func TestWhatAStyleSheetRefersTo(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a bare URL":         {"a{b:url(a.png)}", "1 picture a.png"},
		"spaces around it":   {"a{b:URL( \n a.png \t)}", "1 picture a.png"},
		"quotes":             {`a{b:url("a b.png") url('c)d.png')}`, "1 picture a b.png | 1 picture c)d.png"},
		"its line":           {"/*\n\n*/a{\nb:url(a.png)}", "4 picture a.png"},
		"an import":          {`@import "a.css"; @import url(b.css) print; @IMPORT url("c.css") layer(x);`, "1 sheet a.css | 1 sheet b.css | 1 sheet c.css"},
		"a string is no URL": {`@import "a.css" "b.css"; a{content:"c.png"}`, "1 sheet a.css"},
		"escapes": {`a{b:url(a\20 b\.png) u\52l(\000063.png)} @im\70ort "d\
e.css";`, "1 picture a b.png | 1 picture c.png | 1 sheet de.css"},
		"a character that is none":      {`a{b:url(\110000\0\d800 .png)}`, "1 picture \uFFFD\uFFFD\uFFFD.png"},
		"a comment hides":               {"/* url(a.png) */ a{/**/b:url(b.png)/*url(c.png)}", "1 picture b.png"},
		"a comment in a URL is none":    {"a{b:url(/*.png)}", "1 picture /*.png"},
		"a string hides":                {`a{b:"url(a.png)"} c{d:'\'url(b.png)'}`, ""},
		"a broken string ends":          {"a{b:\"x\n;c:url(a.png)}", "2 picture a.png"},
		"a bad URL is none":             {`a{b:url(a b.png);c:url(d"e);f:url(g.png)}`, "1 picture g.png"},
		"the end closes":                {"a{b:url(a.png", "1 picture a.png"},
		"an image set":                  {`a{b:image-set("a.png" 1x, url(b.png) 2x, "c.avif" type("image/avif"))} d{e:-webkit-image-set('f.png' 1x)}`, "1 picture a.png | 1 picture b.png | 1 picture c.avif | 1 picture f.png"},
		"an open image set ends":        {`a{b:image-set("a.png" 1x;c:"d"} e{f:"g"}`, "1 picture a.png"},
		"other functions":               {`a{b:my-url(a.png) format("b") x(url(c.png)) 2url(d.png) #url(e.png)}`, "1 picture c.png"},
		"fonts are left out":            {`@font-face{font-family:"a";src:url(a.woff2) format("woff2"),url(a.ttf);} a{b:url(b.png)}`, "1 picture b.png"},
		"a namespace is nothing":        {`@namespace svg url(http://www.w3.org/2000/svg); a{b:url(a.png)}`, "1 picture a.png"},
		"a part of the page is nothing": {"a{b:url(#c);d:url()}", ""},
		"in itself":                     {"\na{b:url(data:image/gif;base64,R0lG)}", "2 inline image/gif GIF"},
		"a lone backslash":              {"a{b:\\\nurl(a.png)}\\", "2 picture a.png"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &document{}
			readCSS(d, c.text, 1)
			equal(t, "it refers to", said(d), c.want)
		})
	}
}

func FuzzCSS(f *testing.F) {
	for _, text := range []string{`@import url("a\62.css") x;a{b:image-set("c" 1x)}`, "@font-face{src:url(a)}url(", "/*'\"\\", "\\", "a\\\n(url(b c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := &document{}
		readCSS(d, text, 1)
		last := 1
		for _, m := range d.mentions {
			if m.raw == "" || m.line < last || m.line > 1+strings.Count(text, "\n") {
				t.Fatalf("%+v in %q", m, text)
			}
			last = m.line
		}
	})
}

func TestWhatAPageRefersTo(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"links":                     {"<a href=a>\n<area href='b'><A HREF=\"c&amp;d\">", "1 page a | 2 page b | 2 page c&d"},
		"nothing":                   {`<a href="">x</a><a href=#b><a name=c><img src>`, ""},
		"style sheets":              {`<link rel="StyleSheet" href=a><link rel="alternate stylesheet" href=b><link rel=preload as=style href=c>`, "1 sheet a | 1 sheet b | 1 sheet c"},
		"icons":                     {`<link rel="shortcut icon" href=a><link rel=apple-touch-icon href=b><link rel=mask-icon href=c>`, "1 picture a | 1 picture b | 1 picture c"},
		"other relations":           {`<link rel=alternate href=a><link rel=canonical href=b><link href=c>`, ""},
		"a manifest":                {`<link rel=manifest href=a>`, "1 manifest a"},
		"pictures":                  {`<img src=a srcset="b 1x, c 2x"><picture><source srcset="d, e 2x"></picture><img data-src=f data-srcset="g 1w">`, "1 picture a | 1 picture b | 1 picture c | 1 picture d | 1 picture e | 1 picture f | 1 picture g"},
		"a picture ahead":           {`<link rel=preload as=image href=a imagesrcset="b 1x">`, "1 picture b | 1 picture a"},
		"films":                     {`<video poster=a src=b><source src=c></video><audio src=d>`, "1 picture a"},
		"scripts":                   {`<script src=a></script><link rel=modulepreload href=b><script>"<img src=c>"</script>`, "1 script a | 1 script b"},
		"objects":                   {`<object data="a.svg?1"></object><embed src=b.PNG><object data=c></object>`, "1 picture a.svg?1 | 1 picture b.PNG | 1 page c"},
		"frames":                    {`<iframe src=a><img src=b></iframe><frame src=c>`, "1 page a | 1 page c"},
		"in drawings":               {"<image href=a><use xlink:href=b#c><use href=#d><feImage href=e>", "1 picture a | 1 picture b#c | 1 picture e"},
		"for social networks":       {`<meta property="og:image" content=a><meta name="twitter:image" content=b><meta name=x content=c><meta itemprop=image content=d>`, "1 picture a | 1 picture b | 1 picture d"},
		"a page that leads on":      {`<meta http-equiv=Refresh content="5; URL = 'a b'"><meta http-equiv=refresh content=5><meta http-equiv=refresh content="0;c">`, "1 page a b | 1 page c"},
		"styles":                    {"<p style=\"background:url('a')\">\n<style>\n@import 'b';\nq{r:url(c&amp;d)}</style><img src=e>", "1 picture a | 3 sheet b | 4 picture c&amp;d | 4 picture e"},
		"old backgrounds":           {`<body background=a><td background=b><p background=c>`, "1 picture a | 1 picture b"},
		"a button":                  {`<input type=IMAGE src=a><input type=text src=b>`, "1 picture a"},
		"without scripts":           {`<noscript><img src=a></noscript>`, "1 picture a"},
		"comments and text hide":    {`<!-- <img src=a> --><textarea><img src=b></textarea><title><img src=c></title>`, ""},
		"the first of two counts":   {`<img src=a src=b>`, "1 picture a"},
		"a tag that never ends":     {"<img src=a><img src=b", "1 picture a"},
		"a quote that never ends":   {"<img src=a><a href=\"b>\n<img src=c>", "1 picture a"},
		"broken nesting":            {`</p></a><b><i><img src=a></b></table><tr><td><a href=b></i>`, "1 picture a | 1 page b"},
		"NUL and bytes of nobody":   {"<img src=a\x00b><img src='\xff'>", "1 picture a\uFFFDb | 1 picture \xff"},
		"a link to itself in data":  {`<a href="data:text/html,x">`, ""},
		"inline":                    {"\n<img src='data:image/png;base64, iVBO Rw=='>", "2 inline image/png \x89PNG"},
		"inline, percent":           {`<img src="DATA:image/svg+xml;utf8,%3Csvg/>100%#f">`, "1 inline image/svg+xml <svg/>100%"},
		"inline, broken":            {`<img src="data:image/png;base64,!"><img src="data:image/png">`, ""},
		"a font in itself":          {`<style>a{b:url(data:font/woff2;base64,AAAA)}</style>`, ""},
		"the first base counts":     {`<base target=x><base href=/a/><base href=/b/>`, ""},
		"pictures in a quoted > b>": {`<a title="<img src=x>" href=y>`, "1 page y"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &document{}
			readHTML(d, []byte(c.text))
			equal(t, "it refers to", said(d), c.want)
			if strings.HasPrefix(name, "the first base") && d.base != "/a/" {
				t.Error(d.base)
			}
		})
	}
}

func TestInlineDrawings(t *testing.T) {
	const head = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`
	for name, c := range map[string]struct{ text, want string }{
		"as XML":               {"<p>\n<svg VIEWBOX='0 0 1 1'><lineargradient id=a /><path d=M0/></svg><p>", "2 inline image/svg+xml " + head + ` viewBox="0 0 1 1"><linearGradient id="a"/><path d="M0/"/></svg>`},
		"nested":               {"<svg><svg><g/></svg><rect/></svg><svg/>", "1 inline image/svg+xml " + head + "><svg><g/></svg><rect/></svg>"},
		"empty":                {"<svg></svg>", ""},
		"escapes":              {`<svg a="&lt;&quot;">1 &amp; 2 &nbsp;<!-- c --></svg>`, "1 inline image/svg+xml " + head + ` a="&lt;&#34;">1 &amp; 2 ` + "\u00a0</svg>"},
		"names that XML lacks": {`<svg @click=a :b=c xmlns=d xmlns:x=e x:y=f ok=g><g onclick=h></g></svg>`, "1 inline image/svg+xml " + head + ` ok="g"><g onclick="h"/></svg>`},
		"twice":                {"<svg a=1 A=2 a=3 xlink:href=b xlink:href=c><g/></svg>", "1 inline image/svg+xml " + head + ` a="1" xlink:href="b"><g/></svg>`},
		"links":                {`<svg><use xlink:href=#a></use></svg>`, "1 inline image/svg+xml " + head + `><use xlink:href="#a"/></svg>`},
		"never closed":         {"<svg><path d='M0'><p>text<img src=a>", "1 picture a | 1 inline image/svg+xml " + head + `><path d="M0"/></svg>`},
		"closed too often":     {"</svg><svg><g></svg></svg>", "1 inline image/svg+xml " + head + `><g/></svg>`},
		"HTML in it":           {"<svg><foreignObject><p>a</p></foreignObject></svg>", "1 inline image/svg+xml " + head + `><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject></svg>`},
	} {
		t.Run(name, func(t *testing.T) {
			d := &document{}
			readHTML(d, []byte(c.text))
			equal(t, "it holds", said(d), c.want)
		})
	}
}

func TestADocumentIsBounded(t *testing.T) {
	for name, text := range map[string]string{
		"links":                 strings.Repeat("<a href=a>", maxMentions+1),
		"pictures in itself":    strings.Repeat("<img src='data:image/png,a'>", maxInline+1),
		"drawings in a drawing": strings.Repeat("<svg><g>", 50_000),
		"one attribute":         "<a " + strings.Repeat("a=b ", 50_000) + ">",
		"open brackets":         "<style>" + strings.Repeat("a(", 50_000),
		"brackets of misnested": "<svg>" + strings.Repeat("<b><i>", 5_000) + strings.Repeat("</b></i>", 5_000) + "</svg>",
	} {
		t.Run(name, func(t *testing.T) {
			d := &document{}
			readHTML(d, []byte(text))
			if len(d.mentions) > maxMentions || len(d.inline) > maxInline {
				t.Error(len(d.mentions), len(d.inline))
			}
			if cut := name == "links" || name == "pictures in itself"; cut != d.cut {
				t.Error("cut:", d.cut)
			}
		})
	}
}

func TestAddressesAreReadByTheBase(t *testing.T) {
	for base, want := range map[string]string{
		"":                  "http://site.test/a/x 1 2, http://site.test/y 2 1",
		"/b/":               "http://site.test/b/x 1 2, http://site.test/y 2 1",
		"http://cdn.test/c": "http://cdn.test/x 1 2, http://cdn.test/y 2 1",
		"javascript:":       "http://site.test/a/x 1 2, http://site.test/y 2 1",
	} {
		d := &document{}
		readHTML(d, []byte("<base href='"+base+"'><img src=x>\n<a href=/y><a href=mailto:a><a href='http://:'><img src=x#z>"))
		good, bad := d.targets(&site{}, "http://site.test/a/")
		var got []string
		for _, g := range good {
			got = append(got, fmt.Sprintf("%s %d %d", g.address, g.line, g.times))
		}
		equal(t, base, strings.Join(got, ", "), want)
		if !slices.Equal(bad, []Skipped{{Address: "http://:", Reason: SkippedURL, From: Reference{"http://site.test/a/", 2}}}) {
			t.Errorf("%+v", bad)
		}
	}
}
