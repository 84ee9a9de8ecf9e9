package crawl

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
)

// source is where resources come from: a web site or a folder.
type source interface {
	// read gets one. It is called by many goroutines.
	read(ctx context.Context, t task) answer
	// place is the address of a document as a URL, by which is read what it refers to;
	// address is the way back, empty if nothing can be there.
	place(address string) place
	address(p place) string
	// admit tells whether something new is to be got, and in which line it waits; if it
	// is not, why, or nothing if that needs no saying. It is called by the engine's
	// goroutine alone.
	admit(it *item) (line *slots, reason Reason)
}

// answer is what a source has got.
type answer struct {
	reason      Reason // why nothing; all else is empty then
	status      int
	redirect    string // where it is instead
	declared    string // media type
	contentType string // of HTTP, for the encoding
	body        []byte
}

// slots bounds what is got from one host at once.
type slots struct {
	active, max int
	foreign     bool // there may be pictures and sheets, and no pages
}

// The queues, in their order: each is worked on when those before it are done. What is
// inline comes earlier if it becomes much.
const (
	pages = iota
	sheets
	inlines
	rest
)

// item is something that is known. It is used by the engine's goroutine alone.
type item struct {
	address  string
	line     *slots // where it waits; nil if it is inline
	want     want
	queue    int
	start    bool // it is a start, or a start leads here
	hops     int  // redirects that led here
	distance int  // links from the start
	from     []Reference
	mentions int
	alias    *item // where it is instead

	body     []byte // if it is inline
	declared string

	index int      // in its queue
	done  *outcome // nil before
}

// task is an item, as it was when it was begun.
type task struct {
	address    string
	want       want
	from       []Reference
	references int
	inline     bool
	declared   string
	body       []byte
}

// outcome is what came of a task.
type outcome struct {
	answer

	ended   bool // the crawl ended meanwhile
	full    bool // it is a page more than there may be
	page    bool
	targets []target
	inline  []inline
	bad     []Skipped
	cut     bool
	err     error // of the visit
}

type result struct {
	item *item
	out  *outcome
}

// limits are those of the options.
type limits struct {
	pages, resources, parallel int
	total                      int64 // bytes
	perPath                    int
	kept                       int64 // bytes; 0 is maxInlineKept
}

const (
	// window is how far is worked ahead of the first thing that is not done.
	window = 512
	// maxInlineKept is how many bytes of inline resources wait for all places to be
	// known. If there is more, it is visited with the places that are known by then.
	maxInlineKept = 64 << 20
	// maxSkipped is how many things that were not visited are named.
	maxSkipped = 1000
	maxHops    = 5
	// maxDistance is how many links away from the start, or from a site map, a page may
	// be. Calendars go on for ever, one link a month.
	maxDistance = 100
)

// engine works the queues off. Things are begun by many goroutines in any order, and
// taken note of by one, in the order of the queues: so what is found, and what a limit
// leaves out, does not depend on who answered first.
type engine struct {
	limits   limits
	source   source
	visit    func(Resource) error
	progress func(pages, queued int, bytes int64)

	queues  [4]queue
	items   map[string]*item
	inline  map[[32]byte]*item
	perPath map[string]int
	kept    int64           // bytes of inline items that wait
	refused map[string]bool // what was skipped before it was got
	results chan result
	active  int
	current int  // queue
	full    bool // something was not even noted
	err     error
	summary Summary

	pages atomic.Int64 // that are, or are being, visited
	bytes atomic.Int64
}

func newEngine(l limits, s source, visit func(Resource) error, progress func(int, int, int64)) *engine {
	if progress == nil {
		progress = func(int, int, int64) {}
	}
	l.kept = positive(l.kept, maxInlineKept)
	return &engine{
		limits: l, source: s, visit: visit, progress: progress,
		items: map[string]*item{}, inline: map[[32]byte]*item{}, perPath: map[string]int{},
		refused: map[string]bool{}, results: make(chan result, l.parallel),
		summary: Summary{SkippedBy: map[Reason]int{}},
	}
}

// errDuration is why a crawl's context ended, if it was its own time limit.
var errDuration = errors.New("crawl: the time is up")

// run works until nothing is left, or a limit, the context or a visit ends it. No
// goroutine is left then.
func (e *engine) run(ctx context.Context) (Summary, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	for {
		for e.err == nil && ctx.Err() == nil && e.active < e.limits.parallel {
			it := e.next()
			if it == nil {
				break
			}
			e.begin(inner, it)
		}
		if e.active == 0 {
			break
		}
		r := <-e.results
		e.active--
		if e.settle(r); e.err != nil {
			cancel()
		}
	}
	e.finish(ctx)
	switch cause := context.Cause(ctx); {
	case e.err != nil:
		return e.summary, e.err
	case cause != nil && !errors.Is(cause, errDuration):
		return e.summary, ctx.Err()
	}
	return e.summary, nil
}

// begin works on an item in a goroutine of its own.
func (e *engine) begin(ctx context.Context, it *item) {
	t := task{
		address: it.address, want: it.want, from: it.from, references: it.mentions,
		inline: it.line == nil, declared: it.declared, body: it.body,
	}
	if it.queue == pages {
		// Only what was known when it was noted does not depend on the timing.
		t.from, t.references = it.from[:min(len(it.from), 1)], min(it.mentions, 1)
	}
	t.from = slices.Clone(t.from)
	e.active++
	go func() { e.results <- result{it, e.work(ctx, t)} }()
}

// work gets a thing, reads what it refers to, and has it visited.
func (e *engine) work(ctx context.Context, t task) *outcome {
	out := &outcome{answer: answer{declared: t.declared, body: t.body}}
	if !t.inline {
		out.answer = e.source.read(ctx, t)
		e.bytes.Add(int64(len(out.body)))
	}
	body := out.body
	out.body = nil
	if out.ended = ctx.Err() != nil; out.ended || out.reason != "" || out.redirect != "" {
		return out
	}
	said := out.declared
	if said == "" || said == mediaUnknown {
		path, _, _ := strings.Cut(t.address, "?")
		said = extensionMedia(path)
	}
	r := Resource{
		Address: t.address, Media: mediaOf(said, body), Declared: out.declared, Body: body,
		From: t.from, References: t.references, Inline: t.inline,
	}
	if isText(r.Media) {
		r.Body, r.Charset = decode(body, r.Media, out.contentType)
	}
	if out.page = isPage(r.Media) && !t.inline; out.page {
		switch {
		case t.want&wantPage == 0:
			// The server says "not found" with a page and the status 200.
			out.reason, out.page = SkippedMedia, false
			return out
		case e.pages.Add(1) > int64(e.limits.pages):
			out.full = true
			return out
		}
	}
	e.look(out, r, t.want)
	out.err = e.visit(r)
	return out
}

// look reads what a document refers to.
func (e *engine) look(out *outcome, r Resource, w want) {
	d := &document{}
	switch {
	case r.Inline:
		return // a page is not in a page, and a sheet has no address to be read by
	case out.page:
		readHTML(d, r.Body)
	case r.Media == mediaCSS:
		readCSS(d, string(r.Body), 1)
	case isManifest(r.Media) && w&wantManifest != 0:
		readManifest(d, r.Body)
	default:
		return
	}
	out.targets, out.bad = d.targets(e.source, r.Address)
	out.inline, out.cut = d.inline, d.cut
}
