package crawl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestWhatTheCallerDoesWrong(t *testing.T) {
	for name, c := range map[string]struct {
		start, hosts []string
		code, field  string
	}{
		"no start":              {nil, nil, "start_missing", "start"},
		"a path":                {[]string{"http://a.test/", "/b"}, nil, "malformed_url", "start[1]"},
		"a file":                {[]string{"file:///etc/passwd"}, nil, "malformed_url", "start[0]"},
		"a user":                {[]string{"http://a:b@c.test/"}, nil, "user_info", "start[0]"},
		"a host that is none":   {[]string{"http://a.test/"}, []string{"b.test", "http://c.test/"}, "malformed_url", "hosts[1]"},
		"a number for a host":   {[]string{"http://2130706433/"}, nil, "malformed_url", "start[0]"},
		"a control in the host": {[]string{"http://a\x00.test/"}, nil, "malformed_url", "start[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Site(t.Context(), c.start, Options{Hosts: c.hosts, Transport: newWeb(nil)}, (&visits{}).visit)
			var e *Error
			if !errors.As(err, &e) || e.Code != c.code || e.Field != c.field {
				t.Error(err)
			}
		})
	}
}

func TestWhereACrawlGoes(t *testing.T) {
	deep := "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25"
	for name, c := range map[string]struct {
		pages            map[string]reply
		o                Options
		visited, skipped string
	}{
		"robots.txt is obeyed, by path and query": {
			map[string]reply{
				"http://site.test/robots.txt": {body: "user-agent: signet-check\ndisallow: /a\ndisallow: /*?x"},
				"http://site.test/":           page("<a href=/a/b><a href=/b?x><a href=/b?y>"), "http://site.test/b?y": page(""),
			}, Options{}, "/ /b?y", "robots /a/b, robots /b?x",
		},
		"no robots.txt allows all, and so does a secret one": {
			map[string]reply{"http://site.test/robots.txt": {status: 403}, "http://site.test/": page("")}, Options{}, "/", "",
		},
		"a robots.txt that fails forbids all": {
			map[string]reply{"http://site.test/robots.txt": {status: 500}, "http://site.test/": page("")}, Options{}, "", "robots_unavailable /",
		},
		"a robots.txt that is not reached forbids all": {
			map[string]reply{"http://site.test/robots.txt": {err: io.ErrUnexpectedEOF}, "http://site.test/": page("")}, Options{}, "", "connection /",
		},
		"a robots.txt may be elsewhere": {
			map[string]reply{
				"http://site.test/robots.txt": redirect(301, "//other.test/r"), "http://other.test/r": redirect(302, "/s"),
				"http://other.test/s": {body: "user-agent: *\ndisallow: /a"}, "http://site.test/": page("<a href=/a>"),
			}, Options{}, "/", "robots /a",
		},
		"a robots.txt that runs in a circle is none": {
			map[string]reply{"http://site.test/robots.txt": redirect(301, "/robots.txt"), "http://site.test/": page("")}, Options{}, "/", "",
		},
		"each host has its own, for pictures, too": {
			map[string]reply{
				"http://site.test/": page("<img src=http://cdn.test/a><img src=http://cdn.test/b>"), "http://cdn.test/robots.txt": {body: "user-agent: *\ndisallow: /b"},
				"http://cdn.test/a": picture("a"), "http://cdn.test/b": picture("b"),
			}, Options{}, "http://cdn.test/a /", "robots http://cdn.test/b",
		},
		"owners ignore their own robots.txt, and no other": {
			map[string]reply{
				"http://site.test/robots.txt": {body: "user-agent: *\ndisallow: /"}, "http://more.test/robots.txt": {body: "user-agent: *\ndisallow: /"},
				"http://site.test/": page("<a href=/a><a href=http://more.test/>"), "http://site.test/a": page(""), "http://more.test/": page(""),
			}, Options{IgnoreRobots: true, Hosts: []string{"more.test"}}, "/ /a", "robots http://more.test/",
		},
		"further hosts belong to the site": {
			map[string]reply{
				"http://site.test/": page("<a href=http://More.test/a><a href=http://more.test:81/>"), "http://more.test/a": page("<a href=b>"), "http://more.test/b": page(""),
			}, Options{Hosts: []string{"MORE.test"}}, "http://more.test/a http://more.test/b /", "",
		},
		"a start that leads to a name of the same owner takes it in": {
			map[string]reply{
				"http://site.test/": redirect(301, "https://www.site.test/"), "https://www.site.test/": page("<a href=a><a href=http://portal.site.test/>"),
				"https://www.site.test/a": page(""),
			}, Options{}, "https://www.site.test/ https://www.site.test/a", "",
		},
		"a start that leads to a stranger does not": {
			map[string]reply{"http://site.test/": redirect(301, "http://stranger.test/"), "http://stranger.test/": page("")}, Options{}, "", "other_host http://stranger.test/",
		},
		"redirects are followed, and their aim is visited once": {
			map[string]reply{
				"http://site.test/": page("<a href=a><a href=b><img src=p><img src=q>"), "http://site.test/a": redirect(302, "b"), "http://site.test/b": page(""),
				"http://site.test/p": redirect(307, "http://cdn.test/x"), "http://cdn.test/x": redirect(308, "http://cdn2.test/y"), "http://cdn2.test/y": picture("y"),
				"http://site.test/q": redirect(303, "http://cdn2.test/y"),
			}, Options{}, "http://cdn2.test/y / /b", "",
		},
		"redirects are checked like links": {
			map[string]reply{
				"http://site.test/robots.txt": {body: "user-agent: *\ndisallow: /secret"},
				"http://site.test/":           page("<a href=a><a href=b><a href=c><a href=d><a href=e><a href=f><a href=g><a href=h>"),
				"http://site.test/a":          redirect(302, "/secret"), "http://site.test/b": redirect(302, "http://user:x@site.test/"),
				"http://site.test/c": redirect(302, "ftp://site.test/"), "http://site.test/d": redirect(302, "http://stranger.test/"),
				"http://site.test/e": redirect(302, "/e"), "http://site.test/f": redirect(302, "/g"), "http://site.test/g": redirect(302, "/f"),
				"http://site.test/h": {status: 302},
			}, Options{}, "/", "user_info /b, redirects /c, redirects /e, redirects /g, redirects /h, robots /secret, other_host http://stranger.test/",
		},
		"five redirects are followed, and no sixth": {
			map[string]reply{
				"http://site.test/":  page("<a href=1><a href=r1>"),
				"http://site.test/1": redirect(302, "2"), "http://site.test/2": redirect(302, "3"), "http://site.test/3": redirect(302, "4"),
				"http://site.test/4": redirect(302, "5"), "http://site.test/5": redirect(302, "6"), "http://site.test/6": page(""),
				"http://site.test/r1": redirect(302, "r2"), "http://site.test/r2": redirect(302, "r3"), "http://site.test/r3": redirect(302, "r4"),
				"http://site.test/r4": redirect(302, "r5"), "http://site.test/r5": redirect(302, "r6"), "http://site.test/r6": redirect(302, "r7"),
			}, Options{}, "/ /6", "redirects /r6",
		},
		"site maps are further starts": {
			map[string]reply{
				"http://site.test/robots.txt":  {body: "sitemap: /maps.xml\nsitemap: http://stranger.test/map.xml"},
				"http://site.test/maps.xml":    {body: "<sitemapindex><sitemap><loc>/map.xml.gz</loc></sitemap><sitemap><loc>/maps.xml</loc></sitemap></sitemapindex>"},
				"http://site.test/map.xml.gz":  {media: "application/gzip", body: gzipped("<urlset xmlns:i='x'><url><loc>/a</loc><i:image><i:loc>http://cdn.test/b</i:loc></i:image></url><url><loc>http://stranger.test/</loc></url></urlset>")},
				"http://site.test/sitemap.xml": {body: "<urlset><url><loc>/c</loc></url></urlset>"},
				"http://stranger.test/map.xml": {body: "<urlset><url><loc>http://site.test/d</loc></url></urlset>"},
				"http://site.test/":            page(""), "http://site.test/a": page(""), "http://site.test/c": page(""), "http://cdn.test/b": picture("b"),
			}, Options{}, "http://cdn.test/b / /a /c", "",
		},
		"site maps are read where they may be": {
			map[string]reply{
				"http://site.test/robots.txt": {body: "user-agent: *\ndisallow: /secret\nsitemap: /secret.xml\nsitemap: /away.xml"},
				"http://site.test/secret.xml": {body: "http://site.test/a"}, "http://site.test/away.xml": redirect(302, "http://stranger.test/map.xml"),
				"http://site.test/sitemap.xml": page("http://site.test/a"), "http://site.test/": page(""), "http://site.test/a": page(""),
			}, Options{}, "/", "",
		},
		"a picture that is a page is none, and a page of a stranger is none of ours": {
			map[string]reply{
				"http://site.test/":  page("<img src=a><a href=http://cdn.test/b><img src=http://cdn.test/b><img src=c.png><a href=c.png><a href=e><a href=f>"),
				"http://site.test/a": page("not found"), "http://cdn.test/b": page("<a href=http://site.test/x>"), "http://site.test/c.png": page("<a href=d>"), "http://site.test/d": page(""),
				"http://site.test/e": page("<a href=http://cdn.test/b>"), "http://site.test/f": redirect(302, "http://cdn.test/b"),
			}, Options{}, "/ /c.png /d /e", "media http://cdn.test/b, media /a",
		},
		"films, archives and fonts are not read, whatever they are called": {
			map[string]reply{
				"http://site.test/":  page("<a href=a><a href=b><a href=c><a href=d.zip><a href=e>"),
				"http://site.test/a": {media: "video/mp4", reader: unread{t}}, "http://site.test/b": {media: "font/woff2", reader: unread{t}},
				"http://site.test/c":     {media: "application/octet-stream", reader: io.MultiReader(strings.NewReader("PK\x03\x04"+strings.Repeat(" ", sniffLength)), unread{t})},
				"http://site.test/d.zip": {media: "application/zip", reader: unread{t}}, "http://site.test/e": {media: "application/octet-stream", body: "\x89PNG\r\n\x1a\n"},
			}, Options{}, "/ /e", "media /a, media /b, media /c, media /d.zip",
		},
		"what is too large is not read": {
			map[string]reply{
				"http://site.test/":  page("<a href=a><a href=b><a href=c>"),
				"http://site.test/a": {media: "text/plain", length: 1001, reader: unread{t}}, "http://site.test/b": {media: "text/plain", length: -1, body: strings.Repeat("a", 1001)},
				"http://site.test/c": {media: "text/plain", body: strings.Repeat("a", 1000)},
			}, Options{MaxBytes: 1000}, "/ /c", "too_large /a, too_large /b",
		},
		"other things that servers do": {
			map[string]reply{
				"http://site.test/":  page("<a href=a><a href=b><a href=c><a href=d><a href='http://x y'>"),
				"http://site.test/a": {status: 206, body: "x"}, "http://site.test/b": {header: http.Header{"Content-Encoding": {"br"}}, body: "x"},
				"http://site.test/c": {err: context.DeadlineExceeded}, "http://site.test/d": {media: "text/plain", reader: io.MultiReader(strings.NewReader("a"), iotest.ErrReader(io.ErrUnexpectedEOF))},
			}, Options{}, "/", "status /a, encoding /b, timeout /c, connection /d, malformed_url http://x y",
		},
		"a path that repeats itself is a trap, and so is a deep one": {
			map[string]reply{
				"http://site.test/":             page("<a href=/a/b/a/b/a/b/><a href=/a/b/a/b/a/b/a/b/><a href=" + deep + ">"),
				"http://site.test/a/b/a/b/a/b/": page(""),
			}, Options{}, "/ /a/b/a/b/a/b/", "trap " + deep + ", trap /a/b/a/b/a/b/a/b/",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWeb(c.pages)
			v, s := crawled(t, w, c.o)
			equal(t, "visited", v.paths(), c.visited)
			equal(t, "skipped", skips(s), c.skipped)
			for _, a := range w.asked {
				if strings.Contains(a, "stranger.test") {
					t.Error("asked", a)
				}
			}
			if s.Truncated != "" || s.Unread != 0 || c.o.IgnoreRobots != (len(s.RobotsIgnored) == 1 && s.RobotsIgnored[0] == "site.test") {
				t.Errorf("%+v", s)
			}
		})
	}
}

// unread is what nobody may read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("it was read")
	return 0, io.EOF
}

// Calendars lead on for ever.
func TestTraps(t *testing.T) {
	next := func(r *http.Request) reply {
		var n int
		switch {
		case r.URL.Path == "/robots.txt" || r.URL.Path == "/sitemap.xml":
			return reply{status: 404}
		case r.URL.RawQuery != "":
			_, _ = fmt.Sscanf(r.URL.RawQuery, "month=%d", &n)
			return page(fmt.Sprintf("<a href='?month=%d'><a href='?month=%d'>", 2*n+1, 2*n+2))
		}
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
		return page(fmt.Sprintf("<a href=/%d>", n+1))
	}
	w := newWeb(map[string]reply{"http://site.test/": page("<a href=?month=0>")})
	w.other = next
	_, s := crawled(t, w, Options{MaxPerPath: 20})
	if s.Pages != 21 || s.SkippedBy[SkippedTrap] == 0 || s.Truncated != "" {
		t.Errorf("queries: %+v", s)
	}
	w = newWeb(nil)
	w.other = next
	if _, s = crawled(t, w, Options{}); s.Pages != maxDistance+1 || s.SkippedBy[SkippedTrap] != 1 || s.Truncated != "" {
		t.Errorf("paths: %+v", s)
	}
}

// tree has 3 pages below each, and a picture on each.
func tree(r *http.Request) reply {
	path := r.URL.Path
	if path == "/robots.txt" || path == "/sitemap.xml" {
		return reply{status: 404}
	}
	if strings.HasSuffix(path, ".png") {
		return picture(path)
	}
	var b strings.Builder
	if len(path) < 5 {
		for i := range 3 {
			fmt.Fprintf(&b, "<a href=%s%d>", path, i)
		}
	}
	if len(path) > 2 {
		fmt.Fprintf(&b, "<a href=%s2>", path[:len(path)-1]) // which perhaps is being read already
	}
	fmt.Fprintf(&b, "<img src=/%d.png><img src='data:image/png,%d'>", len(path)%3, len(path))
	return page(b.String())
}

// A limit cuts the same place whoever answers first.
func TestLimitsDoNotDependOnTheTiming(t *testing.T) {
	for name, c := range map[string]struct {
		o                        Options
		pages, resources, unread int
		truncated                Truncation
	}{
		"none":              {Options{}, 121, 129, 0, ""},
		"few pages":         {Options{MaxPages: 17}, 17, 24, 35, TruncatedPages},
		"few resources":     {Options{MaxResources: 30}, 30, 30, 34, TruncatedResources},
		"not all pictures":  {Options{MaxResources: 122}, 121, 122, 7, TruncatedResources},
		"little is kept":    {Options{kept: 1}, 121, 129, 0, ""},
		"one after another": {Options{MaxPages: 17, Parallel: 1}, 17, 24, 35, TruncatedPages},
	} {
		t.Run(name, func(t *testing.T) {
			var first string
			for range 5 {
				synctest.Test(t, func(t *testing.T) {
					w := newWeb(nil)
					w.other = func(r *http.Request) reply {
						answer := tree(r)
						answer.takes = time.Duration(rand.IntN(1000)) * time.Millisecond
						return answer
					}
					v, s := crawled(t, w, c.o)
					if s.Pages != c.pages || s.Resources != c.resources || s.Truncated != c.truncated || s.Unread != c.unread {
						t.Errorf("%+v", s)
					}
					var all []string
					for _, r := range v.all {
						if len(r.From) > MaxFrom || len(r.From) == 0 && r.References > 0 {
							t.Errorf("%d places of %d", len(r.From), r.References)
						}
						if r.Inline && c.o.kept > 0 {
							r.References, r.From = 0, nil // it did not wait for them
						}
						all = append(all, fmt.Sprintf("%s %d %v", r.Address, r.References, r.From))
					}
					slices.Sort(all)
					got := strings.Join(all, "\n")
					if first == "" {
						first = got
					}
					equal(t, "another time", got, first)
				})
			}
		})
	}
}

func TestBytesInAll(t *testing.T) {
	w := newWeb(nil)
	w.other = tree
	_, s := crawled(t, w, Options{MaxTotal: 500, Parallel: 1})
	if s.Truncated != TruncatedBytes || s.Bytes < 500 || s.Bytes > 1000 || s.Unread == 0 {
		t.Errorf("%+v", s)
	}
}

func TestAPageThatLooksLikeAPictureCounts(t *testing.T) {
	v, s := crawled(t, newWeb(map[string]reply{"http://site.test/": page("<a href=a.png>"), "http://site.test/a.png": page("")}), Options{MaxPages: 1})
	if v.paths() != "/" || s.Truncated != TruncatedPages || s.Unread != 1 {
		t.Errorf("%s %+v", v.paths(), s)
	}
}

// What is inline does not fill the memory until the last page is read.
func TestMuchThatIsInlineIsVisitedAtOnce(t *testing.T) {
	for kept, want := range map[int64]bool{1: true, 0: false} {
		w := newWeb(nil)
		w.other = tree
		last, early := 0, false
		o := Options{Transport: w, Parallel: 1, kept: kept}
		_, err := Site(t.Context(), []string{"http://site.test/"}, o, func(r Resource) error {
			if r.Inline {
				early = early || last < 121
			} else {
				last++
			}
			return nil
		})
		if err != nil || early != want {
			t.Errorf("%d: %v, %t", kept, err, early)
		}
	}
}

func TestThereMayBeSoManyHosts(t *testing.T) {
	var b strings.Builder
	for i := range maxHosts + 4 {
		fmt.Fprintf(&b, "<img src=http://%d.test/a>", i)
	}
	_, s := crawled(t, newWeb(map[string]reply{"http://site.test/": page(strings.ReplaceAll(b.String(), "http://", "http://h"))}), Options{})
	if s.SkippedBy[SkippedHost] != 5 || s.SkippedBy[SkippedStatus] != maxHosts-1 {
		t.Errorf("%+v", s.SkippedBy)
	}
}

func TestThereMayBeSoManySiteMaps(t *testing.T) {
	var index strings.Builder
	for i := range 2 * maxSitemaps {
		fmt.Fprintf(&index, "<sitemap><loc>/%d.xml</loc></sitemap>", i)
	}
	w := newWeb(map[string]reply{"http://site.test/sitemap.xml": {body: "<sitemapindex>" + index.String() + "</sitemapindex>"}, "http://site.test/": page("")})
	if crawled(t, w, Options{}); len(w.asked) != maxSitemaps+2 {
		t.Error(len(w.asked))
	}
}
