package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"

	"signet/assets"
	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/eventlog/sqlite"
	"signet/internal/kit"
)

// Exit codes, as "signet help" tells them.
const (
	exitOK       = 0
	exitFailed   = 1
	exitBadInput = 2
	exitInUse    = 3
)

// failure is an error with the exit code that it leads to, and what helps.
type failure struct {
	code int
	hint string
	err  error
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// badInput is a failure that other input mends.
func badInput(err error, hint string) error { return &failure{exitBadInput, hint, err} }

// errWrong: verify has found something wrong, and said what.
var errWrong = errors.New("something is wrong with the registry")

// explain returns the exit code for an error, and one line that tells a person
// what is the matter and what helps.
func explain(err error) (int, string) {
	code, hint := exitFailed, ""
	var f *failure
	switch {
	case errors.As(err, &f):
		code, hint = f.code, f.hint
	case errors.Is(err, sqlite.ErrInUse), errors.As(err, new(*inUseError)):
		code, hint = exitInUse, "stop that process first, or choose another folder with --data"
	case errors.Is(err, sqlite.ErrNewer):
		hint = "use the newer signet that wrote it"
	case errors.Is(err, sqlite.ErrForeign):
		code, hint = exitBadInput, "choose another folder with --data"
	case errors.Is(err, eventlog.ErrUnauthenticated):
		hint = "see --log-user, --log-password-file and what the user may do on the cluster"
	case errors.Is(err, syscall.EADDRINUSE):
		code, hint = exitInUse, "choose another address with --listen, such as 127.0.0.1:0 for any free port"
	case errors.Is(err, kit.ErrChanged):
	case kit.IsInvalid(err), domain.AsError(err) != nil:
		code = exitBadInput
	case errors.Is(err, assets.ErrNoSpace), errors.Is(err, syscall.ENOSPC):
		hint = "make room on the disk"
	case errors.Is(err, fs.ErrPermission):
		hint = "see who owns the folder; this runs as user number " + whoami()
	case errors.Is(err, syscall.EROFS):
		hint = "make the file system writable again; nothing is lost"
	case errors.Is(err, eventlog.ErrUnavailable): // after what the folder of a log may have
		hint = "see --log, and whether the cluster is up; nothing is lost, try again"
	case errors.Is(err, context.Canceled):
		return exitFailed, "interrupted"
	case errors.Is(err, errWrong):
		hint = "restore what is damaged from a backup; read models are mended by signet rebuild"
	}
	line := strings.Join(strings.Fields(err.Error()), " ")
	if hint != "" {
		line += " (" + hint + ")"
	}
	return code, line
}

// whoami is the number of the user, who may have no name, as in a container.
func whoami() string { return strconv.Itoa(os.Geteuid()) }
