package crawl

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	// product is the name by which robots.txt calls us (RFC 9309, section 2.2.1).
	product = "signet-check"
	// maxRobots is how much of a robots.txt is read, in bytes (section 2.5).
	maxRobots = 500 << 10
	// maxCrawlDelay is the longest pause between requests that a robots.txt is granted.
	maxCrawlDelay = 10 * time.Second
)

// robots is what a robots.txt says to us. The zero value allows all.
type robots struct {
	rules    []robotsRule
	delay    time.Duration
	sitemaps []string // as they are said
}

// robotsRule is a line of Allow or Disallow.
type robotsRule struct {
	allow  bool
	length int      // of the pattern, in bytes: the longest that matches decides
	parts  []string // of the pattern, between its stars
	end    bool     // the pattern ends with $
}

// readRobots reads a robots.txt by RFC 9309: of several groups for us all count, those
// for all ("*") only if there is none for us. Lines that mean nothing are passed over.
// Crawl-delay, in seconds, and Sitemap are not in the RFC, and widely used.
func readRobots(body []byte) robots {
	var r robots
	ours, others := &robots{}, &robots{}
	named, forUs, forAll, heading := false, false, false, false
	body = bytes.TrimPrefix(body[:min(len(body), maxRobots)], []byte("\uFEFF"))
	for line := range bytes.FieldsFuncSeq(body, func(c rune) bool { return c == '\n' || c == '\r' }) {
		text, _, _ := strings.Cut(string(line), "#")
		key, value, found := strings.Cut(text, ":")
		if !found {
			continue
		}
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "sitemap":
			r.sitemaps = append(r.sitemaps, value)
		case "user-agent":
			if !heading {
				forUs, forAll, heading = false, false, true
			}
			forUs = forUs || strings.EqualFold(token(value), product)
			forAll = forAll || value == "*"
			named = named || forUs
		case "allow", "disallow", "crawl-delay":
			heading = false
			if forUs {
				ours.take(key, value)
			}
			if forAll {
				others.take(key, value)
			}
		}
	}
	if !named {
		ours = others
	}
	r.rules, r.delay = ours.rules, ours.delay
	return r
}

// token is the product token that a User-agent line begins with.
func token(value string) string {
	end := strings.IndexFunc(value, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_'
	})
	if end < 0 {
		return value
	}
	return value[:end]
}

func (r *robots) take(key, value string) {
	if key == "crawl-delay" {
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 && !math.IsInf(seconds, 0) {
			r.delay = time.Duration(min(seconds, maxCrawlDelay.Seconds()) * float64(time.Second))
		}
		return
	}
	if value == "" {
		return // it says nothing: "Disallow:" allows all that no other line forbids
	}
	if value[0] != '/' && value[0] != '*' {
		value = "/" + value // what was meant is plain
	}
	rule := robotsRule{allow: key == "allow", length: len(value)}
	value, rule.end = strings.CutSuffix(value, "$")
	rule.parts = strings.Split(value, "*")
	for i, part := range rule.parts {
		rule.parts[i] = escape(part, true)
	}
	r.rules = append(r.rules, rule)
}

// allows tells whether a path with its query, in canonical form, may be asked for. The
// longest rule decides; of two that are as long, the one that allows (section 2.2.2).
func (r robots) allows(path string) bool {
	if path == "/robots.txt" {
		return true
	}
	longest, allow := -1, true
	for _, rule := range r.rules {
		if (rule.length > longest || rule.length == longest && rule.allow) && rule.matches(path) {
			longest, allow = rule.length, rule.allow
		}
	}
	return allow
}

// matches takes each part at the first place where it can stand: that leaves most to
// those that follow, and nothing is tried twice.
func (r robotsRule) matches(path string) bool {
	rest, found := strings.CutPrefix(path, r.parts[0])
	if !found {
		return false
	}
	last := len(r.parts) - 1
	for i, part := range r.parts[1:] {
		if i+1 == last && r.end {
			return strings.HasSuffix(rest, part)
		}
		if _, rest, found = strings.Cut(rest, part); !found {
			return false
		}
	}
	return !r.end || rest == ""
}
