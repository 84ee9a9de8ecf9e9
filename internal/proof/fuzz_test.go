package proof_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"signet/internal/proof"
)

// FuzzRead: what is read comes out as it went in, and every refusal has a code.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"version.json", "edition.json", "checkpoint.json"} {
		f.Add(stored(f, name))
	}
	f.Add([]byte(`{"format":"signet-proof/v1","subject":{"kind":"checkpoint"},"checkpoint":""}`))
	f.Add([]byte(`{"format":"signet-proof/v1","Format":"x"}`))
	f.Add([]byte(`[[[[[[`))
	key := string(stored(f, "log.key"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := proof.Read(b)
		var e *proof.Error
		if err != nil {
			if !errors.As(err, &e) || file != nil {
				t.Fatalf("refused by %v, with %v", err, file)
			}
			return
		}
		out, err := file.Marshal()
		if err != nil {
			if !errors.As(err, &e) || e.Code != proof.ProofTooLarge { // another notation may need more bytes
				t.Fatal(err)
			}
			return
		}
		again, err := proof.Read(out)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := again.Marshal(); err != nil || !bytes.Equal(out, twice) {
			t.Fatalf("written once as\n%s\ntwice as\n%s (%v)", out, twice, err)
		}
		if _, err := file.Check(key); err != nil && !errors.As(err, &e) {
			t.Fatal(err)
		}
	})
}

func FuzzReadCheckpoint(f *testing.F) {
	file, err := proof.Read(stored(f, "checkpoint.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file.Checkpoint)
	f.Add(file.Older)
	f.Add([]byte("a\n1\n\n— a AAAA\n"))
	key, witness := string(stored(f, "log.key")), string(stored(f, "witness.key"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := proof.ReadCheckpoint(b, key, witness)
		var e *proof.Error
		switch {
		case err == nil:
			if c.Origin != origin || c.Size < 0 || len(c.Cosigned) > 1 || !bytes.Equal(c.Note, b) {
				t.Fatalf("read as %+v", c)
			}
		case !errors.As(err, &e) || c.Note != nil:
			t.Fatalf("refused by %v, with %+v", err, c)
		}
	})
}

func FuzzReadVerifierKey(f *testing.F) {
	for _, name := range []string{"log.key", "witness.key"} {
		f.Add(string(stored(f, name)))
	}
	f.Add("PRIVATE+KEY+a+00000000+AAAA")
	f.Add("#\n\u00a0x+f2a0ba1a+CQ==")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := proof.ReadVerifierKey(text)
		var e *proof.Error
		if err != nil {
			if !errors.As(err, &e) || key != "" {
				t.Fatalf("refused by %v, with %q", err, key)
			}
			return
		}
		if again, err := proof.ReadVerifierKey(key); err != nil || again != key || !strings.Contains(text, key) {
			t.Fatalf("%q is read as %q, and then as %q (%v)", text, key, again, err)
		}
	})
}
