package folder

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signet/internal/archtest"
	"signet/internal/backup"
	"signet/internal/backup/repotest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{Ours: []string{"internal/backup"}, Because: "an adapter knows the contract and its disk"})
	archtest.ImportedOnlyBy(t, "cmd/...")
}

func open(t *testing.T, dir string) *Repository {
	t.Helper()
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestSuite(t *testing.T) {
	repotest.Run(t, func(t *testing.T) backup.Repository { t.Helper(); return open(t, t.TempDir()) })
}

// Keys and names of people lie in it.
func TestOnlyTheOwnerCanRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "repository")
	r := open(t, dir)
	for _, name := range []string{"keys/links.key-1", "blobs/ab/ab1"} {
		if err := r.Put(t.Context(), name, backup.Bytes([]byte("secret"))); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWhatWasInterruptedLongAgoIsSwept(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	old, young := filepath.Join(dir, incoming, "old"), filepath.Join(dir, incoming, "young")
	for name, age := range map[string]time.Duration{old: leftover + time.Hour, young: time.Minute} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir)
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("what was interrupted long ago is there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("what somebody may be writing is gone: %v", err)
	}
}
