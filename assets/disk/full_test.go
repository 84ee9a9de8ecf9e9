package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"signet/assets"
)

func breakable(content string) io.Reader { return strings.NewReader(content) }

// fullDisk is a file that fails like one on a disk without space, when it is
// written, or only when it is synced.
type fullDisk struct {
	file
	onWrite, onSync error
}

func (f fullDisk) Write(p []byte) (int, error) {
	if f.onWrite != nil {
		return 0, f.onWrite
	}
	return f.file.Write(p)
}

func (f fullDisk) Sync() error {
	if f.onSync != nil {
		return f.onSync
	}
	return f.file.Sync()
}

func TestAFullDisk(t *testing.T) {
	noSpace := &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	noQuota := &fs.PathError{Op: "write", Path: "x", Err: syscall.EDQUOT}
	broken := &fs.PathError{Op: "write", Path: "x", Err: syscall.EIO}
	for title, c := range map[string]struct {
		full fullDisk
		want error
	}{
		"while it is written":                 {fullDisk{onWrite: noSpace}, assets.ErrNoSpace},
		"over the quota":                      {fullDisk{onWrite: noQuota}, assets.ErrNoSpace},
		"when it is synced":                   {fullDisk{onSync: noSpace}, assets.ErrNoSpace},
		"that is none but breaks":             {fullDisk{onWrite: broken}, assets.ErrUnavailable},
		"that is none but breaks when synced": {fullDisk{onSync: broken}, assets.ErrUnavailable},
	} {
		full := c.full
		t.Run(title, func(t *testing.T) {
			store := open(t)
			create := store.create
			store.create = func(name string) (file, error) {
				f, err := create(name)
				return fullDisk{file: f, onWrite: full.onWrite, onSync: full.onSync}, err
			}
			_, err := assets.Put(t.Context(), store, breakable("the mark"), 100)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v", err)
			}
			left, err := os.ReadDir(store.root.Name() + "/" + stagedFolder)
			if err != nil || len(left) != 0 {
				t.Fatalf("left behind: %v, %v", left, err)
			}
			for _, err := range store.List(t.Context()) {
				t.Fatalf("something was published: %v", err)
			}
		})
	}
}

// A folder of the store that is missing is no blob that is missing, and a blob that the
// system does not let us read is not damaged.
func TestWhatTheSystemRefusesIsUnavailable(t *testing.T) {
	store := open(t)
	stat, err := assets.Put(t.Context(), store, breakable("the mark"), 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.root.Remove(stagedFolder); err != nil {
		t.Fatal(err)
	}
	if _, err := assets.Put(t.Context(), store, breakable("another"), 100); !errors.Is(err, assets.ErrUnavailable) {
		t.Errorf("without the folder of uploads: %v", err)
	}
	name, err := place(stat.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.root.Remove(name), store.root.Mkdir(name, 0o700)); err != nil { // what can be opened, and not read
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), stat.Ref); !errors.Is(err, assets.ErrUnavailable) || errors.Is(err, assets.ErrCorrupt) {
		t.Errorf("what can't be read: %v", err)
	}
}
