package faults

import (
	"fmt"
	"runtime"
	"syscall"
	"unsafe"
)

// Of linux/seccomp.h, linux/filter.h and linux/audit.h.
const (
	sysSeccomp           = 317
	sysPidfdOpen         = 434
	sysPidfdGetfd        = 438
	setModeFilter        = 1
	getNotifSizes        = 3
	filterTSync          = 1 << 0
	filterNewListener    = 1 << 3
	filterTSyncESRCH     = 1 << 4
	filterWaitKillable   = 1 << 5
	retAllow             = 0x7fff0000
	retUserNotif         = 0x7fc00000
	ioctlReceive         = 0xc0502100
	ioctlSend            = 0xc0182101
	flagContinue         = 1
	prSetNoNewPrivs      = 38
	auditArchX8664       = 0xc000003e
	bpfLoadWord          = 0x20 // BPF_LD | BPF_W | BPF_ABS
	bpfJumpEqual         = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
	bpfReturn            = 0x06 // BPF_RET | BPF_K
	offsetNr, offsetArch = 0, 4
	sysRenameat2         = 316
)

// watched are the calls that the layer is asked about.
var watched = []uint32{
	syscall.SYS_WRITE, syscall.SYS_PWRITE64, syscall.SYS_PREAD64, syscall.SYS_SENDFILE,
	syscall.SYS_FSYNC, syscall.SYS_FDATASYNC, syscall.SYS_FTRUNCATE,
	syscall.SYS_OPEN, syscall.SYS_OPENAT, syscall.SYS_MKDIR, syscall.SYS_MKDIRAT,
	syscall.SYS_RENAME, syscall.SYS_RENAMEAT, sysRenameat2, syscall.SYS_UNLINK, syscall.SYS_UNLINKAT, syscall.SYS_RMDIR,
}

// notification is struct seccomp_notif.
type notification struct {
	id         uint64
	pid, flags uint32
	nr         int32
	arch       uint32
	ip         uint64
	args       [6]uint64
}

// response is struct seccomp_notif_resp.
type response struct {
	id    uint64
	val   int64
	errno int32
	flags uint32
}

// supported tells whether the kernel has questions, and lets us use them.
func supported() error {
	var sizes [3]uint16 // struct seccomp_notif_sizes
	if _, _, errno := syscall.Syscall(sysSeccomp, getNotifSizes, 0, uintptr(unsafe.Pointer(&sizes))); errno != 0 {
		return errno
	}
	return nil
}

// install puts the filter into every thread of this process, and returns the descriptor
// on which the kernel asks.
func install() (int, error) {
	program := []syscall.SockFilter{
		{Code: bpfLoadWord, K: offsetArch},
		{Code: bpfJumpEqual, Jt: 1, K: auditArchX8664},
		{Code: bpfReturn, K: retAllow},
		{Code: bpfLoadWord, K: offsetNr},
	}
	for i, nr := range watched {
		program = append(program, syscall.SockFilter{Code: bpfJumpEqual, Jt: uint8(len(watched) - i), K: nr}) //nolint:gosec // a few
	}
	program = append(program, syscall.SockFilter{Code: bpfReturn, K: retAllow}, syscall.SockFilter{Code: bpfReturn, K: retUserNotif})
	prog := syscall.SockFprog{Len: uint16(len(program)), Filter: &program[0]} //nolint:gosec // a few
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0, 0); errno != 0 {
		return 0, fmt.Errorf("faults: no new privileges: %w", errno)
	}
	// Where the kernel knows how, a signal does not interrupt a call that the layer
	// works on: it would be made twice.
	for _, flags := range []uintptr{filterWaitKillable, 0} {
		fd, _, errno := syscall.RawSyscall(sysSeccomp, setModeFilter, flags|filterTSync|filterNewListener|filterTSyncESRCH, uintptr(unsafe.Pointer(&prog)))
		if errno == 0 {
			return int(fd), nil
		}
		if errno != syscall.EINVAL || flags == 0 {
			return 0, fmt.Errorf("faults: seccomp: %w", errno)
		}
	}
	return 0, syscall.EINVAL
}

// receive waits for the next question; false when nobody is left who may ask.
func receive(listener int) (notification, bool) {
	type pollFd struct {
		fd              int32
		events, revents int16
	}
	const pollIn = 1
	for {
		p := pollFd{fd: int32(listener), events: pollIn} //nolint:gosec // a descriptor
		_, _, errno := syscall.Syscall(syscall.SYS_POLL, uintptr(unsafe.Pointer(&p)), 1, ^uintptr(0))
		if errno == syscall.EINTR {
			continue
		}
		if errno != 0 || p.revents&pollIn == 0 {
			return notification{}, false
		}
		var n notification
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, uintptr(listener), ioctlReceive, uintptr(unsafe.Pointer(&n)))
		if errno == 0 {
			return n, true
		}
		// ENOENT: whoever asked was killed meanwhile.
		if errno != syscall.EINTR && errno != syscall.ENOENT {
			return notification{}, false
		}
	}
}

// reply answers a question. Whoever asked may be gone.
func reply(listener int, r response) {
	for {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(listener), ioctlSend, uintptr(unsafe.Pointer(&r)))
		if errno != syscall.EINTR {
			return
		}
	}
}

// borrow returns a descriptor of a process as one of ours: they share where in the file
// they are.
func borrow(pid, fd int) (int, error) {
	process, _, errno := syscall.Syscall(sysPidfdOpen, uintptr(pid), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	defer func() { _ = syscall.Close(int(process)) }()
	ours, _, errno := syscall.Syscall(sysPidfdGetfd, process, uintptr(fd), 0)
	if errno != 0 {
		return 0, errno
	}
	return int(ours), nil
}
