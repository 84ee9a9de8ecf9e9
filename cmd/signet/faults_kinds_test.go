package main

import (
	"errors"
	"math/rand/v2"
	"strings"
	"syscall"
	"time"

	"signet/internal/faults"
)

// played lets calls about files of the data folder fail.
func played(rule func(v *victim, d faults.Deed) faults.Fault) func(*victim) func() {
	return func(v *victim) func() {
		folder := v.data()
		v.layer.Set(func(d faults.Deed) faults.Fault {
			if !strings.HasPrefix(d.Path, folder) || strings.HasSuffix(d.Path, "-shm") && d.Call == faults.Open {
				return faults.Fault{}
			}
			return rule(v, d)
		})
		return v.layer.Clear
	}
}

// refusing lets calls of some kinds fail.
func refusing(err syscall.Errno, calls ...faults.Call) func(*victim, faults.Deed) faults.Fault {
	return func(_ *victim, d faults.Deed) faults.Fault {
		for _, c := range calls {
			if d.Call == c {
				return faults.Fault{Err: err}
			}
		}
		return faults.Fault{}
	}
}

// callKinds are the kinds that are made by letting calls fail.
func callKinds() []kind {
	return []kind{
		{
			name: "no space for blobs", uploads: refuses, writes: passes, reads: passes,
			inflict: played(func(v *victim, d faults.Deed) faults.Fault {
				if d.Call == faults.Write && strings.HasPrefix(d.Path, v.data("staged")) {
					return faults.Fault{Err: syscall.ENOSPC, Part: d.Length / 2}
				}
				return faults.Fault{}
			}),
		},
		{
			name: "no space for read models", uploads: passes, writes: refuses, reads: passes,
			inflict: played(func(v *victim, d faults.Deed) faults.Fault {
				if d.Call == faults.Write && strings.HasPrefix(d.Path, v.data("views.db")) {
					return faults.Fault{Err: syscall.ENOSPC}
				}
				return faults.Fault{}
			}),
		},
		{name: "quota (EDQUOT)", uploads: refuses, writes: refuses, reads: passes, inflict: played(refusing(syscall.EDQUOT, faults.Write, faults.Truncate))},
		{name: "EIO on fsync", uploads: refuses, writes: refuses, reads: passes, inflict: played(refusing(syscall.EIO, faults.Sync))},
		{name: "EIO on write", uploads: refuses, writes: refuses, reads: passes, inflict: played(refusing(syscall.EIO, faults.Write, faults.Truncate))},
		// What can't be read may be damaged for good: that is INTERNAL, and stands in the log.
		{name: "EIO on read", also: "INTERNAL", inflict: played(refusing(syscall.EIO, faults.Read))},
		{
			name: "torn writes, then EIO", uploads: refuses, writes: refuses, reads: passes,
			inflict: played(func(_ *victim, d faults.Deed) faults.Fault {
				if d.Call != faults.Write {
					return faults.Fault{}
				}
				return faults.Fault{Err: syscall.EIO, Part: rand.IntN(d.Length + 1)}
			}),
		},
		{
			name: "short writes", uploads: passes, writes: passes, reads: passes, least: 50 * time.Millisecond,
			inflict: played(func(_ *victim, d faults.Deed) faults.Fault {
				if d.Call != faults.Write || d.Length < 2 {
					return faults.Fault{}
				}
				return faults.Fault{Part: 1 + rand.IntN(d.Length-1)}
			}),
		},
		{
			name: "one fsync in three fails", reads: passes, least: 100 * time.Millisecond,
			inflict: played(func(_ *victim, d faults.Deed) faults.Fault {
				if d.Call == faults.Sync && rand.IntN(3) == 0 {
					return faults.Fault{Err: syscall.EIO}
				}
				return faults.Fault{}
			}),
		},
		{
			name: "slow disk", uploads: passes, writes: passes, reads: passes,
			inflict: played(func(_ *victim, d faults.Deed) faults.Fault {
				if d.Call == faults.Sync {
					return faults.Fault{Delay: time.Duration(200+rand.IntN(800)) * time.Millisecond}
				}
				return faults.Fault{}
			}),
		},
		{
			name: "read-only (EROFS)", uploads: refuses, writes: refuses, reads: passes,
			inflict: played(func(_ *victim, d faults.Deed) faults.Fault {
				if d.Call.Changes() {
					return faults.Fault{Err: syscall.EROFS}
				}
				return faults.Fault{}
			}),
		},
		{name: "out of handles", queues: true, inflict: outOfHandles},
	}
}

// outOfHandles lets the server open nothing more.
func outOfHandles(v *victim) func() {
	v.t.Helper()
	pid := v.p.cmd.Process.Pid
	if err := faults.LimitHandles(pid, faults.Handles(pid)+uint64(v.dice.IntN(4))); err != nil { //nolint:gosec // a few
		v.t.Fatal(err)
	}
	return func() {
		if err := faults.LimitHandles(pid, 1<<14); err != nil && !errors.Is(err, syscall.ESRCH) { // it may have been killed
			v.t.Error(err)
		}
	}
}
