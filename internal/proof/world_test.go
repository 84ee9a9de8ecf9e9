package proof_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/proof"
)

const (
	origin = "haiphong.example/signet"
	slogan = "slogan-quoc-te"
	logo   = "bieu-trung"
	lead   = "ban-tuyen-giao"
	author = "so-ngoai-vu"
	joint  = "so-van-hoa"
	// asked is an agency of which the policy asks one, beside spare.
	asked = "so-du-lich"
	spare = "so-cong-thuong"
)

func person(agency string, n byte) domain.Actor {
	return domain.Actor{Member: uuid.UUID{6: 0x70, 8: 0x80, 15: n}, Agency: agency, Roles: domain.MemberRoles}
}

var (
	operator = domain.Actor{Roles: domain.Roles{domain.RoleOperator}}
	lan      = person(author, 1)
	minh     = person(lead, 2)
	hoa      = person(joint, 3)
	binh     = person(asked, 4)
	dung     = person(spare, 5)
	start    = time.Date(2026, 11, 16, 2, 0, 0, 0, time.UTC)
)

// leaves is a tree over all that a log held when it was made.
type leaves struct {
	hashes    []tlog.Hash
	positions []eventlog.Position
}

func treeOf(tb testing.TB, log eventlog.Log) *leaves {
	tb.Helper()
	l := &leaves{}
	for r, err := range log.Follow(context.Background(), 0) {
		if err != nil {
			tb.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		l.add(tb, r.Digest(), r.Position)
	}
	return l
}

func (l *leaves) add(tb testing.TB, leaf tlog.Hash, p eventlog.Position) {
	tb.Helper()
	more, err := tlog.StoredHashesForRecordHash(int64(len(l.positions)), leaf, l.reader())
	if err != nil {
		tb.Fatal(err)
	}
	l.hashes, l.positions = append(l.hashes, more...), append(l.positions, p)
}

func (l *leaves) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = l.hashes[at]
		}
		return out, nil
	})
}

func (l *leaves) Index(_ context.Context, p eventlog.Position) (int64, error) {
	i, found := slices.BinarySearch(l.positions, p)
	if !found {
		return 0, errors.New("no leaf")
	}
	return int64(i), nil
}

func (l *leaves) Position(_ context.Context, index int64) (eventlog.Position, error) {
	return l.positions[index], nil
}

func (l *leaves) Inclusion(_ context.Context, index, size int64) (tlog.RecordProof, error) {
	return tlog.ProveRecord(size, index, l.reader())
}

func (l *leaves) Consistency(_ context.Context, from, to int64) (tlog.TreeProof, error) {
	return tlog.ProveTree(to, from, l.reader())
}

func (l *leaves) root(tb testing.TB, size int64) tlog.Hash {
	tb.Helper()
	root, err := tlog.TreeHash(size, l.reader())
	if err != nil {
		tb.Fatal(err)
	}
	return root
}

// world is a registry and its tree.
type world struct {
	tb     testing.TB
	log    eventlog.Log
	tree   *leaves
	signer *proof.Signer
	now    time.Time
}

func newWorld(tb testing.TB, log eventlog.Log) *world {
	tb.Helper()
	signer, err := proof.OpenKey(filepath.Join(tb.TempDir(), proof.KeyFile), origin)
	if err != nil {
		tb.Fatal(err)
	}
	return &world{tb: tb, log: log, signer: signer, now: start, tree: treeOf(tb, log)}
}

// run is a command of somebody, an hour after the one before.
func run[S any](w *world, d domain.Decider[S], by domain.Actor, c domain.Command[S]) {
	w.tb.Helper()
	w.now = w.now.Add(time.Hour)
	r := &commands.Runner{Log: w.log, Clock: func() time.Time { return w.now }}
	result, err := commands.Run(w.tb.Context(), r, d, c, commands.Request{Actor: by})
	if err != nil {
		w.tb.Fatalf("%T: %v", c, err)
	}
	if len(result.Events) == 0 {
		w.tb.Fatalf("%T changes nothing", c)
	}
}

func (w *world) item(by domain.Actor, c domain.Command[domain.Item]) {
	w.tb.Helper()
	run(w, domain.Items, by, c)
}

func (w *world) edition(c domain.Command[domain.Edition]) {
	w.tb.Helper()
	run(w, domain.Editions, minh, c)
}

// checkpoint is the signed state of the log at a size; all of it at 0.
func (w *world) checkpoint(size int64) proof.Checkpoint {
	w.tb.Helper()
	w.tree = treeOf(w.tb, w.log)
	if size == 0 {
		size = int64(len(w.tree.positions))
	}
	return w.sign(size, w.tree.root(w.tb, size))
}

func (w *world) sign(size int64, root tlog.Hash) proof.Checkpoint {
	w.tb.Helper()
	text, err := w.signer.Sign(size, root)
	if err != nil {
		w.tb.Fatal(err)
	}
	c, err := proof.ReadCheckpoint(text, w.signer.VerifierKey())
	if err != nil {
		w.tb.Fatal(err)
	}
	return c
}

func (w *world) version(item string, version int) *proof.File {
	w.tb.Helper()
	c := w.checkpoint(0)
	f, err := proof.Version(w.tb.Context(), w.log, w.tree, c, item, version)
	if err != nil {
		w.tb.Fatal(err)
	}
	return f
}

func (w *world) provedEdition(number int) *proof.File {
	w.tb.Helper()
	c := w.checkpoint(0)
	f, err := proof.Edition(w.tb.Context(), w.log, w.tree, c, number)
	if err != nil {
		w.tb.Fatal(err)
	}
	return f
}

// verify sends a file through its form, and checks it.
func (w *world) verify(f *proof.File) proof.Verdict {
	w.tb.Helper()
	text, err := f.Marshal()
	if err != nil {
		w.tb.Fatal(err)
	}
	read, err := proof.Read(text)
	if err != nil {
		w.tb.Fatal(err)
	}
	v, err := read.Check(w.signer.VerifierKey())
	if err != nil {
		w.tb.Fatal(err)
	}
	return v
}

func text(vi, en string) domain.Texts { return domain.Texts{"vi": vi, "en": en} }

func sloganContent(vi, en string) domain.Content {
	return domain.Content{Licence: "CC BY-ND 4.0", Units: []domain.Unit{
		{ID: "name", Role: domain.UnitName, Text: text("Khẩu hiệu quốc tế", "International slogan")},
		{ID: "slogan", Role: domain.UnitSlogan, Text: text(vi, en)},
	}}
}

// history is a registry in which a slogan has been through all that a review has.
func history(tb testing.TB) *world {
	tb.Helper()
	w := newWorld(tb, logtest.NewMemory())
	for _, key := range []string{lead, author, joint, asked, spare} {
		run(w, domain.Agencies, operator, domain.RegisterAgency{Key: key, Name: text("Cơ quan "+key, "Agency "+key)})
	}
	for _, kind := range []domain.Kind{domain.Slogan, domain.Logo} {
		run(w, domain.Policies, minh, domain.SetPolicy{Kind: kind, Reason: "Đề án, dòng 3", Terms: domain.PolicyTerms{
			Leads: []string{lead}, Required: []string{joint}, Others: []string{asked, spare}, Quorum: 1, LeadLast: true,
			CoordinatingDays: 5,
		}})
	}
	w.edition(domain.OpenEdition{Number: 1, Title: text("Ấn bản thứ nhất", "First edition"), Due: "2027-06-30"})
	w.item(lan, domain.RegisterItem{Key: slogan, Kind: domain.Slogan})
	w.item(lan, domain.RegisterItem{Key: logo, Kind: domain.Logo})
	w.first()
	w.second()
	return w
}

// first is returned once, and approved with one signature that survived.
func (w *world) first() {
	w.item(lan, domain.DraftVersion{Key: slogan, Content: sloganContent("Hải Phòng – bến đỗ của những hành trình", "Haiphong, a haven")})
	w.item(lan, domain.ReviseDraft{Key: slogan, Version: 1, Content: sloganContent("Hải Phòng – cảng của những hành trình", "Haiphong, a haven")})
	w.item(lan, domain.TranslateVersion{Key: slogan, Version: 1, Locale: "en", Texts: map[string]string{"slogan": "Haiphong, port of journeys"}})
	w.item(lan, domain.SubmitVersion{Key: slogan, Version: 1})
	w.item(hoa, domain.CommentOnVersion{Key: slogan, Version: 1, Comment: uuid.UUID{6: 0x70, 8: 0x80, 15: 77}, Text: "Nội bộ: chữ “cảng” nghe hơi khô."})
	w.item(lan, domain.ChangeItemVisibility{Key: slogan, Public: true})
	w.item(hoa, domain.SignVersion{Key: slogan, Version: 1})
	w.item(dung, domain.RecuseSigner{Key: slogan, Version: 1, Whole: true, Reason: "không liên quan"})
	w.item(binh, domain.ReturnVersion{Key: slogan, Version: 1, Reason: "Bản tiếng Anh cần sửa"})
	w.item(lan, domain.TranslateVersion{Key: slogan, Version: 1, Locale: "ja", Texts: map[string]string{"slogan": "旅の港、ハイフォン"}})
	w.item(lan, domain.SubmitVersion{Key: slogan, Version: 1})
	w.now = w.now.AddDate(0, 0, 9)
	w.item(operator, domain.EscalateReview{Key: slogan, Version: 1})
	w.item(binh, domain.SignVersion{Key: slogan, Version: 1})
	w.item(hoa, domain.SignVersion{Key: slogan, Version: 1})
	w.item(minh, domain.SignVersion{Key: slogan, Version: 1})
}

// second keeps a signature, waits for an edition, and while it is reviewed the first one is withdrawn.
func (w *world) second() {
	w.item(lan, domain.DraftVersion{Key: slogan, Content: sloganContent("Hải Phòng vươn ra biển lớn", "Haiphong sets sail")})
	w.item(lan, domain.SubmitVersion{Key: slogan, Version: 2, Effective: domain.Effective{Edition: 1}})
	w.item(hoa, domain.SignVersion{Key: slogan, Version: 2})
	w.item(binh, domain.ReturnVersion{Key: slogan, Version: 2, Reason: "chờ"})
	w.item(minh, domain.WithdrawVersion{Key: slogan, Version: 1, Reason: "Bí mật của phiên bản 1"})
	w.item(lan, domain.SubmitVersion{Key: slogan, Version: 2, Effective: domain.Effective{Edition: 1}})
	w.item(binh, domain.SignVersion{Key: slogan, Version: 2})
	w.item(minh, domain.SignVersion{Key: slogan, Version: 2})
	w.edition(domain.IncludeInEdition{Number: 1, Item: slogan, Version: 2})
	w.edition(domain.RetireInEdition{Number: 1, Item: logo})
	w.edition(domain.IssueEdition{Number: 1, Decision: "4157/QĐ-UBND", Decided: domain.DateOf(w.now)})
	w.item(minh, domain.WithdrawVersion{Key: slogan, Version: 2, Reason: "Thay bằng khẩu hiệu mới", From: w.now.AddDate(0, 1, 0)})
}

// logged is a registry that holds these events, whoever may have decided them.
func logged(tb testing.TB, stream string, by domain.Actor, events ...domain.Event) *world {
	tb.Helper()
	log := logtest.NewMemory()
	for i, event := range events {
		name, payload, err := domain.Encode(event)
		if err != nil {
			tb.Fatal(err)
		}
		at := start.Add(time.Duration(i) * time.Hour)
		r, err := eventlog.Seal(eventlog.Envelope{
			ID: uuid.UUID{6: 0x70, 8: 0x80, 14: 1, 15: byte(i)}, Type: name, Stream: stream, Revision: eventlog.Revision(i),
			At: at, Recorded: at, Member: by.Member, Agency: by.Agency,
		}, payload)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := log.Append(tb.Context(), stream, eventlog.Revision(i-1), r); err != nil {
			tb.Fatal(err)
		}
	}
	return newWorld(tb, log)
}

// refused wants a refusal with a code.
func refused(tb testing.TB, err error, code proof.Code) *proof.Error {
	tb.Helper()
	var e *proof.Error
	if !errors.As(err, &e) || e.Code != code {
		tb.Fatalf("got %v, want %s", err, code)
	}
	return e
}
