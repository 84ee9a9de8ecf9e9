package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
	"signet/internal/merkle"
)

// What can be wrong between a log and the tree that counts its events, or what was signed.
// The place of a finding is an event, a leaf, a tile ("tile/8/1/000", as
// https://c2sp.org/tlog-tiles names it), or leaves ("leaves 10 to 19").
const (
	// TreeLeaf: an envelope is not the one that was counted, or was not counted at all.
	TreeLeaf Code = "tree_leaf"
	// TreeMissingEvent: an event that was counted is gone.
	TreeMissingEvent Code = "tree_missing_event"
	// TreeCorrupt: the tree contradicts itself, or can't be read.
	TreeCorrupt Code = "tree_corrupt"
	// CheckpointContradicted: the log is not the one that was signed.
	CheckpointContradicted Code = "checkpoint_contradicted"
	// CheckpointUnsigned: a checkpoint was not signed by whom it should be.
	CheckpointUnsigned Code = "checkpoint_unsigned"
)

// What is only worth knowing of them.
const (
	// TreeBehind: the tree does not count the last events yet.
	TreeBehind Code = "tree_behind"
	// CheckpointUnread: nobody said by whom the checkpoints that are kept should be signed.
	CheckpointUnread Code = "checkpoint_unread"
)

// Tree counts the events of a log, as *merkle.Tree does.
type Tree interface {
	Head() merkle.Head
	Leaves(ctx context.Context, from, to int64) ([]tlog.Hash, error)
	Positions(ctx context.Context, from, to int64) ([]eventlog.Position, error)
	Tile(ctx context.Context, tile tlog.Tile) ([]byte, error)
	Kept(ctx context.Context, reason string) ([]merkle.Checkpoint, error)
}

// History is what else tells of a log's history. The zero value is nothing.
type History struct {
	// Tree is the log's, or nil. It may be behind the log, but must not be ahead of what is
	// read of it: beside a server, look at the tree first.
	Tree Tree
	// Signed returns what a checkpoint says, or an error when it was not signed by whom it
	// should be. If nil, the checkpoints of the tree are not looked at.
	Signed func(note []byte) (size int64, root tlog.Hash, err error)
	// Outside are checkpoints that were kept elsewhere; they need Signed.
	Outside []Outside
}

// Outside is a checkpoint that was kept elsewhere.
type Outside struct {
	// Name says which one it is, such as that of its file.
	Name string
	Note []byte
}

// signed is a checkpoint that says something about the log.
type signed struct {
	name string
	size int64
	root tlog.Hash
	// found and position are what the log says: its root at the size, and the position of
	// the event before it; reached is false when it has not so many events.
	found    tlog.Hash
	position eventlog.Position
	reached  bool
}

// history compares the log with the tree and with what was signed, while it is read.
type history struct {
	*run
	*counted // nil when there is no tree

	read        merkle.Frontier // the events so far
	position    eventlog.Position
	checkpoints []*signed // by size
	next        int       // of checkpoints
}

// openHistory reads the checkpoints.
func (r *run) openHistory(ctx context.Context, h History) (*history, error) {
	at := &history{run: r}
	if h.Tree != nil {
		at.counted = &counted{run: r, tree: h.Tree, head: h.Tree.Head()}
		kept, err := h.Tree.Kept(ctx, "")
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			r.find(TreeCorrupt, "checkpoints", "they can't be read: %v", err)
		case h.Signed == nil && len(kept) > 0:
			r.note(CheckpointUnread, "checkpoints", fmt.Sprintf("%d are kept, and no key was given to check them", len(kept)))
		case h.Signed != nil:
			for _, c := range kept {
				at.accept(h, fmt.Sprintf("checkpoint of %d leaves (%s)", c.Size, c.Reason), c.Note, &c)
			}
		}
	}
	for _, o := range h.Outside {
		at.accept(h, o.Name, o.Note, nil)
	}
	slices.SortStableFunc(at.checkpoints, func(a, b *signed) int { return cmp.Compare(a.size, b.size) })
	at.sign()
	return at, nil
}

// accept takes a checkpoint that is signed.
func (h *history) accept(from History, name string, note []byte, row *merkle.Checkpoint) {
	size, root, err := from.Signed(note)
	switch {
	case err != nil:
		h.find(CheckpointUnsigned, name, "%v", err)
	case row != nil && row.Size != size:
		h.find(TreeCorrupt, name, "the note that is kept there is of %d leaves", size)
	default:
		h.checkpoints = append(h.checkpoints, &signed{name: name, size: size, root: root})
	}
}

// event counts an event that was read.
func (h *history) event(ctx context.Context, place string, recorded eventlog.Recorded) error {
	digest := tlog.Hash(recorded.Digest())
	h.read.Add(digest)
	h.position = recorded.Position
	h.sign()
	if h.counted == nil {
		return nil
	}
	return h.compare(ctx, place, recorded.Position, digest)
}

// sign notes the root at the sizes that were signed.
func (h *history) sign() {
	for ; h.next < len(h.checkpoints) && h.checkpoints[h.next].size <= h.read.Size(); h.next++ {
		c := h.checkpoints[h.next]
		c.found, c.position, c.reached = h.read.Root(), h.position, true
	}
}

// end is called when everything was read.
func (h *history) end(ctx context.Context) error {
	if h.counted != nil {
		if err := h.rest(ctx); err != nil {
			return err
		}
	}
	var fits signed // the last one that does; at first the empty log
	var first *signed
	others := 0
	tell := func() {
		if first != nil {
			h.contradicted(fits, *first, others)
		}
		first, others = nil, 0
	}
	for _, c := range h.checkpoints {
		switch {
		case c.found == c.root:
			tell()
			fits = *c
		case first == nil:
			first = c
		default:
			others++
		}
	}
	tell()
	return nil
}

// contradicted tells of the first of some checkpoints in a row that do not fit.
func (h *history) contradicted(fits, c signed, others int) {
	place := fmt.Sprintf("leaves %d to %d", fits.size, c.size-1)
	more := ""
	if others > 0 {
		more = fmt.Sprintf("; so does not the log at %d later checkpoints", others)
	}
	if !c.reached {
		h.find(CheckpointContradicted, place, "%s was signed, and the log ends after %d%s", c.name, h.read.Size(), more)
		return
	}
	h.find(CheckpointContradicted, place, "the events after position %d up to %d are not those that were signed: %s has the root %v, the log has %v%s",
		fits.position, c.position, c.name, c.root, c.found, more)
}
