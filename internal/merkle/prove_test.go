package merkle_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"signet/internal/merkle"
)

// large is more than one tile of level 1 holds.
const large = 256*256 + 300

// bytesOf puts a proof into the form of the other verifier.
func bytesOf(hashes []tlog.Hash) [][]byte {
	all := make([][]byte, len(hashes))
	for i := range hashes {
		all[i] = hashes[i][:]
	}
	return all
}

func TestALargeTree(t *testing.T) {
	tree := grown(t, pathOf(t), large)
	defer closed(t, tree)
	t.Run("proofs convince another verifier", func(t *testing.T) { proofsConvince(t, tree) })
	t.Run("tiles are those of the standard", func(t *testing.T) { tilesAreStandard(t, tree) })
}

func proofsConvince(t *testing.T, tree *merkle.Tree) {
	t.Helper()
	some := func(size int) bool { return size <= 1030 || size%997 == 0 || size >= large-310 }
	want := rootsAt(t, large, some)
	sizes := rapid.OneOf(rapid.IntRange(1, 1030), rapid.Map(rapid.IntRange(1, large/997), func(n int) int { return 997 * n }), rapid.IntRange(large-310, large))
	rapid.Check(t, func(t *rapid.T) {
		ctx := t.Context()
		size := int64(sizes.Draw(t, "size"))
		index := int64(rapid.IntRange(0, int(size)-1).Draw(t, "index"))
		from := int64(sizes.Filter(func(n int) bool { return n <= int(size) }).Draw(t, "from"))
		root, err := tree.RootAt(ctx, size)
		if err != nil || root != want[size] {
			t.Fatalf("root %v, %v; want %v", root, err, want[size])
		}
		inclusion, err := tree.Inclusion(ctx, index, size)
		if err == nil {
			err = proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(size), leafOf(int(index)), bytesOf(inclusion), root[:])
		}
		if err != nil {
			t.Fatal(err)
		}
		consistency, err := tree.Consistency(ctx, from, size)
		if err == nil {
			err = proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(from), uint64(size), bytesOf(consistency), want[from][:], root[:])
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatIsBeyondTheTreeIsRefused(t *testing.T) {
	tree := grown(t, pathOf(t), 300)
	defer closed(t, tree)
	ctx := t.Context()
	for name, ask := range map[string]func() error{
		"the root of a larger tree":            func() error { _, err := tree.RootAt(ctx, 301); return err },
		"the root of a tree of less than none": func() error { _, err := tree.RootAt(ctx, -1); return err },
		"a leaf that a smaller tree had not":   func() error { _, err := tree.Inclusion(ctx, 200, 200); return err },
		"a leaf before the first":              func() error { _, err := tree.Inclusion(ctx, -1, 200); return err },
		"a leaf of a larger tree":              func() error { _, err := tree.Inclusion(ctx, 0, 301); return err },
		"a way to a larger tree":               func() error { _, err := tree.Consistency(ctx, 1, 301); return err },
		"a way back":                           func() error { _, err := tree.Consistency(ctx, 3, 2); return err },
		"a way from less than nothing":         func() error { _, err := tree.Consistency(ctx, -1, 2); return err },
		"leaves beyond the last":               func() error { _, err := tree.Leaves(ctx, 299, 301); return err },
		"leaves of a tile that is not there":   func() error { _, err := tree.Leaves(ctx, 512, 513); return err },
		"leaves backwards":                     func() error { _, err := tree.Leaves(ctx, 2, 1); return err },
		"positions beyond the last":            func() error { _, err := tree.Positions(ctx, 0, 301); return err },
	} {
		if err := ask(); !errors.Is(err, merkle.ErrNoLeaf) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p, err := tree.Consistency(ctx, 0, 300); err != nil || len(p) > 0 {
		t.Errorf("from the empty tree: %v, %v", p, err)
	}
	if p, err := tree.Consistency(ctx, 300, 300); err != nil || len(p) > 0 {
		t.Errorf("from the same tree: %v, %v", p, err)
	}
	empty := open(t, pathOf(t))
	defer closed(t, empty)
	if root, err := empty.RootAt(ctx, 0); err != nil || root != roots(t, 0)[0] || empty.Head().Root != root {
		t.Errorf("the root of the empty tree is %v, %v", root, err)
	}
}

func tilesAreStandard(t *testing.T, tree *merkle.Tree) {
	t.Helper()
	ctx := t.Context()
	var stored []tlog.Hash // as the standard's own functions make them
	reader := tlog.HashReaderFunc(func(indexes []int64) (all []tlog.Hash, _ error) {
		for _, i := range indexes {
			all = append(all, stored[i])
		}
		return all, nil
	})
	for n := range int64(large) {
		more, err := tlog.StoredHashes(n, numbered(int(n)).Meta, reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
	}
	for _, tile := range append(tlog.NewTiles(merkle.Height, 0, large), tlog.Tile{H: 8, L: 0, N: 256, W: 1}, tlog.Tile{H: 8, L: 0, N: 3, W: 255}, tlog.Tile{H: 8, L: 1, N: 0, W: 77}) {
		if tile.L == 0 && tile.N%100 != 3 && tile.W == 256 { // the others are alike
			continue
		}
		want, err := tlog.ReadTileData(tile, reader)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tree.Tile(ctx, tile); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v", tile.Path(), err)
		}
	}
	leaves, err := tree.Leaves(ctx, 250, 520)
	if err != nil || len(leaves) != 270 || !bytes.Equal(leaves[269][:], leafOf(519)) || !bytes.Equal(leaves[0][:], leafOf(250)) {
		t.Errorf("%d leaves, %v", len(leaves), err)
	}
	positions, err := tree.Positions(ctx, 250, 520)
	if err != nil || len(positions) != 270 || positions[0] != at(250) || positions[269] != at(519) {
		t.Errorf("positions %v, %v", positions, err)
	}
	for name, tile := range map[string]tlog.Tile{
		"it is not yet there":             {H: 8, L: 0, N: 258, W: 1},
		"it is not yet so wide":           {H: 8, L: 0, N: 257, W: 45},
		"it is of a level above the last": {H: 8, L: 3, N: 0, W: 1},
		"it is of events":                 {H: 8, L: -1, N: 0, W: 256},
		"it is of another height":         {H: 2, L: 0, N: 0, W: 4},
		"it has no width":                 {H: 8, L: 0, N: 0, W: 0},
		"it is wider than tiles are":      {H: 8, L: 0, N: 0, W: 257},
		"it stands before the first":      {H: 8, L: 0, N: -1, W: 1},
	} {
		if got, err := tree.Tile(ctx, tile); !errors.Is(err, merkle.ErrNoTile) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// A frontier is the same tree.
func TestAFrontierHasTheRootsOfTheTree(t *testing.T) {
	want := roots(t, 1100)
	var f, earlier merkle.Frontier
	for n := range 1100 {
		if f.Size() != int64(n) || f.Root() != want[n] {
			t.Fatalf("%d leaves, %v", f.Size(), f.Root())
		}
		again, err := merkle.FrontierOf(f.Size(), f.Peaks())
		if err != nil || again.Root() != want[n] {
			t.Fatalf("its peaks lead to %v, %v", again.Root(), err)
		}
		if n == 500 {
			earlier = f
		}
		f.Add(tlog.Hash(leafOf(n)))
	}
	if earlier.Root() != want[500] {
		t.Error("a copy grows with the original")
	}
	if _, err := merkle.FrontierOf(f.Size()-1, f.Peaks()); !errors.Is(err, merkle.ErrInvalid) {
		t.Errorf("the peaks of another size are taken: %v", err)
	}
}
