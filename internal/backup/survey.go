package backup

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/merkle"
)

// survey is the first of two readings of the log before a restore: it writes nothing,
// finds where to end, and whose erasure the log knows, also behind that end; and it sees
// that everything is whole.
type survey struct {
	repo     Repository
	o        *RestoreOptions
	snapshot *Snapshot
	tree     merkle.Frontier
	wanted   map[int64][]expected

	end     int64 // how many events are restored
	ended   bool  // the end is known
	root    tlog.Hash
	last    *Place // the last event that is restored
	streams int64
	erased  []uuid.UUID
	// there is what stands in the target; has counts the events that are the same.
	there *standing
	has   int64
}

// read reads the log of the snapshot, and of the newest one what comes behind it.
func (s *survey) read(ctx context.Context, newest *Snapshot) error {
	if s.o.Events > s.snapshot.Events {
		return refuse(LeafUnknown, "the snapshot %s has %d events", s.snapshot.Name, s.snapshot.Events)
	}
	if err := s.want(); err != nil {
		return err
	}
	for _, segment := range s.snapshot.Segments {
		for event, err := range events(ctx, s.repo, segment) {
			if err != nil {
				return err
			}
			if err := s.take(event); err != nil {
				return err
			}
		}
	}
	if s.tree.Root() != s.snapshot.Root {
		return damaged(s.snapshot.file(), "its events have another root").at(s.snapshot.Events - 1)
	}
	if !s.ended {
		s.finish()
	}
	if err := s.there.ends(); err != nil {
		return err
	}
	for _, segment := range newest.Segments {
		if segment.Last < s.snapshot.Events {
			continue
		}
		for event, err := range events(ctx, s.repo, segment) {
			if err != nil {
				return err
			}
			s.noteErasure(event)
		}
	}
	return nil
}

// want notes what the tree must be at the sizes of signed checkpoints.
func (s *survey) want() error {
	s.wanted = map[int64][]expected{}
	for _, c := range []struct {
		Checkpoint
		file string
	}{
		{Checkpoint{s.snapshot.Checkpoint, s.snapshot.VerifierKey}, s.snapshot.file()},
		{s.o.Checkpoint, ""},
	} {
		if c.Note == "" {
			continue
		}
		tree, err := readCheckpoint([]byte(c.Note), c.VerifierKey)
		if err != nil {
			return err
		}
		if tree.size > s.snapshot.Events {
			return refuse(CheckpointBeyond, "the checkpoint is of %d events, the snapshot has %d", tree.size, s.snapshot.Events)
		}
		s.wanted[tree.size] = append(s.wanted[tree.size], expected{tree.root, c.file, CheckpointDiffers})
	}
	return nil
}

// take takes the next event of the snapshot.
func (s *survey) take(event eventlog.Recorded) error {
	leaf := s.tree.Size()
	envelope, _, err := eventlog.Open(event)
	if err != nil && !errors.Is(err, eventlog.ErrErased) {
		return refuse(RepositoryDamaged, "").at(leaf).from(err)
	}
	if !s.ended && (s.o.Events > 0 && leaf == s.o.Events || !s.o.At.IsZero() && envelope.Recorded.After(s.o.At)) {
		if leaf == 0 {
			return refuse(TimeBeforeFirst, "the first event was recorded at %s", envelope.Recorded.Format(time.RFC3339))
		}
		s.finish()
	}
	s.noteErasure(event)
	hash := tlog.Hash(event.Digest())
	s.tree.Add(hash)
	for _, want := range s.wanted[s.tree.Size()] {
		if want.root != s.tree.Root() {
			return &Error{Code: want.code, Leaf: leaf, File: want.file, Sentence: "the events up to there are not those of the signed checkpoint"}
		}
	}
	if s.tree.Size()%toldEvery == 0 {
		s.o.tell(PhaseCheck, s.tree.Size(), s.snapshot.Events)
	}
	if s.ended {
		return nil
	}
	if event.Revision == 0 {
		s.streams++
	}
	s.last = &Place{Leaf: leaf, Position: event.Position, Stream: event.Stream, Revision: event.Revision, ID: event.ID, Hash: hash, Recorded: envelope.Recorded}
	same, err := s.there.same(event)
	if same {
		s.has++
	}
	return err
}

// finish ends what is restored before the next event.
func (s *survey) finish() {
	s.ended, s.end, s.root = true, s.tree.Size(), s.tree.Root()
}

func (s *survey) noteErasure(event eventlog.Recorded) {
	if event.Type != (domain.PersonErased{}).EventType() {
		return
	}
	id, err := uuid.Parse(strings.TrimPrefix(event.Stream, domain.Persons.Category+"-"))
	if err == nil {
		s.erased = append(s.erased, id)
	}
}

// standing is what a target's log holds already: nothing, or what an interrupted restore
// has written.
type standing struct {
	next func() (eventlog.Recorded, error, bool)
	end  func()
	done bool
}

func standingIn(ctx context.Context, log eventlog.Log) *standing {
	next, end := iter.Pull2(log.Follow(ctx, 0))
	return &standing{next: next, end: end}
}

func errMixed() error { return refuse(NotEmpty, "the log that is restored into holds something else") }

// same tells whether the target has the next event; if it has another one, that is an
// error.
func (s *standing) same(want eventlog.Recorded) (bool, error) {
	if s.done {
		return false, nil
	}
	got, err, ok := s.next()
	switch {
	case err != nil:
		return false, err
	case !ok || got.CaughtUp:
		s.done = true
		return false, nil
	case got.Stream != want.Stream || got.Revision != want.Revision || got.ID != want.ID || got.Type != want.Type ||
		!bytes.Equal(got.Data, want.Data) || !bytes.Equal(got.Meta, want.Meta):
		return false, errMixed()
	}
	return true, nil
}

// ends sees that the target has no more than these.
func (s *standing) ends() error {
	defer s.end()
	if s.done {
		return nil
	}
	got, err, ok := s.next()
	switch {
	case err != nil:
		return err
	case ok && !got.CaughtUp:
		return errMixed()
	}
	return nil
}
