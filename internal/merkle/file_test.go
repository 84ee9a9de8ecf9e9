package merkle_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"signet/internal/eventlog"
	"signet/internal/merkle"
)

func TestAFileThatIsNotATreeIsLeftAsItIs(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, path string)
		want   error
	}{
		"a text": {func(t *testing.T, path string) {
			t.Helper()
			if err := os.WriteFile(path, []byte(strings.Repeat("không phải cây\n", 400)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, merkle.ErrForeign},
		"damaged": {func(t *testing.T, path string) {
			t.Helper()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := 4096; i < len(text); i++ { // all pages but that of the schema
				text[i] = 0xAA
			}
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}, merkle.ErrCorrupt},
		"another program's": {func(t *testing.T, path string) {
			t.Helper()
			alter(t, path, "PRAGMA application_id = 7")
		}, merkle.ErrForeign},
		"a newer program's": {func(t *testing.T, path string) {
			t.Helper()
			alter(t, path, "PRAGMA user_version = 2")
		}, merkle.ErrNewer},
	} {
		t.Run(name, func(t *testing.T) {
			path := pathOf(t)
			closed(t, grown(t, path, 3))
			c.change(t, path)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := merkle.Open(path); !errors.Is(err, c.want) {
				t.Errorf("opened: %v", err)
			}
			if _, err := merkle.OpenReadOnly(path); !errors.Is(err, c.want) {
				t.Errorf("opened for looking: %v", err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
				t.Errorf("it was changed: %v", err)
			}
		})
	}
}

func TestATreeHasOneOwner(t *testing.T) {
	path := pathOf(t)
	tree := open(t, path)
	if _, err := merkle.Open(path); !errors.Is(err, merkle.ErrInUse) {
		t.Error(err)
	}
	closed(t, tree)
	closed(t, open(t, path))
	for _, name := range []string{path, path + ".lock"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// The tiles and the head are written together: when they are of different sizes, somebody
// else has written one of them.
func TestATreeOfTwoSizesIsNotOpened(t *testing.T) {
	want := roots(t, 600)
	for _, size := range []int{255, 256, 590} {
		path := pathOf(t)
		closed(t, grown(t, path, 600))
		alter(t, path, "UPDATE head SET size = ?, root = ?, position = ?", size, want[size][:], int64(at(size-1)))
		if tree, err := merkle.Open(path); !errors.Is(err, merkle.ErrCorrupt) {
			t.Errorf("%d leaves of 600: %v", size, err)
			if err == nil {
				closed(t, tree)
			}
		}
	}
}

// A process that is killed leaves the file and as much of the log beside it as was
// written: any beginning of that.
func TestATreeGoesOnAfterAnyKill(t *testing.T) {
	const first, all = 600, 900
	want := roots(t, all)
	path := pathOf(t)
	tree := open(t, path)
	defer closed(t, tree)
	for size := 50; size <= first; size += 50 { // a transaction each
		if err := tree.Follow(t.Context(), made{size: size}); !errors.Is(err, eventlog.ErrClosed) {
			t.Fatal(err)
		}
		if err := tree.Keep(t.Context(), kept(merkle.Latest, int64(size), "n")); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	beside, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	grew := map[int64]bool{}
	const kills = 15
	for kill := range kills {
		written := (len(beside)*kill + rand.IntN(len(beside))) / kills
		copied := filepath.Join(dir, "tree.db")
		for _, name := range []string{copied, copied + "-wal", copied + "-shm"} {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
		if err := errors.Join(os.WriteFile(copied, file, 0o600), os.WriteFile(copied+"-wal", beside[:written], 0o600)); err != nil {
			t.Fatal(err)
		}
		tree := open(t, copied)
		head := tree.Head()
		if head.Root != want[head.Size] {
			t.Fatalf("%d bytes were written: %+v", written, head)
		}
		grew[head.Size] = true
		if checkpoints, err := tree.Kept(t.Context(), ""); err != nil || len(checkpoints) > 0 && checkpoints[0].Size > head.Size {
			t.Fatalf("%+v, %v", checkpoints, err)
		}
		if err := tree.Follow(t.Context(), made{size: all}); !errors.Is(err, eventlog.ErrClosed) {
			t.Fatal(err)
		}
		if head := tree.Head(); head.Size != all || head.Root != want[all] {
			t.Fatalf("%d bytes were written, afterwards %+v", written, head)
		}
		if root, err := tree.RootAt(t.Context(), first); err != nil || root != want[first] {
			t.Fatal(root, err)
		}
		closed(t, tree)
	}
	if len(grew) < 5 {
		t.Errorf("the kills were at sizes %v only", grew)
	}
}

// A tile of which a bit has changed proves nothing: either it is not needed for a proof, or
// it is told.
func TestAChangedTileProvesNothing(t *testing.T) {
	const size = 256*3 + 40
	want := roots(t, size)
	dir := t.TempDir()
	original := filepath.Join(dir, "tree.db")
	closed(t, grown(t, original, size))
	whole, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	copies := 0
	rapid.Check(t, func(t *rapid.T) {
		copies++ // each has its own companions
		path := filepath.Join(dir, fmt.Sprintf("copy-%d.db", copies))
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		level := rapid.IntRange(0, 1).Draw(t, "level")
		number := rapid.IntRange(0, 3*(1-level)).Draw(t, "number")
		hashes := map[bool]int{true: 256, false: 3}[level == 0]
		if number == 3 {
			hashes = 40
		}
		bit := rapid.IntRange(0, hashes*32*8-1).Draw(t, "bit")
		var tile []byte
		reader, err := merkle.OpenReadOnly(path)
		if err != nil {
			t.Fatal(err)
		}
		defer closed(t, reader)
		if tile, err = reader.Tile(t.Context(), tlog.Tile{H: merkle.Height, L: level, N: int64(number), W: hashes}); err != nil {
			t.Fatal(err)
		}
		tile[bit/8] ^= 1 << (bit % 8)
		alter(t, path, "UPDATE tile SET hashes = ? WHERE level = ? AND number = ?", tile, level, number)
		if tree, err := merkle.Open(path); err == nil {
			closed(t, tree)
			if level == 1 || number == 3 {
				t.Fatal("the last tiles do not have the root, and it was opened")
			}
		} else if !errors.Is(err, merkle.ErrCorrupt) {
			t.Fatal(err)
		}
		index := number*256 + rapid.IntRange(0, hashes-1).Draw(t, "leaf of the tile")
		if _, err := reader.Inclusion(t.Context(), int64(index), size); !errors.Is(err, merkle.ErrCorrupt) {
			t.Fatal(err)
		}
		if root, err := reader.RootAt(t.Context(), 300); err == nil && root != want[300] {
			t.Fatalf("a wrong root: %v", root)
		}
	})
}
