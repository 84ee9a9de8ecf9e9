package main

import (
	"os"
	"syscall"

	"signet/internal/faults"
)

// onSmallDisk puts the data folder on a small file system, if we may mount one.
func (v *victim) onSmallDisk() bool {
	v.t.Helper()
	if err := os.Mkdir(v.data(), 0o700); err != nil {
		v.t.Fatal(err)
	}
	return faults.Mount(v.t, v.data(), "size=96m,nr_inodes=3000")
}

// diskKinds are the kinds that a small file system really has. Where none can be mounted
// the calls fail as they would on it.
func diskKinds(mounted bool) []kind {
	full := kind{name: "disk full", uploads: refuses, writes: refuses, reads: passes}
	inodes := kind{name: "no inodes", uploads: refuses, writes: passes, reads: passes}
	if mounted {
		full.inflict = func(v *victim) func() { return faults.Fill(v.t, v.data()) }
		inodes.inflict = func(v *victim) func() { return faults.FillInodes(v.t, v.data()) }
	} else {
		full.name, full.inflict = full.name+", played", played(refusing(syscall.ENOSPC, faults.Write, faults.Truncate))
		inodes.name, inodes.inflict = inodes.name+", played", played(func(_ *victim, d faults.Deed) faults.Fault {
			if _, err := os.Lstat(d.Path); d.Call == faults.OpenToWrite && d.Creates && err != nil {
				return faults.Fault{Err: syscall.ENOSPC}
			}
			return faults.Fault{}
		})
	}
	return []kind{full, inodes}
}
