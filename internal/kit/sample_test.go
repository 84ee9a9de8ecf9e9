package kit_test

import (
	"os"
	"path/filepath"
	"testing"

	"signet/internal/kit"
	"signet/internal/sample"
)

func TestSampleKitIsImported(t *testing.T) {
	r := newRegistry(t)
	report, err := kit.Import(t.Context(), sample.HaiPhong(), r.target(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v, %d events", report, r.events(t))
	again, err := kit.Import(t.Context(), sample.HaiPhong(), r.target(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if again.Known != again.Steps || again.Steps != report.Steps {
		t.Fatalf("imported twice: %+v, then %+v", report, again)
	}
}

func TestExportOfTheImportedSampleIsTheSample(t *testing.T) {
	r := newRegistry(t)
	if _, err := kit.Import(t.Context(), sample.HaiPhong(), r.target(), nil); err != nil {
		t.Fatal(err)
	}
	views := r.views(t, t.TempDir())
	defer views.Close()
	dir := t.TempDir()
	report, err := kit.Export(t.Context(), views, r.store, filepath.Join(dir, "out"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", report)
	same(t, sample.HaiPhong(), os.DirFS(filepath.Join(dir, "out")))
}
