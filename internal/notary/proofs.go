package notary

import (
	"context"
	"errors"
	"fmt"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/merkle"
	"signet/internal/proof"
)

// ErrUnknown: the log holds nothing of that name.
var ErrUnknown = errors.New("notary: nothing to be proved")

// Version proves a version of an item: the events about it, under a checkpoint that
// counts them all, and that a witness has cosigned, if there is one.
func (n *Notary) Version(ctx context.Context, item string, version int) (*proof.File, error) {
	c, err := n.counting(ctx, domain.ItemStream(item))
	if err != nil {
		return nil, err
	}
	return proof.Version(ctx, n.Log, n.Tree, c, item, version)
}

// Edition proves an edition.
func (n *Notary) Edition(ctx context.Context, edition int) (*proof.File, error) {
	c, err := n.counting(ctx, domain.EditionStream(edition))
	if err != nil {
		return nil, err
	}
	return proof.Edition(ctx, n.Log, n.Tree, c, edition)
}

// counting returns a checkpoint that counts all that a stream holds.
func (n *Notary) counting(ctx context.Context, stream string) (proof.Checkpoint, error) {
	last, err := n.Log.Last(ctx, stream)
	if err != nil || last < 0 {
		return proof.Checkpoint{}, orUnknown(err, stream)
	}
	var end eventlog.Position
	for r, err := range n.Log.Read(ctx, stream, last) {
		if err != nil {
			return proof.Checkpoint{}, err
		}
		end = r.Position
	}
	return n.Covering(ctx, end)
}

func orUnknown(err error, stream string) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: %s", ErrUnknown, stream)
}

// Entries returns the envelopes of the leaves from up to, but not with, to: what the leaves
// are the hashes of. merkle.ErrNoLeaf if the log has not that many.
func (n *Notary) Entries(ctx context.Context, from, to int64) ([][]byte, error) {
	var after eventlog.Position
	if from > 0 {
		var err error
		if after, err = n.Tree.Position(ctx, from-1); err != nil {
			return nil, err
		}
	}
	entries := make([][]byte, 0, to-from)
	for r, err := range n.Log.Follow(ctx, after) {
		if err != nil {
			return nil, err
		}
		if r.CaughtUp || from+int64(len(entries)) == to {
			break
		}
		entries = append(entries, r.Meta)
	}
	if from+int64(len(entries)) != to {
		return nil, fmt.Errorf("%w: leaves %d to %d, of which the log has %d", merkle.ErrNoLeaf, from, to, len(entries))
	}
	return entries, nil
}
