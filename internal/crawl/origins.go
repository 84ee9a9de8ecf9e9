package crawl

import (
	"context"
)

// robots returns what the robots.txt of an origin says, which is got once.
func (s *site) robots(ctx context.Context, h *host, scheme string) (robots, Reason) {
	o := h.origin(scheme)
	o.once.Do(func() {
		o.rules, o.reason = s.getRobots(ctx, place{scheme: scheme, host: h.name, path: "/robots.txt"})
		if h.start && s.o.IgnoreRobots {
			o.rules, o.reason = robots{sitemaps: o.rules.sitemaps}, ""
		}
	})
	return o.rules, o.reason
}

// allowed tells whether robots.txt lets a place be got.
func (s *site) allowed(ctx context.Context, p place) bool {
	rules, reason := s.robots(ctx, s.host(p.host), p.scheme)
	return reason == "" && rules.allows(p.path+p.query)
}

// getRobots follows RFC 9309, section 2.3.1: there are no rules where the server has none
// for us (4xx), and nothing may be got while it can't say (5xx, or no answer).
func (s *site) getRobots(ctx context.Context, p place) (robots, Reason) {
	got := s.chase(ctx, p, reading{max: maxRobots, any: true, delay: s.o.Delay}, func(place) bool { return true })
	switch {
	case got.reason == "":
		return readRobots(got.body), ""
	case got.reason == SkippedStatus && got.status >= 500:
		return robots{}, SkippedNoRobots
	case got.reason == SkippedStatus, got.reason == SkippedRedirects:
		return robots{}, ""
	}
	return robots{}, got.reason
}

// chase asks, and follows redirects to where it may.
func (s *site) chase(ctx context.Context, p place, r reading, may func(place) bool) answer {
	for range maxHops + 1 {
		h := s.host(p.host)
		if h == nil || !may(p) {
			return answer{reason: SkippedHost}
		}
		got := s.ask(ctx, h, p, r)
		if got.redirect == "" {
			return got
		}
		p = placeOf(got.redirect)
	}
	return answer{reason: SkippedRedirects}
}

// sitemaps reads the site maps of the hosts of the start: those that robots.txt names,
// and /sitemap.xml. Only what is on the hosts of the site counts.
func (s *site) sitemaps(ctx context.Context, starts []place, note func(t target, from string)) {
	var files []string
	known := map[string]bool{}
	add := func(base place, raw string) {
		if p, _, ok := resolve(base, raw); ok && len(files) < maxSitemaps && s.belongs(p.host) && !known[p.String()] {
			known[p.String()] = true
			files = append(files, p.String())
		}
	}
	for _, p := range starts {
		rules, _ := s.robots(ctx, s.host(p.host), p.scheme)
		for _, raw := range rules.sitemaps {
			add(p, raw)
		}
		add(p, "/sitemap.xml")
	}
	for i := 0; i < len(files) && ctx.Err() == nil; i++ {
		at := placeOf(files[i])
		m := s.sitemap(ctx, at)
		for _, raw := range m.sitemaps {
			add(at, raw)
		}
		for _, raw := range m.pages {
			if p, _, ok := resolve(at, raw); ok {
				note(target{address: p.String(), want: wantPage, times: 1}, files[i])
			}
		}
		for _, raw := range m.pictures {
			if p, _, ok := resolve(at, raw); ok {
				note(target{address: p.String(), want: wantPicture, times: 1}, files[i])
			}
		}
	}
}

// sitemap gets a file of a site map; one that can't be had lists nothing.
func (s *site) sitemap(ctx context.Context, at place) sitemap {
	rules, _ := s.robots(ctx, s.host(at.host), at.scheme)
	got := s.chase(ctx, at, reading{max: s.o.MaxBytes, any: true, delay: max(s.o.Delay, rules.delay)}, func(p place) bool {
		return s.belongs(p.host) && s.allowed(ctx, p)
	})
	if got.reason != "" || isPage(got.declared) {
		return sitemap{}
	}
	return readSitemap(unpack(got.body, s.o.MaxBytes))
}
