package verify

import (
	"bytes"
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
	"signet/internal/merkle"
)

// tileWidth is the number of hashes of a complete tile.
const tileWidth = 1 << merkle.Height

// counted is the tree, read once from its first leaf to its last.
type counted struct {
	*run

	tree     Tree
	head     merkle.Head
	leaf     int64 // the next one that is to be compared
	behind   int   // events after the last leaf
	unread   bool  // the leaves can't be read on
	begin    int64 // of the tile at hand
	leaves   []tlog.Hash
	places   []eventlog.Position
	frontier merkle.Frontier // of the leaves
	above    [][]byte        // the last tile of each level above them, as it should be
}

// compare compares an event of the log with the leaf that it should be.
func (c *counted) compare(ctx context.Context, place string, position eventlog.Position, digest tlog.Hash) error {
	for c.leaf < c.head.Size && !c.unread {
		hash, at, err := c.at(ctx)
		if err != nil || c.unread {
			return err
		}
		switch {
		case hash == digest && at != position:
			c.find(TreeLeaf, place, "it is leaf %d, which was counted at position %d", c.leaf, at)
		case hash == digest:
		case at < position:
			c.gone(at)
			continue
		case at > position:
			c.find(TreeLeaf, place, "the tree does not count it: leaf %d, which comes next, is at position %d", c.leaf, at)
			return nil
		default:
			c.find(TreeLeaf, place, "leaf %d: its envelope is not the one that was counted", c.leaf)
		}
		c.leaf++
		return nil
	}
	c.behind++
	return nil
}

// gone tells that the event of the next leaf is not there.
func (c *counted) gone(at eventlog.Position) {
	c.find(TreeMissingEvent, fmt.Sprintf("position %d, leaf %d", at, c.leaf), "the tree counts an event that is not in the log")
	c.leaf++
}

// at reads the next leaf.
func (c *counted) at(ctx context.Context) (hash tlog.Hash, at eventlog.Position, err error) {
	if c.leaf >= c.begin+int64(len(c.leaves)) {
		if err := c.load(ctx); err != nil || c.unread {
			return hash, 0, err
		}
	}
	return c.leaves[c.leaf-c.begin], c.places[c.leaf-c.begin], nil
}

// load reads the tile of the next leaf, and goes on with those above it.
func (c *counted) load(ctx context.Context) error {
	to := min(c.leaf+tileWidth, c.head.Size)
	leaves, err := c.tree.Leaves(ctx, c.leaf, to)
	var places []eventlog.Position
	if err == nil {
		places, err = c.tree.Positions(ctx, c.leaf, to)
	}
	if err != nil {
		return c.broken(ctx, tlog.Tile{H: merkle.Height, N: c.leaf / tileWidth, W: int(to - c.leaf)}, err)
	}
	c.begin, c.leaves, c.places = c.leaf, leaves, places
	for _, leaf := range leaves {
		for level, hash := range c.frontier.Add(leaf) {
			if level > 0 && level%merkle.Height == 0 {
				if err := c.raise(ctx, level/merkle.Height, hash); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// broken tells that a tile can't be read; nothing is compared with the leaves after it.
func (c *counted) broken(ctx context.Context, tile tlog.Tile, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.find(TreeCorrupt, tile.Path(), "it can't be read: %v", err)
	c.unread = c.unread || tile.L == 0
	return nil
}

// raise adds a hash to the last tile of a level above the leaves, and compares the tile
// when that makes it complete.
func (c *counted) raise(ctx context.Context, level int, hash tlog.Hash) error {
	for len(c.above) <= level {
		c.above = append(c.above, nil)
	}
	c.above[level] = append(c.above[level], hash[:]...)
	if len(c.above[level]) < tileWidth*tlog.HashSize {
		return nil
	}
	err := c.checkTile(ctx, level, c.frontier.Size()>>(merkle.Height*(level+1))-1)
	c.above[level] = nil
	return err
}

// checkTile compares a tile with what the leaves make it.
func (c *counted) checkTile(ctx context.Context, level int, number int64) error {
	tile := tlog.Tile{H: merkle.Height, L: level, N: number, W: len(c.above[level]) / tlog.HashSize}
	stored, err := c.tree.Tile(ctx, tile)
	if err != nil {
		return c.broken(ctx, tile, err)
	}
	if !bytes.Equal(stored, c.above[level]) {
		c.find(TreeCorrupt, tile.Path(), "its hashes are not those of the leaves below it")
	}
	return nil
}

// rest compares what is left when the log has ended.
func (c *counted) rest(ctx context.Context) error {
	for c.leaf < c.head.Size && !c.unread {
		_, at, err := c.at(ctx)
		if err != nil {
			return err
		}
		if !c.unread {
			c.gone(at)
		}
	}
	for level := range c.above {
		if len(c.above[level]) > 0 {
			if err := c.checkTile(ctx, level, c.frontier.Size()>>(merkle.Height*(level+1))); err != nil {
				return err
			}
		}
	}
	switch {
	case c.unread:
	case c.frontier.Root() != c.head.Root:
		c.find(TreeCorrupt, "root", "that of the leaves is %v, and %v was written", c.frontier.Root(), c.head.Root)
	case c.behind > 0:
		c.note(TreeBehind, "tree", fmt.Sprintf("it does not count the last %d events; the next start goes on", c.behind))
	}
	return nil
}
