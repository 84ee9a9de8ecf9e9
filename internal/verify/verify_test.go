package verify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"signet/assets"
	"signet/assets/disk"
	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/internal/sample"
	"signet/internal/testneeds"
	"signet/internal/verify"
)

// tampered is a log of which some events are not what was appended.
type tampered struct {
	eventlog.Log

	// change answers with the event as it is read now, or an error; events for
	// which it answers false are lost.
	change func(eventlog.Recorded) (eventlog.Recorded, bool, error)
}

func (l *tampered) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return l.through(l.Log.Follow(ctx, after))
}

func (l *tampered) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return l.through(l.Log.Read(ctx, stream, from))
}

func (l *tampered) through(in iter.Seq2[eventlog.Recorded, error]) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for recorded, err := range in {
			there := true
			if err == nil && !recorded.CaughtUp {
				recorded.Data, recorded.Meta = bytes.Clone(recorded.Data), bytes.Clone(recorded.Meta)
				recorded, there, err = l.change(recorded)
			}
			if there && (!yield(recorded, err) || err != nil) {
				return
			}
		}
	}
}

type readModels eventlog.Position

func (p readModels) Position() eventlog.Position { return eventlog.Position(p) }

// scratch is removed when all tests are done; see TestMain.
var scratch string

// whole is the log of the sample kit, of a review that went on live, of some agencies,
// and, as the last event, of an item that was registered live; the kit's files are in the store in
// the folder.
var whole = sync.OnceValues(func() (eventlog.Log, string) {
	ctx := context.Background()
	dir := filepath.Join(scratch, "whole")
	store, err := disk.Open(dir)
	if err != nil {
		panic(err)
	}
	log := logtest.NewMemory()
	clock := func() time.Time { return time.Date(2026, 11, 20, 8, 0, 0, 123456000, time.UTC) }
	runner := &commands.Runner{Log: log, Clock: clock}
	if _, err := kit.Import(ctx, sample.HaiPhong(), kit.Target{Runner: runner, Store: store}, nil); err != nil {
		panic(err)
	}
	if err := reviewLive(ctx, runner); err != nil {
		panic(err)
	}
	for n := range 20 { // the tree has more than one tile
		agency := domain.RegisterAgency{Key: fmt.Sprintf("phuong-%d", n), Name: domain.Texts{"vi": "Phường"}}
		if _, err := commands.Run(ctx, runner, domain.Agencies, agency, commands.Request{Actor: kit.Operator}); err != nil {
			panic(err)
		}
	}
	author := domain.Actor{Member: uuid.Max, Agency: "so-khcn", Roles: domain.Roles{domain.RoleAuthor}}
	if _, err := commands.Run(ctx, runner, domain.Items, domain.RegisterItem{Key: "live", Kind: domain.Slogan}, commands.Request{Actor: author}); err != nil {
		panic(err)
	}
	return log, dir
})

// files is a store whose files can be changed.
type files struct {
	*disk.Store

	dir string
}

// registry is whole's log, and a copy of its store.
func registry(t failer) (eventlog.Log, files) {
	t.Helper()
	log, original := whole()
	dir, err := os.MkdirTemp(scratch, "copy")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(original)); err != nil {
		t.Fatal(err)
	}
	store, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return log, files{store, dir}
}

// digests are those of the blobs, sorted.
func (f files) digests(t failer) []string {
	t.Helper()
	var all []string
	for stat, err := range f.List(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(stat.Ref))
	}
	return all
}

// path is where a blob's bytes are.
func (f files) path(t failer, digest string) string {
	t.Helper()
	found := ""
	err := filepath.WalkDir(f.dir, func(name string, _ fs.DirEntry, err error) error {
		if filepath.Base(name) == digest {
			found = name
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatal("no file of " + digest)
	}
	return found
}

// put writes a file over that of a blob, or beside it under another name.
func (f files) put(t failer, beside, name string, body []byte) {
	t.Helper()
	dir := filepath.Dir(f.path(t, beside))
	if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (f files) read(t failer, digest string) []byte {
	t.Helper()
	body, err := os.ReadFile(f.path(t, digest))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

type failer interface {
	Helper()
	Fatal(args ...any)
}

func run(t failer, log eventlog.Log, blobs assets.Store, views verify.ReadModels) verify.Report {
	t.Helper()
	report, err := verify.Run(context.Background(), log, blobs, views, verify.History{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestAWholeRegistryIsClean(t *testing.T) {
	log, files := registry(t)
	head := headOf(t, log)
	var last verify.Progress
	report, err := verify.Run(t.Context(), log, files, readModels(head), verify.History{}, func(p verify.Progress) {
		if p.Events < last.Events || p.Blobs < last.Blobs || p.Bytes <= last.Bytes {
			t.Errorf("progress went from %+v to %+v", last, p)
		}
		last = p
	})
	if err != nil || !report.OK() || len(report.Notes) > 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	events := int(head) // positions in memory have no gaps
	if report.Events != events || report.Blobs != 12 || report.Position != head || last != (verify.Progress{Events: events, Blobs: 12, Bytes: report.Bytes}) {
		t.Errorf("%+v, progress %+v", report, last)
	}
}

func headOf(t failer, log eventlog.Log) eventlog.Position {
	t.Helper()
	head, err := log.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return head
}

// only fails unless there is one finding, of the code, whose place contains text.
func only(t failer, report verify.Report, code verify.Code, place string) {
	t.Helper()
	if len(report.Findings) != 1 || report.Findings[0].Code != code || !strings.Contains(report.Findings[0].Place, place) {
		t.Fatal(fmt.Sprintf("found %v; want %s at %s", report.Findings, code, place))
	}
}

func TestAFlippedBitOfAnEventIsFoundAndNamed(t *testing.T) {
	log, files := registry(t)
	head := headOf(t, log)
	rapid.Check(t, func(t *rapid.T) {
		victim := eventlog.Position(rapid.IntRange(1, int(head)).Draw(t, "position"))
		inData := rapid.Bool().Draw(t, "in the payload")
		bit := rapid.IntRange(0, 1<<20).Draw(t, "bit")
		blind := false
		changed := &tampered{log, func(r eventlog.Recorded) (eventlog.Recorded, bool, error) {
			if r.Position == victim {
				at := r.Meta
				if inData {
					at = r.Data
				}
				b := bit % (8 * len(at))
				blind = !inData && unwitnessed(r, b/8)
				at[b/8] ^= 1 << (b % 8)
			}
			return r, true, nil
		}}
		report := run(t, changed, files, nil)
		if blind && report.OK() {
			return
		}
		if len(report.Findings) == 0 || !strings.HasPrefix(report.Findings[0].Place, fmt.Sprintf("position %d,", victim)) {
			t.Fatalf("found %v", report.Findings)
		}
	})
}

// unwitnessed tells the parts of an envelope of which nothing else tells, as the
// package says: all but the names of fields, and what is compared with the row
// or the payload.
func unwitnessed(r eventlog.Recorded, offset int) bool {
	meta := string(r.Meta)
	for _, field := range []string{"at", "recorded", "member", "agency", "request", "command", "via"} {
		_, after, there := strings.Cut(meta, `"`+field+`":"`)
		if !there {
			continue
		}
		begin := len(meta) - len(after)
		if offset >= begin && offset < begin+strings.IndexByte(after, '"') {
			return true
		}
	}
	return false
}

func TestAnEnvelopeThatContradictsItsEventIsFound(t *testing.T) {
	log, files := registry(t)
	const live = `"at":"2026-11-20T08:00:00.123456Z","recorded":"2026-11-20T08:00:00.123456Z",`
	for _, c := range []struct{ in, old, changed string }{
		{"item.registered.v1", `"agency":"so-vhttdl"`, `"agency":"so-vhttdm"`},
		{"version.signed.v1", `"agency":"so-ngoai-vu"`, `"agency":"so-ngoai-vt"`},
		{"version.signed.v1", `"member":"`, `"member":"0`},
		{"version.drafted.v1", `"member":"`, `"member":"0`},
		{"edition.opened.v1", `"agency":"ban-`, `"agency":"bbn-`},
		{"version.signed.v1", live + `"member":"`, live + `"member":"0`}, // by a delegation
		{"version.returned.v1", `"member":"`, `"member":"0`},
		{"version.translated.v1", `"agency":"ban-`, `"agency":"bbn-`},
		{"version.commented.v1", `"agency":"ban-`, `"agency":"bbn-`},
		{"comment.resolved.v1", `"agency":"ban-`, `"agency":"bbn-`},
		{"submission.withdrawn.v1", `"agency":"ban-`, `"agency":"bbn-`},
		{"signer.recused.v1", `"agency":"bao-`, `"agency":"bap-`},
		{"signing.delegated.v1", `"agency":"so-vhttdl"`, `"agency":"so-vhttdm"`},
		{"delegation.revoked.v1", `"agency":"so-vhttdl"`, `"agency":"so-vhttdm"`},
		{"item.registered.v1", `"at":"2026-11-20`, `"at":"2026-11-30`},
		{"item.registered.v1", `"recorded":"2026-11-20T08:00:00.123456Z","member":"ffffffff-ffff-ffff-ffff-ffffffffffff"`, `"recorded":"2026-11-20T08:00:00.123457Z","member":"ffffffff-ffff-ffff-ffff-ffffffffffff"`},
	} {
		done := eventlog.Position(0)
		changed := &tampered{log, func(r eventlog.Recorded) (eventlog.Recorded, bool, error) {
			if r.Type == c.in && (done == 0 || done == r.Position) && bytes.Contains(r.Meta, []byte(c.old)) {
				done = r.Position
				meta := strings.Replace(string(r.Meta), c.old, c.changed, 1)
				if strings.HasSuffix(c.changed, `"0`) { // as long as before
					at := strings.Index(meta, c.changed) + len(c.changed)
					meta = meta[:at] + meta[at+1:]
				}
				r.Meta = []byte(meta)
			}
			return r, true, nil
		}}
		only(t, run(t, changed, files, nil), verify.EnvelopeMismatch, fmt.Sprintf("position %d,", done))
	}
}

func TestAFlippedBitOfABlobIsFoundAndNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log, files := registry(t)
		digest := rapid.SampledFrom(files.digests(t)).Draw(t, "blob")
		body := files.read(t, digest)
		bit := rapid.IntRange(0, 8*len(body)-1).Draw(t, "bit")
		body[bit/8] ^= 1 << (bit % 8)
		files.put(t, digest, digest, body)
		only(t, run(t, log, files, nil), verify.BlobCorrupt, digest)
	})
}

func TestABlobUnderAnotherNameIsBothCorruptAndMissing(t *testing.T) {
	log, files := registry(t)
	digest := files.digests(t)[0]
	renamed := digest[:2] + strings.Repeat("0", 62)
	files.put(t, digest, renamed, files.read(t, digest))
	if err := os.Remove(files.path(t, digest)); err != nil {
		t.Fatal(err)
	}
	report := run(t, log, files, nil)
	if len(report.Findings) != 2 || report.Findings[0].Code != verify.BlobCorrupt || report.Findings[0].Place != renamed ||
		report.Findings[1].Code != verify.BlobMissing || report.Findings[1].Place != digest {
		t.Fatal(report.Findings)
	}
}

func TestAStrayFileInTheStoreIsFound(t *testing.T) {
	log, files := registry(t)
	files.put(t, files.digests(t)[0], "notes.txt", []byte("x"))
	only(t, run(t, log, files, nil), verify.StrayFile, "store")
}

func TestAnUnusedBlobIsOnlyNoted(t *testing.T) {
	log, files := registry(t)
	stat, err := assets.Put(t.Context(), files, strings.NewReader("never used"), 100)
	if err != nil {
		t.Fatal(err)
	}
	report := run(t, log, files, nil)
	if !report.OK() || len(report.Notes) != 1 || report.Notes[0].Code != verify.BlobUnused || report.Notes[0].Place != string(stat.Ref) {
		t.Fatalf("%+v", report)
	}
}

func TestReadModelsThatAreNotAtTheEndAreFound(t *testing.T) {
	log, files := registry(t)
	head := headOf(t, log)
	only(t, run(t, log, files, readModels(head-1)), verify.PositionMismatch, "read models")
	only(t, run(t, log, files, readModels(head+1)), verify.PositionMismatch, "read models")
}

// change is run on a log of which one event is changed.
func change(t *testing.T, position eventlog.Position, to func(*eventlog.Recorded) (bool, error)) verify.Report {
	t.Helper()
	log, dir := whole()
	files, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	return run(t, &tampered{log, func(r eventlog.Recorded) (eventlog.Recorded, bool, error) {
		if r.Position != position {
			return r, true, nil
		}
		there, err := to(&r)
		return r, there, err
	}}, files, nil)
}

func TestWhatIsWrongWithAnEventIsNamed(t *testing.T) {
	reseal := func(r *eventlog.Recorded, name string, payload string) {
		envelope, _, err := eventlog.Open(*r)
		if err != nil {
			t.Fatal(err)
		}
		envelope.Type = name
		record, err := eventlog.Seal(envelope, []byte(payload))
		if err != nil {
			t.Fatal(err)
		}
		r.Record = record
	}
	for _, c := range []struct {
		name  string
		code  verify.Code
		place string
		to    func(*eventlog.Recorded) (bool, error)
	}{
		{"of a newer program", verify.UnknownEvent, "position 5,", func(r *eventlog.Recorded) (bool, error) {
			reseal(r, "agency.merged.v9", "{}")
			return true, nil
		}},
		{"of another shape", verify.UndecodableEvent, "position 5,", func(r *eventlog.Recorded) (bool, error) {
			reseal(r, r.Type, `{"key":5,"agency":5,"member":5}`)
			return true, nil
		}},
		{"in another stream", verify.LogCorrupt, "position 5,", func(r *eventlog.Recorded) (bool, error) {
			r.ID = uuid.Max
			return true, nil
		}},
		{"unreadable", verify.LogCorrupt, "after position 4", func(*eventlog.Recorded) (bool, error) {
			return true, fmt.Errorf("%w: row", eventlog.ErrCorrupt)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := change(t, 5, c.to)
			if len(report.Findings) == 0 || report.Findings[0].Code != c.code || !strings.Contains(report.Findings[0].Place, c.place) {
				t.Fatalf("found %v; want %s at %s", report.Findings, c.code, c.place)
			}
			if log, _ := whole(); report.Events < int(headOf(t, log))-1 {
				t.Errorf("it went on to read %d events only", report.Events)
			}
		})
	}
}

func TestABlobOfAnotherSizeOrTypeThanTheEventSaysIsFound(t *testing.T) {
	log, files := registry(t)
	for old, other := range map[string]string{`"size":`: `"size":1`, `"media_type":"image/png"`: `"media_type":"image/gif"`} {
		changed := 0
		report := run(t, &tampered{log, func(r eventlog.Recorded) (eventlog.Recorded, bool, error) {
			envelope, payload, err := eventlog.Open(r)
			if err != nil || !bytes.Contains(payload, []byte(old)) {
				return r, true, err
			}
			changed += bytes.Count(payload, []byte(old))
			r.Record, err = eventlog.Seal(envelope, bytes.ReplaceAll(payload, []byte(old), []byte(other)))
			return r, true, err
		}}, files, nil)
		if changed < 6 || len(report.Findings) != changed || report.Findings[0].Code != verify.BlobMismatch {
			t.Fatalf("%d were changed, found %v", changed, report.Findings)
		}
	}
}

func TestALostEventIsFound(t *testing.T) {
	log, _ := registry(t)
	head := headOf(t, log)
	streams := map[eventlog.Position]string{}
	ends, lengths := map[string]eventlog.Position{}, map[string]int{}
	for r := range log.Follow(t.Context(), 0) {
		if r.CaughtUp {
			break
		}
		streams[r.Position], ends[r.Stream] = r.Stream, r.Position
		lengths[r.Stream]++
	}
	for position, stream := range streams {
		if position%10 != 0 && position != head {
			continue
		}
		report := change(t, position, func(*eventlog.Recorded) (bool, error) { return false, nil })
		code := verify.RevisionGap
		if ends[stream] == position {
			code = verify.LogCorrupt // the stream ends too early
		}
		if stream == "item-live" { // its only event, the last of all
			only(t, report, code, fmt.Sprintf("position %d", head-1))
			continue
		}
		if lengths[stream] == 1 { // without a witness, as the package says
			continue
		}
		only(t, report, code, stream)
	}
}

func TestAnErasedEventIsOnlyNoted(t *testing.T) {
	report := change(t, 5, func(r *eventlog.Recorded) (bool, error) {
		r.Data = nil
		return true, nil
	})
	if !report.OK() || len(report.Notes) != 1 || report.Notes[0].Code != verify.EventErased {
		t.Fatalf("%+v", report)
	}
}

// doubled yields one event twice, the second time further on.
type doubled struct{ eventlog.Log }

func (l doubled) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if !yield(r, err) || r.Position == 1 && !yield(r, nil) {
				return
			}
		}
	}
}

func (l doubled) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Read(ctx, stream, from) {
			if !yield(r, err) || r.Position == 1 && !yield(r, nil) {
				return
			}
		}
	}
}

func TestAnEventThatIsThereTwiceIsFound(t *testing.T) {
	log, files := registry(t)
	report := run(t, doubled{log}, files, nil)
	var codes []verify.Code
	for _, f := range report.Findings {
		codes = append(codes, f.Code)
	}
	if !slices.Equal(codes, []verify.Code{verify.PositionOrder, verify.RevisionGap, verify.DuplicateEvent}) {
		t.Fatal(report.Findings)
	}
}

func TestFindingsAreBounded(t *testing.T) {
	testneeds.PlainInCI(t)
	log, files := registry(t)
	first := files.digests(t)[0]
	for n := range verify.MaxFindings + 5 {
		files.put(t, first, fmt.Sprintf("%s%062d", first[:2], n), []byte("x"))
	}
	report := run(t, log, files, nil)
	if len(report.Findings) != verify.MaxFindings || report.Omitted != 10 { // the blobs are unused, too
		t.Fatalf("%d findings, %d omitted", len(report.Findings), report.Omitted)
	}
}

func TestAnEndedContextEndsTheVerification(t *testing.T) {
	log, files := registry(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := verify.Run(ctx, log, files, nil, verify.History{}, nil); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestTheSameDamageIsListedInTheSameOrder(t *testing.T) {
	log, files := registry(t)
	for _, digest := range files.digests(t) {
		files.put(t, digest, digest, []byte("x"))
	}
	first := run(t, log, files, nil)
	for range 5 {
		if again := run(t, log, files, nil); !slices.Equal(again.Findings, first.Findings) {
			t.Fatalf("%v, and before %v", again.Findings, first.Findings)
		}
	}
}
