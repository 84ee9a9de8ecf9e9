package verify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"signet/assets"
	"signet/internal/eventlog"
	"signet/internal/merkle"
	"signet/internal/verify"
)

// note is a checkpoint, as signed reads it.
func note(size int64, root tlog.Hash) []byte { return fmt.Appendf(nil, "ours %d %s", size, root) }

// signed believes whatever says that it is ours.
func signed(text []byte) (size int64, root tlog.Hash, err error) {
	var hash string
	if _, err := fmt.Sscanf(string(text), "ours %d %s", &size, &hash); err != nil {
		return 0, root, errors.New("nobody has signed it")
	}
	root, err = tlog.ParseHash(hash)
	return size, root, err
}

// counted lets a tree follow a log to its end.
func counted(t failer, path string, log eventlog.Log) *merkle.Tree {
	t.Helper()
	tree, err := merkle.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = tree.Follow(ctx, log)
	}()
	err = tree.WaitFor(ctx, headOf(t, log))
	cancel()
	<-done
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// sizes are those at which checkpoints of the whole log were signed.
var sizes = []int64{10, 100, 200}

// wholeTree is that of the whole log, with checkpoints.
var wholeTree = sync.OnceValue(func() *merkle.Tree {
	log, _ := whole()
	tree := counted(panics{}, filepath.Join(scratch, "tree.db"), log)
	ctx := context.Background()
	for _, size := range sizes {
		root, err := tree.RootAt(ctx, size)
		if err == nil {
			err = tree.Keep(ctx, merkle.Checkpoint{Size: size, At: time.Unix(1, 0), Reason: merkle.Day, Note: note(size, root)})
		}
		if err != nil {
			panic(err)
		}
	}
	return tree
})

// panics is a test that ends all of them.
type panics struct{}

func (panics) Helper()           {}
func (panics) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

func runWith(t failer, log eventlog.Log, blobs assets.Store, h verify.History) verify.Report {
	t.Helper()
	if h.Signed == nil {
		h.Signed = signed
	}
	report, err := verify.Run(context.Background(), log, blobs, nil, h, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// has fails unless a finding has the code, and its place begins so.
func has(t failer, report verify.Report, code verify.Code, place string) {
	t.Helper()
	for _, f := range report.Findings {
		if f.Code == code && strings.HasPrefix(f.Place, place) {
			return
		}
	}
	t.Fatal(fmt.Sprintf("found %v; want %s at %s", report.Findings, code, place))
}

func TestALogAndItsTreeAreClean(t *testing.T) {
	log, files := registry(t)
	if report := runWith(t, log, files, verify.History{Tree: wholeTree()}); !report.OK() || len(report.Notes) > 0 {
		t.Fatalf("%+v", report)
	}
}

// There is no part of an envelope of which the tree does not tell: a bit of each one is
// flipped.
func TestAFlippedBitOfAnyEnvelopeIsFoundAndNamedByTheTree(t *testing.T) {
	log, files := registry(t)
	head := headOf(t, log)
	for range 3 {
		changed := &tampered{log, func(r eventlog.Recorded) (eventlog.Recorded, bool, error) {
			b := rand.IntN(8 * len(r.Meta))
			r.Meta[b/8] ^= 1 << (b % 8)
			return r, true, nil
		}}
		report := runWith(t, changed, files, verify.History{Tree: wholeTree()})
		for p := eventlog.Position(1); p <= head; p++ {
			has(t, report, verify.TreeLeaf, fmt.Sprintf("position %d,", p))
		}
	}
}

// Of the events that are lost each is named, and no other one; the last one is among them.
func TestAnyLostEventIsFoundAndNamedByTheTree(t *testing.T) {
	log, files := registry(t)
	head := headOf(t, log)
	for every := eventlog.Position(2); every < 5; every++ {
		gone := func(p eventlog.Position) bool { return (head-p)%every == 0 }
		lost := &tampered{log, func(r eventlog.Recorded) (eventlog.Recorded, bool, error) { return r, !gone(r.Position), nil }}
		var places []string
		for _, f := range runWith(t, lost, files, verify.History{Tree: wholeTree()}).Findings {
			if f.Code == verify.TreeMissingEvent {
				places = append(places, f.Place)
			}
			if f.Code == verify.TreeLeaf || f.Code == verify.TreeCorrupt {
				t.Error(f)
			}
		}
		var want []string
		for p := eventlog.Position(1); p <= head; p++ {
			if gone(p) {
				want = append(want, fmt.Sprintf("position %d, leaf %d", p, p-1))
			}
		}
		if !slices.Equal(places, want) {
			t.Errorf("%v, want %v", places, want)
		}
	}
}

// A stream that is gone wholly leaves nothing behind but what the tree counts.
func TestAStreamThatIsGoneWhollyIsFoundByTheTree(t *testing.T) {
	log, files := registry(t)
	report := runWith(t, cut{log, "item-live"}, files, verify.History{Tree: wholeTree()})
	only(t, report, verify.TreeMissingEvent, fmt.Sprintf("position %d,", headOf(t, log)))
}

// cut is a log without a stream, of which also its end knows nothing.
type cut struct {
	eventlog.Log

	stream string
}

func (l cut) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if (r.Stream != l.stream || r.CaughtUp) && !yield(r, err) {
				return
			}
		}
	}
}

func (l cut) Head(ctx context.Context) (eventlog.Position, error) {
	head, err := l.Log.Head(ctx)
	return head - 1, err
}

// forged is a log of which one event was changed and sealed anew, or put in before another
// one.
type forged struct {
	eventlog.Log

	before eventlog.Position
	event  eventlog.Recorded
	in     bool // put in, where no event stood
}

// forge forges the event at a position.
func forge(t failer, log eventlog.Log, at eventlog.Position, in bool) forged {
	t.Helper()
	for r, err := range log.Follow(context.Background(), at-1) {
		if err != nil {
			t.Fatal(err)
		}
		e, payload, err := eventlog.Open(r)
		if err != nil {
			t.Fatal(err)
		}
		e.Request = "forged"
		if in {
			e.Stream, e.Revision, e.ID = "item-forged", 0, uuid.Max
		}
		r.Stream, r.Revision = e.Stream, e.Revision
		if r.Record, err = eventlog.Seal(e, payload); err != nil {
			t.Fatal(err)
		}
		return forged{log, at, r, in}
	}
	return forged{}
}

func (l forged) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if r.Position == l.before && !r.CaughtUp && (!yield(l.event, nil) || !l.in) {
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func TestWhatWasForgedAndSealedAnewIsFoundByTheTree(t *testing.T) {
	log, files := registry(t)
	another := forge(t, log, 50, false)
	report := runWith(t, another, files, verify.History{Tree: wholeTree()})
	has(t, report, verify.TreeLeaf, "position 50,")
	has(t, report, verify.CheckpointContradicted, "leaves 10 to 99")
	if len(report.Findings) != 2 {
		t.Error(report.Findings)
	}
	if report := run(t, another, files, nil); !report.OK() {
		t.Errorf("it is not well forged: %v", report.Findings)
	}
}

func TestAnEventThatWasPutInIsFoundByTheTree(t *testing.T) {
	log, files := registry(t)
	spaced := func(log eventlog.Log) eventlog.Log {
		return &tampered{log, func(r eventlog.Recorded) (eventlog.Recorded, bool, error) {
			if r.Position *= 2; r.Stream == "item-forged" {
				r.Position-- // there is room
			}
			return r, true, nil
		}}
	}
	tree := bent{Tree: wholeTree(), at: func(_ int64, p eventlog.Position) eventlog.Position { return 2 * p }}
	report := runWith(t, spaced(forge(t, log, 50, true)), files, verify.History{Tree: tree})
	has(t, report, verify.TreeLeaf, "position 99, stream item-forged")
	has(t, report, verify.CheckpointContradicted, "leaves 10 to 99")
	for _, f := range report.Findings {
		if f.Code == verify.TreeLeaf && !strings.HasPrefix(f.Place, "position 99,") {
			t.Error(f)
		}
	}
}

// Who rewrites the log and the tree can't rewrite what was signed.
func TestATreeThatWasForgedTooIsContradictedByWhatWasSigned(t *testing.T) {
	log, files := registry(t)
	another := forge(t, log, 50, false)
	tree := counted(t, filepath.Join(t.TempDir(), "tree.db"), another)
	defer tree.Close()
	original, err := wholeTree().RootAt(t.Context(), 150)
	if err != nil {
		t.Fatal(err)
	}
	early, err := wholeTree().RootAt(t.Context(), 20)
	if err != nil {
		t.Fatal(err)
	}
	outside := []verify.Outside{{Name: "by post", Note: note(150, original)}, {Name: "by mail", Note: note(20, early)}}
	report := runWith(t, another, files, verify.History{Tree: tree, Outside: outside})
	only(t, report, verify.CheckpointContradicted, "leaves 20 to 149")
	report = runWith(t, another, files, verify.History{Outside: outside[1:]})
	if !report.OK() {
		t.Errorf("what was signed before that still fits: %v", report.Findings)
	}
	beyond := []verify.Outside{{Name: "of tomorrow", Note: note(100_000, original)}}
	only(t, runWith(t, log, files, verify.History{Outside: beyond}), verify.CheckpointContradicted, "leaves 0 to 99999")
}

// bent is a tree whose file was changed.
type bent struct {
	*merkle.Tree

	head func(merkle.Head) merkle.Head
	leaf func(index int64, hash tlog.Hash) (tlog.Hash, error)
	at   func(index int64, p eventlog.Position) eventlog.Position
	tile func(tile tlog.Tile, hashes []byte)
	kept func(c *merkle.Checkpoint)
}

func (t bent) Head() merkle.Head {
	if t.head == nil {
		return t.Tree.Head()
	}
	return t.head(t.Tree.Head())
}

func (t bent) Leaves(ctx context.Context, from, to int64) ([]tlog.Hash, error) {
	all, err := t.Tree.Leaves(ctx, from, to)
	for i := range all {
		if t.leaf != nil && err == nil {
			all[i], err = t.leaf(from+int64(i), all[i])
		}
	}
	return all, err
}

func (t bent) Positions(ctx context.Context, from, to int64) ([]eventlog.Position, error) {
	all, err := t.Tree.Positions(ctx, from, to)
	for i := range all {
		if t.at != nil {
			all[i] = t.at(from+int64(i), all[i])
		}
	}
	return all, err
}

func (t bent) Tile(ctx context.Context, tile tlog.Tile) ([]byte, error) {
	hashes, err := t.Tree.Tile(ctx, tile)
	if t.tile != nil {
		t.tile(tile, hashes)
	}
	return hashes, err
}

func (t bent) Kept(ctx context.Context, reason string) ([]merkle.Checkpoint, error) {
	all, err := t.Tree.Kept(ctx, reason)
	for i := range all {
		if t.kept != nil {
			t.kept(&all[i])
		}
	}
	return all, err
}

func TestATreeThatWasChangedIsFound(t *testing.T) {
	log, files := registry(t)
	tree := wholeTree()
	if tree.Head().Size < 256+10 {
		t.Fatalf("%+v has no tile above the leaves", tree.Head())
	}
	for name, c := range map[string]struct {
		tree  bent
		code  verify.Code
		place string
	}{
		"a leaf": {bent{leaf: func(i int64, h tlog.Hash) (tlog.Hash, error) {
			if i == 200 {
				h[7] ^= 1
			}
			return h, nil
		}}, verify.TreeLeaf, "position 201,"},
		"a leaf that can't be read": {bent{leaf: func(i int64, h tlog.Hash) (tlog.Hash, error) {
			if i == 260 {
				return h, merkle.ErrCorrupt
			}
			return h, nil
		}}, verify.TreeCorrupt, "tile/8/0/001"},
		"the position of a leaf": {bent{at: func(i int64, p eventlog.Position) eventlog.Position {
			if i == 200 {
				p += 1000
			}
			return p
		}}, verify.TreeLeaf, "position 201,"},
		"a tile above the leaves": {bent{tile: func(tile tlog.Tile, hashes []byte) {
			if tile.L == 1 {
				hashes[3] ^= 1
			}
		}}, verify.TreeCorrupt, "tile/8/1/000.p/1"},
		"its root": {bent{head: func(h merkle.Head) merkle.Head {
			h.Root[0] ^= 1
			return h
		}}, verify.TreeCorrupt, "root"},
		"its size": {bent{head: func(h merkle.Head) merkle.Head {
			h.Size += 1 << 50
			return h
		}}, verify.TreeCorrupt, "tile/8/0/"},
		"a checkpoint": {bent{kept: func(c *merkle.Checkpoint) {
			if c.Size == 100 {
				c.Note = bytes.Replace(c.Note, []byte("ours"), []byte("ourr"), 1)
			}
		}}, verify.CheckpointUnsigned, "checkpoint of 100 leaves (day)"},
		"the size of a checkpoint": {bent{kept: func(c *merkle.Checkpoint) {
			if c.Size == 100 {
				c.Size = 101
			}
		}}, verify.TreeCorrupt, "checkpoint of 101 leaves (day)"},
	} {
		t.Run(name, func(t *testing.T) {
			c.tree.Tree = tree
			has(t, runWith(t, log, files, verify.History{Tree: c.tree}), c.code, c.place)
		})
	}
}

func TestATreeThatIsBehindIsOnlyNoted(t *testing.T) {
	log, files := registry(t)
	tree := counted(t, filepath.Join(t.TempDir(), "tree.db"), cut{log, "item-live"})
	defer tree.Close()
	report := runWith(t, log, files, verify.History{Tree: tree})
	if !report.OK() || len(report.Notes) != 1 || report.Notes[0].Code != verify.TreeBehind {
		t.Errorf("%+v", report)
	}
}

func TestCheckpointsThatNobodyCanCheckAreNoted(t *testing.T) {
	log, files := registry(t)
	report, err := verify.Run(t.Context(), log, files, nil, verify.History{Tree: wholeTree()}, nil)
	if err != nil || !report.OK() || len(report.Notes) != 1 || report.Notes[0].Code != verify.CheckpointUnread {
		t.Errorf("%+v, %v", report, err)
	}
}

// Of what the log can't read at one place, the tree names the events.
func TestWhatTheLogCanNotReadIsNamedByTheTree(t *testing.T) {
	log, files := registry(t)
	broken := &tampered{log, func(r eventlog.Recorded) (eventlog.Recorded, bool, error) {
		if r.Position == 77 {
			return r, true, fmt.Errorf("%w: a page", eventlog.ErrCorrupt)
		}
		return r, true, nil
	}}
	has(t, runWith(t, broken, files, verify.History{Tree: wholeTree()}), verify.TreeMissingEvent, "position 77, leaf 76")
}
