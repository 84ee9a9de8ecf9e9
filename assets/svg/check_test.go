package svg_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"signet/assets/svg"
)

const (
	head = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 20">`
	tail = `</svg>`
)

var errPicture = errors.New("a picture that is refused")

// check checks a drawing; embedded pictures that begin with "bad" are refused.
func check(text string) (svg.Report, error) {
	return svg.Check(context.Background(), []byte(text), func(_ string, data []byte) error {
		if strings.HasPrefix(string(data), "bad") {
			return errPicture
		}
		return nil
	})
}

func data(media, body string) string {
	return "data:" + media + ";base64," + base64.StdEncoding.EncodeToString([]byte(body))
}

func TestWhatIsRefused(t *testing.T) {
	doubling := func(levels int) string {
		var b strings.Builder
		b.WriteString(head + `<defs><g id="g0"><path d="M0 0h1"/></g>`)
		for i := 1; i <= levels; i++ {
			fmt.Fprintf(&b, `<g id="g%d"><use href="#g%d"/><use href="#g%d"/></g>`, i, i-1, i-1)
		}
		fmt.Fprintf(&b, `</defs><use href="#g%d"/>`, levels)
		return b.String() + tail
	}
	for name, text := range map[string]string{
		"nothing":                          "",
		"text":                             "hello",
		"another root":                     `<html xmlns="http://www.w3.org/1999/xhtml"/>`,
		"no namespace":                     `<svg viewBox="0 0 1 1"/>`,
		"an unclosed element":              head + `<g>`,
		"two roots":                        head + tail + head + tail,
		"not UTF-8":                        head + "<desc>\xff</desc>" + tail,
		"another encoding":                 `<?xml version="1.0" encoding="UTF-16"?>` + head + tail,
		"a document type":                  `<!DOCTYPE svg>` + head + tail,
		"entities (billion laughs)":        `<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + head + `<desc>&b;</desc>` + tail,
		"an external entity":               `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + head + `<text>&x;</text>` + tail,
		"a style sheet instruction":        `<?xml-stylesheet href="http://example.org/x.css"?>` + head + tail,
		"a script":                         head + `<script>alert(1)</script>` + tail,
		"a script in another case":         head + `<SCRIPT>alert(1)</SCRIPT>` + tail,
		"a handler":                        head + `<g onload="alert(1)"/>` + tail,
		"a handler in another case":        head + `<g ONCLICK="alert(1)"/>` + tail,
		"a foreign object":                 head + `<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>` + tail,
		"an HTML element":                  head + `<iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/>` + tail,
		"an imported style":                head + `<style>@import url(http://example.org/x.css);</style>` + tail,
		"an escaped import":                head + `<style>@\69mport "x.css";</style>` + tail,
		"a font from elsewhere":            head + `<style>@font-face{font-family:x;src:url(https://example.org/x.woff)}</style>` + tail,
		"a fill from elsewhere":            head + `<rect fill="url(https://example.org/x.svg#a)"/>` + tail,
		"a style attribute from elsewhere": head + `<rect style="fill:url( 'https://example.org/x.svg#a' )"/>` + tail,
		"a cursor from elsewhere":          head + `<rect cursor="image-set('https://example.org/x.png' 1x), auto"/>` + tail,
		"letters that change their length": head + `<rect style="fill:url(https://example.org/x.svg#a);f:x #a);` + strings.Repeat("\u212a", 16) + `"/>` + tail,
		"references that only open":        head + `<style>` + strings.Repeat("url(#", 1<<20) + `)</style>` + tail,
		"references in each other":         head + `<style>` + strings.Repeat("url('#", 1<<20) + `)</style>` + tail,
		"a file":                           head + `<image href="file:///etc/passwd"/>` + tail,
		"a picture from elsewhere":         head + `<image xlink:href="http://example.org/x.png"/>` + tail,
		"a picture beside it":              head + `<image href="x.png"/>` + tail,
		"a drawing within":                 head + `<image href="` + data("image/svg+xml", "<svg/>") + `"/>` + tail,
		"a bad picture within":             head + `<image href="` + data("image/png", "bad") + `"/>` + tail,
		"a page within":                    head + `<image href="data:text/html,hello"/>` + tail,
		"a script address":                 head + `<a href="javascript:alert(1)"><path d="M0 0"/></a>` + tail,
		"a script address with a tab":      head + "<a href=\"java&#9;script:alert(1)\"/>" + tail,
		"a link to a page":                 head + `<a href="https://example.org"/>` + tail,
		"an animated address":              head + `<a href="#x"><animate attributeName="href" to="javascript:alert(1)"/></a>` + tail,
		"an animated handler":              head + `<set attributeName="onclick" to="alert(1)"/>` + tail,
		"deep nesting":                     head + strings.Repeat("<g>", 100) + strings.Repeat("</g>", 100) + tail,
		"200,000 nested groups":            head + strings.Repeat("<g>", 200_000) + strings.Repeat("</g>", 200_000) + tail,
		"too many elements":                head + strings.Repeat("<g/>", svg.MaxElements+1) + tail,
		"use that doubles":                 doubling(30),
		"use of itself":                    head + `<g id="a"><use href="#a"/></g>` + tail,
		"use in a circle":                  head + `<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>` + tail,
		"use of elsewhere":                 head + `<use href="other.svg#a"/>` + tail,
		"too many bytes":                   head + strings.Repeat(" ", svg.MaxBytes) + tail,
		"a base":                           `<svg xmlns="http://www.w3.org/2000/svg" xml:base="https://example.org/"><use href="#a"/></svg>`,
	} {
		began := time.Now()
		_, err := check(text)
		var refused *svg.Error
		if !errors.As(err, &refused) && !errors.Is(err, errPicture) {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
	}
}

func TestTheLineIsNamed(t *testing.T) {
	_, err := check(head + "\n<g/>\n<script/>\n" + tail)
	var refused *svg.Error
	if !errors.As(err, &refused) || refused.Line != 3 || refused.Code() != "unsafe_svg" {
		t.Errorf("%v", err)
	}
}

func TestWhatIsAccepted(t *testing.T) {
	for name, text := range map[string]string{
		"a drawing":              head + `<path fill="#fff" d="M0 0h10v10z"/>` + tail,
		"a declaration":          `<?xml version="1.0" encoding="utf-8" standalone="no"?><!-- made by hand -->` + head + tail,
		"a byte order mark":      "\ufeff" + head + tail,
		"gradients by reference": head + `<linearGradient id="a"><stop offset="0"/></linearGradient><rect fill="url(#a)" style="stroke:url('#a')"/>` + tail,
		"use":                    head + `<g id="a"><path d="M0 0"/></g><use xlink:href="#a"/><use href="#a"/>` + tail,
		"a picture within":       head + `<image href="` + data("image/png", "good") + `"/>` + tail,
		"classes":                head + `<style>.a{fill:red}</style><path class="a" d="M0 0"/>` + tail,
		"an editor's data":       `<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:version="1"><metadata>x</metadata></svg>`,
		"Vietnamese":             head + `<title>Hải Phòng 海防</title>` + tail,
	} {
		if _, err := check(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	report, err := check(head + `<g id="a"><path d="M0 0"/></g><use href="#a"/><text>x</text>` + tail)
	if err != nil || report.Width != 10 || report.Height != 20 || report.Expanded <= report.Elements || len(report.Warnings) != 1 || report.Warnings[0].Code != "text" {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestAContextThatHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := svg.Check(ctx, []byte(head+tail), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
