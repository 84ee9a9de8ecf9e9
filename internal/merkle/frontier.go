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

// frontierOf is the frontier of a tree of a size, of which a reader has the hashes.
func frontierOf(size int64, from tlog.HashReader) (Frontier, error) {
	f := Frontier{size: size}
	var levels []int
	var indexes []int64
	for left := uint64(size); left != 0; left &= left - 1 { //nolint:gosec // sizes are not negative
		level := bits.TrailingZeros64(left)
		levels, indexes = append(levels, level), append(indexes, tlog.StoredHashIndex(level, size>>level-1))
	}
	hashes, err := from.ReadHashes(indexes)
	if err != nil {
		return Frontier{}, err
	}
	for i, level := range levels {
		f.last[level] = hashes[i]
	}
	return f, nil
}
