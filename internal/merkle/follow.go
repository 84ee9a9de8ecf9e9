package merkle

import (
	"context"
	"errors"
	"fmt"
	"time"

	"signet/internal/eventlog"
)

const (
	// group is how many leaves are added in one transaction.
	group = 1024
	// pace is the time between two transactions that are smaller. What is written goes to
	// the disk that appends wait for, and to read few events costs nearly as much as many:
	// without a pace 64 producers lost two fifths of their speed in BenchmarkFollowed.
	pace = 100 * time.Millisecond
)

// Follow adds a leaf for each event of the log, until the context ends, whose error it
// returns. It begins by comparing the last leaf with the log's event: a log that is not
// the one that the tree was made of is a *DivergedError, and nothing is added. Other
// errors are those of the log and of the file; Follow may be called again after them. One
// Follow runs at a time, another one is ErrFollowing.
func (t *Tree) Follow(ctx context.Context, log eventlog.Log) error {
	if err := t.beginFollowing(); err != nil {
		return err
	}
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(t.life, cancel)()
	err := t.follow(within, log)
	switch {
	case t.life.Err() != nil:
		err = ErrClosed
	case ctx.Err() != nil:
		err = ctx.Err()
	}
	t.endFollowing(err, ctx.Err() == nil)
	return err
}

func (t *Tree) beginFollowing() error {
	if err := t.begin(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.following {
		t.running.Done()
		return ErrFollowing
	}
	t.following = true
	if isClosed(t.compared) {
		t.compared = make(chan struct{})
	}
	if t.failed != nil {
		t.failed, t.ended = nil, make(chan struct{})
	}
	return nil
}

// endFollowing tells those who wait when Follow has failed.
func (t *Tree) endFollowing(err error, failed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.following = false
	if failed {
		t.failed = err
		close(t.ended)
	}
	t.running.Done()
}

// follow reads the log from before the last leaf. It ends with an error only.
func (t *Tree) follow(ctx context.Context, log eventlog.Log) error {
	end, err := t.load(ctx)
	if err != nil {
		return err
	}
	head := end.head()
	t.advance(head)
	last, after, err := t.lastLeaf(ctx, head)
	if err != nil {
		return err
	}
	compared := head.Size == 0
	if compared {
		t.tellCompared()
	}
	var waiting []leaf
	var grew time.Time
	for r, err := range log.Follow(ctx, after) {
		found := leaf{r.Digest(), r.Position}
		switch {
		case err != nil && !compared && errors.Is(err, eventlog.ErrCorrupt):
			return diverged(head, last, leaf{}, err)
		case err != nil:
			return fmt.Errorf("merkle: read the log: %w", err)
		case !compared && r.CaughtUp:
			return diverged(head, last, leaf{}, nil)
		case !compared && found != last:
			return diverged(head, last, found, nil)
		case !compared:
			compared = true
			t.tellCompared()
			continue
		case !r.CaughtUp:
			if waiting = append(waiting, found); len(waiting) < group {
				continue
			}
		case len(waiting) == 0:
			continue
		default:
			rest(ctx, pace-time.Since(grew))
		}
		if err := t.grow(ctx, end, waiting); err != nil {
			return err
		}
		waiting, grew = waiting[:0], time.Now()
	}
	return fmt.Errorf("merkle: %w: it ends", eventlog.ErrClosed)
}

// load reads where the tree ends from the file. After a transaction that failed only the
// file knows whether it was made.
func (t *Tree) load(ctx context.Context) (*edge, error) {
	head, err := readHead(ctx, t.write)
	if err != nil {
		return nil, err
	}
	return edgeOf(head, func(level, number int64) (row, error) {
		r, err := readRow(ctx, t.write, level, number)
		if errors.Is(err, ErrNoTile) {
			err = fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		return r, err
	})
}

// rest waits, or until the context ends.
func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// lastLeaf reads the last leaf, and the position of the one before it: on a log that is
// elsewhere, only from where an event stands it can be followed.
func (t *Tree) lastLeaf(ctx context.Context, head Head) (last leaf, before eventlog.Position, err error) {
	if head.Size == 0 {
		return leaf{}, 0, nil
	}
	hashes, err := t.Leaves(ctx, head.Size-1, head.Size)
	if err != nil {
		return leaf{}, 0, err
	}
	if head.Size > 1 {
		if before, err = t.Position(ctx, head.Size-2); err != nil {
			return leaf{}, 0, err
		}
	}
	return leaf{hashes[0], head.Position}, before, nil
}

// tellCompared tells that the log is the tree's.
func (t *Tree) tellCompared() {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.compared)
}

func diverged(head Head, last, found leaf, err error) error {
	return &DivergedError{
		Index: head.Size - 1, Position: last.position, Expected: last.hash,
		FoundAt: found.position, Found: found.hash, Err: err,
	}
}

// grow adds leaves in one transaction, and tells of them. After an error the edge is of no
// use any more.
func (t *Tree) grow(ctx context.Context, end *edge, leaves []leaf) error {
	rows := end.add(leaves)
	head := end.head()
	if err := t.store(ctx, rows, head); err != nil {
		return err
	}
	t.advance(head)
	return nil
}

// store writes what has changed.
func (t *Tree) store(ctx context.Context, rows []row, head Head) error {
	tx, err := t.write.BeginTx(ctx, nil)
	if err != nil {
		return told(err)
	}
	defer tx.Rollback()
	for _, r := range rows {
		var first, positions any
		if r.level == 0 {
			first, positions = int64(r.first()), r.positions //nolint:gosec // positions fit
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO tile VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET hashes = excluded.hashes, positions = excluded.positions`,
			r.level, r.number, r.hashes, first, positions); err != nil {
			return told(err)
		}
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO head VALUES (1, ?, ?, ?) ON CONFLICT DO UPDATE SET size = excluded.size, root = excluded.root, position = excluded.position",
		head.Size, head.Root[:], int64(head.Position)); err != nil { //nolint:gosec // positions fit
		return told(err)
	}
	return told(tx.Commit())
}
