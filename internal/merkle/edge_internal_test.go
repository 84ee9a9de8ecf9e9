package merkle

import (
	"errors"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// FuzzFile reads the rows of a file that anybody may have written: that they are a tree, or
// an error, and never a panic.
func FuzzFile(f *testing.F) {
	e := &edge{}
	e.add([]leaf{{tlog.RecordHash([]byte("a")), 1}, {tlog.RecordHash([]byte("b")), 2}, {tlog.RecordHash([]byte("c")), 5}})
	root := e.frontier.Root()
	f.Add(int64(3), root[:], e.strips[0].hashes, e.strips[0].positions)
	f.Add(int64(256), root[:], e.strips[0].hashes[:32], []byte{})
	f.Add(int64(0), []byte{}, []byte{}, []byte{})
	f.Add(int64(-1), root[:], e.strips[0].hashes, e.strips[0].positions)
	f.Add(int64(1)<<62, root[:], e.strips[0].hashes, e.strips[0].positions)
	f.Fuzz(func(t *testing.T, size int64, root, hashes, positions []byte) {
		if len(root) != tlog.HashSize || size <= 0 { // readHead refuses it
			return
		}
		head := Head{Size: size, Root: tlog.Hash(root), Position: 1}
		read := func(level, number int64) (row, error) {
			r := row{level: level, number: number, hashes: hashes}
			if level == 0 {
				r.positions = positions
			}
			err := r.whole()
			return r, err
		}
		e, err := edgeOf(head, read)
		switch {
		case err == nil:
			if e.head() != head {
				t.Fatalf("%+v, and it says %+v", e.head(), head)
			}
			e.add(make([]leaf, 300))
		case !errors.Is(err, ErrCorrupt):
			t.Fatal(err)
		}
		if r, err := read(0, 0); err == nil {
			_, _ = r.places(), r.first()
		}
	})
}
