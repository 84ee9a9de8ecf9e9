package merkle_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
	"signet/internal/merkle"
)

// checks is how often a property is checked when nobody asks for another number with
// -rapid.checks.
const checks = "15"

func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", checks); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	os.Exit(m.Run())
}

// failer is a test, of testing or of rapid.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// numbered is the n-th event of a test.
func numbered(n int) eventlog.Record {
	return eventlog.Record{ID: uuid.UUID{6: 0x70, 8: 0x80, 13: byte(n >> 16), 14: byte(n >> 8), 15: byte(n)}, Type: "test.happened.v1", Data: []byte("data"), Meta: fmt.Appendf(nil, "sự kiện %d", n)}
}

// append appends the events from one number up to another, in appends of up to seven to
// three streams.
func appendTo(t testing.TB, log eventlog.Log, from, to int) {
	t.Helper()
	ctx := context.Background()
	for from < to {
		stream := fmt.Sprintf("stream-%d", from%3)
		last, err := log.Last(ctx, stream)
		if err != nil {
			t.Fatal(err)
		}
		var batch []eventlog.Record
		for range min(1+from%7, to-from) {
			batch = append(batch, numbered(from))
			from++
		}
		if _, err := log.Append(ctx, stream, last, batch...); err != nil {
			t.Fatal(err)
		}
	}
}

// made is a log that makes its events as they are read: event n stands at position
// 10 n + 10. It ends like a log that was closed.
type made struct {
	eventlog.Log

	size int
}

func (l made) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for n := int(after) / 10; n < l.size; n++ {
			after = at(n)
			if !yield(eventlog.Recorded{Record: numbered(n), Position: after}, ctx.Err()) {
				return
			}
		}
		if yield(eventlog.Recorded{Position: after, CaughtUp: true}, nil) {
			yield(eventlog.Recorded{}, eventlog.ErrClosed)
		}
	}
}

// at is the position of event n of a log that is made.
func at(n int) eventlog.Position { return eventlog.Position(10*n + 10) }

// roots are the roots of the trees of the first 0, 1, 2 … events, as somebody else
// computes them.
func roots(t failer, size int) []tlog.Hash {
	t.Helper()
	return rootsAt(t, size, func(int) bool { return true })
}

// rootsAt are the roots at some sizes only.
func rootsAt(t failer, size int, wanted func(size int) bool) []tlog.Hash {
	t.Helper()
	r := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	all := []tlog.Hash{tlog.Hash(rfc6962.DefaultHasher.EmptyRoot())}
	for n := range size {
		if err := r.Append(leafOf(n), nil); err != nil {
			t.Fatal(err)
		}
		if !wanted(n + 1) {
			all = append(all, tlog.Hash{})
			continue
		}
		root, err := r.GetRootHash(nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, tlog.Hash(root))
	}
	return all
}

func leafOf(n int) []byte { return rfc6962.DefaultHasher.HashLeaf(numbered(n).Meta) }

func open(t failer, path string) *merkle.Tree {
	t.Helper()
	tree, err := merkle.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func closed(t failer, tree *merkle.Tree) {
	t.Helper()
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
}

// follow lets a tree follow a log to its present end.
func follow(t failer, tree *merkle.Tree, log eventlog.Log) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- tree.Follow(ctx, log) }()
	head, err := log.Head(ctx)
	if err == nil {
		err = tree.WaitFor(ctx, head)
	}
	cancel()
	if ended := <-done; err != nil || !errors.Is(ended, context.Canceled) {
		t.Fatal(err, ended)
	}
}

// grown is the tree of a log that is made, in a file.
func grown(t failer, path string, size int) *merkle.Tree {
	t.Helper()
	tree := open(t, path)
	if err := tree.Follow(context.Background(), made{size: size}); !errors.Is(err, eventlog.ErrClosed) {
		t.Fatal(err)
	}
	return tree
}

// alter changes a file as the program never would.
func alter(t failer, path, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(context.Background(), statement, args...)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func pathOf(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "tree.db")
}
