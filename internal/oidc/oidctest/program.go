// Package oidctest gives tests a real OpenID provider: the example server of
// github.com/zitadel/oidc, with two people whose groups a test can change.
//
// The program is in internal/tools/oidcprovider, a module of its own, and is built from
// there once per machine and content.
package oidctest

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

const (
	toolFolder = "internal/tools/oidcprovider"
	// buildTime is long enough to download and build on a slow machine.
	buildTime = 8 * time.Minute
)

// program returns the path of the provider, and builds it if this machine has not done
// so yet. Tests of several packages may ask at once: one builds.
func program(ctx context.Context) (string, error) {
	folder, err := findTool()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	content := sha256.New()
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(content, "%s %d\n%s", name, len(text), text)
	}
	built := filepath.Join(cache, "signet-test", "oidcprovider-"+hex.EncodeToString(content.Sum(nil)[:8]))
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

// findTool returns the folder of the provider, looking upwards from that of the package
// under test.
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

// build builds the program beside its place, and renames it when it is whole.
func build(ctx context.Context, folder, built string) error {
	unfinished := built + ".new"
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", unfinished, ".")
	command.Dir = folder
	// What a test is built with is not what the provider is built with.
	command.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "GOFLAGS=")
	}), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=readonly")
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	return os.Rename(unfinished, built)
}
