//go:build !linux

package s3test

import "syscall"

// withoutOrphans knows no way here: the server of a test that is killed has to be
// ended by hand.
func withoutOrphans() *syscall.SysProcAttr { return nil }
