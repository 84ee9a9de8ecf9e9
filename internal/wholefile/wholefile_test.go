package wholefile_test

import (
	"os"
	"path/filepath"
	"testing"

	"signet/internal/wholefile"
)

func TestAFileIsReplacedAndNothingStaysBeside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	for _, content := range []string{"first", "second, which is longer", "3"} {
		if err := wholefile.Write(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != content {
			t.Errorf("%q, %v", got, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

func TestWhatCanNotBeReplacedStaysAsItWas(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil { // no file can take its place
		t.Fatal(err)
	}
	if err := wholefile.Write(path, []byte("new")); err == nil {
		t.Error("it says that it was written")
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
	if err := wholefile.Write(filepath.Join(dir, "missing", "key"), nil); err == nil {
		t.Error("a folder that is missing takes it")
	}
}
