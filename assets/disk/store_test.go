package disk

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"signet/assets"
	"signet/assets/assetstest"
	"signet/internal/archtest"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours:      []string{"assets"},
		Libraries: []string{"github.com/hashicorp/golang-lru/v2", "golang.org/x/sync/singleflight"},
		Because:   "a store knows the contract and its disk",
	})
	archtest.ImportedOnlyBy(t, "cmd/...", "internal/portal/portaltest") // the latter is for tests
}

func open(t *testing.T) *Store {
	t.Helper()
	store, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func TestStore(t *testing.T) {
	assetstest.Run(t, assetstest.Subject{
		Open: func(t *testing.T) assets.Store { t.Helper(); return open(t) },
		Damage: func(t *testing.T, store assets.Store, ref assets.Ref) {
			t.Helper()
			damage(t, store.(*Store), ref)
		},
		Leftovers: func(t *testing.T, store assets.Store) int {
			t.Helper()
			entries, err := os.ReadDir(filepath.Join(store.(*Store).root.Name(), stagedFolder))
			if err != nil {
				t.Fatal(err)
			}
			return len(entries)
		},
	})
}

// damage turns one bit of a file over, and lets time pass as it would have.
func damage(t *testing.T, store *Store, ref assets.Ref) {
	t.Helper()
	name := filepath.Join(store.root.Name(), blobsFolder, string(ref[:2]), string(ref))
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, time.Time{}, time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
}

func TestWhatACrashLeftIsSwept(t *testing.T) {
	dir := t.TempDir()
	store, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	store.Close()
	crashed, running := filepath.Join(dir, stagedFolder, "CRASHED-1"), filepath.Join(dir, stagedFolder, "RUNNING-1")
	for name, age := range map[string]time.Duration{crashed: time.Hour, running: -time.Minute} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, time.Time{}, started.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	store, err = Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := os.Stat(crashed); !os.IsNotExist(err) {
		t.Errorf("an upload that ended with its process is still there: %v", err)
	}
	if _, err := os.Stat(running); err != nil {
		t.Errorf("an upload that is younger than this process was swept: %v", err)
	}
}

func TestABlobOutlivesTheStore(t *testing.T) {
	dir := t.TempDir()
	store, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := assets.Put(t.Context(), store, breakable("the mark"), 100)
	if err != nil {
		t.Fatal(err)
	}
	store.Close()
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if err := again.Verify(t.Context(), stat.Ref); err != nil {
		t.Fatal(err)
	}
}

func TestAStrayFileIsToldAndPassedOver(t *testing.T) {
	store := open(t)
	stat, err := assets.Put(t.Context(), store, breakable("the mark"), 100)
	if err != nil {
		t.Fatal(err)
	}
	shard := filepath.Join(store.root.Name(), blobsFolder, string(stat.Ref[:2]))
	if err := os.WriteFile(filepath.Join(shard, "0-notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wrong := "00"
	if stat.Ref[:2] == "00" {
		wrong = "01"
	}
	if err := os.WriteFile(filepath.Join(store.root.Name(), blobsFolder, wrong, string(stat.Ref)), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	stray, found := 0, 0
	for listed, err := range store.List(t.Context()) {
		switch {
		case err != nil:
			stray++
		case listed == stat:
			found++
		}
	}
	if stray != 2 || found != 1 {
		t.Fatalf("told of %d stray files and %d blobs", stray, found)
	}
}
