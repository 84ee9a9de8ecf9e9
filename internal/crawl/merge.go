package crawl

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// merge takes note of what came of an item.
func (e *engine) merge(it *item) {
	out := it.done
	it.done = &outcome{} // its lists are not needed any more
	if it.line == nil {
		e.kept -= int64(len(it.body))
		it.body = nil
	}
	switch {
	case out.ended, out.full:
		e.summary.Unread++
		return
	case out.reason != "":
		e.skip(it.skipped(out.reason, out.status))
		return
	case out.redirect != "":
		e.follow(it, out.redirect)
		return
	}
	if e.summary.Resources++; out.page {
		e.summary.Pages++
	}
	for _, b := range out.bad {
		e.refuse(b)
	}
	if out.cut {
		e.skip(it.skipped(SkippedLinks, 0))
	}
	for i, in := range out.inline {
		e.hold(fmt.Sprintf("%s#inline-%d", it.address, i+1), in, Reference{Page: it.address, Line: in.line})
	}
	for _, t := range out.targets {
		e.mention(t, it)
	}
}

func (it *item) skipped(reason Reason, status int) Skipped {
	s := Skipped{Address: it.address, Reason: reason, Status: status}
	if len(it.from) > 0 {
		s.From = it.from[0]
	}
	return s
}

// refer notes places that refer to an item.
func (it *item) refer(times int, from ...Reference) {
	it.mentions += times
	it.from = append(it.from, from[:min(len(from), MaxFrom-len(it.from))]...)
}

// real is where an item is, after redirects.
func (it *item) real() *item {
	for it.alias != nil {
		it = it.alias
	}
	return it
}

// mention notes that a document refers to something.
func (e *engine) mention(t target, by *item) {
	from := Reference{Page: by.address, Line: t.line}
	if known := e.items[t.address]; known != nil {
		known = known.real()
		known.refer(t.times, from)
		if known.line != nil && !known.line.foreign {
			known.want |= t.want
		}
		return
	}
	it := &item{address: t.address, want: t.want, distance: by.distance + 1}
	it.refer(t.times, from)
	e.add(it)
}

// add notes something new, if it is to be got.
func (e *engine) add(it *item) bool {
	line, reason := e.source.admit(it)
	switch {
	case reason != "":
		e.refuse(it.skipped(reason, 0))
		return false
	case line == nil:
		return false
	case len(e.items) >= 2*e.limits.resources:
		e.full = true
		return false
	case it.distance > maxDistance && it.want == wantPage, e.trapped(it.address):
		e.refuse(it.skipped(SkippedTrap, 0))
		return false
	}
	if line.foreign {
		it.want &= wantPicture | wantSheet
	}
	it.line, it.queue = line, queueOf(it)
	e.items[it.address] = it
	e.queues[it.queue].push(it)
	return true
}

// trapped counts the queries of a path, and looks for a path that repeats itself, as
// those do that are made by a relative link in a page for everything.
func (e *engine) trapped(address string) bool {
	const maxDepth, maxRepeats = 24, 3
	path, query, asked := strings.Cut(address, "?")
	path, session, has := strings.Cut(path, ";")
	if segments := strings.Split(path, "/"); len(segments) > maxDepth+3 {
		return true
	} else if len(segments) > maxRepeats+3 {
		times := map[string]int{}
		for _, s := range segments[3:] {
			if times[s]++; s != "" && times[s] > maxRepeats {
				return true
			}
		}
	}
	if !asked && !has || query == "" && session == "" {
		return false
	}
	e.perPath[path]++
	return e.perPath[path] > e.limits.perPath
}

// queueOf tells where something waits: what is no page by its name waits until all
// pages are known that show it.
func queueOf(it *item) int {
	path, _, _ := strings.Cut(it.address, "?")
	switch media := extensionMedia(path); {
	case it.want&(wantSheet|wantManifest) != 0, media == mediaCSS, media == mediaManifest:
		return sheets
	case it.want&wantPage != 0 && (media == "" || isPage(media)) || it.start:
		return pages
	}
	return rest
}

// follow goes where an item is instead.
func (e *engine) follow(it *item, to string) {
	if known := e.items[to]; known != nil {
		known = known.real()
		if known == it {
			e.skip(it.skipped(SkippedRedirects, 0))
			return
		}
		it.alias = known
		known.refer(it.mentions, it.from...)
		if known.line != nil && !known.line.foreign {
			known.want |= it.want
		}
		return
	}
	if it.hops == maxHops {
		e.skip(it.skipped(SkippedRedirects, 0))
		return
	}
	there := &item{address: to, want: it.want, start: it.start, hops: it.hops + 1, distance: it.distance}
	there.refer(it.mentions, it.from...)
	if e.add(there) {
		it.alias = there
	}
}

// hold keeps an inline resource until all places are known that hold it.
func (e *engine) hold(address string, in inline, from Reference) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", in.declared)
	h.Write(in.body)
	sum := [32]byte(h.Sum(nil))
	it := e.inline[sum]
	switch {
	case it != nil:
	case len(e.inline) >= 2*e.limits.resources:
		e.full = true
		return
	default:
		it = &item{address: address, queue: inlines, declared: in.declared, body: in.body}
		e.inline[sum] = it
		e.kept += int64(len(in.body))
		e.queues[inlines].push(it)
	}
	it.refer(1, from)
}

// refuse skips something before it is got: once, though many pages refer to it.
func (e *engine) refuse(s Skipped) {
	switch {
	case e.refused[s.Address]:
	case len(e.refused) >= 2*e.limits.resources:
		e.full = true
	default:
		e.refused[s.Address] = true
		e.skip(s)
	}
}

func (e *engine) skip(s Skipped) {
	e.summary.SkippedBy[s.Reason]++
	if len(e.summary.Skipped) < maxSkipped {
		e.summary.Skipped = append(e.summary.Skipped, s)
	}
}

func (s *Summary) sort() {
	slices.SortFunc(s.Skipped, func(a, b Skipped) int {
		return cmp.Or(strings.Compare(a.Address, b.Address), strings.Compare(string(a.Reason), string(b.Reason)),
			strings.Compare(a.From.Page, b.From.Page), cmp.Compare(a.From.Line, b.From.Line))
	})
}
