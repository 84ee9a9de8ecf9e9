package crawl

import (
	"strings"
	"testing"
)

func TestASite(t *testing.T) {
	w := newWeb(map[string]reply{
		"http://site.test/": page(`<html>
<link rel=stylesheet href=/a.css><link rel=manifest href=/app.webmanifest>
<a href="/b#part">b</a> <a href="http://elsewhere.test/">out</a> <a href=mailto:a@site.test>mail</a>
<img src=/logo.png><img src=/logo.png>
<script src=/a.js></script><script src=http://tracker.test/t.js></script>
<img src="data:image/png;base64,iVBORw0KGgo=">
<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>`),
		"http://site.test/b": page(`<img src="http://cdn.test/c.png"> <img src=logo.png>
<a href="/">home</a><a href=/plan.pdf>plan</a><a href=/data.json>data</a><iframe src=http://maps.test/x></iframe>
<svg viewBox="0 0 1 1"><path d="M0 0"/></svg><img src=http://cdn.test/gone.png>`),
		"http://site.test/a.css":           {media: "text/css", body: "@import 'more/b.css';\n.a { background: url(bg.png) }"},
		"http://site.test/more/b.css":      {body: "/* */\n\n.b { background: url(\"../logo.png\") }"},
		"http://site.test/a.js":            {media: "application/javascript", body: "1"},
		"http://site.test/app.webmanifest": {media: "application/json", body: `{"icons": [{"src": "icon.png"}]}`},
		"http://site.test/data.json":       {media: "application/json", body: `{"icons": [{"src": "never.png"}]}`},
		"http://site.test/logo.png":        picture("logo"),
		"http://site.test/bg.png":          picture("bg"),
		"http://site.test/icon.png":        picture("icon"),
		"http://site.test/plan.pdf":        {media: "application/pdf", body: "%PDF-1.7"},
		"http://cdn.test/c.png":            picture("c"),
	})
	v, s := crawled(t, w, Options{})
	equal(t, "visited", v.paths(), "http://cdn.test/c.png / /#inline-1 /#inline-2 /a.css /a.js /app.webmanifest /b /bg.png /data.json /icon.png /logo.png /more/b.css /plan.pdf")
	equal(t, "skipped", skips(s), "status http://cdn.test/gone.png, other_host http://tracker.test/t.js")
	if s.Pages != 2 || s.Resources != 14 || s.Truncated != "" || s.Unread != 0 || s.SkippedBy[SkippedHost] != 1 || s.Bytes == 0 {
		t.Errorf("%+v", s)
	}
	if gone := s.Skipped[0]; gone.Status != 404 || gone.From != (Reference{"http://site.test/b", 3}) {
		t.Errorf("%+v", gone)
	}
	logo := v.all["http://site.test/logo.png"]
	want := []Reference{{"http://site.test/", 4}, {"http://site.test/b", 1}, {"http://site.test/more/b.css", 3}}
	if logo.References != 4 || len(logo.From) != 3 || logo.From[0] != want[0] || logo.From[1] != want[1] || logo.From[2] != want[2] {
		t.Errorf("%+v", logo)
	}
	svg := v.all["http://site.test/#inline-2"]
	if !svg.Inline || svg.Media != "image/svg+xml" || svg.References != 2 || svg.From[0].Line != 7 || !strings.Contains(string(svg.Body), "viewBox") {
		t.Errorf("%+v %s", svg, svg.Body)
	}
	if js := v.all["http://site.test/a.js"]; js.Media != "text/javascript" || js.Charset != "utf-8" {
		t.Errorf("%+v", js)
	}
}
