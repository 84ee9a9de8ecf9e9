package crawl

import (
	"strings"
	"testing"
	"time"
)

// The rules of RFC 9309.
func TestRobots(t *testing.T) {
	for name, c := range map[string]struct{ text, allowed, forbidden string }{
		"nothing said":                        {"", "/ /a", ""},
		"for all":                             {"User-agent: *\nDisallow: /a", "/ /b /A", "/a /a/b /ab"},
		"ours is before that for all":         {"user-agent: *\ndisallow: /\n\nuser-agent: SIGNET-CHECK\ndisallow: /a", "/ /b", "/a"},
		"ours with a version":                 {"user-agent: signet-check/2.0\ndisallow: /a", "/", "/a"},
		"another with a longer name":          {"user-agent: signet-checker\ndisallow: /", "/", ""},
		"another with a shorter name":         {"user-agent: signet\ndisallow: /", "/", ""},
		"ours allows all":                     {"user-agent: *\ndisallow: /\nuser-agent: signet-check\ndisallow:", "/ /a", ""},
		"ours without a rule":                 {"user-agent: *\ndisallow: /\n\nuser-agent: signet-check\n", "/ /a", ""},
		"several names for one group":         {"user-agent: a\nuser-agent: signet-check\nuser-agent: b\ndisallow: /a", "/", "/a"},
		"groups are joined":                   {"user-agent: signet-check\ndisallow: /a\nuser-agent: b\ndisallow: /c\nuser-agent: signet-check\ndisallow: /b", "/c", "/a /b"},
		"an empty line ends nothing":          {"user-agent: signet-check\n\ndisallow: /a", "/", "/a"},
		"the longest decides":                 {"user-agent: *\nallow: /a/b\ndisallow: /a\ndisallow: /a/b/c", "/a/b /a/b/d", "/a /a/c /a/b/c"},
		"of two as long the one that allows":  {"user-agent: *\ndisallow: /a\nallow: /a", "/a", ""},
		"a star":                              {"user-agent: *\ndisallow: /a*/c", "/a /ac", "/a/c /ab/c /a/b/c/d"},
		"the end":                             {"user-agent: *\ndisallow: /*.php$", "/a.php?b /a.phpx", "/a.php /b/a.php"},
		"the end alone":                       {"user-agent: *\ndisallow: /\nallow: /$", "/", "/a"},
		"a star behind the last part":         {"user-agent: *\ndisallow: /a*$", "/b", "/a /ab"},
		"a last part that comes twice":        {"user-agent: *\ndisallow: /*ab$", "/ba", "/abab /ab"},
		"queries":                             {"user-agent: *\ndisallow: /*?", "/a", "/a?b"},
		"percent-encoding is one":             {"user-agent: *\ndisallow: /%7Ea/ị", "/b", "/~a/%E1%BB%8B"},
		"a star that is encoded is no star":   {"user-agent: *\ndisallow: /a%2Ab", "/axb", "/a%2Ab"},
		"itself":                              {"user-agent: *\ndisallow: /", "/robots.txt", "/ /robots.txt2"},
		"comments and spaces":                 {"#a\n \tUser-Agent :  * # b\nDisallow : /a # c\n", "/b", "/a"},
		"ends of lines":                       {"\xef\xbb\xbfuser-agent: *\rdisallow: /a\r\ndisallow: /b", "/c", "/a /b"},
		"a rule before any name":              {"disallow: /\nuser-agent: *\ndisallow: /a", "/", "/a"},
		"a mistake harms nothing":             {"<html>\nuser-agent: *\ncrawl-delay: x\nnoindex: /\ndisallow: /a\n\xff\xfe", "/", "/a"},
		"a rule without its slash":            {"user-agent: *\ndisallow: a", "/", "/a"},
		"a site map ends no group":            {"user-agent: *\nsitemap: /s\nuser-agent: signet-check\nsitemap: /t\ndisallow: /a", "/", "/a"},
		"only the beginning of a long one":    {"user-agent: *\ndisallow: /a\n#" + strings.Repeat("x", maxRobots) + "\ndisallow: /b", "/b", "/a"},
		"stars without end cost little":       {"user-agent: *\ndisallow: /" + strings.Repeat("*a", 100_000) + "$", "/" + strings.Repeat("a", 2000), ""},
		"a name that is only in the comment":  {"user-agent: x # signet-check\ndisallow: /", "/", ""},
		"a delay alone belongs to its groups": {"user-agent: signet-check\ncrawl-delay: 3\nuser-agent: *\ndisallow: /", "/", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := readRobots([]byte(c.text))
			for path := range strings.FieldsSeq(c.allowed) {
				if !r.allows(path) {
					t.Errorf("%.40s is forbidden", path)
				}
			}
			for path := range strings.FieldsSeq(c.forbidden) {
				if r.allows(path) {
					t.Errorf("%.40s is allowed", path)
				}
			}
		})
	}
}

func TestCrawlDelay(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1": time.Second, "0.5": time.Second / 2, "3600": maxCrawlDelay, "1e300": maxCrawlDelay, "-1": 0, "NaN": 0, "Inf": 0, "": 0,
	} {
		if got := readRobots([]byte("user-agent: *\ncrawl-delay: " + text)).delay; got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	if got := readRobots([]byte("sitemap: http://a/b:c\nuser-agent: *\nSitemap:/d")).sitemaps; strings.Join(got, " ") != "http://a/b:c /d" {
		t.Error(got)
	}
}
