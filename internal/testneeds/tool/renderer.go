package tool

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

// Renditions returns a new folder for the renditions that a test makes, which goes with
// the test. In it lies the SVG renderer as an earlier test of this machine compiled it:
// to compile it takes a second, and ten with the race detector.
func Renditions(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	if kept, err := Renderer(); err == nil {
		_ = os.Symlink(kept, filepath.Join(dir, "renderer")) // without it the test only takes longer
	}
	return dir
}

// Renderer returns the folder where tests keep the compiled SVG renderer. There is one
// for each go.mod, as the library that compiles does not know its own version in a test.
func Renderer() (string, error) {
	root, err := find(".")
	if err != nil {
		return "", err
	}
	requirements, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(requirements)
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "signet-test", "renderer-"+hex.EncodeToString(sum[:8]))
	return dir, os.MkdirAll(dir, 0o700)
}
