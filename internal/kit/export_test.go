package kit_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/assets"
	"signet/domain"
	"signet/internal/commands"
	"signet/internal/kit"
	"signet/internal/sample"
	"signet/projections"
)

// sampleViews is the sample kit in a registry, with its read models.
func sampleViews(t *testing.T) (*registry, *projections.Views) {
	t.Helper()
	r := newRegistry(t)
	if _, err := kit.Import(t.Context(), sample.HaiPhong(), r.target(), nil); err != nil {
		t.Fatal(err)
	}
	views := r.views(t, t.TempDir())
	t.Cleanup(func() { views.Close() })
	return r, views
}

func TestExportIntoAnEmptyFolderIsTheSampleKit(t *testing.T) {
	r, views := sampleViews(t)
	dir := t.TempDir() // there, and empty
	items := 0
	report, err := kit.Export(t.Context(), views, r.store, dir, func(done, _ int) { items = done })
	if err != nil {
		t.Fatal(err)
	}
	same(t, sample.HaiPhong(), os.DirFS(dir))
	want := kit.Report{Agencies: 8, Policies: 8, Editions: 2, Items: 19, Versions: 26, Files: 12, Position: views.Position()}
	if report != want || items != report.Items {
		t.Errorf("%+v, progress to %d; want %+v", report, items, want)
	}
}

func TestExportIntoAFolderWithSomethingInItIsRefused(t *testing.T) {
	r, views := sampleViews(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := kit.Export(t.Context(), views, r.store, dir, nil); !errors.Is(err, kit.ErrNotEmpty) {
		t.Fatal(err)
	}
	if names := namesIn(t, dir); len(names) != 1 {
		t.Errorf("the folder has become %q", names)
	}
}

// thief takes the last file away, or gives one that is cut short.
type thief struct {
	assets.Store

	short bool
	left  int
}

func (f *thief) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	blob, err := f.Store.Open(ctx, ref)
	if f.left--; f.left > 0 || err != nil {
		return blob, err
	}
	if f.short {
		return emptied{blob}, nil
	}
	return nil, errors.Join(assets.ErrNotFound, blob.Close())
}

// emptied is a blob of which nothing can be read.
type emptied struct{ assets.Blob }

func (emptied) Read([]byte) (int, error) { return 0, io.EOF }

func TestAnExportThatFailsLeavesNothing(t *testing.T) {
	r, views := sampleViews(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx   context.Context
		store assets.Store
	}{
		"a missing file": {t.Context(), &thief{Store: r.store, left: 12}},
		"a short file":   {t.Context(), &thief{Store: r.store, left: 12, short: true}},
		"an ended call":  {ended, r.store},
	} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			if _, err := kit.Export(c.ctx, views, c.store, filepath.Join(parent, "kit"), nil); err == nil {
				t.Fatal("it did not fail")
			}
			if names := namesIn(t, parent); len(names) != 0 {
				t.Errorf("%q are left", names)
			}
		})
	}
}

// writer writes to the registry while its files are copied.
type writer struct {
	assets.Store

	write func()
}

func (f *writer) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	if f.write != nil {
		f.write()
		f.write = nil
	}
	return f.Store.Open(ctx, ref)
}

func TestAnExportDuringWhichTheRegistryChangesIsRefused(t *testing.T) {
	r, views := sampleViews(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- views.CatchUp(ctx, r.log, nil) }()
	write := func() {
		c := domain.ChangeItemVisibility{Key: "logo-sample", Public: false}
		result, err := commands.Run(t.Context(), r.target().Runner, domain.Items, c, commands.Request{Actor: kit.Operator})
		if err != nil {
			t.Error(err)
			return
		}
		if err := views.WaitFor(t.Context(), result.Position); err != nil {
			t.Error(err)
		}
	}
	parent := t.TempDir()
	if _, err := kit.Export(t.Context(), views, &writer{r.store, write}, filepath.Join(parent, "kit"), nil); !errors.Is(err, kit.ErrChanged) {
		t.Error(err)
	}
	if names := namesIn(t, parent); len(names) != 0 {
		t.Errorf("%q are left", names)
	}
	stop()
	<-ended
}

func TestTwoExportsAreTheSameBytes(t *testing.T) {
	r := history(t, 7, 150)
	dir := t.TempDir()
	same(t, os.DirFS(r.export(t, dir)), os.DirFS(r.export(t, dir)))
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestAReturnedVersionThatWasRevisedIsADraft(t *testing.T) {
	r, _ := sampleViews(t)
	const key = "slogan-red-flamboyant"
	item := load(t, r, domain.Items, domain.ItemStream(key))
	last := item.Versions[len(item.Versions)-1]
	if last.State != domain.Returned {
		t.Fatalf("the sample's version %d is %s", last.Number, last.State)
	}
	author := domain.Actor{Member: uuid.Max, Agency: last.Agency, Roles: domain.Roles{domain.RoleAuthor}}
	last.Content.Licence = "khác"
	c := domain.ReviseDraft{Key: key, Version: last.Number, Content: last.Content}
	if _, err := commands.Run(t.Context(), r.target().Runner, domain.Items, c, commands.Request{Actor: author}); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(filepath.Join(r.export(t, t.TempDir()), "items", "slogan", key+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, version, _ := strings.Cut(string(body), fmt.Sprintf("- number: %d", last.Number))
	if !strings.Contains(version, "khác") || strings.Contains(version, "submitted:") || strings.Contains(version, "returned:") {
		t.Fatal(version)
	}
}
