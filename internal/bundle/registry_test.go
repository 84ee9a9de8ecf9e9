package bundle_test

import (
	"archive/zip"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"signet/assets"
	"signet/assets/disk"
	"signet/internal/bundle"
	"signet/internal/commands"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/internal/sample"
	"signet/projections"
)

// present is after everything that the sample kit tells of.
var present = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// registry is the sample kit in read models and a store.
type registry struct {
	views *projections.Views
	store *watched
	sums  *bundle.Sums
}

// scratch is removed when all tests are done.
var scratch string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	dir, err := os.MkdirTemp("", "signet-bundle")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	scratch = dir
	defer os.RemoveAll(dir)
	return m.Run()
}

// imported are the registries that tests read from, by how their kit was edited.
var imported struct {
	mu sync.Mutex // guards what follows
	by map[string]*registry
}

// newRegistry has the sample kit, after replacing old texts of its files, and
// parts of their names, by new ones. Tests share the rows and the blobs, which
// nobody changes, and nothing else.
func newRegistry(t *testing.T, oldNew ...string) *registry {
	t.Helper()
	imported.mu.Lock()
	defer imported.mu.Unlock()
	name := strings.Join(oldNew, "\x00")
	if imported.by == nil {
		imported.by = map[string]*registry{}
	}
	if imported.by[name] == nil {
		imported.by[name] = importKit(t, oldNew...)
	}
	sums, err := bundle.NewSums(100)
	if err != nil {
		t.Fatal(err)
	}
	shared := imported.by[name]
	return &registry{views: shared.views, store: &watched{Store: shared.store.Store}, sums: sums}
}

// newFolder outlives the test that asks for it.
func newFolder() (string, error) { return os.MkdirTemp(scratch, "registry") }

func importKit(t *testing.T, oldNew ...string) *registry {
	t.Helper()
	dir, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	store, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	log := logtest.NewMemory()
	target := kit.Target{Runner: &commands.Runner{Log: log, Clock: func() time.Time { return present }}, Store: store}
	if _, err := kit.Import(t.Context(), edited(t, oldNew...), target, nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "views.db")
	if err := projections.Rebuild(t.Context(), path, log, nil); err != nil {
		t.Fatal(err)
	}
	views, err := projections.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return &registry{views: views, store: &watched{Store: store}}
}

func edited(t *testing.T, oldNew ...string) fs.FS {
	t.Helper()
	replace := strings.NewReplacer(oldNew...).Replace
	out := fstest.MapFS{}
	err := fs.WalkDir(sample.HaiPhong(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(sample.HaiPhong(), name)
		if strings.HasSuffix(name, ".yaml") {
			body = []byte(replace(string(body)))
		}
		out[replace(name)] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// bundle makes the bundle of a selection, at present.
func (r *registry) bundle(t *testing.T, s bundle.Selection) *bundle.Bundle {
	t.Helper()
	b, err := r.try(t, s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (r *registry) try(t *testing.T, s bundle.Selection) (*bundle.Bundle, error) {
	t.Helper()
	s.Registry = "Sổ đăng ký bộ nhận diện thành phố Hải Phòng"
	if s.Now.IsZero() {
		s.Now = present
	}
	return bundle.New(t.Context(), r.views, r.store, r.sums, s)
}

// bytesOf reads a whole bundle.
func bytesOf(t *testing.T, b *bundle.Bundle) []byte {
	t.Helper()
	r := b.Open(t.Context())
	defer r.Close()
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(all)) != b.Size() {
		t.Fatalf("%d bytes, planned were %d", len(all), b.Size())
	}
	return all
}

// unpack reads every file of a bundle by archive/zip, which checks the sums.
func unpack(t *testing.T, b *bundle.Bundle) map[string]string {
	t.Helper()
	r := b.Open(t.Context())
	defer r.Close()
	archive, err := zip.NewReader(r, b.Size())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range archive.File {
		if _, twice := out[f.Name]; twice {
			t.Fatalf("%q is there twice", f.Name)
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		out[f.Name] = string(body)
	}
	return out
}

// watched counts the blobs of a store that were opened, and that are open.
type watched struct {
	assets.Store

	mu                 sync.Mutex // guards what follows
	opened, open, most int
}

func (w *watched) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	b, err := w.Store.Open(ctx, ref)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened++
	w.open++
	w.most = max(w.most, w.open)
	return &watchedBlob{Blob: b, in: w}, nil
}

type watchedBlob struct {
	assets.Blob

	in *watched
}

func (b *watchedBlob) Close() error {
	b.in.mu.Lock()
	defer b.in.mu.Unlock()
	b.in.open--
	return b.Blob.Close()
}
