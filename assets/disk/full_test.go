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
	for title, full := range map[string]fullDisk{
		"while it is written": {onWrite: noSpace},
		"over the quota":      {onWrite: noQuota},
		"when it is synced":   {onSync: noSpace},
	} {
		t.Run(title, func(t *testing.T) {
			store := open(t)
			create := store.create
			store.create = func(name string) (file, error) {
				f, err := create(name)
				return fullDisk{file: f, onWrite: full.onWrite, onSync: full.onSync}, err
			}
			_, err := assets.Put(t.Context(), store, breakable("the mark"), 100)
			if !errors.Is(err, assets.ErrNoSpace) {
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
