package phrases

import (
	"math/bits"
	"slices"
)

// gramSizes are the lengths of the parts of pieces that are looked up, in letters.
var gramSizes = [...]int{1, 2, 3, 4, 5, 6, 8, 11}

// grams finds where a phrase may stand. k edits leave at least one of k+1 pieces of
// a phrase whole, so a gram of each piece is enough to find all places.
type grams struct {
	sizes []gramSize
	seeds map[uint64][]seed
	// seen has a bit for the first bits of each key: most of a text is not in it.
	seen  []uint64
	shift int
}

// gramSize is a length that is in use, and what a letter's factor is in its hash
// when it leaves.
type gramSize struct {
	letters int
	leaving uint64
}

// seed is a gram of a piece of an entry.
type seed struct {
	entry, piece int32
	at           int32 // where the gram begins in the piece

	// Of the letters from the gram on, for as many pieces as mostAhead allows: their
	// pairs, how many of these may be missing in as many letters of text, and how many
	// letters these are.
	pairs   uint64
	missing int16
	ahead   int16
}

// mostAhead bounds the letters that are looked at for their pairs.
const mostAhead = 48

// newSeed makes the seed of a gram that begins in piece p of an entry. That piece has
// no edit, the next one at most one, and so on (see align), and an edit takes away at
// most two pairs, or takes away one and moves one out of sight.
func newSeed(entry int, e *entry, p, at int) seed {
	s := seed{entry: int32(entry), piece: int32(p), at: int32(at)}
	from := e.cuts[p] + at
	to := min(e.cuts[p+1], from+mostAhead)
	edits := 0
	for q := p + 1; q <= e.edits && e.cuts[q+1]-from <= mostAhead; q++ {
		to, edits = e.cuts[q+1], edits+1
	}
	for i := from; i+1 < to; i++ {
		s.pairs |= pair(e.folded[i], e.folded[i+1])
	}
	s.missing, s.ahead = int16(2*edits), int16(to-from)
	return s
}

// pair has a bit for two letters.
func pair(a, b rune) uint64 { return 1 << ((uint64(a)*base + uint64(b)) * spread >> 58) }

// The hash of letters a, b, c is ((a·base)+b)·base+c, so that it can be rolled on; its
// key is spread by another factor.
const (
	base   = 0x9E3779B97F4A7C15
	spread = 0xD6E8FEB86659FD93
)

func key(hash uint64, size int) uint64 { return (hash + uint64(size)<<56) * spread }

func leaving(size int) uint64 {
	f := uint64(1)
	for range size {
		f *= base
	}
	return f
}

func newGrams(entries []entry) grams {
	seeds := map[uint64][]seed{}
	used := map[int]bool{}
	rarity := newRarity(entries)
	count := 0
	for i := range entries {
		e := &entries[i]
		e.cuts = rarity.cuts(e.folded, e.edits+1)
		for p := range e.edits + 1 {
			g := rarity.rarest(e.folded[e.cuts[p]:e.cuts[p+1]])
			used[g.size] = true
			seeds[g.key] = append(seeds[g.key], newSeed(i, e, p, g.at))
			count++
		}
	}
	g := grams{seeds: seeds}
	for _, size := range gramSizes {
		if used[size] {
			g.sizes = append(g.sizes, gramSize{size, leaving(size)})
		}
	}
	wide := max(bits.Len(uint(count))+5, 10)
	g.shift = 64 - wide
	g.seen = make([]uint64, 1<<(wide-6))
	for k := range seeds {
		k >>= g.shift
		g.seen[k/64] |= 1 << (k % 64)
	}
	return g
}

// each calls found for every seed in a text, with the place where its gram begins.
func (g *grams) each(text []rune, found func(s *seed, at int)) {
	var hashes [len(gramSizes)]uint64
	for i, r := range text {
		for j := range g.sizes {
			size := &g.sizes[j]
			h := hashes[j]*base + uint64(r)
			begins := i + 1 - size.letters
			if begins > 0 {
				h -= uint64(text[begins-1]) * size.leaving
			}
			hashes[j] = h
			if begins < 0 {
				continue
			}
			k := key(h, size.letters)
			if b := k >> g.shift; g.seen[b/64]&(1<<(b%64)) == 0 {
				continue
			}
			if seeds := g.seeds[k]; seeds != nil {
				near(text[begins:], seeds, func(s *seed) { found(s, begins) })
			}
		}
	}
}

// near calls found for those seeds of one gram that a text may go on as.
func near(text []rune, seeds []seed, found func(s *seed)) {
	var pairs [mostAhead + 1]uint64 // in so many letters
	known := 1
	for i := range seeds {
		s := &seeds[i]
		ahead := min(int(s.ahead), len(text))
		for ; known < ahead; known++ {
			pairs[known+1] = pairs[known] | pair(text[known-1], text[known])
		}
		if bits.OnesCount64(s.pairs&^pairs[ahead]) <= int(s.missing) {
			found(s)
		}
	}
}

func keyOf(gram []rune) uint64 {
	h := uint64(0)
	for _, r := range gram {
		h = h*base + uint64(r)
	}
	return key(h, len(gram))
}

// rarity counts how often the phrases have a gram, roughly.
type rarity []uint16

const rarityBits = 18

func newRarity(entries []entry) rarity {
	c := make(rarity, 1<<rarityBits)
	for i := range entries {
		text := entries[i].folded
		for _, size := range gramSizes {
			for at := range max(len(text)-size+1, 0) {
				if n := &c[keyOf(text[at:at+size])>>(64-rarityBits)]; *n < 1<<16-1 {
					*n++
				}
			}
		}
	}
	return c
}

// gram is a part of a piece.
type gram struct {
	at, size int
	key      uint64
	count    int
}

// rarest returns the gram that the fewest phrases have, of the longest size that a
// piece has room for.
func (c rarity) rarest(piece []rune) gram {
	best := gram{count: -1}
	for _, s := range slices.Backward(gramSizes[:]) {
		if s <= len(piece) {
			best.size = s
			break
		}
	}
	for at := range len(piece) - best.size + 1 {
		k := keyOf(piece[at : at+best.size])
		if n := int(c[k>>(64-rarityBits)]); best.count < 0 || n < best.count {
			best.at, best.key, best.count = at, k, n
		}
	}
	return best
}

// cuts cuts a phrase into pieces, so that each has a rare gram: what many phrases
// share, such as the name of the city, makes a bad piece.
func (c rarity) cuts(phrase []rune, pieces int) []int {
	cuts := make([]int, pieces+1)
	for i := range cuts {
		cuts[i] = i * len(phrase) / pieces
	}
	least := max(len(phrase)/pieces*2/3, 1)
	for i := 1; i < pieces; i++ {
		from, to := cuts[i-1], cuts[i+1]
		cost := func(at int) int { return c.rarest(phrase[from:at]).count + c.rarest(phrase[at:to]).count }
		best := cost(cuts[i])
		for at := from + least; at <= to-least; at++ {
			if n := cost(at); n < best {
				cuts[i], best = at, n
			}
		}
	}
	return cuts
}
