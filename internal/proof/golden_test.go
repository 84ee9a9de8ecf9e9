package proof_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/proof"
)

func stored(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "v1", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// TestOldProofsStillVerify: what was handed out once must be good for ever. The files are
// of the history of world_test.go; they are never written anew. When a proof says more,
// others are put beside them.
func TestOldProofsStillVerify(t *testing.T) {
	key := string(stored(t, "log.key"))
	verdict := func(name string, witnesses ...string) proof.Verdict {
		f, err := proof.Read(stored(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		v, err := f.Check(key, witnesses...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if again, err := f.Marshal(); err != nil || !bytes.Equal(again, stored(t, name)) {
			t.Errorf("%s is written in another form now (%v)", name, err)
		}
		return v
	}
	version := verdict("version.json").Version
	if version.Item != slogan || version.State != domain.Withdrawn || len(version.Signatures) != 3 || version.Content.Units[1].Text["ja"] != "旅の港、ハイフォン" {
		t.Errorf("the version is told as %+v", version)
	}
	edition := verdict("edition.json").Edition
	if edition.Decision != "4157/QĐ-UBND" || len(edition.Entries) != 1 || len(edition.Retired) != 1 {
		t.Errorf("the edition is told as %+v", edition)
	}
	between := verdict("checkpoint.json", string(stored(t, "witness.key")))
	if between.Older.Size != 20 || len(between.Checkpoint.Cosigned) != 1 || between.Checkpoint.Cosigned[0].Name != "witness.example/w1" {
		t.Errorf("the checkpoint is told as %+v", between)
	}
}

// TestTheExampleInTheDocumentIsOne: what docs/proof-format.md shows can be checked.
func TestTheExampleInTheDocumentIsOne(t *testing.T) {
	document, err := os.ReadFile(filepath.Join("..", "..", "docs", "proof-format.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(document), "```json\n")
	example, _, _ := strings.Cut(rest, "```")
	if example != string(stored(t, "edition.json")) {
		t.Error("the example is not the file edition.json, which is checked")
	}
	key, err := proof.ReadVerifierKey(string(stored(t, "log.key")))
	if err != nil || !strings.Contains(string(document), "`"+key+"`") {
		t.Errorf("the key of the example is not %s (%v)", key, err)
	}
}
