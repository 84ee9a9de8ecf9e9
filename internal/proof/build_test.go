package proof_test

import (
	"errors"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"signet/domain"
	"signet/internal/proof"
)

// TestAtEveryCheckpointEitherAProofOrThatItIsTooYoung: from any checkpoint of the log, what
// is handed out can be checked, and an approval is in it or refused as too young.
func TestAtEveryCheckpointEitherAProofOrThatItIsTooYoung(t *testing.T) {
	w := history(t)
	w.checkpoint(0)
	covered := 0
	for size := range int64(len(w.tree.positions)) {
		c := w.sign(size, w.tree.root(t, size))
		f, err := proof.Version(t.Context(), w.log, w.tree, c, slogan, 2)
		switch {
		case errors.Is(err, proof.ErrNotCovered):
			if covered > 0 {
				t.Fatalf("at %d it is too young, and was not before", size)
			}
		case err != nil:
			t.Fatalf("at %d: %v", size, err)
		default:
			covered++
			if w.verify(f).Version.Approved == nil {
				t.Errorf("at %d the approval was left out", size)
			}
		}
	}
	if covered < 2 || covered > 8 {
		t.Errorf("%d checkpoints cover the approval", covered)
	}
}

func TestWhatIsNotThereIsNotProved(t *testing.T) {
	w := history(t)
	c := w.checkpoint(0)
	for name, build := range map[string]func() (*proof.File, error){
		"a version": func() (*proof.File, error) { return proof.Version(t.Context(), w.log, w.tree, c, slogan, 9) },
		"an item":   func() (*proof.File, error) { return proof.Version(t.Context(), w.log, w.tree, c, "khong-co", 1) },
		"a draft":   func() (*proof.File, error) { return proof.Version(t.Context(), w.log, w.tree, c, logo, 1) },
		"no version": func() (*proof.File, error) {
			return proof.Version(t.Context(), w.log, w.tree, c, slogan, 0)
		},
		"an edition":    func() (*proof.File, error) { return proof.Edition(t.Context(), w.log, w.tree, c, 2) },
		"no edition":    func() (*proof.File, error) { return proof.Edition(t.Context(), w.log, w.tree, c, 0) },
		"a wrong order": func() (*proof.File, error) { return proof.Edition(t.Context(), w.log, w.tree, c, -1) },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := build()
			refused(t, err, proof.UnknownSubject)
		})
	}
}

// TestAnotherTreeIsNoticedBeforeAFileIsHandedOut: the log has been changed since.
func TestAnotherTreeIsNoticedBeforeAFileIsHandedOut(t *testing.T) {
	w := history(t)
	c := w.checkpoint(0)
	for i := range w.tree.hashes {
		w.tree.hashes[i][0] ^= 1
	}
	_, err := proof.Version(t.Context(), w.log, w.tree, c, slogan, 1)
	refused(t, err, proof.InclusionWrong)
}

func TestOneCheckpointContinuesAnother(t *testing.T) {
	w := history(t)
	newest := w.checkpoint(0)
	for size := range newest.Size + 1 {
		older := w.sign(size, w.tree.root(t, size))
		f, err := proof.Between(t.Context(), w.tree, older, newest)
		if err != nil {
			t.Fatalf("from %d: %v", size, err)
		}
		v := w.verify(f)
		if v.Older.Size != size || v.Checkpoint.Size != newest.Size || len(v.Events) > 0 || !slices.Equal(v.Unproved, []proof.Caveat{proof.OneHistory}) {
			t.Errorf("from %d it is told as %+v", size, v)
		}
	}
}

func TestAHistoryThatIsNoContinuationIsRefused(t *testing.T) {
	w := history(t)
	newest := w.checkpoint(0)
	good := w.sign(20, w.tree.root(t, 20))
	other, err := proof.OpenKey(t.TempDir()+"/k", "other.example/log")
	if err != nil {
		t.Fatal(err)
	}
	foreign := good
	foreign.Origin = other.Origin()
	for name, c := range map[string][2]proof.Checkpoint{
		"another root":              {w.sign(20, w.tree.root(t, 21)), newest},
		"another root, same size":   {w.sign(newest.Size, tlog.Hash{1}), newest},
		"another root of no events": {w.sign(0, tlog.Hash{1}), newest},
		"a shorter log":             {newest, good},
		"another log":               {foreign, newest},
		"emptied":                   {w.sign(0, w.tree.root(t, 0)), w.sign(0, tlog.Hash{1})},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := proof.Between(t.Context(), w.tree, c[0], c[1])
			refused(t, err, proof.ConsistencyWrong)
			f := &proof.File{Subject: proof.Subject{Kind: proof.KindCheckpoint}, Checkpoint: c[1].Note, Older: c[0].Note}
			if name != "another log" { // its note is that of this log
				_, err = f.Check(w.signer.VerifierKey())
				refused(t, err, proof.ConsistencyWrong)
			}
		})
	}
	f, err := proof.Between(t.Context(), w.tree, good, newest)
	if err != nil {
		t.Fatal(err)
	}
	f.Older = nil
	_, err = f.Check(w.signer.VerifierKey())
	refused(t, err, proof.CheckpointMalformed)
	f.Older, f.Consistency = good.Note, f.Consistency[1:]
	_, err = f.Check(w.signer.VerifierKey())
	refused(t, err, proof.ConsistencyWrong)
}

// TestOnlyWhatIsCoveredIsToldOfAWithdrawnVersion: an older checkpoint proves the approval
// without the withdrawal, and says that it does not know what came later.
func TestOnlyWhatIsCoveredIsToldOfAWithdrawnVersion(t *testing.T) {
	w := history(t)
	size := w.checkpoint(0).Size
	w.item(minh, domain.WithdrawVersion{Key: slogan, Version: 2, Reason: "gấp"})
	w.checkpoint(0)
	f, err := proof.Version(t.Context(), w.log, w.tree, w.sign(size, w.tree.root(t, size)), slogan, 2)
	if err != nil {
		t.Fatal(err)
	}
	v := w.verify(f)
	if v.Version.Withdrawn.Reason == "gấp" || !slices.Contains(v.Unproved, proof.LaterEvents) {
		t.Errorf("it is told as %+v", v.Version)
	}
}
