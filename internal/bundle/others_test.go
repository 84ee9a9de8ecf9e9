package bundle_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signet/assets"
	"signet/domain"
	"signet/internal/bundle"
	"signet/internal/testneeds"
)

// written writes a bundle into a file.
func written(t *testing.T, b *bundle.Bundle) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kit.zip")
	if err := os.WriteFile(path, bytesOf(t, b), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir, c.Env = dir, append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func TestUnzipReadsABundle(t *testing.T) {
	unzip, zipinfo, check := testneeds.Command(t, "unzip"), testneeds.Command(t, "zipinfo"), testneeds.Command(t, "sha256sum")
	r := newRegistry(t)
	path := written(t, r.bundle(t, bundle.Selection{}))
	if out := run(t, "", unzip, "-t", path); !strings.Contains(out, "No errors detected") {
		t.Error(out)
	}
	out := run(t, "", zipinfo, "-v", path)
	for _, want := range []string{"hải-phòng-ngang-đủ-màu.svg", "2026 Nov 16 02:00:00", "none (stored)", "-rw-r--r--"} {
		if !strings.Contains(out, want) {
			t.Errorf("zipinfo does not tell %q", want)
		}
	}
	if strings.Contains(strings.ToLower(out), "warning") || strings.Contains(out, "extra bytes") {
		t.Error(out)
	}
	dir := t.TempDir()
	run(t, dir, unzip, "-q", path)
	run(t, dir, check, "--check", "--strict", "--quiet", "SHA256SUMS")
	if err := os.WriteFile(filepath.Join(dir, "tokens.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := exec.CommandContext(t.Context(), check, "--check", "--status", "SHA256SUMS"); true {
		if c.Dir = dir; c.Run() == nil {
			t.Error("the sums don't tell that a file was changed")
		}
	}
}

const pythonReads = `
import json, sys, zipfile, hashlib
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps({i.filename: [hashlib.sha256(z.read(i)).hexdigest(), i.compress_type, i.flag_bits] for i in z.infolist()}))
`

func TestPythonReadsABundle(t *testing.T) {
	python := testneeds.Command(t, "python3")
	b := newRegistry(t).bundle(t, bundle.Selection{})
	var got map[string][3]any
	if err := json.Unmarshal([]byte(run(t, "", python, "-c", pythonReads, written(t, b))), &got); err != nil {
		t.Fatal(err)
	}
	files := unpack(t, b)
	if len(got) != len(files) {
		t.Errorf("%d files, and %d", len(got), len(files))
	}
	for name, body := range files {
		sum := sha256.Sum256([]byte(body))
		if row := got[name]; row[0] != hex.EncodeToString(sum[:]) || row[1] != float64(0) || row[2] != float64(0x800) {
			t.Errorf("%s: %v", name, row)
		}
	}
}

func TestEveryFileIsTheStores(t *testing.T) {
	r := newRegistry(t)
	b := r.bundle(t, bundle.Selection{Kinds: []domain.Kind{domain.Logo}})
	files, seen := unpack(t, b), 0
	for _, f := range manifest(t, b).Files {
		if f.Kind != "logo" {
			continue
		}
		seen++
		if string(assets.RefOf([]byte(files[f.Path]))) != f.SHA256 {
			t.Errorf("%s has other bytes than those that were approved", f.Path)
		}
		if f.Path != "logos/logo-sample/"+f.Name {
			t.Errorf("%s is called %s", f.Name, f.Path)
		}
	}
	if seen < 10 {
		t.Errorf("only %d files", seen)
	}
}
