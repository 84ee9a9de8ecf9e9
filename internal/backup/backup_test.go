package backup

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signet/internal/eventlog/logtest"
	"signet/internal/people/peopletest"
)

func TestABackupHasEverythingAndTheNextOnlyWhatIsNew(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.sign = true
	peopletest.Fill(t, w.people, peopletest.Binh)
	w.events(50)
	w.blob("mark")
	first := w.backup(repo)
	if s := first.Snapshot; s.Events != 50 || s.Streams != 7 || s.Root != w.root(50) || s.Blobs.Count != 1 || s.People.Count != 1 || len(s.Keys) != 3 || s.Checkpoint == "" {
		t.Errorf("%+v", s)
	}
	w.events(20)
	w.blob("other mark")
	repo.gets = map[string]int{}
	second := w.backup(repo)
	if s := second.Snapshot; second.NewEvents != 20 || second.NewBlobs != 1 || s.Events != 70 || s.Root != w.root(70) || len(s.Segments) != 1 {
		t.Errorf("%+v", second)
	}
	if third := w.backup(repo); third.NewEvents != 0 || third.NewBlobs != 0 || third.Snapshot.Root != w.root(70) {
		t.Errorf("%+v", third)
	}
	whole(t, repo)
	to := newTarget()
	made, err := Restore(t.Context(), repo, to.Target(), RestoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w.sameLog(to.log, 70)
	if made.Root != w.root(70) || made.Blobs != 2 || made.People != 1 || made.Streams != 7 {
		t.Errorf("%+v", made)
	}
	got, err := to.people.Get(t.Context(), peopletest.Binh.ID)
	if p := got[peopletest.Binh.ID]; err != nil || p.Name != peopletest.Binh.Name || p.Mail != peopletest.Binh.Mail || len(p.Identities) != len(peopletest.Binh.Identities) || len(p.Watches) != len(peopletest.Binh.Watches) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnEmptyRegistryIsBackedUp(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.backup(repo)
	w.backup(repo)
	whole(t, repo)
	to := newTarget()
	if made, err := Restore(t.Context(), repo, to.Target(), RestoreOptions{}); err != nil || made.Events != 0 {
		t.Error(made, err)
	}
}

// The number of segments stays small however often backups are made, and the roots are
// those of RFC 6962 across them.
func TestSmallSegmentsAreJoined(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	segmentFull(t, 4000)
	for n := range 12 {
		w.events(5)
		if s := w.backup(repo).Snapshot; s.Root != w.root(5*(n+1)) || len(s.Segments) > 2+rawOf(&s)/3000 {
			t.Errorf("%d segments, root %v", len(s.Segments), s.Root)
		}
	}
	whole(t, repo)
	to := newTarget()
	if _, err := Restore(t.Context(), repo, to.Target(), RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	w.sameLog(to.log, 60)
	// What no snapshot needs any more goes when it is old.
	w.now = w.now.Add(grace)
	if _, err := Prune(t.Context(), repo, Retention{Last: 1}, w.options()); err != nil {
		t.Fatal(err)
	}
	newest, err := Newest(t.Context(), repo)
	if err != nil {
		t.Fatal(err)
	}
	if left := repo.names(logFolder); len(left) != len(newest.Segments) {
		t.Errorf("left are %v", left)
	}
	whole(t, repo)
}

// rawOf is how long the log is before it is compressed.
func rawOf(s *Snapshot) int {
	n := int64(0)
	for _, segment := range s.Segments {
		n += segment.Raw
	}
	return int(n)
}

func segmentFull(t *testing.T, size int) {
	t.Helper()
	before := fullSegment
	fullSegment = size
	t.Cleanup(func() { fullSegment = before })
}

func TestALogThatDoesNotGoOnIsRefusedAndNothingIsChanged(t *testing.T) {
	for name, other := range map[string]func(w *world){
		"another registry":                 func(w *world) { w.log = logtest.NewMemory(); w.ends = nil; w.ends = newWorld(w.t).ends; w.events(40) },
		"restored to an earlier time":      func(w *world) { w.log = logtest.NewMemory() },
		"signed is not what was backed up": func(w *world) { w.sign = true; w.leaves[3][0] ^= 1 },
	} {
		t.Run(name, func(t *testing.T) {
			w, repo := newWorld(t), newMemory()
			w.events(30)
			w.backup(repo)
			before := repo.names("")
			w.events(1)
			other(w)
			_, err := w.try(repo)
			if e := isCode(t, err, LogDiverged); e.Leaf < 29 {
				t.Errorf("it names leaf %d", e.Leaf)
			}
			if now := repo.names(""); strings.Join(now, " ") != strings.Join(before, " ") {
				t.Errorf("%v, before %v", now, before)
			}
		})
	}
}

func TestACheckpointThatIsNotSignedByItsKeyIsRefused(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.events(3)
	from := w.source()
	from.Checkpoint = func(context.Context) (Checkpoint, error) {
		return Checkpoint{w.checkpoint(3, w.root(3)).Note, newWorld(t).signer.VerifierKey()}, nil
	}
	_, err := Run(t.Context(), repo, from, w.options())
	isCode(t, err, CheckpointUnsigned)
}

var errKilled = errors.New("killed")

// Whatever is the last change that a backup comes to, the repository has all that it had,
// is whole, and the next backup is right.
func TestABackupThatEndsAnywhereLeavesTheRepositoryRight(t *testing.T) {
	w, base := newWorld(t), newMemory()
	base.clock = func() time.Time { return w.now }
	peopletest.Fill(t, w.people, peopletest.Binh)
	w.events(10)
	w.blob("one")
	w.backup(base)
	w.events(10)
	w.blob("two")
	w.blob("three")
	w.keys["links.key"] = []byte("rotated")
	for last := int64(0); ; last++ {
		repo := base.copy()
		var left atomic.Int64
		left.Store(last)
		repo.before = func(string, string) error {
			if left.Add(-1) < 0 {
				return errKilled
			}
			return nil
		}
		_, err := w.try(repo)
		repo.before = nil
		whole(t, repo)
		newest, found := Newest(t.Context(), repo)
		if found != nil || newest.Events < 10 {
			t.Fatalf("after %d changes: %v, %v", last, newest, found)
		}
		to := target{logtest.NewMemory(), w.blobs, peopletest.NewMemory()}
		if _, err := Restore(t.Context(), repo, to.Target(), RestoreOptions{}); err != nil {
			t.Fatalf("after %d changes: %v", last, err)
		}
		w.sameLog(to.log, int(newest.Events))
		w.now = w.now.Add(stale)
		if s := w.backup(repo).Snapshot; s.Events != 20 || s.Blobs.Count != 3 {
			t.Errorf("the next one has %d events and %d blobs", s.Events, s.Blobs.Count)
		}
		whole(t, repo)
		if err == nil && left.Load() > 0 {
			if last < 8 {
				t.Errorf("it took %d changes", last)
			}
			return
		}
	}
}

func TestOfTwoBackupsAtOnceOneIsRefusedOrBothAreRight(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.events(200)
	w.blob("one")
	var all sync.WaitGroup
	var mu sync.Mutex
	done := 0
	from, o := w.source(), w.options()
	for range 6 {
		all.Go(func() {
			_, err := Run(t.Context(), repo, from, o)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if CodeOf(err) != RepositoryBusy {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if done == 0 {
		t.Error("all were refused")
	}
	whole(t, repo)
	for _, name := range repo.names("") {
		if name == lockFile {
			t.Error("the lock is there still")
		}
	}
}

func TestALockOfAnotherMachineEndsByItsAge(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	repo.clock = func() time.Time { return w.now }
	other := func() {
		if err := repo.Put(t.Context(), lockFile, Bytes([]byte(`{"id":"x","host":"other","machine":"other","pid":1}`))); err != nil {
			t.Fatal(err)
		}
	}
	other()
	_, err := Run(t.Context(), repo, w.source(), w.options())
	isCode(t, err, RepositoryBusy)
	w.now = w.now.Add(stale)
	w.backup(repo)
	w.backup(repo)
	// Whoever lost the turn stops before it removes anything.
	lock, _, err := acquire(t.Context(), repo, func() time.Time { return w.now })
	if err != nil {
		t.Fatal(err)
	}
	other()
	_, err = prune(t.Context(), repo, lock, Retention{Last: 1}, w.options())
	isCode(t, err, RepositoryBusy)
	lock.release()
	if left := repo.names(snapshotFolder); len(left) != 2 {
		t.Errorf("it removed snapshots: %v are left", left)
	}
	if len(repo.names(lockFile)) != 1 {
		t.Error("it removed the lock of another one")
	}
}

// A lock of this very process id may be that of an earlier process, but not while this one
// holds it.
func TestAProcessDoesNotTakeItsOwnTurnAway(t *testing.T) {
	repo := newMemory()
	first, _, err := acquire(t.Context(), repo, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = acquire(t.Context(), repo, time.Now)
	isCode(t, err, RepositoryBusy)
	held.Delete(first.id) // as after a kill
	second, _, err := acquire(t.Context(), repo, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	first.release()
	if len(repo.names(lockFile)) != 1 {
		t.Error("whoever lost the turn has ended that of another one")
	}
	second.release()
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for _, folder := range []string{logFolder, blobFolder, peopleFolder, keyFolder, snapshotFolder} {
		w, repo := newWorld(t), newMemory()
		w.events(3)
		w.blob("one")
		_, err := Run(t.Context(), damaging{repo, folder}, w.source(), w.options())
		isCode(t, err, RepositoryDamaged)
	}
}

// damaging writes other bytes than it was given, and does not say so.
type damaging struct {
	*memory

	folder string
}

func (d damaging) Put(ctx context.Context, name string, c Content) error {
	if strings.HasPrefix(name, d.folder) {
		c = Bytes([]byte("other bytes"))
	}
	return d.memory.Put(ctx, name, c)
}

func TestADamagedBlobIsNotBackedUp(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	stat := w.blob("the mark")
	from := w.source()
	from.Blobs = lying{w.blobs}
	_, err := Run(t.Context(), repo, from, w.options())
	if err == nil || len(repo.names(snapshotFolder)) > 0 || len(repo.names(blobFile(stat.Ref))) > 0 {
		t.Errorf("%v, there are %v", err, repo.names(""))
	}
}

func TestADamagedEventIsNotBackedUp(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.events(5)
	from := w.source()
	from.Log = changed{w.log}
	_, err := Run(t.Context(), repo, from, w.options())
	if e := isCode(t, err, LogDamaged); e.Leaf != 2 {
		t.Errorf("leaf %d", e.Leaf)
	}
}

// With the next backup an erased person is gone from the repository, whatever is kept.
func TestWhoIsErasedIsGoneFromTheRepository(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	peopletest.Fill(t, w.people, peopletest.Binh)
	w.events(3)
	w.backup(repo)
	old := repo.names(peopleFolder)
	w.erases(peopletest.Binh.ID)
	w.backup(repo)
	if now := repo.names(peopleFolder); len(now) != 1 || now[0] == old[0] {
		t.Errorf("%v, before %v", now, old)
	}
	if keys := repo.names(keyFolder); len(keys) != 3 {
		t.Errorf("%v", keys)
	}
	whole(t, repo)
}
