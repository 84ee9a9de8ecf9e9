package backup

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sync/errgroup"

	"signet/assets"
	"signet/internal/eventlog"
	"signet/internal/people"
)

// CheckpointKey is the name of the key that signs checkpoints.
const CheckpointKey = "checkpoint.key"

// Target is what is restored into: nothing, or what an interrupted restore of the same
// snapshot has left. Nobody else may write to it meanwhile.
type Target struct {
	Log    eventlog.Log
	Blobs  assets.Store
	People people.Store
}

// RestoreOptions say what is restored. The zero value is the newest snapshot, whole.
type RestoreOptions struct {
	// Snapshot is the name of one, or how it begins; the newest if empty.
	Snapshot string
	// At ends the log before the first event that was recorded after it; Events ends it
	// after so many. Zero values don't end it. The order of the log decides: a clock
	// may have jumped.
	At     time.Time
	Events int64
	// Checkpoint, if its note is not empty, must be what the events say.
	Checkpoint Checkpoint
	// Continue restores the key of checkpoints. It is refused but for the whole newest
	// snapshot: a log that lost events must not sign another history at a size at which it
	// may have signed already.
	Continue bool
	// WithoutPeople leaves the people out.
	WithoutPeople bool
	Progress      func(Progress)
}

func (o *RestoreOptions) tell(phase Phase, done, total int64) {
	if o.Progress != nil {
		o.Progress(Progress{phase, done, total})
	}
}

// Restored is what was made.
type Restored struct {
	Snapshot *Snapshot
	// Events and Root are those of the restored log, Last is its last event; nil if
	// there is none.
	Events, Streams int64
	Root            tlog.Hash
	Last            *Place
	Blobs, People   int64
	// Erased is how many people the backed-up log knows to be erased.
	Erased int64
	// Keys are to be put beside the log, by the caller, before anybody uses it.
	Keys map[string][]byte
	// Ancestor is to be kept beside the log, too; nil with Continue, or if the log had
	// no key.
	Ancestor *Ancestor
}

// Ancestor tells of the log that a restored one begins with. The restored one has a new
// key, and its first leaves are those of the old one.
type Ancestor struct {
	VerifierKey string    `json:"verifierKey"`
	Checkpoint  string    `json:"checkpoint"`
	Snapshot    string    `json:"snapshot"`
	Events      int64     `json:"events"`
	Root        tlog.Hash `json:"root"`
	Restored    time.Time `json:"restored"` // UTC
}

// JSON is the file.
func (a *Ancestor) JSON() ([]byte, error) { return json.MarshalIndent(a, "", "  ") }

// Restore makes a registry of a repository. It reads and checks the whole log before
// it writes anything; then it writes blobs, people and the log, which is last. It may be
// begun again after it was interrupted. Errors are an [*Error], that of the target, or
// the context's.
func Restore(ctx context.Context, repo Repository, to Target, o RestoreOptions) (Restored, error) {
	snapshot, newest, err := find(ctx, repo, o.Snapshot)
	if err != nil {
		return Restored{}, err
	}
	s := &survey{repo: repo, o: &o, snapshot: snapshot, there: standingIn(ctx, to.Log)}
	defer s.there.end()
	if err := s.read(ctx, newest); err != nil {
		return Restored{}, err
	}
	r := &restoring{survey: s, to: to, newest: newest}
	r.out = Restored{Snapshot: snapshot, Events: s.end, Streams: s.streams, Root: s.root, Last: s.last, Erased: int64(len(s.erased)), Keys: map[string][]byte{}}
	for _, step := range []func(context.Context) error{r.keys, r.blobs, r.people, r.log} {
		if err := step(ctx); err != nil {
			return Restored{}, err
		}
	}
	return r.out, nil
}

type restoring struct {
	*survey

	to     Target
	newest *Snapshot
	out    Restored
}

// keys reads the keys, and decides who signs from now on.
func (r *restoring) keys(ctx context.Context) error {
	whole := r.snapshot.Name == r.newest.Name && r.end == r.snapshot.Events
	if r.o.Continue && !whole {
		return refuse(NotNewest, "only the whole newest snapshot goes on under its key")
	}
	for _, key := range r.newest.Keys {
		if key.Name == CheckpointKey && !r.o.Continue {
			continue
		}
		content, err := keptKey(ctx, r.repo, key)
		if err != nil {
			return err
		}
		r.out.Keys[key.Name] = content
	}
	if !r.o.Continue && r.newest.VerifierKey != "" {
		r.out.Ancestor = &Ancestor{
			VerifierKey: r.newest.VerifierKey, Checkpoint: r.newest.Checkpoint, Snapshot: r.snapshot.Name,
			Events: r.end, Root: r.root, Restored: time.Now().UTC().Truncate(time.Second),
		}
	}
	return nil
}

// blobs copies those of the snapshot that are missing.
func (r *restoring) blobs(ctx context.Context) error {
	copies, inner := errgroup.WithContext(ctx)
	copies.SetLimit(atOnce)
	var wrong error
	for stat, err := range listed(ctx, r.repo, r.snapshot.Blobs) {
		if wrong = err; err != nil || inner.Err() != nil {
			break
		}
		r.out.Blobs++
		r.o.tell(PhaseBlobs, r.out.Blobs, r.snapshot.Blobs.Count)
		copies.Go(func() error { return r.blob(inner, stat) })
	}
	return errors.Join(copies.Wait(), wrong)
}

func (r *restoring) blob(ctx context.Context, stat assets.Stat) error {
	if there, err := r.to.Blobs.Stat(ctx, stat.Ref); err == nil && there.Size == stat.Size && r.to.Blobs.Verify(ctx, stat.Ref) == nil {
		return nil
	}
	sum, err := parseSum(string(stat.Ref))
	if err != nil {
		return err
	}
	content, err := fetch(ctx, r.repo, blobFile(stat.Ref), stat.Size, sum)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = assets.Put(ctx, r.to.Blobs, content, stat.Size)
	var e *Error
	if errors.As(err, &e) { // the store wraps what its reader says
		return e
	}
	return err
}

// people restores the newest of them, but those whose erasure the log knows: also if
// that is later than what is restored. They are noted as erased first, so that nobody
// is ever given their ids.
func (r *restoring) people(ctx context.Context) error {
	if r.to.People == nil {
		return nil
	}
	gone := map[uuid.UUID]bool{}
	for _, id := range r.erased {
		gone[id] = true
		if err := r.to.People.Erase(ctx, id); err != nil {
			return err
		}
	}
	if r.newest.People == nil || r.o.WithoutPeople {
		return r.onlyThese(ctx, nil)
	}
	known := map[uuid.UUID]bool{}
	for p, err := range keptPeople(ctx, r.repo, *r.newest.People) {
		if err != nil {
			return err
		}
		known[p.ID] = true
	}
	if err := r.onlyThese(ctx, known); err != nil {
		return err
	}
	for p, err := range keptPeople(ctx, r.repo, *r.newest.People) {
		if err != nil {
			return err
		}
		if gone[p.ID] {
			continue
		}
		if err := r.person(ctx, p); err != nil {
			return err
		}
		r.out.People++
	}
	return nil
}

// onlyThese sees that nobody else is in the target.
func (r *restoring) onlyThese(ctx context.Context, known map[uuid.UUID]bool) error {
	for p, err := range r.to.People.Each(ctx) {
		if err != nil {
			return err
		}
		if !known[p.ID] {
			return refuse(NotEmpty, "other people are kept where they are to be restored")
		}
	}
	return nil
}

func (r *restoring) person(ctx context.Context, p people.Person) error {
	if p.Name != "" || p.Mail != "" || !p.Changed.IsZero() {
		if err := r.to.People.Put(ctx, p); err != nil {
			return err
		}
	}
	for _, i := range p.Identities {
		if holder, err := r.to.People.Claim(ctx, i, p.ID); err != nil {
			return err
		} else if holder != p.ID {
			return refuse(NotEmpty, "somebody else has an identity of %s", p.ID)
		}
	}
	for _, what := range p.Watches {
		if err := r.to.People.Watch(ctx, p.ID, what); err != nil {
			return err
		}
	}
	return nil
}
