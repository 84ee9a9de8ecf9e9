package crawl

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

func TestWhatServersAreTold(t *testing.T) {
	w := newWeb(nil)
	w.other = func(r *http.Request) reply {
		if r.Method != http.MethodGet || r.Header.Get("User-Agent") != "signet-check/1" || r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" || r.Body != http.NoBody {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
		answer := page("<a href=a><a href=b>")
		answer.header = http.Header{"Set-Cookie": {"a=b; Path=/"}}
		return answer
	}
	crawled(t, w, Options{})
}

func TestPauses(t *testing.T) {
	many := page("<a href=1><a href=2><a href=3><a href=4><a href=5><a href=6>")
	for name, c := range map[string]struct {
		o      Options
		robots string
		takes  time.Duration
		asked  string // when
		most   int
	}{
		"none, and four at once":          {Options{}, "", time.Second, "0s 1s 2s 3s 3s 3s 3s 4s 4s", 4},
		"as many as are wanted":           {Options{PerHost: 2, Parallel: 3}, "", time.Second, "0s 1s 2s 3s 3s 4s 4s 5s 5s", 2},
		"a delay":                         {Options{Delay: 2 * time.Second}, "", 0, "0s 2s 4s 6s 8s 10s 12s 14s 16s", 1},
		"the robots.txt wants more":       {Options{Delay: time.Second}, "3", 0, "0s 1s 4s 7s 10s 13s 16s 19s 22s", 1},
		"but not too much":                {Options{}, "60", 0, "0s 0s 10s 20s 30s 40s 50s 1m0s 1m10s", 1},
		"its owner does not ask it":       {Options{IgnoreRobots: true}, "60", time.Second, "0s 1s 2s 3s 3s 3s 3s 4s 4s", 4},
		"a slow server and a short delay": {Options{Delay: 2 * time.Second}, "", 3 * time.Second, "0s 3s 6s 9s 11s 13s 15s 17s 19s", 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWeb(nil)
				w.other = func(r *http.Request) reply {
					answer := page("")
					switch r.URL.Path {
					case "/":
						answer = many
					case "/robots.txt":
						answer = reply{body: "user-agent: *\ncrawl-delay: " + c.robots}
					case "/sitemap.xml":
						answer = reply{status: 404}
					}
					answer.takes = c.takes
					return answer
				}
				crawled(t, w, c.o)
				var when []string
				for _, a := range w.asked {
					at, _, _ := strings.Cut(a, " ")
					when = append(when, at)
				}
				equal(t, "asked at", strings.Join(when, " "), c.asked)
				if w.most["site.test"] != c.most {
					t.Errorf("%d at once", w.most["site.test"])
				}
			})
		})
	}
}

func TestAServerThatWantsToBeAskedLater(t *testing.T) {
	for name, c := range map[string]struct {
		status       int
		after        string
		times        int // that it says so
		asked, skips string
	}{
		"once":               {429, "7", 1, "0s 7s", ""},
		"unavailable":        {503, "7", 1, "0s 7s", ""},
		"by a date":          {503, "Sat, 01 Jan 2000 00:00:09 GMT", 1, "0s 9s", ""},
		"a date of the past": {503, "Sat, 01 Jan 1999 00:00:09 GMT", 1, "0s 1s", ""},
		"it does not say":    {429, "", 1, "0s 5s", ""},
		"twice":              {429, "7", 2, "0s 7s", "status /"},
		"much later":         {429, "3600", 1, "0s", "status /"},
		"another status":     {500, "7", 1, "0s", "status /"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				times := 0
				w := newWeb(nil)
				w.other = func(r *http.Request) reply {
					if times++; r.URL.Path != "/" {
						times = 0
						return reply{status: 404}
					}
					if times <= c.times {
						return reply{status: c.status, header: http.Header{"Retry-After": {c.after}}}
					}
					return page("")
				}
				_, s := crawled(t, w, Options{})
				var when []string
				for _, a := range w.asked {
					if at, to, _ := strings.Cut(a, " "); to == "http://site.test/" {
						when = append(when, at)
					}
				}
				equal(t, "asked at", strings.Join(when, " "), c.asked)
				equal(t, "skipped", skips(s), c.skips)
				if c.skips != "" && s.Skipped[0].Status != c.status {
					t.Error(s.Skipped[0].Status)
				}
			})
		})
	}
}

func TestTimeIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := page("")
		slow.takes = time.Hour
		w := newWeb(map[string]reply{"http://site.test/": page("<a href=a><a href=b>"), "http://site.test/a": slow, "http://site.test/b": page("")})
		v, s := crawled(t, w, Options{})
		equal(t, "visited", v.paths(), "/ /b")
		equal(t, "skipped", skips(s), "timeout /a")
		if took := time.Since(w.began); took != 20*time.Second {
			t.Error(took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(nil)
		w.other = tree
		v, s := crawled(t, w, Options{Delay: time.Second, MaxDuration: 10500 * time.Millisecond})
		if s.Truncated != TruncatedDuration || s.Pages != len(v.all) || s.Pages < 5 || s.Unread == 0 || len(s.Skipped) != 0 {
			t.Errorf("%d visited, %+v", len(v.all), s)
		}
		if took := time.Since(w.began); took != 10500*time.Millisecond {
			t.Error(took)
		}
	})
}

// Nothing is left behind: the bubble waits for every goroutine.
func TestTheEndOfTheContextEndsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := newWeb(nil)
		w.other = func(r *http.Request) reply {
			answer := tree(r)
			answer.takes = time.Second
			if r.URL.Path == "/0" {
				answer.takes = 10 * time.Second // what comes behind it is done before
			}
			return answer
		}
		time.AfterFunc(5500*time.Millisecond, cancel)
		v := &visits{}
		s, err := Site(ctx, []string{"http://site.test/"}, Options{Transport: w}, v.visit)
		if !errors.Is(err, context.Canceled) || s.Pages != 3 || len(v.all) != 3 || len(s.Skipped) != 0 || time.Since(w.began) != 5500*time.Millisecond {
			t.Errorf("%v after %s: %+v", err, time.Since(w.began), s)
		}
	})
}

// What was visited counts, also behind something that another host kept waiting.
func TestTheEndCountsWhatWasVisited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := page("")
		slow.takes = 15 * time.Second
		w := newWeb(map[string]reply{
			"http://site.test/":  page("<a href=http://slow.test/1><a href=http://slow.test/2><a href=a><a href=b>"),
			"http://site.test/a": page(""), "http://site.test/b": page(""), "http://slow.test/1": slow, "http://slow.test/2": slow,
		})
		v, s := crawled(t, w, Options{Hosts: []string{"slow.test"}, PerHost: 1, MaxDuration: 10 * time.Second})
		equal(t, "visited", v.paths(), "/ /a /b")
		if s.Pages != 3 || s.Unread != 2 || s.Truncated != TruncatedDuration {
			t.Errorf("%+v", s)
		}
	})
}

func TestAnErrorOfTheVisitEndsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errMine := errors.New("mine")
		w := newWeb(nil)
		w.other = func(r *http.Request) reply {
			answer := tree(r)
			answer.takes = time.Second
			if r.URL.Path == "/1" {
				answer.takes = time.Hour
			}
			return answer
		}
		_, err := Site(t.Context(), []string{"http://site.test/"}, Options{Transport: w}, func(r Resource) error {
			if r.Address == "http://site.test/0" {
				return errMine
			}
			return nil
		})
		if !errors.Is(err, errMine) || time.Since(w.began) != 4*time.Second {
			t.Errorf("%v after %s", err, time.Since(w.began))
		}
	})
}

func TestProgress(t *testing.T) {
	w := newWeb(nil)
	w.other = tree
	var told []string
	_, s := crawled(t, w, Options{Parallel: 1, Progress: func(pages, queued int, bytes int64) {
		told = append(told, fmt.Sprintf("%d %d %t", pages, queued, bytes > 0))
	}})
	if len(told) != s.Resources || told[0] != "1 5 true" || told[1] != "2 9 true" || told[len(told)-1] != "121 0 true" {
		t.Errorf("%d: %v", len(told), told)
	}
}

func TestOnlySoMuchThatWasSkippedIsNamed(t *testing.T) {
	var b strings.Builder
	for i := range maxSkipped + 5 {
		fmt.Fprintf(&b, "<a href=/gone%04d>", i)
	}
	_, s := crawled(t, newWeb(map[string]reply{"http://site.test/": page(b.String())}), Options{})
	if len(s.Skipped) != maxSkipped || s.SkippedBy[SkippedStatus] != maxSkipped+5 || !strings.HasSuffix(s.Skipped[999].Address, "/gone0999") {
		t.Errorf("%d, %v", len(s.Skipped), s.SkippedBy)
	}
}

func TestALinkThatManyPagesMakeIsRefusedOnce(t *testing.T) {
	w := newWeb(nil)
	w.other = func(r *http.Request) reply {
		answer := tree(r)
		answer.body += "<script src=http://tracker.test/t.js></script><a href='http://:0'>"
		return answer
	}
	_, s := crawled(t, w, Options{})
	equal(t, "skipped", skips(s), "malformed_url http://:0, other_host http://tracker.test/t.js")
}
