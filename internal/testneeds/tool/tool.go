// Package tool builds programs of others that tests drive, from their modules below
// internal/tools, once per machine and content.
package tool

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// buildTime is long enough to download and build on a slow machine.
const buildTime = 8 * time.Minute

// Build returns the path of the program that is made of a package of the module in
// internal/tools/NAME; it is built if this machine has not done so yet. Tests of several
// packages may ask at once: one builds. The error is that of a machine that can't.
func Build(ctx context.Context, name, pkg string) (string, error) {
	folder, err := find("internal/tools/" + name)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	digest, err := content(folder)
	if err != nil {
		return "", err
	}
	built := filepath.Join(cache, "signet-test", name+"-"+digest)
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
	return built, build(ctx, folder, pkg, built)
}

// content tells modules apart by their requirements and their own code.
func content(folder string) (string, error) {
	sum := sha256.New()
	own, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return "", err
	}
	for _, name := range append([]string{filepath.Join(folder, "go.mod"), filepath.Join(folder, "go.sum")}, own...) {
		text, err := os.ReadFile(name) //nolint:gosec // our own tree
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(name), len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// find returns a folder of the tree, looking upwards from that of the package under
// test.
func find(name string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		folder := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no folder %s above this one", name)
		}
	}
}

// build builds the program beside its place, and renames it when it is whole.
func build(ctx context.Context, folder, pkg, built string) error {
	unfinished := built + ".new"
	command := exec.CommandContext(ctx, "go", "build", "-o", unfinished, pkg) //nolint:gosec // a test says what
	command.Dir = folder
	// What a test is built with, such as flags for a race detector or another
	// workspace, is not what the program is built with. The rest is as it is for our
	// own programs, so that the standard library is not compiled once more.
	command.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "GOFLAGS=")
	}), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if said, err := command.CombinedOutput(); err != nil {
		const most = 2000 // the end tells why
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said[max(0, len(said)-most):])))
	}
	return os.Rename(unfinished, built)
}
