package crawl

import (
	"cmp"
	"net"
	"net/http"
	"time"
)

// Options of a crawl. The zero value is polite, and good for a public site.
type Options struct {
	// UserAgent is what servers are told; empty is "signet-check/1". Who knows the
	// address of the registry says it: "signet-check/1 (+https://…)". In a robots.txt we
	// are "signet-check", whatever stands here.
	UserAgent string
	// Hosts belong to the site besides those of the start: "cdn.example.org", with the
	// port if it is not that of the scheme. Pictures and style sheets that a page shows
	// are got from any public host.
	Hosts []string
	// AllowPrivate lets the hosts of the site be in a private network, or this machine.
	// Other hosts never may.
	AllowPrivate bool
	// IgnoreRobots does not obey the robots.txt of the hosts of the start, for owners of
	// a site. The summary names them.
	IgnoreRobots bool

	MaxPages     int           // 0 is 5000
	MaxResources int           // 0 is 50,000; with pages
	MaxBytes     int64         // of one resource, unpacked; 0 is 32 MiB
	MaxTotal     int64         // of all, give or take what is under way; 0 is 4 GiB
	MaxPerPath   int           // URLs that differ only in their query; 0 is 1000
	MaxDuration  time.Duration // 0 is 30 minutes
	// Timeout bounds one request, to the end of its body; 0 is 20 s.
	Timeout time.Duration
	// Parallel is how many requests and visits are under way at once; 0 is 8. Each may
	// hold MaxBytes in memory, and once more while a text is decoded.
	Parallel int
	// PerHost is how many of them are for one host; 0 is 4.
	PerHost int
	// Delay is the time between the starts of two requests to a host. A Crawl-delay of
	// robots.txt, of at most 10 s, makes it longer.
	Delay time.Duration

	// Progress, if any, is called after each resource, by one goroutine at a time: with
	// how many pages were visited, how much that is known waits, and how many bytes were
	// read.
	Progress func(pages, queued int, bytes int64)
	// Transport takes the place of the network, for tests. It is not guarded: with it, no
	// address is checked at the connection. Nil is the guarded network.
	Transport http.RoundTripper

	resolver *net.Resolver // takes the place of the system's, for tests
	kept     int64         // takes the place of maxInlineKept, for tests
}

func (o Options) filled() Options {
	o.UserAgent = cmp.Or(o.UserAgent, product+"/1")
	o.MaxPages = positive(o.MaxPages, 5000)
	o.MaxResources = positive(o.MaxResources, 50_000)
	o.MaxBytes = positive(o.MaxBytes, 32<<20)
	o.MaxTotal = positive(o.MaxTotal, 4<<30)
	o.MaxPerPath = positive(o.MaxPerPath, 1000)
	o.MaxDuration = positive(o.MaxDuration, 30*time.Minute)
	o.Timeout = positive(o.Timeout, 20*time.Second)
	o.Parallel = positive(o.Parallel, 8)
	o.PerHost = positive(o.PerHost, 4)
	return o
}

func (o Options) limits() limits {
	return limits{pages: o.MaxPages, resources: o.MaxResources, total: o.MaxTotal, parallel: o.Parallel, perPath: o.MaxPerPath, kept: o.kept}
}

// positive is n, or the usual number if there is none.
func positive[N int | int64 | time.Duration](n, usual N) N {
	if n <= 0 {
		return usual
	}
	return n
}
