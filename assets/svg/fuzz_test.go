package svg_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"signet/assets/svg"
)

// FuzzCheck: whatever the bytes, the check ends soon, and another reader finds nothing in
// what it accepts that runs or loads something.
func FuzzCheck(f *testing.F) {
	for _, text := range []string{
		head + tail, head + `<use href="#a"/>` + tail, `<!DOCTYPE svg>`, head + `<style>@import "x"</style>` + tail, head + `<style>.a{fill:url(#b)}<!-- --></style><![CDATA[x]]>` + tail,
		head + `<linearGradient id="a"><stop offset="0"/></linearGradient><rect fill="url(#a)" style="stroke:url('#a')"/>` + tail,
		head + `<g id="a"><path d="M0 0"/></g><use xlink:href="#a"/><use href="#a"/><g id="b"><use href="#a"/></g>` + tail, head + `<image href="` + data("image/png", "good") + `"/>` + tail,
		head + `<set attributeName="fill" to="red" begin="0s"/><animate attributeName="x" values="1;2"/>` + tail, head + `<a href="javascript:alert(1)"/><g onload="x" xml:base="y"/>` + tail,
		head + `<rect fill="u&#114;l(x)" cursor="image-set('x' 1x)"/>` + tail, "\ufeff" + `<?xml version="1.0"?><?x y?>` + head + `<desc>&lt;&#x1;</desc>` + tail,
		`<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:href="x" width="1e3mm" height="50%"><metadata><i:a/></metadata></svg>`,
		`<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script/><h:p xmlns:h="http://www.w3.org/1999/xhtml"/></s:svg>`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		began := time.Now()
		report, err := svg.Check(t.Context(), file, func(string, []byte) error { return nil })
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		var refused *svg.Error
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("%v", err)
		}
		if err != nil {
			if lines := 1 + bytes.Count(file, []byte("\n")); refused.Line < 0 || refused.Line > lines {
				t.Fatalf("line %d of %d", refused.Line, lines)
			}
			return
		}
		if report.Elements < 1 || report.Expanded < report.Elements || report.Width < 0 || report.Height < 0 {
			t.Fatalf("%+v of %q", report, file)
		}
		if what := active(file); what != "" {
			t.Fatalf("%s in %q", what, file)
		}
	})
}

var (
	loads   = regexp.MustCompile(`(?i)url\(\s*['"]?[^#'"\s]|@import|@font-face|image-set\(|javascript:|expression\(`)
	running = regexp.MustCompile(`(?i)^(script|handler|listener|foreignobject|iframe|object|embed|link|audio|video)$`)
	picture = regexp.MustCompile(`(?i)^data:image/(png|jpe?g);base64,`)
	ours    = regexp.MustCompile(`^$|^http://www\.w3\.org/(2000/svg|1999/(xlink|xhtml))$`)
)

// active is the first thing in a document that runs, or loads from elsewhere; empty if
// there is none.
func active(file []byte) string {
	var styled strings.Builder
	within := ""
	for d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))); ; {
		token, err := d.Token()
		switch token := token.(type) {
		case xml.Directive:
			return "a declaration"
		case xml.ProcInst:
			if token.Target != "xml" {
				return "an instruction"
			}
		case xml.CharData:
			if within == "style" {
				styled.Write(token)
			}
		case xml.EndElement:
			within = ""
			styled.WriteByte('\n')
		case xml.StartElement:
			within = strings.ToLower(token.Name.Local)
			if running.MatchString(within) && ours.MatchString(token.Name.Space) {
				return "<" + within + ">"
			}
			if what := activeAttribute(token.Attr); what != "" {
				return what
			}
		}
		if errors.Is(err, io.EOF) {
			return loads.FindString(styled.String())
		}
		if err != nil {
			return err.Error()
		}
	}
}

func activeAttribute(attributes []xml.Attr) string {
	for _, a := range attributes {
		name, value := strings.ToLower(a.Name.Local), strings.TrimSpace(a.Value)
		switch {
		case a.Name.Space == "xmlns" || !ours.MatchString(a.Name.Space):
		case strings.HasPrefix(name, "on"):
			return name
		case name == "href" || name == "src":
			if !strings.HasPrefix(value, "#") && !picture.MatchString(value) {
				return name + " " + value
			}
		case name == "style", name == "fill", name == "stroke", name == "filter", name == "mask", name == "clip-path", name == "cursor", name == "values", name == "to", name == "from":
			if what := loads.FindString(value); what != "" {
				return name + " " + what
			}
		}
	}
	return ""
}
