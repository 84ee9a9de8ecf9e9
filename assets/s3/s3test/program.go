package s3test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const (
	toolFolder = "internal/tools/versitygw"
	module     = "github.com/versity/versitygw"
	// buildTime is long enough to download and build on a slow machine.
	buildTime = 8 * time.Minute
)

// program returns the path of the server, and builds it if this machine has not
// done so yet. Tests of several packages may ask at once: one builds.
func program(ctx context.Context) (string, error) {
	folder, err := findTool()
	if err != nil {
		return "", err
	}
	version, err := pinned(filepath.Join(folder, "go.mod"))
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	built := filepath.Join(cache, "signet-test", "versitygw-"+version)
	if err := os.MkdirAll(filepath.Dir(built), 0o700); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	lock := flock.New(built + ".lock")
	if _, err := lock.TryLockContext(ctx, 100*time.Millisecond); err != nil {
		return "", err
	}
	defer func() { _ = lock.Close() }() // only the lock is in the file
	if _, err := os.Stat(built); err == nil {
		return built, nil
	}
	return built, build(ctx, folder, built)
}

// findTool returns the folder of the pinned tool, looking upwards from that of the
// package under test.
func findTool() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		folder := filepath.Join(dir, filepath.FromSlash(toolFolder))
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no folder %s above this one", toolFolder)
		}
	}
}

// pinned returns the version that a go.mod requires.
func pinned(gomod string) (string, error) {
	text, err := os.ReadFile(gomod)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && fields[0] == module && strings.HasPrefix(fields[1], "v") {
			return fields[1], nil
		}
	}
	return "", fmt.Errorf("%s does not require %s", gomod, module)
}

// build builds the program beside its place, and renames it when it is whole.
func build(ctx context.Context, folder, built string) error {
	unfinished := built + ".new"
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", unfinished, module+"/cmd/versitygw")
	command.Dir = folder
	// What a test is built with, such as flags for a race detector or another
	// workspace, is not what the server is built with.
	command.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "GOFLAGS=")
	}), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=readonly")
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, tail(said))
	}
	return os.Rename(unfinished, built)
}

// tail is the end of what a program said, which tells why it ended.
func tail(said []byte) string {
	const most = 2000
	return strings.TrimSpace(string(said[max(0, len(said)-most):]))
}
