package backup

import (
	"context"
	"errors"
	"time"

	"signet/assets"
	"signet/internal/eventlog"
	"signet/internal/merkle"
	"signet/internal/people"
)

// Source is the registry that is backed up. It may be in use meanwhile.
type Source struct {
	Log   eventlog.Log
	Blobs assets.Store
	// People, if nil, are not backed up, and those of an earlier backup go.
	People people.Store
	// Keys returns the keys that are to be kept, by the names of their files, such as
	// "webhooks.key"; nil for none.
	Keys func(context.Context) (map[string][]byte, error)
	// Checkpoint returns the newest signed checkpoint (C2SP tlog-checkpoint) of the log and
	// the key that it is checked by, or empty ones; nil for none. It is asked before the
	// log is read.
	Checkpoint func(context.Context) (Checkpoint, error)
}

// Checkpoint is a signed note, and the verifier key of who signed it.
type Checkpoint struct{ Note, VerifierKey string }

// Phase is a part of the work.
type Phase string

// The phases of a backup, a verification and a restore.
const (
	PhaseCheck  Phase = "check" // of the log, before a restore writes anything
	PhaseLog    Phase = "log"
	PhaseBlobs  Phase = "files"
	PhasePeople Phase = "people"
)

// Progress tells how far a phase is. Total is 0 if that is not known.
type Progress struct {
	Phase       Phase
	Done, Total int64
}

// Options say how to back up.
type Options struct {
	// Version is that of the program; it stands in the snapshot.
	Version   string
	Retention Retention
	// Progress, if there is one, is told how far it is.
	Progress func(Progress)
	// clock is time.Now but in tests.
	clock func() time.Time
}

// Outcome is what a backup has done.
type Outcome struct {
	Snapshot Snapshot
	// NewEvents and NewBlobs were not in the repository before; Added is how many
	// bytes were written into it.
	NewEvents, NewBlobs, Added int64
	// Removed are the snapshots that retention has removed.
	Removed []string
	// Unpruned is why old snapshots and leftovers could not be removed; nil if they
	// were. The backup itself is whole.
	Unpruned error
	Took     time.Duration
}

// Run makes a backup. It reads the log up to where it is when Run begins, then
// copies the blobs that are missing in the repository, which are there before the
// events that point at them, then people and keys, and writes the snapshot last. All
// that is written is read back. An interrupted one leaves nothing that counts. Errors
// are an [*Error], that of the source, or the context's; then the repository has the
// snapshots that it had.
func Run(ctx context.Context, repo Repository, from Source, o Options) (Outcome, error) {
	if o.clock == nil {
		o.clock = time.Now
	}
	began := o.clock()
	lock, ctx, err := acquire(ctx, repo, o.clock)
	if err != nil {
		return Outcome{}, err
	}
	defer lock.release()
	r := &running{repo: repo, from: from, o: o, lock: lock}
	if err := r.all(ctx, began); err != nil {
		return Outcome{}, errors.Join(err, lock.lost())
	}
	r.out.Snapshot = r.next
	pruned, err := prune(ctx, repo, lock, o.Retention, o)
	r.out.Removed, r.out.Unpruned = pruned.Snapshots, err
	r.out.Took = o.clock().Sub(began)
	return r.out, nil
}

// running is one backup.
type running struct {
	repo Repository
	from Source
	o    Options
	lock *lock
	next Snapshot
	out  Outcome
}

func (r *running) all(ctx context.Context, began time.Time) error {
	before, err := Newest(ctx, r.repo)
	switch {
	case CodeOf(err) == SnapshotUnknown:
		before = &Snapshot{}
		before.Root = (&merkle.Frontier{}).Root()
	case err != nil:
		return err
	}
	r.next = Snapshot{Format: Format, Time: began.UTC().Truncate(time.Millisecond), Version: r.o.Version}
	for _, step := range []func(context.Context, *Snapshot) error{r.log, r.blobs, r.people, r.keys} {
		if err := step(ctx, before); err != nil {
			return err
		}
	}
	content, err := r.next.encode()
	if err != nil {
		return err
	}
	if err := r.lock.lost(); err != nil {
		return err
	}
	r.out.Added += int64(len(content))
	return put(ctx, r.repo, r.next.file(), Bytes(content))
}

func (o *Options) tell(phase Phase, done, total int64) {
	if o.Progress != nil {
		o.Progress(Progress{phase, done, total})
	}
}
