package tool_test

import (
	"os"
	"path/filepath"
	"testing"

	"signet/internal/testneeds"
	"signet/internal/testneeds/tool"
)

// A program is built once for what its module holds, and again when that has changed.
func TestAProgramIsBuiltOnceForItsContent(t *testing.T) {
	testneeds.PlainInCI(t)
	root := t.TempDir()
	folder := filepath.Join(root, "internal", "tools", "small")
	t.Setenv("XDG_CACHE_HOME", filepath.Join(root, "cache"))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module small\n\ngo 1.26\n")
	write("go.sum", "")
	write("main.go", "package main\n\nfunc main() {}\n")
	t.Chdir(folder)
	first, err := tool.Build(t.Context(), "small", ".")
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(first)
	if err != nil {
		t.Fatal(err)
	}
	again, err := tool.Build(t.Context(), "small", ".")
	if err != nil || again != first {
		t.Errorf("%s, %v", again, err)
	}
	if after, err := os.Stat(again); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Error("it was built twice", err)
	}
	write("main.go", "package main\n\nfunc main() { println() }\n")
	if other, err := tool.Build(t.Context(), "small", "."); err != nil || other == first {
		t.Errorf("%s, %v", other, err)
	}
	write("main.go", "package main\n\nfunc main() { what }\n")
	if _, err := tool.Build(t.Context(), "small", "."); err == nil {
		t.Error("what does not compile was built")
	}
	if _, err := tool.Build(t.Context(), "missing", "."); err == nil {
		t.Error("what is not there was built")
	}
}
