// Package notary signs what the log held: as the tree of the log grows it makes
// checkpoints, which anybody may keep, and hands out proofs that events stand in the
// log under them.
//
// A checkpoint is signed at most once a second and is durable here before it is shown.
// The last one of each day and the first one after an edition was issued are kept for
// ever, the others are replaced by the next. Of a tree that is not that of the log
// nothing is signed any more, see [Notary.State].
package notary

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
	"signet/internal/merkle"
	"signet/internal/proof"
)

// between is how long at least lies between two checkpoints.
const between = time.Second

// Why a checkpoint is kept, see merkle.Checkpoint.
const (
	Latest    = "latest"    // the newest one
	OfDay     = "day"       // the last one of a day, in UTC
	OfEdition = "edition"   // the first one after an edition was issued
	Witnessed = "witnessed" // the newest one that a witness has cosigned
)

// ErrNone: nothing has been signed yet, since the log is empty or has only just been
// opened.
var ErrNone = errors.New("notary: no checkpoint yet")

// Options are what a notary works with.
type Options struct {
	Log   eventlog.Log
	Tree  *merkle.Tree
	Key   *proof.Signer
	Clock eventlog.Clock
	// Witnesses are the verifier keys of those who are asked to cosign.
	Witnesses []string
	// Issued tells how many editions were issued, up to a position of the log; nil where
	// nobody knows of editions.
	Issued func(context.Context) (editions int, upTo eventlog.Position, err error)
	Notes  *slog.Logger
}

// Notary signs checkpoints of one tree. Its methods are safe for concurrent use.
type Notary struct {
	Options

	mu       sync.Mutex
	last     *proof.Checkpoint // guarded by mu; nil before the first
	signed   time.Time         // guarded by mu: when last was
	cosigned *proof.Checkpoint // guarded by mu: the newest one that a witness has cosigned
	failed   error             // guarded by mu: why nothing is signed any more
	changed  chan struct{}     // guarded by mu: closed when there is another last, or it has failed
	editions int               // Run's: of how many it was known that they are issued
}

// New makes a notary. It goes on with the checkpoint that was signed last, which must be
// one of this tree, by this key.
func New(ctx context.Context, o Options) (*Notary, error) {
	if o.Notes == nil {
		o.Notes = slog.New(slog.DiscardHandler)
	}
	n := &Notary{Options: o, changed: make(chan struct{})}
	kept, at, err := n.newest(ctx, Latest)
	if err != nil {
		return nil, err
	}
	n.last, n.signed = kept, at
	if n.cosigned, _, err = n.newest(ctx, Witnessed); err != nil {
		return nil, err
	}
	issued, err := o.Tree.Kept(ctx, OfEdition)
	if err != nil {
		return nil, err
	}
	n.editions = len(issued)
	return n, nil
}

// newest is the largest checkpoint that is kept for a reason; nil if there is none, or
// it was signed by another key.
func (n *Notary) newest(ctx context.Context, reason string) (*proof.Checkpoint, time.Time, error) {
	kept, err := n.Tree.Kept(ctx, reason)
	if err != nil || len(kept) == 0 {
		return nil, time.Time{}, err
	}
	last := kept[len(kept)-1]
	c, err := proof.ReadCheckpoint(last.Note, n.Key.VerifierKey(), n.Witnesses...)
	if err != nil {
		n.Notes.Warn("the last checkpoint was signed by another key; another history begins with this one", "size", last.Size, "key", n.Key.Origin())
		return nil, time.Time{}, nil //nolint:nilerr // that is no failure
	}
	root, err := n.Tree.RootAt(ctx, c.Size)
	if err == nil && root != c.Root {
		err = fmt.Errorf("%w: the checkpoint of size %d has another root than the tree", merkle.ErrDiverged, c.Size)
	}
	return &c, last.At, err
}

// Run keeps the tree, and signs as it grows, until the context ends or the tree turns
// out not to be that of the log. Then the error is merkle.ErrDiverged, and stays in State.
// After other failures, such as a full disk, it tries again.
func (n *Notary) Run(ctx context.Context) error {
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		began := time.Now()
		err := n.run(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, merkle.ErrDiverged):
			n.fail(err)
			return err
		case time.Since(began) > longestWait:
			wait = firstWait
		}
		n.Notes.Error("nothing is signed for a while", "error", err, "again", wait)
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return ctx.Err()
		}
	}
}

// How long is waited after a failure.
const (
	firstWait   = time.Second
	longestWait = time.Minute
)

// run follows the log, and signs as the tree grows. It ends with an error only.
func (n *Notary) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	followed := make(chan error, 1)
	go func() { followed <- n.Tree.Follow(ctx, n.Log) }()
	err := n.sign(ctx, followed)
	stop()
	if err != nil {
		return errors.Join(err, <-followed) // one may follow at a time
	}
	return <-followed
}

// sign signs as the tree grows, until that fails or, with nil, the tree does not follow the
// log any more.
func (n *Notary) sign(ctx context.Context, followed chan error) error {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case err := <-followed:
			followed <- err
			return nil
		case <-pause.C:
		}
		advanced := n.Tree.Advanced()
		if err := n.SignNow(ctx); err != nil && !errors.Is(err, ErrNone) {
			return err
		}
		select {
		case err := <-followed:
			followed <- err
			return nil
		case <-advanced:
		}
		pause.Reset(between)
	}
}

// CatchUp lets the tree count all that the log holds now, and signs. It is for who does
// not Run.
func (n *Notary) CatchUp(ctx context.Context) error {
	head, err := n.Log.Head(ctx)
	if err != nil {
		return fmt.Errorf("notary: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	followed := make(chan error, 1)
	go func() { followed <- n.Tree.Follow(ctx, n.Log) }()
	err = n.Tree.WaitFor(ctx, head)
	if err == nil {
		err = n.SignNow(ctx)
	}
	stop()
	if ended := <-followed; errors.Is(ended, merkle.ErrDiverged) {
		return ended
	}
	return err
}

// SignNow signs a checkpoint of the tree as it is, unless there is one already.
func (n *Notary) SignNow(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.failed != nil {
		return n.failed
	}
	head := n.Tree.Head()
	if head.Size == 0 {
		return ErrNone
	}
	if n.last != nil && n.last.Size >= head.Size {
		return nil
	}
	editions, issuedBy, err := n.issued(ctx)
	if err != nil {
		return err
	}
	now := n.Clock()
	note, err := n.Key.Sign(head.Size, head.Root)
	if err != nil {
		return fmt.Errorf("notary: %w", err)
	}
	if n.last != nil && n.signed.UTC().Format(time.DateOnly) != now.UTC().Format(time.DateOnly) {
		if err := n.Tree.Keep(ctx, merkle.Checkpoint{Size: n.last.Size, At: n.signed, Reason: OfDay, Note: n.last.Note}); err != nil {
			return fmt.Errorf("notary: %w", err)
		}
	}
	signed := merkle.Checkpoint{Size: head.Size, At: now, Reason: Latest, Note: note}
	if err := n.Tree.Keep(ctx, signed); err != nil {
		return fmt.Errorf("notary: %w", err)
	}
	if editions > n.editions && head.Position >= issuedBy {
		signed.Reason = OfEdition
		if err := n.Tree.Keep(ctx, signed); err != nil {
			return fmt.Errorf("notary: %w", err)
		}
		n.editions = editions
	}
	n.last, n.signed = &proof.Checkpoint{Origin: n.Key.Origin(), Size: head.Size, Root: head.Root, Note: note}, now
	n.tell()
	return nil
}

func (n *Notary) issued(ctx context.Context) (int, eventlog.Position, error) {
	if n.Issued == nil {
		return 0, 0, nil
	}
	editions, upTo, err := n.Issued(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("notary: editions: %w", err)
	}
	return editions, upTo, nil
}

func (n *Notary) fail(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failed = err
	n.tell()
}

// tell is called with mu held.
func (n *Notary) tell() {
	close(n.changed)
	n.changed = make(chan struct{})
}

// Checkpoint returns the newest checkpoint, or ErrNone, or why nothing is signed any more.
func (n *Notary) Checkpoint() (proof.Checkpoint, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.checkpoint()
}

func (n *Notary) checkpoint() (proof.Checkpoint, error) {
	switch {
	case n.failed != nil:
		return proof.Checkpoint{}, n.failed
	case n.last == nil:
		return proof.Checkpoint{}, ErrNone
	}
	return *n.last, nil
}

// Witnessed returns the newest checkpoint that a witness has cosigned, or ErrNone.
func (n *Notary) Witnessed() (proof.Checkpoint, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cosigned == nil {
		return proof.Checkpoint{}, ErrNone
	}
	return *n.cosigned, nil
}

// Cosigned takes a checkpoint of this notary to which witnesses have added their
// signatures, which must have been checked. It is kept.
func (n *Notary) Cosigned(ctx context.Context, note []byte) error {
	c, err := proof.ReadCheckpoint(note, n.Key.VerifierKey(), n.Witnesses...)
	if err != nil {
		return fmt.Errorf("notary: %w", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cosigned != nil && n.cosigned.Size > c.Size {
		return nil
	}
	if err := n.Tree.Keep(ctx, merkle.Checkpoint{Size: c.Size, At: n.Clock(), Reason: Witnessed, Note: note}); err != nil {
		return fmt.Errorf("notary: %w", err)
	}
	n.cosigned = &c
	return nil
}

// Covering returns a checkpoint that counts the event at a position: the newest that a
// witness has cosigned if it does, else the newest, for which it waits.
func (n *Notary) Covering(ctx context.Context, p eventlog.Position) (proof.Checkpoint, error) {
	if err := n.Tree.WaitFor(ctx, p); err != nil {
		return proof.Checkpoint{}, err
	}
	index, err := n.Tree.Index(ctx, p)
	if err != nil {
		return proof.Checkpoint{}, err
	}
	for {
		n.mu.Lock()
		last, err := n.checkpoint()
		changed, cosigned := n.changed, n.cosigned
		n.mu.Unlock()
		switch {
		case err != nil && !errors.Is(err, ErrNone):
			return proof.Checkpoint{}, err
		case cosigned != nil && cosigned.Size > index:
			return *cosigned, nil
		case err == nil && last.Size > index:
			return last, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return proof.Checkpoint{}, ctx.Err()
		}
	}
}

// State is how the notary is.
type State struct {
	Origin, Key string // Key checks what it signs, in the form of C2SP's signed notes
	// Size and Root are those of the newest checkpoint, which was signed at Signed; 0 before
	// the first.
	Size   int64
	Root   tlog.Hash
	Signed time.Time
	Note   []byte
	// Cosigned is the size of the newest one that a witness has cosigned, Witnesses who did.
	Cosigned  int64
	Witnesses []string
	// Counted is how many events the tree counts.
	Counted int64
	// Failed is why nothing is signed any more; nil as long as all is well.
	Failed error
}

// State tells how the notary is.
func (n *Notary) State() State {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := State{Origin: n.Key.Origin(), Key: n.Key.VerifierKey(), Counted: n.Tree.Head().Size, Failed: n.failed}
	if n.last != nil {
		s.Size, s.Root, s.Signed, s.Note = n.last.Size, n.last.Root, n.signed, n.last.Note
	}
	if n.cosigned != nil {
		s.Cosigned = n.cosigned.Size
		for _, c := range n.cosigned.Cosigned {
			s.Witnesses = append(s.Witnesses, c.Name)
		}
	}
	return s
}
