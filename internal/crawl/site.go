package crawl

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"

	"golang.org/x/net/publicsuffix"

	"signet/internal/outbound"
)

// maxHosts is how many servers are asked for anything.
const maxHosts = 1000

// private are the networks that AllowPrivate opens. Link-local addresses, and with
// them the metadata of clouds, are not among them.
var private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("fc00::/7"),
}

// site is a web site, as a source.
type site struct {
	o             Options           // filled
	inside, other http.RoundTripper // the way to its hosts, and to all others

	mu    sync.Mutex
	hosts map[string]*host // guarded by mu: by name
}

// Site visits a web site, from one or more http or https URLs on: all pages that they
// lead to on their hosts, and what those show. Only GET is used, no cookie is kept, and
// redirects are followed as if they were links.
//
// The visit is called by up to Options.Parallel goroutines at once. An error of it ends
// all, and is returned. The end of the context does so, too; the end of MaxDuration is a
// truncation, and no error. The summary is good in each case. What the caller did wrong
// is an *Error: start_missing, and malformed_url or user_info of a start or a host.
func Site(ctx context.Context, start []string, o Options, visit func(Resource) error) (Summary, error) {
	o = o.filled()
	ctx, cancel := context.WithTimeoutCause(ctx, o.MaxDuration, errDuration)
	defer cancel()
	s := &site{o: o, hosts: map[string]*host{}}
	starts, err := s.begin(start)
	if err != nil {
		return Summary{}, err
	}
	disconnect := s.connect()
	defer disconnect()
	e := newEngine(o.limits(), s, visit, o.Progress)
	for _, p := range starts {
		if address := p.String(); e.items[address] == nil {
			e.add(&item{address: address, want: wantPage, start: true})
		}
	}
	s.sitemaps(ctx, starts, func(t target, from string) { e.mention(t, &item{address: from}) })
	if o.IgnoreRobots {
		for _, p := range starts {
			e.summary.RobotsIgnored = append(e.summary.RobotsIgnored, p.host)
		}
		slices.Sort(e.summary.RobotsIgnored)
		e.summary.RobotsIgnored = slices.Compact(e.summary.RobotsIgnored)
	}
	return e.run(ctx)
}

// begin reads what the caller says belongs to the site.
func (s *site) begin(start []string) ([]place, error) {
	if len(start) == 0 {
		return nil, &Error{Code: "start_missing", Field: "start", Sentence: "want at least one URL"}
	}
	starts := make([]place, len(start))
	for i, raw := range start {
		p, reason, ok := resolve(place{}, raw)
		if !ok {
			return nil, refusal(reason, fmt.Sprintf("start[%d]", i), "want a URL that begins with http:// or https://, without a user")
		}
		starts[i] = p
		h := s.host(p.host)
		h.start = true
		h.inside.Store(true)
	}
	for i, raw := range s.o.Hosts {
		name, reason := canonicalHost(raw, "")
		if reason != "" {
			return nil, refusal(reason, fmt.Sprintf("hosts[%d]", i), "want the name of a host")
		}
		s.host(name).inside.Store(true)
	}
	return starts, nil
}

func refusal(reason Reason, field, sentence string) *Error {
	if reason == "" {
		reason = SkippedURL
	}
	return &Error{Code: string(reason), Field: field, Sentence: sentence}
}

// connect makes the ways to the network, and returns what closes them.
func (s *site) connect() func() {
	if s.o.Transport != nil {
		s.inside, s.other = s.o.Transport, s.o.Transport
		return func() {}
	}
	l := outbound.Limits{
		Timeout: s.o.Timeout, Header: 64 << 10, Idle: 4 * s.o.Parallel, IdlePerHost: s.o.PerHost, Compressed: true, Resolver: s.o.resolver,
	}
	var allow []netip.Prefix
	if s.o.AllowPrivate {
		allow = private
	}
	inside, other := outbound.NewTransport(l, outbound.Guard(allow)), outbound.NewTransport(l, outbound.Guard(nil, 80, 443))
	s.inside, s.other = inside, other
	return func() {
		inside.CloseIdleConnections()
		other.CloseIdleConnections()
	}
}

// host returns a server by its name; nil if there are too many.
func (s *site) host(name string) *host {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hosts[name]
	if h == nil && len(s.hosts) < maxHosts {
		h = &host{name: name, slots: slots{max: s.o.PerHost}, origins: map[string]*origin{}}
		s.hosts[name] = h
	}
	return h
}

func (*site) place(address string) place { return placeOf(address) }

func (*site) address(p place) string { return p.String() }

// placeOf reads what is canonical already.
func placeOf(address string) place {
	p, _, _ := resolve(place{}, address)
	return p
}

// admit keeps to the hosts of the site, but for pictures and style sheets.
func (s *site) admit(it *item) (*slots, Reason) {
	name := placeOf(it.address).host
	inside := s.belongs(name) || it.start && s.related(name) // example.org leads to www.example.org
	if !inside && it.want&(wantPicture|wantSheet) == 0 {
		if it.want == wantPage && it.hops == 0 {
			return nil, "" // a link to another site is no omission
		}
		return nil, SkippedHost
	}
	h := s.host(name)
	if h == nil {
		return nil, SkippedHost
	}
	if inside {
		h.inside.Store(true)
	}
	h.slots.foreign = !inside
	return &h.slots, ""
}

// belongs tells whether a host is known as one of the site.
func (s *site) belongs(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hosts[name]
	return h != nil && h.inside.Load()
}

// related tells whether a host is of the same owner as one of the start, by the list of
// https://publicsuffix.org.
func (s *site) related(name string) bool {
	owner := ownerOf(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.hosts {
		if h.start && owner != "" && ownerOf(h.name) == owner {
			return true
		}
	}
	return false
}

func ownerOf(name string) string {
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return ""
	}
	owner, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return ""
	}
	return owner
}
