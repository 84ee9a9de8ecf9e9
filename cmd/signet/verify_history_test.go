package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"signet/internal/proof"
	"signet/internal/testneeds"
	"signet/internal/verify"
)

// verifying verifies a registry in this process.
func verifying(t *testing.T, o verifyOptions) verification {
	t.Helper()
	v, err := verified(t.Context(), &o, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// copyOf is a copy of a folder.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	other := t.TempDir()
	if err := os.CopyFS(other, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return other
}

func TestVerifyComparesTheLogWithWhatWasSigned(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	must(t, dir, "import", sampleKit(t, dir))
	data := filepath.Join(dir, defaultData)
	earlier := copyOf(t, data)
	must(t, dir, "token", "--agency", "so-khcn", "--role", "designer")
	outside := filepath.Join(dir, "checkpoint.txt")
	if err := os.WriteFile(outside, []byte(must(t, dir, "checkpoint")), 0o600); err != nil {
		t.Fatal(err)
	}
	own, err := proof.ReadKey(filepath.Join(data, proof.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	strange, err := proof.OpenKey(filepath.Join(dir, "other.key"), own.Origin())
	if err != nil {
		t.Fatal(err)
	}
	of := func(dir string) verifyOptions { return verifyOptions{at: place{data: dir}} }

	v := verifying(t, of(data))
	if !v.OK || v.Tree == nil || v.Tree.Leaves != int64(v.Events) || v.Tree.Checkpoints == 0 || v.Tree.Key != own.VerifierKey() || v.Tree.KeyGiven {
		t.Errorf("whole: %+v, %+v", v, v.Tree)
	}
	given := verifyOptions{at: place{data: data}, key: own.VerifierKey(), checkpoints: []string{outside}}
	if more := verifying(t, given); !more.OK || !more.Tree.KeyGiven || more.Tree.Checkpoints != v.Tree.Checkpoints+1 {
		t.Errorf("with a checkpoint from outside: %+v, %+v", more, more.Tree)
	}
	given.key = strange.VerifierKey()
	if v := verifying(t, given); v.OK || !v.has(verify.CheckpointUnsigned) {
		t.Errorf("with somebody else's key: %+v", v)
	}

	// The log of another day, and then without the tree and the key that would tell.
	shrunk := copyOf(t, data)
	if err := os.Rename(filepath.Join(earlier, logFile), filepath.Join(shrunk, logFile)); err != nil {
		t.Fatal(err)
	}
	if v := verifying(t, of(shrunk)); v.OK || !v.has(verify.TreeMissingEvent) || !v.has(verify.CheckpointContradicted) {
		t.Errorf("a log of an earlier day: %+v", v)
	}
	for _, name := range []string{treeFile, proof.KeyFile} {
		if err := os.Remove(filepath.Join(shrunk, name)); err != nil {
			t.Fatal(err)
		}
	}
	if v := verifying(t, of(shrunk)); !v.OK || v.Tree != nil {
		t.Errorf("nothing is left that tells: %+v", v)
	}
	given = verifyOptions{at: place{data: shrunk}, key: own.VerifierKey(), checkpoints: []string{outside}}
	if v := verifying(t, given); v.OK || !v.has(verify.CheckpointContradicted) {
		t.Errorf("but the checkpoint from outside: %+v", v)
	}
	refused(t, exitBadInput, dir, "verify", "--data", shrunk, "--checkpoint", outside)
}

func TestATreeThatIsNoneIsFound(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	must(t, dir, "import", sampleKit(t, dir))
	must(t, dir, "checkpoint")
	data := filepath.Join(dir, defaultData)
	for name, file := range map[string]string{"a tree": treeFile, "a key": proof.KeyFile} {
		t.Run("a text in place of "+name, func(t *testing.T) {
			other := copyOf(t, data)
			if err := os.WriteFile(filepath.Join(other, file), []byte("không phải"), 0o600); err != nil {
				t.Fatal(err)
			}
			v := verifying(t, verifyOptions{at: place{data: other}})
			if v.OK || len(v.Findings) != 1 || v.Findings[0].Place != file {
				t.Errorf("%+v", v)
			}
		})
	}
}

func TestVerifyTakesARegistryOrAProof(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	refused(t, exitBadInput, dir, "verify", "proof.json", "other.json")
	refused(t, exitBadInput, dir, "verify", "proof.json", "--checkpoint", "checkpoint.txt")
	refused(t, exitBadInput, dir, "verify", "--witness", "somebody")
	refused(t, exitBadInput, dir, "verify", "--file", "logo.svg")
}
