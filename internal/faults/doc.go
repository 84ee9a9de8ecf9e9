// Package faults stands between a process under test and the kernel, and makes the
// storage fail: for tests.
//
// A process joins a [Layer] before it opens any file. From then on the kernel asks the
// layer about each of its calls that concern files (seccomp user notification,
// https://docs.kernel.org/userspace-api/seccomp_filter.html), and the layer lets it
// pass, delays it, fails it, or does only a part of it. Nothing of the program is changed
// for that, nobody has to be root, and a fault comes and goes while the process runs. What
// is read through a memory map is no call, and so it can't be made to fail.
//
// A [Recording] notes what a process writes, and tells what a loss of power at any moment
// may leave of it.
package faults

import (
	"syscall"
	"time"
)

// Call is a kind of call.
type Call int

// The kinds of calls that a process makes about files.
const (
	// Write is of bytes to a file, at its end or anywhere.
	Write Call = iota
	// Read is of bytes, at an offset or to be sent.
	Read
	// Sync waits for the disk, for a file or the names in a folder.
	Sync
	// Truncate sets how long a file is.
	Truncate
	// Open opens a file that is there for reading.
	Open
	// OpenToWrite opens a file for writing, and may make it.
	OpenToWrite
	// Rename gives a file another name.
	Rename
	// Remove takes a name away.
	Remove
	// MakeDir makes a folder.
	MakeDir
)

// Changes tells whether calls of the kind are refused where nothing may be written.
func (c Call) Changes() bool {
	switch c { //nolint:exhaustive // the others only look
	case Write, Truncate, OpenToWrite, Rename, Remove, MakeDir:
		return true
	}
	return false
}

// Deed is one call.
type Deed struct {
	Call Call
	// Path is the whole path of the file, and To, of a Rename, its new one.
	Path, To string
	// Offset is where a Write begins in bytes, -1 for where the file is, or how long the
	// file shall be after a Truncate.
	Offset int64
	// Length is how many bytes are written.
	Length int
	// Creates: what is opened for writing is made if it is not there; Empties: what is
	// there is taken out.
	Creates, Empties bool

	address uint64 // of the bytes in the process
	fd      int
}

// Fault is what becomes of a call; the zero Fault lets it pass.
type Fault struct {
	// Delay is how long it takes longer.
	Delay time.Duration
	// Part, of a Write of several bytes, is how many are written; with Err as well that
	// is what the caller is told after it, otherwise that it were so many.
	Part int
	// Err is what the caller is told; 0 for success.
	Err syscall.Errno
}

// Rule says what becomes of a call. It is asked by several goroutines at once.
type Rule func(Deed) Fault
