package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// deed is one write that a client asks for. It can be asked for again with the
// same idempotency key when nobody knows what became of it.
type deed struct {
	token, query string
	in           vars
	item         string
	// steps are what it adds to the item's history; text and file what the item's
	// version says from then on; use that it declares a use.
	steps      []string
	text, file string
	use        bool
}

// expected is what was acknowledged of an item.
type expected struct {
	steps      []string
	text, file string
	uses       int
}

// ledger is what clients know for certain, and what they do not.
type ledger struct {
	t       *testing.T
	auditor string

	mu     sync.Mutex
	items  map[string]*expected // guarded by mu, as are all below
	fresh  map[string]bool      // items acknowledged or settled since they were checked last
	doubt  []deed
	blobs  []string // digests of uploads
	head   int64    // the greatest position that was told
	acks   int
	doubts int
	first  chan struct{} // closed by the first acknowledgement of a round
}

func newLedger(t *testing.T) *ledger {
	t.Helper()
	return &ledger{t: t, items: map[string]*expected{}, fresh: map[string]bool{}, first: make(chan struct{})}
}

// begin returns a channel that is closed by the first acknowledgement of a round.
func (l *ledger) begin() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first
}

// acknowledged notes a deed that was answered.
func (l *ledger) acknowledged(d deed, position int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.items[d.item]
	if e == nil {
		e = &expected{}
		l.items[d.item] = e
	}
	e.steps = append(e.steps, d.steps...)
	if d.text != "" {
		e.text, e.file = d.text, d.file
	}
	if d.use {
		e.uses++
	}
	l.fresh[d.item] = true
	l.head = max(l.head, position)
	l.acks++
	select {
	case <-l.first:
	default:
		close(l.first)
	}
}

// uploaded notes a file that was taken in.
func (l *ledger) uploaded(digest string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.blobs = append(l.blobs, digest)
}

// unknown notes a deed that was not answered.
func (l *ledger) unknown(d deed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doubt = append(l.doubt, d)
	l.doubts++
}

// settle asks again for what was not answered: done before or not, it is done
// once after it.
func (l *ledger) settle(p *process) {
	p.t.Helper()
	l.mu.Lock()
	doubt := l.doubt
	l.doubt = nil
	l.mu.Unlock()
	for _, d := range doubt {
		a := p.ask(d.token, d.query, vars{"in": d.in})
		l.acknowledged(d, positionOf(a))
	}
	l.mu.Lock()
	l.first = make(chan struct{})
	l.mu.Unlock()
}

// touched returns the items that have not been checked since they were written.
func (l *ledger) touched() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	keys := slices.Sorted(maps.Keys(l.fresh))
	clear(l.fresh)
	return keys
}

// all returns every item.
func (l *ledger) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.items))
}

const whatIsThere = `query($key: String!) { item(key: $key) {
	version(number: 1) { content { units { text(locale: "vi") } files { digest } } }
	history { edges { node { what } } }
	usage { edges { node { declared } } } } }`

// check compares items with what was acknowledged of them: all of it is there, and
// nothing twice.
func (l *ledger) check(p *process, keys []string) {
	p.t.Helper()
	for _, key := range keys {
		want := l.items[key]
		a := p.ask(l.auditor, whatIsThere, vars{"key": key})
		var steps []string
		edges, _ := a.at("item.history.edges").([]any)
		for i := range edges {
			steps = append(steps, (&answer{Data: edges[i]}).text("node.what"))
		}
		uses := max(a.number("item.usage.edges.0.node.declared"), 0)
		if !slices.Equal(steps, want.steps) || uses != want.uses ||
			want.text != "" && a.text("item.version.content.units.0.text") != want.text ||
			want.file != "" && a.text("item.version.content.files.0.digest") != want.file {
			p.t.Errorf("%s: acknowledged was %+v, there is %s", key, *want, a.raw)
		}
	}
}

// checkBlobs finds the files of uploads in the folder; verify reads them.
func (l *ledger) checkBlobs(p *process) {
	p.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, digest := range l.blobs {
		if _, err := os.Stat(filepath.Join(p.cmd.Dir, defaultData, "blobs", digest[:2], digest)); err != nil {
			p.t.Errorf("an upload that was acknowledged is gone: %v", err)
		}
	}
}

// positionOf is the position that a mutation's answer tells.
func positionOf(a *answer) int64 {
	data, _ := a.Data.(map[string]any)
	for name := range data {
		return int64(a.number(name + ".position"))
	}
	return -1
}

// sloganOf is the content of a slogan.
func sloganOf(text string) vars {
	return vars{"units": []vars{
		{"id": "name", "role": "NAME", "texts": []vars{{"locale": "vi", "text": text}}},
		{"id": "slogan", "role": "SLOGAN", "texts": []vars{{"locale": "vi", "text": strings.ToUpper(text)}}},
	}}
}
