package faults

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// atFdCwd is what stands for the working directory.
const atFdCwd = -100

// deedOf reads what a process wants to do; false if that concerns nothing that has a
// path, or can't be told.
func deedOf(pid int, n *notification) (Deed, bool) {
	args := n.args
	d := Deed{Offset: -1, fd: int(int32(args[0]))} //nolint:gosec // a descriptor
	var ok bool
	switch n.nr {
	case syscall.SYS_PWRITE64:
		d.Call, d.address, d.Length, d.Offset = Write, args[1], int(args[2]), int64(args[3]) //nolint:gosec // sizes
	case syscall.SYS_WRITE:
		d.Call, d.address, d.Length = Write, args[1], int(args[2]) //nolint:gosec // a size
	case syscall.SYS_PREAD64:
		d.Call = Read
	case syscall.SYS_SENDFILE:
		d.Call, d.fd = Read, int(int32(args[1])) //nolint:gosec // a descriptor
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		d.Call = Sync
	case syscall.SYS_FTRUNCATE:
		d.Call, d.Offset = Truncate, int64(args[1]) //nolint:gosec // a size
	default:
		d.fd = -1
		ok = named(pid, n, &d)
		return d, ok
	}
	var err error
	d.Path, err = os.Readlink(procOf(pid, "fd", strconv.Itoa(d.fd)))
	return d, err == nil
}

// named reads a call that is about a name.
func named(pid int, n *notification, d *Deed) bool {
	a := n.args
	var ok bool
	switch n.nr {
	case syscall.SYS_OPEN:
		d.Path, ok = pathAt(pid, atFdCwd, a[0])
		return ok && opened(d, a[1])
	case syscall.SYS_OPENAT:
		d.Path, ok = pathAt(pid, a[0], a[1])
		return ok && opened(d, a[2])
	case syscall.SYS_MKDIR:
		d.Call = MakeDir
		d.Path, ok = pathAt(pid, atFdCwd, a[0])
	case syscall.SYS_MKDIRAT:
		d.Call = MakeDir
		d.Path, ok = pathAt(pid, a[0], a[1])
	case syscall.SYS_UNLINK, syscall.SYS_RMDIR:
		d.Call = Remove
		d.Path, ok = pathAt(pid, atFdCwd, a[0])
	case syscall.SYS_UNLINKAT:
		d.Call = Remove
		d.Path, ok = pathAt(pid, a[0], a[1])
	case syscall.SYS_RENAME:
		d.Call = Rename
		if d.Path, ok = pathAt(pid, atFdCwd, a[0]); ok {
			d.To, ok = pathAt(pid, atFdCwd, a[1])
		}
	default:
		d.Call = Rename
		if d.Path, ok = pathAt(pid, a[0], a[1]); ok {
			d.To, ok = pathAt(pid, a[2], a[3])
		}
	}
	return ok
}

// opened reads the flags of an opening.
func opened(d *Deed, flags uint64) bool {
	d.Call = Open
	if flags&(syscall.O_WRONLY|syscall.O_RDWR|syscall.O_CREAT) != 0 {
		d.Call = OpenToWrite
		d.Creates, d.Empties = flags&syscall.O_CREAT != 0, flags&syscall.O_TRUNC != 0
	}
	return true
}

func procOf(pid int, name ...string) string {
	return filepath.Join(append([]string{"/proc", strconv.Itoa(pid)}, name...)...)
}

// pathAt reads a path from the memory of a process, and makes it whole.
func pathAt(pid int, dir any, address uint64) (string, bool) {
	const longest, page = 4096, 4096
	var text []byte
	for len(text) < longest {
		// Up to the end of a page: the next one may not be there.
		b, err := memory(pid, address, page-int(address%page)) //nolint:gosec // less than a page
		if err != nil {
			return "", false
		}
		if end := bytes.IndexByte(b, 0); end >= 0 {
			text = append(text, b[:end]...)
			break
		}
		text = append(text, b...)
		address += uint64(len(b))
	}
	path := string(text)
	if filepath.IsAbs(path) {
		return filepath.Clean(path), true
	}
	folder := procOf(pid, "cwd")
	if fd, ok := dir.(uint64); ok && int32(fd) != atFdCwd { //nolint:gosec // a descriptor
		folder = procOf(pid, "fd", strconv.Itoa(int(int32(fd)))) //nolint:gosec // a descriptor
	}
	folder, err := os.Readlink(folder)
	return filepath.Join(folder, path), err == nil
}

// offsetOf is where in a file a process is, or 0.
func offsetOf(pid, fd int) int64 {
	text, err := os.ReadFile(procOf(pid, "fdinfo", strconv.Itoa(fd)))
	if err != nil {
		return 0
	}
	var pos int64
	_, _ = fmt.Sscanf(string(text), "pos: %d", &pos) // the first line
	return pos
}

// memory reads the memory of a process.
func memory(pid int, address uint64, n int) ([]byte, error) {
	f, err := os.Open(procOf(pid, "mem"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, n)
	_, err = f.ReadAt(b, int64(address)) //nolint:gosec // an address of a process
	return b, err
}
