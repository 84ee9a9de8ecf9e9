package proof_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/proof"
)

// cosign adds the signatures of witnesses.
func cosign(tb testing.TB, text []byte, witnesses ...*proof.Signer) []byte {
	tb.Helper()
	head, _, _ := strings.Cut(string(text), "\n\n")
	var signers []note.Signer
	for _, w := range witnesses {
		s, _, err := w.Cosigner()
		if err != nil {
			tb.Fatal(err)
		}
		signers = append(signers, s)
	}
	signed, err := note.Sign(&note.Note{Text: head + "\n"}, signers...)
	if err != nil {
		tb.Fatal(err)
	}
	return append(text, strings.TrimPrefix(string(signed), head+"\n\n")...)
}

func cosignKey(tb testing.TB, s *proof.Signer) string {
	tb.Helper()
	_, key, err := s.Cosigner()
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func TestACheckpointTellsWhoHasSeenItAndWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, first, second := signerOf(t, origin), signerOf(t, "witness.example/w1"), signerOf(t, "nhân-chứng.vn")
		text, err := log.Sign(7, tlog.Hash{1, 2})
		if err != nil {
			t.Fatal(err)
		}
		text = cosign(t, text, first, second)
		keys := []string{cosignKey(t, first), cosignKey(t, second), cosignKey(t, second)}
		c, err := proof.ReadCheckpoint(text, " "+log.VerifierKey()+"\n", keys...)
		if err != nil || c.Origin != origin || c.Size != 7 || c.Root != (tlog.Hash{1, 2}) || !bytes.Equal(c.Note, text) {
			t.Fatalf("%+v, %v", c, err)
		}
		now := time.Now().UTC()
		if len(c.Cosigned) != 2 || c.Cosigned[0] != (proof.Cosignature{Name: first.Origin(), At: now}) || c.Cosigned[1].Name != second.Origin() {
			t.Errorf("cosigned by %+v", c.Cosigned)
		}
		if c, err := proof.ReadCheckpoint(text, log.VerifierKey()); err != nil || len(c.Cosigned) != 0 {
			t.Errorf("unasked: %+v, %v", c.Cosigned, err)
		}
		// A witness that has not signed is no error here.
		if c, err := proof.ReadCheckpoint(text, log.VerifierKey(), cosignKey(t, signerOf(t, "w3"))); err != nil || len(c.Cosigned) != 0 {
			t.Errorf("%+v, %v", c.Cosigned, err)
		}
	})
}

func TestWhatIsNotSignedAsItShouldBeIsRefused(t *testing.T) {
	log, other, witness := signerOf(t, origin), signerOf(t, origin), signerOf(t, "w1")
	text, err := log.Sign(7, tlog.Hash{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	cosigned := cosign(t, text, witness)
	swap := func(old, with string) []byte { return []byte(strings.Replace(string(cosigned), old, with, 1)) }
	secret, key, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	signed := func(body string) []byte {
		signer, err := note.NewSigner(secret)
		if err != nil {
			t.Fatal(err)
		}
		out, err := note.Sign(&note.Note{Text: body}, signer)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	root := "AQIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	for name, c := range map[string]struct {
		text []byte
		key  string
		code proof.Code
	}{
		"by another key of the name":  {text, other.VerifierKey(), proof.CheckpointUnsigned},
		"by a witness only":           {bytes.Replace(cosigned, []byte("— "+origin+" "+signatureOf(cosigned, origin)+"\n"), nil, 1), log.VerifierKey(), proof.CheckpointUnsigned},
		"another size":                {swap("\n7\n", "\n8\n"), log.VerifierKey(), proof.CheckpointUnsigned},
		"a signature of zeros":        {swap(signatureOf(cosigned, origin), zeros(cosigned, origin)), log.VerifierKey(), proof.CheckpointUnsigned},
		"a witness's of zeros":        {swap(signatureOf(cosigned, "w1"), zeros(cosigned, "w1")), log.VerifierKey(), proof.WitnessWrong},
		"no note":                     {[]byte("haiphong\n"), log.VerifierKey(), proof.CheckpointMalformed},
		"nothing":                     {nil, log.VerifierKey(), proof.CheckpointMalformed},
		"more than a checkpoint":      {[]byte(strings.Repeat("x", proof.MaxCheckpointBytes+1)), log.VerifierKey(), proof.CheckpointMalformed},
		"in another name":             {signed("other.example/log\n7\n" + root), key, proof.OriginDiffers},
		"a size with a leading zero":  {signed(origin + "\n07\n" + root), key, proof.CheckpointMalformed},
		"a size that is too large":    {signed(origin + "\n18446744073709551615\n" + root), key, proof.CheckpointMalformed},
		"a short root":                {signed(origin + "\n7\nAQI=\n"), key, proof.CheckpointMalformed},
		"no root":                     {signed(origin + "\n7\n"), key, proof.CheckpointMalformed},
		"with a key that is none":     {text, "x", proof.KeyMalformed},
		"with the key of a witness":   {text, cosignKey(t, witness), proof.KeyMalformed},
		"with a private key":          {text, secret, proof.KeyPrivate},
		"signed, with an extension":   {signed(origin + "\n7\n" + root + "mở rộng\n"), key, ""},
		"as it is":                    {text, log.VerifierKey(), ""},
		"as it is, and cosigned once": {cosigned, log.VerifierKey(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := proof.ReadCheckpoint(c.text, c.key, cosignKey(t, witness))
			if c.code == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, c.code)
			if got.Origin != "" || got.Note != nil || got.Cosigned != nil {
				t.Errorf("what is refused is handed out: %+v", got)
			}
		})
	}
}

// signatureOf is the signature of a name in a note.
func signatureOf(text []byte, name string) string {
	_, rest, _ := strings.Cut(string(text), "\n— "+name+" ")
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

// zeros is it, of the same key, with nothing behind.
func zeros(text []byte, name string) string {
	s := signatureOf(text, name)
	return s[:8] + strings.Repeat("A", len(s)-9) + "="
}

func TestAWitnessThatIsAskedForMustHaveSeenIt(t *testing.T) {
	w := history(t)
	witness := signerOf(t, "w1")
	f := w.version(slogan, 1)
	_, err := f.Check(w.signer.VerifierKey(), cosignKey(t, witness))
	refused(t, err, proof.WitnessMissing)
	f.Checkpoint = cosign(t, f.Checkpoint, witness)
	v, err := f.Check(w.signer.VerifierKey(), cosignKey(t, witness))
	if err != nil || len(v.Checkpoint.Cosigned) != 1 {
		t.Fatal(err)
	}
	for _, c := range v.Unproved {
		if c == proof.OneHistory {
			t.Error("a witness has seen it, and it is not told")
		}
	}
	_, err = f.Check(w.signer.VerifierKey(), cosignKey(t, witness), cosignKey(t, signerOf(t, "w2")))
	refused(t, err, proof.WitnessMissing)
	_, err = f.Check(w.signer.VerifierKey(), "w1")
	refused(t, err, proof.KeyMalformed)
	_, err = f.Check(signerOf(t, origin).VerifierKey())
	refused(t, err, proof.CheckpointUnsigned)
}
