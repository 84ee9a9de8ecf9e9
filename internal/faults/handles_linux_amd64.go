package faults

import (
	"os"
	"syscall"
	"unsafe"
)

// Handles is how many file descriptors a process has open.
func Handles(pid int) uint64 {
	entries, err := os.ReadDir(procOf(pid, "fd"))
	if err != nil {
		return 0
	}
	return uint64(len(entries))
}

// LimitHandles sets the soft limit of a running process on the numbers of its file
// descriptors.
func LimitHandles(pid int, soft uint64) error {
	var limit syscall.Rlimit
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_NOFILE, 0, uintptr(unsafe.Pointer(&limit)), 0, 0); errno != 0 {
		return errno
	}
	limit.Cur = min(soft, limit.Max)
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_NOFILE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0); errno != 0 {
		return errno
	}
	return nil
}
