package proof_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	flog "github.com/transparency-dev/formats/log"
	fproof "github.com/transparency-dev/formats/proof"
	mproof "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"signet/internal/proof"
)

// TestASecondVerifierFindsTheSame checks proof files as docs/proof-format.md says that
// others can: with a reader of JSON, and with libraries that share no code with ours.
func TestASecondVerifierFindsTheSame(t *testing.T) {
	w := history(t)
	for _, f := range []*proof.File{w.version(slogan, 1), w.version(slogan, 2), w.provedEdition(1)} {
		text, err := f.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Checkpoint string
			Events     []struct{ Envelope, Proof string }
		}
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		for _, e := range file.Events {
			var p fproof.TLogProof
			if err := p.Unmarshal([]byte(e.Proof)); err != nil {
				t.Fatal(err)
			}
			c := parsed(t, w, string(p.Checkpoint))
			leaf := rfc6962.DefaultHasher.HashLeaf([]byte(e.Envelope))
			if err := mproof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, c.Size, leaf, hashes(p.Hashes), c.Hash); err != nil {
				t.Errorf("leaf %d: %v", p.Index, err)
			}
		}
	}
}

func TestASecondVerifierFindsTheSameHistory(t *testing.T) {
	w := history(t)
	newest := w.checkpoint(0)
	for size := int64(1); size <= newest.Size; size++ {
		f, err := proof.Between(t.Context(), w.tree, w.sign(size, w.tree.root(t, size)), newest)
		if err != nil {
			t.Fatal(err)
		}
		text, err := f.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Checkpoint, Older string
			Consistency       [][]byte
		}
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		older, newer := parsed(t, w, file.Older), parsed(t, w, file.Checkpoint)
		if err := mproof.VerifyConsistency(rfc6962.DefaultHasher, older.Size, newer.Size, file.Consistency, older.Hash, newer.Hash); err != nil {
			t.Errorf("from %d: %v", size, err)
		}
	}
}

func parsed(t *testing.T, w *world, text string) *flog.Checkpoint {
	t.Helper()
	v, err := note.NewVerifier(w.signer.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	c, rest, _, err := flog.ParseCheckpoint([]byte(text), origin, v)
	if err != nil || len(rest) > 0 {
		t.Fatalf("%v, and further %q", err, rest)
	}
	ours, err := proof.ReadCheckpoint([]byte(text), w.signer.VerifierKey())
	if err != nil || uint64(ours.Size) != c.Size || ours.Root != [32]byte(c.Hash) || ours.Origin != c.Origin {
		t.Fatalf("ours is %+v, theirs %+v (%v)", ours, c, err)
	}
	if !strings.Contains(text, base64.StdEncoding.EncodeToString(ours.Root[:])) {
		t.Errorf("the root is not in %q", text)
	}
	return c
}

func hashes(in [][32]byte) [][]byte {
	out := make([][]byte, len(in))
	for i := range in {
		out[i] = in[i][:]
	}
	return out
}
