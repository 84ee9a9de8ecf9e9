package s3test

import "syscall"

// withoutOrphans makes the server end with a test that is killed, by its timeout
// for example, and so never cleans up.
func withoutOrphans() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
