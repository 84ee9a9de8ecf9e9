package kit_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/internal/kit"
)

// export writes a registry's kit into a fresh folder under dir.
func (r *registry) export(t failer, dir string) string {
	t.Helper()
	work, err := os.MkdirTemp(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	views := r.views(t, work)
	defer views.Close()
	out := filepath.Join(work, "kit")
	if _, err := kit.Export(context.Background(), views, r.files, out, nil); err != nil {
		t.Fatal(err)
	}
	return out
}

func drawHistory(t *rapid.T) *registry {
	return history(t, rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 150).Draw(t, "steps"))
}

func (r *registry) lateTarget() kit.Target {
	target := r.target()
	target.Runner.Clock = func() time.Time { return epoch.AddDate(10, 0, 0) }
	return target
}

func TestExportImportExportIsByteEqual(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		first := drawHistory(t).export(t, dir)
		copied := newRegistry()
		if _, err := kit.Import(context.Background(), os.DirFS(first), copied.lateTarget(), nil); err != nil {
			t.Fatal(err)
		}
		second := copied.export(t, dir)
		same(t, os.DirFS(first), os.DirFS(second))
		if err := os.RemoveAll(filepath.Dir(first)); err != nil {
			t.Fatal(err)
		}
	})
}
