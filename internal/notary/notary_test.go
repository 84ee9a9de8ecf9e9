package notary_test

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/merkle"
	"signet/internal/notary"
	"signet/internal/proof"
)

// desk is a notary with all that it works with.
type desk struct {
	t    *testing.T
	dir  string
	log  eventlog.Log
	tree *merkle.Tree
	key  *proof.Signer
	now  time.Time
	// editions were issued, as far as the log was read to issuedBy.
	editions int
	issuedBy eventlog.Position
	*notary.Notary
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir(), log: logtest.NewMemory(), now: time.Date(2027, 3, 1, 23, 59, 58, 0, time.UTC)}
	d.open()
	t.Cleanup(func() { _ = d.tree.Close() })
	return d
}

// open opens the tree and the key, and puts a notary to work with them.
func (d *desk) open() {
	d.t.Helper()
	key, err := proof.OpenKey(filepath.Join(d.dir, proof.KeyFile), "")
	if err != nil {
		d.t.Fatal(err)
	}
	if d.tree, err = merkle.Open(filepath.Join(d.dir, "tree.db")); err != nil {
		d.t.Fatal(err)
	}
	d.key = key
	if d.Notary, err = d.begin(); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) begin() (*notary.Notary, error) {
	return notary.New(d.t.Context(), notary.Options{
		Log: d.log, Tree: d.tree, Key: d.key, Clock: func() time.Time { return d.now },
		Issued: func(context.Context) (int, eventlog.Position, error) { return d.editions, d.issuedBy, nil },
	})
}

// write appends an event to a stream of its own, and returns where it stands.
func (d *desk) write(log eventlog.Log) eventlog.Position {
	d.t.Helper()
	id := uuid.New()
	r, err := eventlog.Seal(eventlog.Envelope{ID: id, Type: "sample.v1", Stream: "s-" + id.String(), At: d.now, Recorded: d.now}, []byte(`{}`))
	if err != nil {
		d.t.Fatal(err)
	}
	p, err := log.Append(d.t.Context(), "s-"+id.String(), eventlog.NoStream, r)
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// sign writes an event, and lets all be signed.
func (d *desk) sign() proof.Checkpoint {
	d.t.Helper()
	d.write(d.log)
	return d.signAll()
}

func (d *desk) signAll() proof.Checkpoint {
	d.t.Helper()
	if err := d.CatchUp(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	c, err := d.Checkpoint()
	if err != nil {
		d.t.Fatal(err)
	}
	if read, err := proof.ReadCheckpoint(c.Note, d.key.VerifierKey()); err != nil || read.Size != c.Size || read.Root != c.Root {
		d.t.Fatalf("the checkpoint reads as %+v, %v", read, err)
	}
	return c
}

// kept are the sizes that are kept for a reason.
func (d *desk) kept(reason string) []int64 {
	d.t.Helper()
	all, err := d.tree.Kept(d.t.Context(), reason)
	if err != nil {
		d.t.Fatal(err)
	}
	var sizes []int64
	for _, c := range all {
		sizes = append(sizes, c.Size)
	}
	return sizes
}

func TestNothingIsSignedOfAnEmptyLog(t *testing.T) {
	d := newDesk(t)
	if err := d.CatchUp(t.Context()); !errors.Is(err, notary.ErrNone) {
		t.Errorf("it is %v", err)
	}
	if _, err := d.Checkpoint(); !errors.Is(err, notary.ErrNone) {
		t.Errorf("there is a checkpoint: %v", err)
	}
}

func TestACheckpointIsOfAllThatThereIsAndOnlyIfThereIsMore(t *testing.T) {
	d := newDesk(t)
	first := d.sign()
	signed := d.State().Signed
	d.now = d.now.Add(time.Second)
	if again := d.signAll(); !slices.Equal(again.Note, first.Note) || !d.State().Signed.Equal(signed) {
		t.Error("the same log was signed twice")
	}
	if second := d.sign(); first.Size != 1 || second.Size != 2 {
		t.Errorf("sizes %d and %d", first.Size, second.Size)
	}
	if got := d.kept(notary.Latest); !slices.Equal(got, []int64{2}) {
		t.Errorf("kept are %v", got)
	}
}

func TestTheLastCheckpointOfADayIsKept(t *testing.T) {
	d := newDesk(t)
	d.sign()
	d.sign()
	if got := d.kept(notary.OfDay); got != nil {
		t.Errorf("before the day is over there is %v", got)
	}
	d.now = d.now.Add(3 * time.Second)
	d.sign()
	d.sign()
	if got := d.kept(notary.OfDay); !slices.Equal(got, []int64{2}) {
		t.Errorf("kept are %v", got)
	}
}

func TestACheckpointIsKeptOnceAnEditionWasIssued(t *testing.T) {
	d := newDesk(t)
	d.sign()
	d.editions, d.issuedBy = 1, 3
	d.sign() // the tree does not count what the editions were read from
	if got := d.kept(notary.OfEdition); got != nil {
		t.Errorf("too early %v", got)
	}
	d.sign()
	d.sign()
	if got := d.kept(notary.OfEdition); !slices.Equal(got, []int64{3}) {
		t.Errorf("kept are %v", got)
	}
}

func TestANotaryGoesOnAfterARestart(t *testing.T) {
	d := newDesk(t)
	before := d.sign()
	if err := d.tree.Close(); err != nil {
		t.Fatal(err)
	}
	d.open()
	if c, err := d.Checkpoint(); err != nil || !slices.Equal(c.Note, before.Note) {
		t.Errorf("it begins with %v, %v", c, err)
	}
	if after := d.sign(); after.Size != 2 {
		t.Errorf("it goes on with size %d", after.Size)
	}
}

// Who has put another key in place begins another history, and says nothing under the
// old one's name.
func TestAnotherKeySignsAnew(t *testing.T) {
	d := newDesk(t)
	d.sign()
	other, err := proof.OpenKey(filepath.Join(t.TempDir(), proof.KeyFile), "")
	if err != nil {
		t.Fatal(err)
	}
	d.key = other
	if d.Notary, err = d.begin(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Checkpoint(); !errors.Is(err, notary.ErrNone) {
		t.Errorf("it begins with %v", err)
	}
	d.signAll()
}

func TestAnotherLogIsNotSigned(t *testing.T) {
	d := newDesk(t)
	d.sign()
	d.sign()
	d.log = logtest.NewMemory()
	d.write(d.log)
	d.write(d.log)
	d.write(d.log)
	var err error
	if d.Notary, err = d.begin(); err != nil {
		t.Fatal(err)
	}
	if err := d.Run(t.Context()); !errors.Is(err, merkle.ErrDiverged) {
		t.Errorf("it runs until %v", err)
	}
	if _, err := d.Checkpoint(); !errors.Is(err, merkle.ErrDiverged) {
		t.Errorf("it shows a checkpoint: %v", err)
	}
	if state := d.State(); !errors.Is(state.Failed, merkle.ErrDiverged) {
		t.Errorf("its state tells %v", state.Failed)
	}
	if got := d.kept(notary.Latest); !slices.Equal(got, []int64{2}) {
		t.Errorf("kept are %v", got)
	}
}

func TestARunningNotarySignsWhatIsWritten(t *testing.T) {
	d := newDesk(t)
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- d.Run(ctx) }()
	for range 2 {
		p := d.write(d.log)
		c, err := d.Covering(t.Context(), p)
		if err != nil || c.Size != int64(p) {
			t.Errorf("position %d is covered by %d, %v", p, c.Size, err)
		}
	}
	stop()
	if err := <-ran; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}

func TestWhatAWitnessHasCosignedIsPreferred(t *testing.T) {
	d := newDesk(t)
	first := d.sign()
	if err := d.Cosigned(t.Context(), first.Note); err != nil {
		t.Fatal(err)
	}
	d.sign()
	for position, size := range map[eventlog.Position]int64{1: 1, 2: 2} {
		if c, err := d.Covering(t.Context(), position); err != nil || c.Size != size {
			t.Errorf("position %d is covered by %d, %v", position, c.Size, err)
		}
	}
	if err := d.Cosigned(t.Context(), []byte("no checkpoint")); err == nil {
		t.Error("anything is taken as cosigned")
	}
	if c, err := d.Witnessed(); err != nil || c.Size != 1 {
		t.Errorf("witnessed is %d, %v", c.Size, err)
	}
}

func TestEntriesAreWhatTheLeavesAreTheHashesOf(t *testing.T) {
	d := newDesk(t)
	for range 5 {
		d.sign()
	}
	for _, part := range [][2]int64{{0, 5}, {2, 4}, {4, 5}} {
		t.Run(strconv.FormatInt(part[0], 10), func(t *testing.T) {
			entries, err := d.Entries(t.Context(), part[0], part[1])
			if err != nil || int64(len(entries)) != part[1]-part[0] {
				t.Fatalf("%d entries, %v", len(entries), err)
			}
			leaves, err := d.tree.Leaves(t.Context(), part[0], part[1])
			if err != nil {
				t.Fatal(err)
			}
			for i, e := range entries {
				if (eventlog.Record{Meta: e}).Digest() != leaves[i] {
					t.Errorf("entry %d is another", i)
				}
			}
		})
	}
	if _, err := d.Entries(t.Context(), 4, 6); !errors.Is(err, merkle.ErrNoLeaf) {
		t.Errorf("beyond the end: %v", err)
	}
}

// flaky is a log that can't be followed at first.
type flaky struct {
	eventlog.Log

	failures int
}

func (l *flaky) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	if l.failures > 0 {
		l.failures--
		return func(yield func(eventlog.Recorded, error) bool) { yield(eventlog.Recorded{}, eventlog.ErrUnavailable) }
	}
	return l.Log.Follow(ctx, after)
}

func TestANotaryGoesOnAfterAFailure(t *testing.T) {
	d := newDesk(t)
	d.log = &flaky{Log: d.log, failures: 1}
	var err error
	if d.Notary, err = d.begin(); err != nil {
		t.Fatal(err)
	}
	d.write(d.log)
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- d.Run(ctx) }()
	for {
		if _, err := d.Checkpoint(); err == nil {
			break
		}
		runtime.Gosched()
	}
	stop()
	if err := <-ran; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}
