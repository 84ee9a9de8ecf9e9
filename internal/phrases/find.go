package phrases

import (
	"cmp"
	"slices"
)

// How tells how like a phrase a text is.
type How string

// From the most to the least like.
const (
	Exact     How = "exact"     // the same characters, but for blanks and what can't be seen
	Disguised How = "disguised" // the same letters: marks, case, width, blanks or punctuation differ
	Changed   How = "changed"   // a few letters differ
)

// Use is a place where a document says a phrase.
type Use struct {
	// Phrases are the indexes of the phrases that are said, ascending: several
	// if they are written the same, or are equally near.
	Phrases []int
	How     How
	// Start and End are bytes of the document as it was read: from the first to
	// behind the last. With markup in between, they take it in.
	Start, End int
	// Line and Column are where it starts, from 1; columns are characters (code
	// points), and a line ends by LF, CR LF or CR.
	Line, Column int
	// Text is what stands there, without markup and with single blanks; Before and
	// After are up to some words around it in the same block.
	Text, Before, After string
	// Distance is how many letters were added, removed or replaced; 0 unless Changed.
	Distance int
}

// Find returns the uses in a document, in order of Start.
//
// Within a block they do not overlap: of several that do, the one that explains
// the most letters is told, where a letter of an exact use counts 1.4 times as much
// as one of a disguised use, and this as much as 1.4 of a changed one. So what is
// exactly one phrase is not told as another one that is nearly the same; but a
// sentence that was changed is told even if the city's name in it is exact. (A use
// in an attribute may lie within one in the text around it.)
func (x *Index) Find(d Document) []Use {
	f := finder{Index: x, latest: map[int32]int{}}
	var found []Use
	for _, b := range d.blocks {
		for at := b.from; at < b.to; {
			at, found = f.part(&d, at, b.to, found)
		}
	}
	slices.SortStableFunc(found, func(a, b Use) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	d.locate(found)
	return found
}

// window bounds what is searched at once: so a file of one long line takes no more
// memory than a page.
const window = 1 << 16

// part appends the uses in a block's text from a place on, up to its end or a gap
// that is too wide, and returns where it stopped.
func (f *finder) part(d *Document, from, to int, found []Use) (int, []Use) {
	// what begins within the last letters is left to the next window
	overlap := f.longest + 2*around
	size := max(f.window, 4*overlap)
	next := from
	f.seen = 0
	for {
		stopped := f.read(d.text, next, to, size)
		f.from = from
		if len(f.folded) < size {
			return stopped, f.search(d, found, len(f.folded))
		}
		found = f.search(d, found, len(f.folded)-overlap)
		resume := max(len(f.folded)-overlap, f.told)
		next, f.seen = int(f.at[resume-1]), 1 // a word may begin behind it, or not
	}
}

// finder searches the parts of one document.
type finder struct {
	*Index
	letters
	aligner

	candidates []candidate
	latest     map[int32]int // of each entry, in candidates
	owner      []int32       // of each letter, the index of its candidate + 1
	seen       int           // the first letters that were searched before
	told       int           // behind the last letter of the last use
	behind     int           // and in text
}

// candidate is a use that may be told.
type candidate struct {
	entry    int32
	from, to int // letters
	how      How
	phrases  []int
	place    span // in text
	distance int
	score    int
}

// search appends the uses in the letters that were read that begin before one.
func (f *finder) search(d *Document, found []Use, before int) []Use {
	f.candidates = f.candidates[:0]
	clear(f.latest)
	f.grams.each(f.folded, func(s *seed, at int) {
		if c, ok := f.align(s, at-int(s.at)); ok {
			f.propose(c)
		}
	})
	f.told = 0
	for _, c := range f.chosen() {
		if c.from < before {
			c.place.from = max(c.place.from, f.behind) // a dash between two can't be of both
			found = append(found, f.use(d, c))
			f.told, f.behind = c.to, c.place.to
		}
	}
	return found
}

// align finds how an entry stands in the text if one of its pieces stands at a place.
//
// k edits among k+1 pieces leave one such that the first t pieces from it on have
// fewer than t edits, for every t: otherwise the pieces could be parted into runs that
// have at least as many edits each as pieces. So most places are ruled out by the
// first pieces that follow.
func (f *finder) align(s *seed, at int) (candidate, bool) {
	e := &f.entries[s.entry]
	from := e.cuts[s.piece]
	piece := e.folded[from:e.cuts[s.piece+1]]
	if at < 0 || at+len(piece) > len(f.folded) || !slices.Equal(piece, f.folded[at:at+len(piece)]) {
		return candidate{}, false
	}
	right := side{
		phrase: e.folded, text: f.folded, fromP: from, fromT: at, letters: len(e.folded) - from, room: len(f.folded) - at, step: 1,
		allowed: e.edits - int(s.piece), passed: e.cuts[s.piece+1:],
		edge: func(n int) int { return f.edgeOf(e, at+n, e.ended || len(e.behind) > 0) },
	}
	behind, ok := f.reach(&right)
	if !ok {
		return candidate{}, false
	}
	if i, ok := f.latest[s.entry]; ok && f.candidates[i].distance == 0 && at < f.candidates[i].to {
		return candidate{}, false // this occurrence is known
	}
	left := side{
		phrase: e.folded, text: f.folded, fromP: from - 1, fromT: at - 1, letters: from, room: at, step: -1,
		allowed: e.edits - right.edits,
		edge:    func(n int) int { return f.edgeOf(e, at-n, e.open || len(e.before) > 0) },
	}
	before, ok := f.reach(&left)
	c := candidate{entry: s.entry, from: at - before, to: at + behind, distance: left.edits + right.edits}
	return c, ok && c.from < c.to
}

// edgeOf is edge, but beside a placeholder anything may stand.
func (f *finder) edgeOf(e *entry, letter int, placeholder bool) int {
	if placeholder && e.phrases != nil {
		return 2
	}
	return f.edge(letter)
}

// propose judges a candidate, and keeps it unless the same phrase is said there
// better.
func (f *finder) propose(c candidate) {
	if !f.judge(&f.entries[c.entry], &c) || c.from < f.seen {
		return
	}
	i, ok := f.latest[c.entry]
	switch {
	case !ok || f.candidates[i].to <= c.from:
		f.latest[c.entry] = len(f.candidates)
		f.candidates = append(f.candidates, c)
	case c.score > f.candidates[i].score:
		f.candidates[i] = c
	}
}
