package faults

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// Mount mounts a small file system in memory on a folder, with the options of tmpfs, such
// as "size=64m", until the test ends. It tells whether we may: who is not root may not, and
// neither may root in many containers.
func Mount(tb testing.TB, folder, options string) bool {
	tb.Helper()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, options); err != nil {
		tb.Logf("nothing can be mounted here: %v", err)
		return false
	}
	tb.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			tb.Error(err)
		}
	})
	return true
}

// Fill writes a file until the file system is full, and returns what removes it.
func Fill(tb testing.TB, folder string) (undo func()) {
	tb.Helper()
	name := filepath.Join(folder, "ballast")
	f, err := os.Create(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size >= 512; {
		if n, err := f.Write(make([]byte, size)); err != nil && n == 0 {
			size /= 2
		}
	}
	return func() { _ = os.Remove(name) }
}

// FillInodes makes files until the file system has room for none, and returns what removes
// them.
func FillInodes(tb testing.TB, folder string) (undo func()) {
	tb.Helper()
	all := filepath.Join(folder, "many")
	if err := os.Mkdir(all, 0o700); err != nil {
		tb.Fatal(err)
	}
	for n := 0; ; n++ {
		f, err := os.Create(filepath.Join(all, strconv.Itoa(n)))
		if err != nil {
			break
		}
		_ = f.Close()
	}
	return func() { _ = os.RemoveAll(all) }
}
