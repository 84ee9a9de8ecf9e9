package backup

import (
	"crypto/sha256"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// frontier is the right edge of a Merkle tree (RFC 6962, section 2.1): the roots
// of the full subtrees that it consists of, the largest first. It is enough to add
// leaves and to know the root.
type frontier struct {
	size  int64
	peaks []tlog.Hash
}

// add adds the hash of a leaf.
func (f *frontier) add(leaf tlog.Hash) {
	for n := f.size; n&1 == 1; n >>= 1 {
		leaf = tlog.NodeHash(f.peaks[len(f.peaks)-1], leaf)
		f.peaks = f.peaks[:len(f.peaks)-1]
	}
	f.peaks = append(f.peaks, leaf)
	f.size++
}

// root is that of all leaves; of none it is the hash of nothing.
func (f *frontier) root() tlog.Hash {
	if f.size == 0 {
		return sha256.Sum256(nil)
	}
	root := f.peaks[len(f.peaks)-1]
	for i := len(f.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(f.peaks[i], root)
	}
	return root
}

// frontierOf puts one together that was stored.
func frontierOf(size int64, peaks []tlog.Hash, root tlog.Hash) (frontier, error) {
	if size < 0 || bits.OnesCount64(uint64(size)) != len(peaks) {
		return frontier{}, fmt.Errorf("%d hashes are no tree of %d leaves", len(peaks), size)
	}
	f := frontier{size, append([]tlog.Hash(nil), peaks...)}
	if f.root() != root {
		return frontier{}, fmt.Errorf("the hashes do not lead to the root %v", root)
	}
	return f, nil
}
