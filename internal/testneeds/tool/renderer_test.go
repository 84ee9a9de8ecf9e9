package tool_test

import (
	"os"
	"path/filepath"
	"testing"

	"signet/internal/testneeds/tool"
)

// What a test leaves in the renderer's folder is there for the next one, until the
// requirements are others.
func TestTheCompiledRendererIsKept(t *testing.T) {
	root := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(root, "cache"))
	t.Chdir(root)
	compiled := func() string { return filepath.Join(tool.Renditions(t), "renderer", "compiled") }
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept := func() bool {
		_, err := os.Stat(compiled())
		return err == nil
	}
	write("go.mod", "module small\n")
	write(compiled(), "code")
	if !kept() {
		t.Error("it has gone")
	}
	write("go.mod", "module small\n\ngo 1.26\n")
	if kept() {
		t.Error("it is the one that another version compiled")
	}
}

func TestWithoutAPlaceToKeepItThereIsAFolderNonetheless(t *testing.T) {
	t.Chdir(t.TempDir())
	if entries, err := os.ReadDir(tool.Renditions(t)); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v", entries, err)
	}
}
