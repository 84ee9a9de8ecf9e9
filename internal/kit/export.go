package kit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/google/uuid"

	"signet/assets"
	"signet/domain"
	"signet/projections"
)

// Errors of Export, for errors.Is.
var (
	// ErrNotEmpty: the folder to export to has something in it.
	ErrNotEmpty = domain.Refuse(domain.Conflict, "not_empty", "the folder to export to is not empty")
	// ErrChanged: somebody wrote to the registry during the export. Try again.
	ErrChanged = domain.Refuse(domain.Conflict, "registry_changed", "the registry has changed during the export; try again")
)

// page is how many rows are read at once.
const page = 200

// Export writes the registry's kit, as the read models tell it, into the folder
// dest, which must be empty or not there yet. The same registry gives the same
// bytes. The folder appears when it is complete and on the disk: it is written
// beside dest first, under a name that begins with a dot. Memory holds one item
// at a time, and kit.yaml.
//
// progress is told the number of items written. The error is or wraps one of the
// errors above, an *Error when something is larger than a kit may hold, or comes
// from the disk, the read models or the context.
func Export(ctx context.Context, views *projections.Views, store assets.Store, dest string, progress Progress) (Report, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	dest, err := filepath.Abs(dest)
	if err != nil {
		return Report{}, fmt.Errorf("kit: export: %w", err)
	}
	if err := mustBeEmpty(dest); err != nil {
		return Report{}, err
	}
	position := views.Position()
	building := filepath.Join(filepath.Dir(dest), "."+filepath.Base(dest)+"."+uuid.NewString())
	if err := os.Mkdir(building, 0o777); err != nil { // less what the umask takes away
		return Report{}, fmt.Errorf("kit: export: %w", err)
	}
	w := &exporter{views: views, store: store, dir: building, progress: progress}
	if err := w.all(ctx); err != nil {
		return Report{}, errors.Join(err, os.RemoveAll(building))
	}
	if views.Position() != position {
		return Report{}, errors.Join(ErrChanged, os.RemoveAll(building))
	}
	w.report.Position = position
	if err := publish(building, dest); err != nil {
		return Report{}, errors.Join(err, os.RemoveAll(building))
	}
	return w.report, nil
}

func mustBeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("kit: export: %w", err)
	case len(entries) > 0:
		return fmt.Errorf("%w: %s", ErrNotEmpty, dir)
	}
	return nil
}

// publish gives the finished folder its name. An empty folder of that name is
// removed first; if somebody has filled it meanwhile, that fails.
func publish(building, dest string) error {
	if err := os.Remove(dest); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("kit: export: %w", err)
	}
	if err := os.Rename(building, dest); err != nil {
		return fmt.Errorf("kit: export: %w", err)
	}
	return syncDir(filepath.Dir(dest))
}

// exporter writes one kit.
type exporter struct {
	views    *projections.Views
	store    assets.Store
	dir      string
	progress Progress
	report   Report
}

// all writes kit.yaml, the items, and their files.
func (w *exporter) all(ctx context.Context) error {
	doc, err := w.document(ctx)
	if err != nil {
		return err
	}
	if err := w.writeYAML(rootFile, doc); err != nil {
		return err
	}
	for after := ""; ; {
		rows, err := w.views.Items(ctx, "", after, page)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := w.item(ctx, row); err != nil {
				return err
			}
			w.report.Items++
			w.progress(w.report.Items, 0)
		}
		if len(rows) < page {
			return w.syncDirs()
		}
		after = rows[len(rows)-1].Key
	}
}

// item writes one item's file, and the files of its versions.
func (w *exporter) item(ctx context.Context, row *projections.Item) error {
	i, contents, err := itemOf(ctx, w.views, row)
	if err != nil {
		return err
	}
	if err := w.writeYAML(itemFile(i), i); err != nil {
		return err
	}
	for n, c := range contents {
		w.report.Versions++
		for _, f := range c.Files {
			if err := w.copyAsset(ctx, assetFolder(i.Key, n+1)+"/"+f.Name, f); err != nil {
				return err
			}
			w.report.Files++
		}
	}
	return nil
}

// writeYAML writes one file of text, which must be one that can be read again.
func (w *exporter) writeYAML(name string, value any) error {
	body, err := encode(value)
	if err != nil {
		return fmt.Errorf("kit: write %s: %w", name, err)
	}
	if err := checkSize(body); err != nil {
		return &Error{File: name, Err: err}
	}
	return w.write(name, bytes.NewReader(body), int64(len(body)))
}

// copyAsset copies the bytes of a digest; the store gives those that it was
// given, or fails.
func (w *exporter) copyAsset(ctx context.Context, name string, f domain.File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ref, err := assets.ParseRef(f.Digest)
	if err != nil {
		return fmt.Errorf("kit: %s: %w", name, err)
	}
	in, err := w.store.Open(ctx, ref)
	if err != nil {
		return fmt.Errorf("kit: %s: %w", name, err)
	}
	defer in.Close()
	return w.write(name, in, f.Size)
}

// write writes one new file of the given size, durably.
func (w *exporter) write(name string, from io.Reader, size int64) error {
	target := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
		return fmt.Errorf("kit: export: %w", err)
	}
	f, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("kit: export: %w", err)
	}
	written, err := io.Copy(f, from)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil && written != size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("kit: write %s: %w", name, err)
	}
	return nil
}

// syncDirs makes the names of all files durable.
func (w *exporter) syncDirs() error {
	return filepath.WalkDir(w.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return syncDir(name)
	})
}

func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("kit: export: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("kit: sync %s: %w", path.Base(name), err)
	}
	return nil
}
