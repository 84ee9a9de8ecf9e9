package merkle

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
)

// place is the position of the leaf at an offset of a tile of level 0.
func (r *row) place(offset int) eventlog.Position {
	return eventlog.Position(binary.BigEndian.Uint64(r.positions[offset*placeBytes:]))
}

// first is the position of the first leaf.
func (r *row) first() eventlog.Position { return r.place(0) }

// places are the positions of the leaves.
func (r *row) places() []eventlog.Position {
	all := make([]eventlog.Position, len(r.positions)/placeBytes)
	for i := range all {
		all[i] = r.place(i)
	}
	return all
}

// Index returns the number of the leaf of the event at a position; ErrNoLeaf when no event
// that is counted stands exactly there.
func (t *Tree) Index(ctx context.Context, p eventlog.Position) (int64, error) {
	var r row
	err := t.read.QueryRowContext(ctx, "SELECT number, hashes, positions FROM tile WHERE first <= ? ORDER BY first DESC LIMIT 1", int64(p)). //nolint:gosec // positions fit
																			Scan(&r.number, &r.hashes, &r.positions)
	if err == nil {
		err = r.whole()
	} else if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("%w: at position %d", ErrNoLeaf, p)
	}
	if err != nil {
		return 0, t.toldOfReading(ctx, err)
	}
	offset, found := slices.BinarySearch(r.places(), p)
	if !found {
		return 0, fmt.Errorf("%w: at position %d", ErrNoLeaf, p)
	}
	return r.number*width + int64(offset), nil
}

// Position returns the position of the event of a leaf, or ErrNoLeaf.
func (t *Tree) Position(ctx context.Context, index int64) (eventlog.Position, error) {
	all, err := t.Positions(ctx, index, index+1)
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

// Positions returns those of the events of the leaves from one up to, but without, another
// one. It reads tile by tile, and holds what it returns: ask for no more than is
// needed at once. ErrNoLeaf when the tree does not have all of them.
func (t *Tree) Positions(ctx context.Context, from, to int64) ([]eventlog.Position, error) {
	var all []eventlog.Position
	err := t.each(ctx, from, to, func(r *row, begin, end int) {
		all = append(all, r.places()[begin:end]...)
	})
	return all, err
}

// Leaves returns the hashes of the leaves from one up to, but without, another one. As
// Positions, it reads tile by tile. ErrNoLeaf when the tree does not have all of them.
func (t *Tree) Leaves(ctx context.Context, from, to int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	err := t.each(ctx, from, to, func(r *row, begin, end int) {
		for i := begin; i < end; i++ {
			all = append(all, tlog.Hash(r.hashes[i*tlog.HashSize:]))
		}
	})
	return all, err
}

// each reads the tiles of level 0 that hold the leaves of a range, and tells which of
// each one are meant.
func (t *Tree) each(ctx context.Context, from, to int64, use func(r *row, begin, end int)) error {
	if from < 0 || from > to {
		return fmt.Errorf("%w: from %d to %d", ErrNoLeaf, from, to)
	}
	for from < to {
		number := from / width
		end := min(to-number*width, width)
		r, err := t.row(ctx, 0, number)
		if errors.Is(err, ErrNoTile) || err == nil && int64(len(r.hashes)) < end*tlog.HashSize {
			return fmt.Errorf("%w: leaf %d", ErrNoLeaf, to-1)
		}
		if err != nil {
			return err
		}
		use(&r, int(from-number*width), int(end))
		from = number*width + end
	}
	return nil
}

func (t *Tree) row(ctx context.Context, level, number int64) (row, error) {
	r, err := readRow(ctx, t.read, level, number)
	if err != nil {
		return row{}, t.toldOfReading(ctx, err)
	}
	return r, nil
}

// Tile returns the hashes of a tile of Height 8, of 32 bytes each: a complete one, or as
// many as the tile's W of one that is. ErrNoTile when the tree has no such tile, or has
// not yet so many of its hashes. It does not check them; whoever gets them can.
func (t *Tree) Tile(ctx context.Context, tile tlog.Tile) ([]byte, error) {
	if tile.H != Height || tile.L < 0 || tile.N < 0 || tile.W < 1 || tile.W > width {
		return nil, fmt.Errorf("%w: %s", ErrNoTile, tile.Path())
	}
	r, err := t.row(ctx, int64(tile.L), tile.N)
	switch {
	case err != nil:
		return nil, err
	case len(r.hashes) < tile.W*tlog.HashSize:
		return nil, fmt.Errorf("%w: %s", ErrNoTile, tile.Path())
	}
	return r.hashes[:tile.W*tlog.HashSize], nil
}
