package merkle

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
)

const (
	// Height is that of a tile: it holds 2**Height hashes.
	Height = 8
	// width is the number of hashes of a complete tile.
	width = 1 << Height
	// placeBytes is the length of a leaf's position.
	placeBytes = 8
)

// leaf is an event that is to be counted.
type leaf struct {
	hash     tlog.Hash
	position eventlog.Position
}

// strip is the last tile of a level, as long as it is not complete.
type strip struct {
	hashes    []byte
	positions []byte // on level 0
	changed   bool   // is not yet in the file
}

// row is a tile as it stands in the file.
type row struct {
	level, number     int64
	hashes, positions []byte
}

// edge is the right edge of the tree: all that is needed to make it grow.
type edge struct {
	frontier Frontier
	strips   []strip // by level
	position eventlog.Position
}

// head is where the tree ends.
func (e *edge) head() Head {
	return Head{Size: e.frontier.Size(), Root: e.frontier.Root(), Position: e.position}
}

// add adds leaves, and returns the tiles that have changed.
func (e *edge) add(leaves []leaf) []row {
	var rows []row
	for _, l := range leaves {
		e.position = l.position
		for level, hash := range e.frontier.Add(l.hash) {
			if level%Height != 0 {
				continue
			}
			if full := e.put(level/Height, hash, l.position); full.hashes != nil {
				rows = append(rows, full)
			}
		}
	}
	for level := range e.strips {
		if s := &e.strips[level]; s.changed && len(s.hashes) > 0 {
			rows = append(rows, row{int64(level), e.frontier.Size() >> (Height * (level + 1)), s.hashes, s.positions})
			s.changed = false
		}
	}
	return rows
}

// put adds a hash to the last tile of a level, and returns the tile if that makes it complete.
func (e *edge) put(level int, hash tlog.Hash, position eventlog.Position) (full row) {
	if level == len(e.strips) {
		e.strips = append(e.strips, strip{})
	}
	s := &e.strips[level]
	s.changed = true
	s.hashes = append(s.hashes, hash[:]...)
	if level == 0 {
		s.positions = binary.BigEndian.AppendUint64(s.positions, uint64(position))
	}
	if len(s.hashes) == width*tlog.HashSize {
		full = row{int64(level), e.frontier.Size()>>(Height*(level+1)) - 1, s.hashes, s.positions}
		*s = strip{}
	}
	return full
}

// edgeOf is the edge of the tree in a file, of which read returns rows.
func edgeOf(head Head, read func(level, number int64) (row, error)) (*edge, error) {
	e := &edge{position: head.Position}
	for level := 0; head.Size>>(Height*level) > 0; level++ {
		count := head.Size >> (Height * level)
		e.strips = append(e.strips, strip{})
		if count%width == 0 {
			continue
		}
		r, err := read(int64(level), count/width)
		if err != nil {
			return nil, err
		}
		if len(r.hashes) != int(count%width)*tlog.HashSize || level == 0 && len(r.positions) != int(count%width)*placeBytes {
			return nil, fmt.Errorf("%w: tile %d of level %d has %d bytes, the tree has %d leaves", ErrCorrupt, count/width, level, len(r.hashes), head.Size)
		}
		e.strips[level] = strip{hashes: r.hashes, positions: r.positions}
	}
	var err error
	e.frontier, err = frontierOf(head.Size, tlog.HashReaderFunc(e.hashes))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if root := e.frontier.Root(); root != head.Root {
		return nil, fmt.Errorf("%w: the last tiles have the root %v, and %v was written", ErrCorrupt, root, head.Root)
	}
	return e, nil
}

// hashes reads hashes of complete subtrees at the edge.
func (e *edge) hashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		tile := tlog.TileForIndex(Height, index)
		if tile.L >= len(e.strips) {
			return nil, fmt.Errorf("level %d is missing", tile.L)
		}
		var err error
		if out[i], err = tlog.HashFromTile(tile, e.strips[tile.L].hashes, index); err != nil {
			return nil, err
		}
	}
	return out, nil
}
