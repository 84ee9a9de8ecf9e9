package proof_test

import (
	"reflect"
	"testing"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/proof"
	"signet/internal/testneeds"
)

// TestEveryChangedBitIsRefusedOrMeansNothing: over all bits of two small files; under the
// race detector, which makes it slow, over every third one of the larger file.
func TestEveryChangedBitIsRefusedOrMeansNothing(t *testing.T) {
	w := logged(t, domain.EditionStream(1), minh, domain.EditionOpened{Number: 1, Title: domain.Texts{"vi": "Ấn bản"}, Due: "2027-06-30", Agency: lead})
	edition := w.provedEdition(1)
	if _, err := w.log.Append(t.Context(), "x", eventlog.NoStream, eventlog.Record{ID: minh.Member, Type: "x", Meta: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	newer := w.checkpoint(0)
	between, err := proof.Between(t.Context(), w.tree, w.sign(1, w.tree.root(t, 1)), newer)
	if err != nil {
		t.Fatal(err)
	}
	key := w.signer.VerifierKey()
	for name, f := range map[string]*proof.File{"edition": edition, "checkpoint": between} {
		text, err := f.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		want := meaning(w.verify(f))
		passed := 0
		step := 1
		if testneeds.Race && f == edition {
			step = 3
		}
		for bit := 0; bit < 8*len(text); bit += step {
			text[bit/8] ^= 1 << (bit % 8)
			if v, err := checked(text, key); err == nil {
				passed++
				if !reflect.DeepEqual(meaning(v), want) {
					t.Errorf("%s, byte %d, bit %d: it means something else, and is good", name, bit/8, bit%8)
				}
			}
			text[bit/8] ^= 1 << (bit % 8)
		}
		if passed > len(text)/8 {
			t.Errorf("%s: of %d bits %d may change", name, 8*len(text), passed)
		}
	}
}

// meaning is a verdict without the bytes that it was read from.
func meaning(v proof.Verdict) proof.Verdict {
	v.Checkpoint.Note = nil
	if v.Older != nil {
		older := *v.Older
		older.Note = nil
		v.Older = &older
	}
	return v
}

func checked(text []byte, key string) (proof.Verdict, error) {
	f, err := proof.Read(text)
	if err != nil {
		return proof.Verdict{}, err
	}
	return f.Check(key)
}
