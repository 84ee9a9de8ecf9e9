package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"signet/internal/sample"
	"signet/internal/testneeds"
)

// sampleKit writes the sample kit into a folder.
func sampleKit(t *testing.T, dir string) string {
	t.Helper()
	kit := filepath.Join(dir, "sample")
	if err := os.CopyFS(kit, sample.HaiPhong()); err != nil {
		t.Fatal(err)
	}
	return kit
}

// sameTree compares two folders byte by byte.
func sameTree(t *testing.T, a, b string) {
	t.Helper()
	files := func(dir string) map[string]string {
		all := map[string]string{}
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(filepath.Join(dir, name))
			all[name] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	one, other := files(a), files(b)
	if len(one) == 0 {
		t.Errorf("%s is empty", a)
	}
	for name, text := range one {
		if there, ok := other[name]; !ok || there != text {
			t.Errorf("%s is not the same", name)
		}
	}
	if len(one) != len(other) {
		t.Errorf("%d files, and %d", len(one), len(other))
	}
}

func TestAKitGoesInAndComesOutTheSame(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	kit := sampleKit(t, dir)
	must(t, dir, "import", kit)
	must(t, dir, "export", "out")
	sameTree(t, kit, filepath.Join(dir, "out"))
	must(t, dir, "import", "out", "--data", "second")
	must(t, dir, "export", "out2", "--data", "second")
	sameTree(t, kit, filepath.Join(dir, "out2"))
	refused(t, exitBadInput, dir, "export", "out")
	for _, data := range []string{defaultData, "second"} {
		if v := verifyJSON(t, dir, "--data", data); !v.OK || v.Events < 200 || v.Blobs != 12 {
			t.Errorf("verify %s: %+v", data, v)
		}
	}
}

func TestAWrongKitIsRefusedWithFileAndLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kit := sampleKit(t, dir)
	name := filepath.Join(kit, "kit.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.Replace(string(text), "registered:", "registred:", 1)
	if err := os.WriteFile(name, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	if told := refused(t, exitBadInput, dir, "import", kit); !regexp.MustCompile(`kit\.yaml:\d+`).MatchString(told) {
		t.Errorf("%q names no file and line", told)
	}
	if v := verifyJSON(t, dir); v.Events != 0 || v.Blobs != 0 {
		t.Errorf("a refused kit has left %+v", v)
	}
}

func TestImportNeedsAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	refused(t, exitBadInput, dir, "import", "nowhere")
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, exitBadInput, dir, "import", "file")
	if _, err := os.Stat(filepath.Join(dir, defaultData)); !os.IsNotExist(err) {
		t.Errorf("a registry was begun for nothing: %v", err)
	}
}
