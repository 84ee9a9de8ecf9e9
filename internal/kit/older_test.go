package kit_test

import (
	"os"
	"path/filepath"
	"testing"

	"signet/internal/kit"
)

// TestAKitOfNovember2026ComesBackAsItWas holds what was written before policies had
// an order and deadlines, in testdata: it is added to, never edited.
func TestAKitOfNovember2026ComesBackAsItWas(t *testing.T) {
	old := os.DirFS(filepath.Join("testdata", "2026-11"))
	r := newRegistry(t)
	if _, err := kit.Import(t.Context(), old, r.target(), nil); err != nil {
		t.Fatal(err)
	}
	same(t, old, os.DirFS(r.export(t, t.TempDir())))
}
