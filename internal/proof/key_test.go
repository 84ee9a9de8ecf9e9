package proof_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	fnote "github.com/transparency-dev/formats/note"

	"signet/internal/proof"
)

func TestAKeyIsMadeOnceAndKeptForItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), proof.KeyFile)
	if _, err := proof.ReadKey(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	made, err := proof.OpenKey(path, "")
	if err != nil {
		t.Fatal(err)
	}
	if name, ok := strings.CutPrefix(made.Origin(), "signet/"); !ok || len(name) != 8 {
		t.Errorf("its origin is %q", made.Origin())
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has the mode %v (%v)", info.Mode(), err)
	}
	for _, o := range []string{"", made.Origin()} {
		if again, err := proof.OpenKey(path, o); err != nil || again.VerifierKey() != made.VerifierKey() {
			t.Errorf("opened again for %q: %v", o, err)
		}
	}
	if again, err := proof.ReadKey(path); err != nil || again.VerifierKey() != made.VerifierKey() {
		t.Error(err)
	}
	_, err = proof.OpenKey(path, "another.example/log")
	refused(t, err, proof.OriginDiffers)
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("beside it stand %v (%v)", files, err)
	}
}

func TestADamagedKeyIsNotReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), proof.KeyFile)
	for _, text := range []string{"", "x", "PRIVATE+KEY+a+00000000+AAAA"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := proof.OpenKey(path, "")
		refused(t, err, proof.KeyMalformed)
		if after, err := os.ReadFile(path); err != nil || string(after) != text {
			t.Errorf("%q became %q (%v)", text, after, err)
		}
	}
}

func TestSomeNamesAreNoneOfALog(t *testing.T) {
	path := filepath.Join(t.TempDir(), proof.KeyFile)
	for _, name := range []string{"hai phong", "a+b", "a\nb", "a\u2003b", "a\x7f", "\xff", strings.Repeat("a", 201)} {
		_, err := proof.OpenKey(path, name)
		refused(t, err, proof.OriginMalformed)
	}
	if s, err := proof.OpenKey(path, "hải-phòng.vn/bộ-nhận-diện"); err != nil || s.Origin() != "hải-phòng.vn/bộ-nhận-diện" {
		t.Error(err)
	}
}

func signerOf(tb testing.TB, name string) *proof.Signer {
	tb.Helper()
	s, err := proof.OpenKey(filepath.Join(tb.TempDir(), "key"), name)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestAVerifierKeyIsReadFromWhatPeopleKeep(t *testing.T) {
	key := signerOf(t, origin).VerifierKey()
	for _, text := range []string{key, key + "\n", "\n  " + key + "\r\n\n", "# khóa của sổ\n" + key + "\n# hết\n", "\t" + key} {
		if got, err := proof.ReadVerifierKey(text); err != nil || got != key {
			t.Errorf("%q is read as %q (%v)", text, got, err)
		}
	}
	for name, text := range map[string]string{
		"nothing":             "",
		"only a comment":      "# khóa",
		"two keys":            key + "\n" + key,
		"words":               "haiphong",
		"another name":        "x" + key,
		"another hash":        strings.Replace(key, "+", "+0", 1),
		"a hash in capitals":  "x+ABCDEF01+AAAA",
		"half of it":          key[:len(key)-4],
		"one letter less":     key[:len(key)-1],
		"of an unknown type":  "x+" + hashOf("x\n\x09") + "+CQ==",
		"more than a key":     strings.Repeat("x", 10<<10),
		"a space in the name": "a b+00000000+AAAA",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := proof.ReadVerifierKey(text)
			refused(t, err, proof.KeyMalformed)
		})
	}
}

func TestAPrivateKeyIsRefusedAloud(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if _, err := proof.OpenKey(path, origin); err != nil {
		t.Fatal(err)
	}
	secret, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(secret), "# x\n" + string(secret)} {
		_, err := proof.ReadVerifierKey(text)
		if e := refused(t, err, proof.KeyPrivate); strings.Contains(fmt.Sprint(e), strings.TrimSpace(string(secret))) {
			t.Error("it is repeated in the error")
		}
	}
}

func TestAKeyOfAWitnessWithAPostQuantumSignatureIsRead(t *testing.T) {
	_, key, err := fnote.GenerateMLDSAKey("witness.example/w1")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := proof.ReadVerifierKey(key); err != nil || got != key {
		t.Error(err)
	}
	last := key[len(key)-2]
	_, err = proof.ReadVerifierKey(key[:len(key)-2] + string(last+1) + "=") // the same bytes, written otherwise
	refused(t, err, proof.KeyMalformed)
	s := signerOf(t, origin)
	text, err := s.Sign(0, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = proof.ReadCheckpoint(text, key)
	refused(t, err, proof.KeyMalformed)
	if _, err := proof.ReadCheckpoint(text, s.VerifierKey(), key); err != nil {
		t.Error(err)
	}
}

// hashOf is the hash of a key in its text.
func hashOf(nameAndKey string) string {
	sum := sha256.Sum256([]byte(nameAndKey))
	return hex.EncodeToString(sum[:4])
}
