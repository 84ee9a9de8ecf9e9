package backup

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/merkle"
	"signet/internal/people/peopletest"
)

func TestAPointInTimeIsBeforeTheFirstEventThatIsLater(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.events(10)                                                 // recorded at minutes 1 to 10
	w.recorded("item-0", "test.v1", `{}`, start.Add(-time.Hour)) // the clock jumped back
	w.events(5)
	w.blob("mark")
	w.backup(repo)
	for name, c := range map[string]struct {
		o    RestoreOptions
		want int64
		code Code
	}{
		"the time of an event has it":                    {RestoreOptions{At: start.Add(4 * time.Minute)}, 4, ""},
		"a moment earlier does not":                      {RestoreOptions{At: start.Add(4*time.Minute - 1)}, 3, ""},
		"in another zone it is the same":                 {RestoreOptions{At: start.Add(4 * time.Minute).In(time.FixedZone("ICT", 7*3600))}, 4, ""},
		"the order decides, where the clock jumped back": {RestoreOptions{At: start.Add(10 * time.Minute)}, 11, ""},
		"later than all is all":                          {RestoreOptions{At: start.Add(time.Hour)}, 16, ""},
		"before the first there is nothing":              {RestoreOptions{At: start}, 0, TimeBeforeFirst},
		"a number of events":                             {RestoreOptions{Events: 7}, 7, ""},
		"all of them":                                    {RestoreOptions{Events: 16}, 16, ""},
		"more than there are":                            {RestoreOptions{Events: 17}, 0, LeafUnknown},
		"a snapshot that there is not":                   {RestoreOptions{Snapshot: "2020"}, 0, SnapshotUnknown},
		"a part of the log does not go on under its key": {RestoreOptions{Events: 7, Continue: true}, 0, NotNewest},
	} {
		t.Run(name, func(t *testing.T) {
			to := newTarget()
			made, err := Restore(t.Context(), repo, to.Target(), c.o)
			if c.code != "" {
				isCode(t, err, c.code)
				if head, _ := to.log.Head(t.Context()); head != 0 || len(to.blobs.blobs) > 0 {
					t.Error("something was written")
				}
				return
			}
			if err != nil || made.Events != c.want || made.Root != w.root(int(c.want)) || made.Last.Leaf != c.want-1 {
				t.Fatalf("%+v, %v", made, err)
			}
			w.sameLog(to.log, int(c.want))
		})
	}
}

// Personal data does not come back, whichever point and snapshot is restored, and however
// the copy of it came to be there.
func TestWhoTheWholeLogSaysIsErasedDoesNotComeBack(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	binh := peopletest.Binh
	peopletest.Fill(t, w.people, binh)
	w.events(5)
	before := w.backup(repo).Snapshot.Name
	w.erases(binh.ID)
	w.people = peopletest.NewMemory()
	peopletest.Fill(t, w.people, binh) // the backup was made before anybody had erased the person there
	w.events(5)
	w.backup(repo)
	for _, o := range []RestoreOptions{{}, {Events: 5}, {Snapshot: before}, {Events: 2, WithoutPeople: true}} {
		to := newTarget()
		made, err := Restore(t.Context(), repo, to.Target(), o)
		if err != nil || made.Erased != 1 || made.People != 0 {
			t.Fatalf("%+v: %+v, %v", o, made, err)
		}
		if err := to.people.Put(t.Context(), binh); err == nil {
			t.Errorf("%+v: the id can be somebody's again", o)
		}
		if found, err := to.people.Get(t.Context(), binh.ID); err != nil || len(found) > 0 {
			t.Errorf("%+v: %v, %v", o, found, err)
		}
	}
}

func TestWhoSignsARestoredLog(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.sign = true
	w.events(9)
	older := w.backup(repo).Snapshot.Name
	w.events(3)
	w.backup(repo)
	restored := func(o RestoreOptions) (Restored, error) {
		to := newTarget()
		return Restore(t.Context(), repo, to.Target(), o)
	}
	made, err := restored(RestoreOptions{})
	if err != nil || made.Keys[CheckpointKey] != nil || string(made.Keys["links.key"]) != "l" || made.Ancestor == nil || made.Ancestor.VerifierKey != w.signer.VerifierKey() || made.Ancestor.Events != 12 {
		t.Errorf("%+v, %v", made, err)
	}
	text, err := made.Ancestor.JSON()
	if err != nil || !json.Valid(text) || !strings.Contains(string(text), "signet/test") {
		t.Errorf("%s, %v", text, err)
	}
	if made, err = restored(RestoreOptions{Continue: true}); err != nil || string(made.Keys[CheckpointKey]) != "c" || made.Ancestor != nil {
		t.Errorf("%+v, %v", made, err)
	}
	_, err = restored(RestoreOptions{Continue: true, Snapshot: older})
	isCode(t, err, NotNewest)

	kept := w.checkpoint(9, w.root(9))
	if _, err := restored(RestoreOptions{Checkpoint: kept}); err != nil {
		t.Error(err)
	}
	other := w.root(9)
	other[0] ^= 1
	for _, c := range []struct {
		checkpoint Checkpoint
		code       Code
	}{
		{w.checkpoint(9, other), CheckpointDiffers},
		{w.checkpoint(13, other), CheckpointBeyond},
		{Checkpoint{kept.Note, newWorld(t).signer.VerifierKey()}, CheckpointUnsigned},
		{Checkpoint{"nothing", kept.VerifierKey}, CheckpointUnsigned},
	} {
		_, err := restored(RestoreOptions{Checkpoint: c.checkpoint})
		isCode(t, err, c.code)
	}
}

func TestNothingIsMixedWithWhatIsThere(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	peopletest.Fill(t, w.people, peopletest.Binh)
	w.events(6)
	w.backup(repo)
	to := newTarget()
	other := newWorld(t)
	other.log = to.log
	other.events(1)
	_, err := Restore(t.Context(), repo, to.Target(), RestoreOptions{})
	isCode(t, err, NotEmpty)

	to = newTarget()
	stranger := peopletest.Binh
	stranger.ID, stranger.Identities = peopletest.ID(77), nil
	peopletest.Fill(t, to.people, stranger)
	_, err = Restore(t.Context(), repo, to.Target(), RestoreOptions{})
	isCode(t, err, NotEmpty)

	to = newTarget()
	if _, err := Restore(t.Context(), repo, to.Target(), RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err = Restore(t.Context(), repo, to.Target(), RestoreOptions{Events: 3}) // the log has more
	isCode(t, err, NotEmpty)
}

// stopping is a log that ends after some appends.
type stopping struct {
	*logtest.Memory

	left atomic.Int64
}

func (s *stopping) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if s.left.Add(-1) < 0 {
		return 0, errKilled
	}
	return s.Memory.Append(ctx, stream, expected, records...)
}

func TestARestoreThatWasInterruptedIsBegunAgain(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	peopletest.Fill(t, w.people, peopletest.Binh)
	for i := range 3 {
		w.blob(fmt.Sprint("mark ", i))
	}
	w.events(25)
	w.backup(repo)
	for _, after := range []int64{0, 1, 13, 24} {
		to := newTarget()
		log := &stopping{Memory: to.log}
		log.left.Store(after)
		_, err := Restore(t.Context(), repo, Target{log, to.blobs, to.people}, RestoreOptions{})
		if err == nil {
			t.Fatal("it was not interrupted")
		}
		w.sameLog(to.log, int(after))
		if _, err := Restore(t.Context(), repo, to.Target(), RestoreOptions{}); err != nil {
			t.Fatal(err)
		}
		w.sameLog(to.log, 25)
	}
}

// One bit of any file is noticed, by whoever verifies and before anything is restored; and
// a file that is missing, too.
func TestDamageIsFoundWhereverItIs(t *testing.T) {
	w, base := newWorld(t), newMemory()
	w.sign = true
	peopletest.Fill(t, w.people, peopletest.Binh)
	w.events(40)
	w.blob("the mark of the city")
	w.backup(base)
	for _, name := range base.names("") {
		for at := 0; at < len(base.files[name]); at += 1 + len(base.files[name])/12 {
			repo := base.copy()
			content := []byte(string(repo.files[name]))
			content[at] ^= 1 << (at % 8)
			repo.files[name] = content
			found(t, repo, fmt.Sprint(name, " at ", at))
		}
		repo := base.copy()
		repo.files[name] = append([]byte(string(repo.files[name])), 'x')
		found(t, repo, name+" is longer")
		delete(repo.files, name)
		found(t, repo, name+" is missing")
	}
}

func found(t *testing.T, repo *memory, what string) {
	t.Helper()
	report, err := Verify(t.Context(), repo, Options{})
	if err != nil || report.OK() {
		t.Errorf("%s: verified as %+v, %v", what, report, err)
	}
	to := newTarget()
	made, err := Restore(t.Context(), repo, to.Target(), RestoreOptions{Continue: true})
	if code := CodeOf(err); code != RepositoryDamaged && code != SnapshotUnknown {
		t.Errorf("%s: restored as %+v, %v", what, made, err)
	}
	if head, _ := to.log.Head(t.Context()); head != 0 {
		t.Errorf("%s: events were written", what)
	}
}

// A snapshot of which all files are whole, but that says another root than its events have.
func TestARootThatIsNotThatOfTheEventsIsFound(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.events(8)
	s := w.backup(repo).Snapshot
	delete(repo.files, s.file())
	s.Peaks = slices.Clone(s.Peaks)
	s.Peaks[0][0] ^= 1
	f, err := merkle.FrontierOf(s.Events, s.Peaks)
	if err != nil {
		t.Fatal(err)
	}
	s.Root = f.Root()
	content, err := s.encode()
	if err != nil {
		t.Fatal(err)
	}
	repo.files[s.file()] = content
	found(t, repo, "another root")
}
