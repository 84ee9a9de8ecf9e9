package backup

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
	"signet/internal/merkle"
)

// toldEvery is after how many events progress is told.
const toldEvery = 1000

// log copies the events that the repository does not have yet.
func (r *running) log(ctx context.Context, before *Snapshot) error {
	signed, err := r.signed(ctx)
	if err != nil {
		return err
	}
	head, err := r.from.Log.Head(ctx)
	if err != nil {
		return err
	}
	after, err := r.continues(ctx, before)
	if err != nil {
		return err
	}
	f, err := treeOf(before.Events, before.Peaks, before.Root)
	if err != nil {
		return damaged(before.file(), "").from(err)
	}
	p, err := newPacker(r.repo, slices.Clone(before.Segments), before.Events)
	if err != nil {
		return err
	}
	s := &r.next
	s.Events, s.Streams, s.EventBytes, s.Last = before.Events, before.Streams, before.EventBytes, before.Last
	w := &copying{running: r, packer: p, tree: f, signed: signed}
	if err := w.follow(ctx, after, head); err != nil {
		return err
	}
	s.Root, s.Peaks, s.Segments = w.tree.Root(), w.tree.Peaks(), p.done
	r.out.NewEvents = s.Events - before.Events
	r.out.Added += p.bytes
	r.o.tell(PhaseLog, r.out.NewEvents, r.out.NewEvents)
	return nil
}

// signed is the newest signed checkpoint that there is.
func (r *running) signed(ctx context.Context) (signedTree, error) {
	if r.from.Checkpoint == nil {
		return signedTree{size: -1}, nil
	}
	c, err := r.from.Checkpoint(ctx)
	if err != nil || c.Note == "" {
		return signedTree{size: -1}, err
	}
	tree, err := readCheckpoint([]byte(c.Note), c.VerifierKey)
	if err != nil {
		return signedTree{}, err
	}
	r.next.Checkpoint, r.next.VerifierKey = c.Note, c.VerifierKey
	return tree, nil
}

// continues sees that the last event of the repository is in the log, and returns where:
// a log that was moved to other storage has other positions.
func (r *running) continues(ctx context.Context, before *Snapshot) (eventlog.Position, error) {
	last := before.Last
	if last == nil {
		return 0, nil
	}
	for event, err := range r.from.Log.Read(ctx, last.Stream, last.Revision) {
		switch {
		case err != nil:
			return 0, err
		case event.Revision != last.Revision || event.ID != last.ID || tlog.Hash(event.Digest()) != last.Hash:
			return 0, refuse(LogDiverged, "the log has another event there (stream %s, revision %d)", last.Stream, last.Revision).at(last.Leaf)
		}
		return event.Position, nil
	}
	return 0, refuse(LogDiverged, "the log does not have the event that was backed up (stream %s, revision %d)", last.Stream, last.Revision).at(last.Leaf)
}

// copying is the events on their way.
type copying struct {
	*running

	packer *packer
	tree   merkle.Frontier
	signed signedTree
}

// follow reads from a position up to the head.
func (w *copying) follow(ctx context.Context, after, head eventlog.Position) error {
	if err := w.agrees(); err != nil || after >= head {
		return err
	}
	if err := w.packer.reopen(ctx); err != nil {
		return err
	}
	for event, err := range w.from.Log.Follow(ctx, after) {
		if err != nil {
			return err
		}
		if event.CaughtUp || event.Position > head {
			break
		}
		if err := w.take(ctx, event); err != nil {
			return err
		}
		if event.Position == head {
			break
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.packer.flush(ctx, w.next.Events-1)
}

// take takes the next event.
func (w *copying) take(ctx context.Context, event eventlog.Recorded) error {
	s, leaf := &w.next, w.next.Events
	envelope, _, err := eventlog.Open(event)
	if err != nil && !errors.Is(err, eventlog.ErrErased) {
		return refuse(LogDamaged, "").at(leaf).from(err)
	}
	if err := w.packer.add(ctx, leaf, event); err != nil {
		return err
	}
	hash := tlog.Hash(event.Digest())
	w.tree.Add(hash)
	s.Events++
	s.EventBytes += int64(len(event.Data) + len(event.Meta))
	if event.Revision == 0 {
		s.Streams++
	}
	s.Last = &Place{Leaf: leaf, Position: event.Position, Stream: event.Stream, Revision: event.Revision, ID: event.ID, Hash: hash, Recorded: envelope.Recorded}
	if s.Events%toldEvery == 0 {
		w.o.tell(PhaseLog, s.Events, 0)
	}
	return w.agrees()
}

// agrees compares the tree with the signed checkpoint, where it is as large.
func (w *copying) agrees() error {
	if w.signed.size == w.tree.Size() && w.signed.root != w.tree.Root() {
		return refuse(LogDiverged, "the signed checkpoint of %d events is not of what is in the repository", w.signed.size).at(w.signed.size - 1)
	}
	return nil
}
