package merkle

import (
	"context"
	"errors"
	"time"

	"signet/internal/eventlog"
)

// lookAgain is how often one who waits beside the owner looks at the file.
const lookAgain = 100 * time.Millisecond

// Head returns where the tree ends: what is counted is in the file.
func (t *Tree) Head() Head {
	if t.write == nil {
		// What can't be read now has not shrunk.
		_, _ = t.look(context.Background())
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.head
}

// look reads the head of a file that somebody else writes to.
func (t *Tree) look(ctx context.Context) (Head, error) {
	now, err := readHead(ctx, t.read)
	if err != nil {
		return Head{}, t.toldOfReading(ctx, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Size > t.head.Size {
		t.head = now
	}
	return t.head, nil
}

// Advanced returns what is closed when the tree grows. Ask before Head, so that nothing is
// missed between the two. Of a tree that was opened read-only nobody tells.
func (t *Tree) Advanced() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.grown
}

// WaitFor waits until the tree holds the events up to a position. Of the owner's tree that
// is so when Follow has also found that the log is the tree's: before, nobody knows what
// stands at the position. The error is the context's, that with which Follow has failed,
// or ErrClosed.
func (t *Tree) WaitFor(ctx context.Context, p eventlog.Position) error {
	for {
		t.mu.Lock()
		head, grown, ended, failed, compared := t.head, t.grown, t.ended, t.failed, t.compared
		t.mu.Unlock()
		if isClosed(compared) {
			compared = nil
		}
		var again <-chan time.Time
		if t.write == nil {
			var err error
			if head, err = t.look(ctx); err != nil {
				return err
			}
			again, compared = time.After(lookAgain), nil
		}
		switch {
		case errors.Is(failed, ErrDiverged):
			return failed
		case compared == nil && head.Position >= p:
			return nil
		case failed != nil:
			return failed
		}
		select {
		case <-grown:
		case <-compared:
		case <-ended:
		case <-again:
		case <-ctx.Done():
			return ctx.Err()
		case <-t.life.Done():
			return ErrClosed
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// advance tells that the tree has grown.
func (t *Tree) advance(head Head) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if head == t.head {
		return
	}
	t.head = head
	close(t.grown)
	t.grown = make(chan struct{})
}
