package merkle

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Frontier computes the root of a tree whose leaves come one by one. It holds one hash
// a level: that of the last complete subtree. The zero value is the empty tree; a copy is
// a tree of its own.
type Frontier struct {
	size int64
	last [64]tlog.Hash
}

// Add adds a leaf. It returns the hashes of the complete subtrees that end with it: of the
// leaf itself, then of the last 2, 4, 8 … leaves.
func (f *Frontier) Add(leaf tlog.Hash) []tlog.Hash {
	done, err := tlog.StoredHashesForRecordHash(f.size, leaf, f)
	if err != nil {
		panic(err) // ReadHashes below never fails for what is to the left of a new leaf
	}
	copy(f.last[:], done)
	f.size++
	return done
}

// Size is the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Root is the root of the tree, as of RFC 6962, section 2.1.
func (f *Frontier) Root() tlog.Hash {
	root, err := tlog.TreeHash(f.size, f)
	if err != nil {
		panic(err) // as in Add
	}
	return root
}

// ReadHashes implements tlog.HashReader for what the right edge holds.
func (f *Frontier) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		if n != f.size>>level-1 {
			return nil, fmt.Errorf("merkle: subtree %d of level %d is not at the edge of a tree of %d leaves", n, level, f.size)
		}
		hashes[i] = f.last[level]
	}
	return hashes, nil
}

// Peaks are the roots of the complete subtrees that the tree consists of, the largest
// first: all that FrontierOf needs to go on.
func (f *Frontier) Peaks() []tlog.Hash {
	var peaks []tlog.Hash
	for level := bits.Len64(uint64(f.size)) - 1; level >= 0; level-- { //nolint:gosec // sizes are not negative
		if f.size>>level&1 == 1 {
			peaks = append(peaks, f.last[level])
		}
	}
	return peaks
}

// FrontierOf is the frontier of a tree of a size with these peaks. ErrInvalid if a tree of
// that size has another number of them; whether they are right only the root tells.
func FrontierOf(size int64, peaks []tlog.Hash) (Frontier, error) {
	if size < 0 || bits.OnesCount64(uint64(size)) != len(peaks) {
		return Frontier{}, fmt.Errorf("%w: %d hashes are no tree of %d leaves", ErrInvalid, len(peaks), size)
	}
	f := Frontier{size: size}
	for i, left := len(peaks)-1, uint64(size); left != 0; i, left = i-1, left&(left-1) {
		f.last[bits.TrailingZeros64(left)] = peaks[i]
	}
	return f, nil
}

// frontierOf is the frontier of a tree of a size, of which a reader has the hashes.
func frontierOf(size int64, from tlog.HashReader) (Frontier, error) {
	var indexes []int64
	for level := bits.Len64(uint64(size)) - 1; level >= 0; level-- { //nolint:gosec // sizes are not negative
		if size>>level&1 == 1 {
			indexes = append(indexes, tlog.StoredHashIndex(level, size>>level-1))
		}
	}
	peaks, err := from.ReadHashes(indexes)
	if err != nil {
		return Frontier{}, err
	}
	return FrontierOf(size, peaks)
}
