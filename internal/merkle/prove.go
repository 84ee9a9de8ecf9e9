package merkle

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// hashes reads hashes of the tree of a head. What it returns is that of this root: tiles
// that are not are ErrCorrupt.
type hashes struct {
	ctx  context.Context // of one call: tlog has none
	tree *Tree
	head Head
	err  error // of reading a tile
}

// ReadHashes implements tlog.HashReader.
func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	found, err := tlog.TileHashReader(tlog.Tree{N: h.head.Size, Hash: h.head.Root}, h).ReadHashes(indexes)
	switch {
	case h.err != nil && !errors.Is(h.err, ErrNoTile):
		return nil, h.err
	case err != nil: // a tile that must be there is not, or not what it was
		return nil, fmt.Errorf("%w: a tree of %d leaves: %w", ErrCorrupt, h.head.Size, err)
	}
	return found, nil
}

// Height implements tlog.TileReader.
func (h *hashes) Height() int { return Height }

// ReadTiles implements tlog.TileReader.
func (h *hashes) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, tile := range tiles {
		if all[i], h.err = h.tree.Tile(h.ctx, tile); h.err != nil {
			return nil, h.err
		}
	}
	return all, nil
}

// SaveTiles implements tlog.TileReader; there is nothing to save.
func (h *hashes) SaveTiles([]tlog.Tile, [][]byte) {}

// upTo returns the hashes of the tree, if that has a size.
func (t *Tree) upTo(ctx context.Context, size int64) (*hashes, error) {
	head := t.Head()
	if size < 0 || size > head.Size {
		return nil, fmt.Errorf("%w: of %d leaves, the tree has %d", ErrNoLeaf, size, head.Size)
	}
	return &hashes{ctx: ctx, tree: t, head: head}, nil
}

// RootAt returns the root that the tree had when it had a size; ErrNoLeaf when it has
// not yet. Errors of reading, here and below, are ErrCorrupt, ErrClosed, the context's
// or SQLite's.
func (t *Tree) RootAt(ctx context.Context, size int64) (tlog.Hash, error) {
	h, err := t.upTo(ctx, size)
	if err != nil {
		return tlog.Hash{}, err
	}
	if size == h.head.Size {
		return h.head.Root, nil
	}
	return tlog.TreeHash(size, h)
}

// Inclusion proves that the tree of a size has a leaf: the audit path of RFC 6962,
// section 2.1.1, for tlog.CheckRecord. ErrNoLeaf when the tree has no such size, or that no
// such leaf.
func (t *Tree) Inclusion(ctx context.Context, index, size int64) (tlog.RecordProof, error) {
	h, err := t.upTo(ctx, size)
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= size {
		return nil, fmt.Errorf("%w: leaf %d of %d", ErrNoLeaf, index, size)
	}
	return tlog.ProveRecord(size, index, h)
}

// Consistency proves that the tree of one size is the beginning of that of another one:
// the proof of RFC 6962, section 2.1.2, for tlog.CheckTree. It is empty when the sizes are
// equal or the first one is 0. ErrNoLeaf when the tree has no such size, or the first
// one is the larger.
func (t *Tree) Consistency(ctx context.Context, from, to int64) (tlog.TreeProof, error) {
	h, err := t.upTo(ctx, to)
	switch {
	case err != nil:
		return nil, err
	case from < 0 || from > to:
		return nil, fmt.Errorf("%w: from %d to %d leaves", ErrNoLeaf, from, to)
	case from == 0:
		return tlog.TreeProof{}, nil
	}
	return tlog.ProveTree(to, from, h)
}
