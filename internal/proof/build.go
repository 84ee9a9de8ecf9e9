package proof

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"signet/domain"
	"signet/internal/eventlog"
)

// Tree is the log's Merkle tree.
type Tree interface {
	// Index is the number of the leaf of the event at a position.
	Index(ctx context.Context, p eventlog.Position) (int64, error)
	// Position is that of the event of a leaf.
	Position(ctx context.Context, index int64) (eventlog.Position, error)
	// Inclusion proves that the leaf is in the tree as it was at a size.
	Inclusion(ctx context.Context, index, size int64) (tlog.RecordProof, error)
	// Consistency proves that the tree at one size continues that at another.
	Consistency(ctx context.Context, from, to int64) (tlog.TreeProof, error)
}

// Version proves what happened to a version of an item until the checkpoint, which must
// be one of the tree. Of other versions nothing gets into the file but the bare envelopes
// of what happened between the drafting and the approval of this one, without which it
// could not be seen that nothing was left out; nor do comments, but for their envelopes.
// What is younger than the checkpoint is left out. The error is ErrNotCovered when that
// is so for the approval, or for all of it; an *Error UnknownSubject when there is no such
// version, another one of those of Check when what is left in the log, or the tree, does
// not prove it; or of the log or the tree.
func Version(ctx context.Context, log eventlog.Log, tree Tree, checkpoint Checkpoint, item string, version int) (*File, error) {
	f := &File{Subject: Subject{Kind: KindVersion, Item: item, Version: version}, Checkpoint: checkpoint.Note}
	reviewed := false // drafted, and not yet approved
	return f.build(ctx, log, tree, checkpoint, func(event domain.Event, a about) take {
		own := a.Version == version
		switch event.(type) {
		case domain.ItemRegistered:
			return frame
		case domain.VersionCommented, domain.CommentResolved:
			own = false
		case domain.VersionDrafted:
			reviewed = reviewed || own
		case domain.VersionApproved:
			if own {
				reviewed = false
				return decisive
			}
		}
		switch {
		case own:
			return whole
		case reviewed:
			return bare
		}
		return nothing
	})
}

// Edition proves an edition as Version does a version: its opening and its issue, or as
// long as it is open all that has happened to it. ErrNotCovered is about its issue.
func Edition(ctx context.Context, log eventlog.Log, tree Tree, checkpoint Checkpoint, edition int) (*File, error) {
	f := &File{Subject: Subject{Kind: KindEdition, Edition: edition}, Checkpoint: checkpoint.Note}
	return f.build(ctx, log, tree, checkpoint, func(event domain.Event, _ about) take {
		if _, issued := event.(domain.EditionIssued); issued {
			return decisive
		}
		return whole
	})
}

// Between proves that a checkpoint of the tree continues an older one. The error is an
// *Error ConsistencyWrong if it does not, or of the tree.
func Between(ctx context.Context, tree Tree, older, newer Checkpoint) (*File, error) {
	f := &File{Subject: Subject{Kind: KindCheckpoint}, Checkpoint: newer.Note, Older: older.Note}
	if 0 < older.Size && older.Size < newer.Size {
		var err error
		if f.Consistency, err = tree.Consistency(ctx, older.Size, newer.Size); err != nil {
			return nil, fmt.Errorf("proof: %w", err)
		}
	}
	if err := newer.Continues(older, f.Consistency); err != nil {
		return nil, err
	}
	return f, nil
}

// take says what gets into the file of an event.
type take int

const (
	nothing  take = iota
	bare          // the envelope
	frame         // all of it, though it is about more than the subject
	whole         // all of it
	decisive      // all of it; without it the file is not worth much
)

// chosen is an event that gets into the file.
type chosen struct {
	eventlog.Recorded
	take take
}

// build fills the file with the events of the subject's stream.
func (f *File) build(ctx context.Context, log eventlog.Log, tree Tree, c Checkpoint, choose func(domain.Event, about) take) (*File, error) {
	if f.Subject.check() != nil {
		return nil, fail(UnknownSubject, "nothing has such a name or number")
	}
	events, err := f.choose(ctx, log, tree, c, choose)
	if err != nil {
		return nil, err
	}
	if last := len(events) - 1; last > 0 && f.Subject.Kind == KindEdition && events[last].take == decisive {
		events = []chosen{events[0], events[last]} // the issue repeats what stands between
	}
	for _, r := range events {
		e := Event{Envelope: r.Meta}
		if r.take != bare {
			e.Data = r.Data
		}
		if e.Index, err = tree.Index(ctx, r.Position); err != nil {
			return nil, fmt.Errorf("proof: %w", err)
		}
		if e.Hashes, err = tree.Inclusion(ctx, e.Index, c.Size); err != nil {
			return nil, fmt.Errorf("proof: %w", err)
		}
		f.Events = append(f.Events, e)
	}
	// What is handed out holds: a damaged log, or another tree, is found here.
	if _, err = f.verdict(c); err != nil {
		return nil, err
	}
	return f, nil
}

// choose reads the stream as far as the checkpoint covers it.
func (f *File) choose(ctx context.Context, log eventlog.Log, tree Tree, c Checkpoint, choose func(domain.Event, about) take) ([]chosen, error) {
	var covered eventlog.Position
	if c.Size > 0 {
		var err error
		if covered, err = tree.Position(ctx, c.Size-1); err != nil {
			return nil, fmt.Errorf("proof: %w", err)
		}
	}
	var events []chosen
	known, young := false, false
	for r, err := range log.Read(ctx, f.Subject.stream(), 0) {
		if err != nil {
			return nil, err
		}
		event, a, err := open(r)
		if err != nil {
			return nil, err
		}
		t := choose(event, a)
		switch {
		case r.Position <= covered:
			known = known || t >= whole
			if t != nothing {
				events = append(events, chosen{r, t})
			}
		case t == decisive:
			return nil, fail(NotCovered, "the approval or issue is younger than the checkpoint of %d events; wait for the next one", c.Size)
		default:
			young = young || t == whole
		}
	}
	switch {
	case known:
		return events, nil
	case young:
		return nil, fail(NotCovered, "all of it is younger than the checkpoint of %d events; wait for the next one", c.Size)
	}
	return nil, fail(UnknownSubject, "the log holds no such %s", f.Subject.Kind)
}

// open reads a stored event; nil when its payload was erased.
func open(r eventlog.Recorded) (domain.Event, about, error) {
	envelope, payload, err := eventlog.Open(r)
	if errors.Is(err, eventlog.ErrErased) {
		return nil, about{}, nil
	}
	if err != nil {
		return nil, about{}, err
	}
	event, err := domain.Decode(envelope.Type, payload, envelope.At)
	if err != nil {
		return nil, about{}, fmt.Errorf("proof: position %d: %w", r.Position, err)
	}
	a, err := aboutOf(payload)
	return event, a, err
}
