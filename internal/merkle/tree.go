package merkle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/gofrs/flock"
	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
)

// Head is where a tree ends.
type Head struct {
	// Size is the number of leaves.
	Size int64
	// Root is the root of the tree of this size.
	Root tlog.Hash
	// Position is that of the last leaf's event; 0 when there is none.
	Position eventlog.Position
}

// Tree is the tree of one log. All methods are safe for concurrent use.
type Tree struct {
	read    *sql.DB
	write   *sql.DB         // nil when read-only
	lock    *flock.Flock    // nil when read-only
	life    context.Context // until Close
	end     context.CancelFunc
	running sync.WaitGroup // what writes

	mu        sync.Mutex
	head      Head          // guarded by mu: what is in the file; when read-only, when it was looked at last
	grown     chan struct{} // guarded by mu: closed when the tree grows
	following bool          // guarded by mu
	compared  chan struct{} // guarded by mu: closed when the log was found to be the tree's
	failed    error         // guarded by mu: of the last Follow, which has ended
	ended     chan struct{} // guarded by mu: closed when failed is set
}

// Open opens the tree in the file at path, and owns it until Close. The file is made, for
// this user only, when it is not there. Errors: ErrInUse, ErrNewer, ErrForeign, ErrCorrupt,
// or that of the file system.
func Open(path string) (*Tree, error) {
	lock, err := own(path)
	if err != nil {
		return nil, err
	}
	t, err := open(path)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	t.lock = lock
	return t, nil
}

func open(path string) (*Tree, error) {
	ctx := context.Background()
	write, err := file.Open(path)
	if err != nil {
		return nil, told(err)
	}
	t := newTree(nil, Head{})
	t.write = write
	end, err := t.load(ctx)
	if err == nil {
		t.head = end.head()
		t.read, err = openReaders(path)
	}
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	return t, nil
}

// OpenReadOnly opens the tree for looking, also beside the process that owns it; then it
// grows as its owner lets it grow. Errors: fs.ErrNotExist when there is none, ErrNewer,
// ErrForeign, ErrCorrupt.
func OpenReadOnly(path string) (*Tree, error) {
	ctx := context.Background()
	read, err := openReaders(path)
	if err != nil {
		return nil, err
	}
	err = isTree(ctx, read, path)
	var head Head
	if err == nil {
		head, err = readHead(ctx, read)
	}
	if err != nil {
		return nil, errors.Join(err, read.Close())
	}
	return newTree(read, head), nil
}

func newTree(read *sql.DB, head Head) *Tree {
	t := &Tree{read: read, head: head, grown: make(chan struct{}), ended: make(chan struct{}), compared: make(chan struct{})}
	t.life, t.end = context.WithCancel(context.Background())
	return t
}

// Close ends Follow and gives the file up.
func (t *Tree) Close() error {
	t.mu.Lock()
	closed := t.life.Err() != nil
	t.end()
	t.mu.Unlock()
	if closed {
		return nil //nolint:nilerr // by another Close
	}
	t.running.Wait()
	err := t.read.Close()
	if t.write != nil {
		err = errors.Join(err, t.write.Close())
	}
	if t.lock != nil {
		err = errors.Join(err, t.lock.Close())
	}
	return err
}

// Check lets SQLite read the whole file: ErrCorrupt when its pages or indexes are damaged.
// That its hashes are those of the log is for others to find.
func (t *Tree) Check(ctx context.Context) error {
	var found string
	if err := t.read.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return t.toldOfReading(ctx, err)
	}
	if found != "ok" {
		return fmt.Errorf("%w: %s", ErrCorrupt, found)
	}
	return nil
}

// begin begins what writes; end it with running.Done.
func (t *Tree) begin() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.life.Err() != nil:
		return ErrClosed
	case t.write == nil:
		return ErrReadOnly
	}
	t.running.Add(1)
	return nil
}

// toldOfReading gives an error of reading its meaning.
func (t *Tree) toldOfReading(ctx context.Context, err error) error {
	switch {
	case t.life.Err() != nil:
		return ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return told(err)
}
