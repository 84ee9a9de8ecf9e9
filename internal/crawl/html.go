package crawl

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// readHTML notes what a page refers to. It reads tokens and builds no tree, so that
// nothing that is broken, deep or misplaced makes it slow or hides a picture.
func readHTML(d *document, body []byte) {
	r := &htmlReader{d: d, body: body, z: html.NewTokenizer(bytes.NewReader(body)), line: 1}
	for r.step() {
	}
	if r.depth > 0 {
		r.endSVG(len(body)) // it was never closed
	}
}

type htmlReader struct {
	d    *document
	body []byte
	z    *html.Tokenizer

	at, line int  // of the token
	style    bool // the next text is a style sheet
	depth    int  // open <svg>
	svg      int  // where the outermost began
	svgLine  int
	based    bool
}

func (r *htmlReader) step() bool {
	kind := r.z.Next()
	if kind == html.ErrorToken {
		return false
	}
	raw := r.z.Raw()
	size, lines := len(raw), bytes.Count(raw, []byte("\n"))
	switch {
	case kind == html.TextToken && r.style:
		readCSS(r.d, string(raw), r.line)
	case kind == html.StartTagToken, kind == html.SelfClosingTagToken:
		r.open(kind == html.SelfClosingTagToken)
	case kind == html.EndTagToken && r.depth > 0:
		if name, _ := r.z.TagName(); string(name) == "svg" {
			if r.depth--; r.depth == 0 {
				r.endSVG(r.at + size)
			}
		}
	}
	r.style = r.style && kind == html.StartTagToken
	r.at += size
	r.line += lines
	return true
}

func (r *htmlReader) endSVG(end int) {
	r.depth = 0
	if svg := svgDocument(r.body[r.svg:min(end, r.svg+maxSVG)]); svg != nil {
		r.d.keep(mediaSVG, svg, r.svgLine)
	}
}

// open is about a start tag.
func (r *htmlReader) open(closed bool) {
	name, more := r.z.TagName()
	t := tag{name: string(name)}
	for more {
		var key, value []byte
		if key, value, more = r.z.TagAttr(); len(value) > 0 {
			t.attributes = append(t.attributes, html.Attribute{Key: string(key), Val: string(value)})
		}
	}
	switch t.name {
	case "style":
		r.style = !closed
	case "noscript":
		r.z.NextIsNotRawText()
	case "svg":
		if r.depth == 0 {
			r.svg, r.svgLine = r.at, r.line
		}
		if !closed {
			r.depth++
		}
	case "base":
		if href := t.get("href"); href != "" && !r.based {
			r.d.base, r.based = href, true
		}
	}
	if style := t.get("style"); style != "" {
		readCSS(r.d, style, r.line)
	}
	for _, attribute := range embedding[t.name] {
		r.d.note(t.get(attribute), wantPicture, r.line)
	}
	r.links(t)
}

// embedding are the attributes that show a picture, by element. Those with data- are
// what scripts for loading later have agreed on.
var embedding = map[string][]string{
	"img": {"src", "data-src"}, "video": {"poster"}, "image": {"href", "xlink:href"}, "use": {"href", "xlink:href"}, "feimage": {"href", "xlink:href"},
	"body": {"background"}, "table": {"background"}, "tr": {"background"}, "td": {"background"}, "th": {"background"},
}

func (r *htmlReader) links(t tag) {
	switch t.name {
	case "a", "area":
		r.d.note(t.get("href"), wantPage, r.line)
	case "iframe", "frame":
		r.d.note(t.get("src"), wantPage, r.line)
	case "object":
		r.object(t.get("data"))
	case "embed":
		r.object(t.get("src"))
	case "script":
		r.d.note(t.get("src"), wantScript, r.line)
	case "input":
		if strings.EqualFold(t.get("type"), "image") {
			r.d.note(t.get("src"), wantPicture, r.line)
		}
	case "img", "source":
		r.set(t.get("srcset"))
		r.set(t.get("data-srcset"))
	case "link":
		r.link(t)
	case "meta":
		r.meta(t)
	}
}

// object is a picture by its name, and a page of the site if it has none of one.
func (r *htmlReader) object(to string) {
	path, _, _ := strings.Cut(to, "?")
	w := wantPage
	if strings.HasPrefix(extensionMedia(path), "image/") || strings.HasPrefix(to, "data:") {
		w = wantPicture
	}
	r.d.note(to, w, r.line)
}

func (r *htmlReader) set(text string) {
	for _, to := range srcset(text) {
		r.d.note(to, wantPicture, r.line)
	}
}

// link is about <link>, by its relations. An alternate is another page or a feed,
// and is not shown here.
func (r *htmlReader) link(t tag) {
	kinds := strings.Fields(strings.ToLower(t.get("rel")))
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(kinds, n) })
	}
	var w want
	switch as := strings.ToLower(t.get("as")); {
	case has("stylesheet"), has("preload") && as == "style":
		w = wantSheet
	case has("manifest"):
		w = wantManifest
	case has("modulepreload"), has("preload") && as == "script":
		w = wantScript
	case has("icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon", "fluid-icon", "image_src"), has("preload") && as == "image":
		w = wantPicture
		r.set(t.get("imagesrcset"))
	default:
		return
	}
	r.d.note(t.get("href"), w, r.line)
}

// meta is about pictures for social networks, tiles, and pages that lead on.
func (r *htmlReader) meta(t tag) {
	content := t.get("content")
	for _, key := range []string{"property", "name", "itemprop"} {
		switch strings.ToLower(t.get(key)) {
		case "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "image", "msapplication-tileimage":
			r.d.note(content, wantPicture, r.line)
			return
		}
	}
	if strings.EqualFold(t.get("http-equiv"), "refresh") {
		r.d.note(refresh(content), wantPage, r.line)
	}
}

// refresh returns where "5; url='x'" leads, see
// https://html.spec.whatwg.org/multipage/semantics.html#shared-declarative-refresh-steps.
func refresh(content string) string {
	rest := strings.TrimLeft(strings.TrimLeft(content, htmlSpace), "0123456789.")
	if rest = strings.TrimLeft(rest, htmlSpace+";,"); len(rest) >= 3 && strings.EqualFold(rest[:3], "url") {
		if after, found := strings.CutPrefix(strings.TrimLeft(rest[3:], htmlSpace), "="); found {
			rest = strings.TrimLeft(after, htmlSpace)
		}
	}
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		rest, _, _ = strings.Cut(rest[1:], rest[:1])
	}
	return rest
}

// tag is a start tag.
type tag struct {
	name       string
	attributes []html.Attribute
}

// get returns an attribute's value; of several the first counts.
func (t tag) get(key string) string {
	for _, a := range t.attributes {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
