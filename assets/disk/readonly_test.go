package disk

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/assets"
)

// Whoever only looks finds every blob, and leaves alone what the owner is taking in.
func TestLookingChangesNothing(t *testing.T) {
	owner := open(t)
	stat, err := assets.Put(t.Context(), owner, strings.NewReader("there"), 100)
	if err != nil {
		t.Fatal(err)
	}
	upload, err := owner.Stage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// As one that an earlier process has left: the owner would sweep it.
	staged, err := filepath.Glob(filepath.Join(owner.root.Name(), stagedFolder, "*"))
	if err != nil || len(staged) != 1 {
		t.Fatal(staged, err)
	}
	past := started.Add(-time.Hour)
	if err := owner.root.Chtimes(filepath.Join(stagedFolder, filepath.Base(staged[0])), past, past); err != nil {
		t.Fatal(err)
	}
	looker := lookInto(t, owner.root.Name())
	if blob, err := looker.Open(t.Context(), stat.Ref); err != nil {
		t.Error(err)
	} else if err := blob.Close(); err != nil {
		t.Error(err)
	}
	if n := count(t, looker); n != 1 {
		t.Errorf("%d blobs", n)
	}
	if _, err := looker.Stage(t.Context()); !errors.Is(err, ErrReadOnly) {
		t.Errorf("%v", err)
	}
	if _, err := upload.Write([]byte("more")); err != nil {
		t.Error(err)
	}
	if left, err := filepath.Glob(staged[0]); err != nil || len(left) != 1 {
		t.Errorf("the upload is gone, %v", err)
	}
	if err := upload.Discard(); err != nil {
		t.Error(err)
	}
	if n := count(t, lookInto(t, t.TempDir())); n != 0 {
		t.Errorf("%d blobs where there is no store", n)
	}
}

func lookInto(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func count(t *testing.T, s *Store) int {
	t.Helper()
	n := 0
	for _, err := range s.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}
