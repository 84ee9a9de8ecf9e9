// Package folder keeps a backup repository in a folder. Files are written under
// another name and get their own by a link or rename, after their bytes are on the disk;
// folders can be read by their owner only.
package folder

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"time"

	"signet/internal/backup"
)

const (
	// incoming is where files are until they are whole. It begins with a dot, so that no
	// listing has it.
	incoming = ".incoming"
	// leftover is after what time what lies there is of somebody who was interrupted.
	leftover = 6 * time.Hour
)

// Repository is a folder. It implements backup.Repository.
type Repository struct{ root *os.Root }

var _ backup.Repository = (*Repository)(nil)

// Open opens a folder for backups, and makes it, for this user only, if it is
// missing. It sweeps what was interrupted hours ago. The caller closes it.
func Open(dir string) (*Repository, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	r, err := OpenExisting(dir)
	if err != nil {
		return nil, err
	}
	err = r.root.Mkdir(incoming, 0o700)
	if errors.Is(err, fs.ErrExist) {
		err = r.sweep()
	}
	if err != nil {
		return nil, errors.Join(err, r.root.Close())
	}
	return r, nil
}

// OpenExisting opens a folder that is there, for reading. Nothing in it is made.
func OpenExisting(dir string) (*Repository, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Repository{root}, nil
}

// Close lets go of the folder.
func (r *Repository) Close() error { return r.root.Close() }

func (r *Repository) sweep() error {
	entries, err := fs.ReadDir(r.root.FS(), incoming)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || time.Since(info.ModTime()) < leftover {
			continue // it may have got its name just now
		}
		if err := r.root.Remove(path.Join(incoming, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Put is that of backup.Repository.
func (r *Repository) Put(ctx context.Context, name string, c backup.Content) error {
	return r.write(ctx, name, c, func(from string) error { return r.root.Rename(from, name) })
}

// Create is that of backup.Repository.
func (r *Repository) Create(ctx context.Context, name string, c backup.Content) error {
	return r.write(ctx, name, c, func(from string) error {
		return errors.Join(r.root.Link(from, name), r.root.Remove(from))
	})
}

// write writes a file and lets it get its name.
func (r *Repository) write(ctx context.Context, name string, c backup.Content, publish func(from string) error) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("%q is no name: %w", name, fs.ErrInvalid)
	}
	from := path.Join(incoming, rand.Text())
	err := r.fill(ctx, from, c)
	if err == nil {
		err = r.folder(path.Dir(name))
	}
	if err == nil {
		err = publish(from)
	}
	if err != nil {
		if gone := r.root.Remove(from); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return err
	}
	return r.sync(path.Dir(name))
}

// fill writes the bytes to the disk.
func (r *Repository) fill(ctx context.Context, name string, c backup.Content) error {
	from, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer from.Close()
	f, err := r.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, reader{ctx, from})
	if err == nil && n != c.Size {
		err = fmt.Errorf("%d bytes instead of %d: %w", n, c.Size, io.ErrUnexpectedEOF)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// folder makes the folder of a file, so that its name outlives a loss of power.
func (r *Repository) folder(dir string) error {
	if _, err := r.root.Stat(dir); err == nil {
		return nil
	}
	if err := r.root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for dir != "." {
		dir = path.Dir(dir)
		if err := r.sync(dir); err != nil {
			return err
		}
	}
	return nil
}

func (r *Repository) sync(dir string) error {
	f, err := r.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Get is that of backup.Repository.
func (r *Repository) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := r.root.Open(name)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{reader{ctx, f}, f}, nil
}

// List is that of backup.Repository. It holds the names of one folder at a time.
func (r *Repository) List(ctx context.Context, prefix string) iter.Seq2[backup.File, error] {
	return func(yield func(backup.File, error) bool) {
		dir := path.Clean(strings.TrimSuffix(prefix, "/"))
		err := fs.WalkDir(r.root.FS(), dir, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist): // removed just now, or never made
				return nil
			case err != nil:
				return err
			case ctx.Err() != nil:
				return ctx.Err()
			case entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), "."):
				return fs.SkipDir
			case entry.IsDir() || !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), "."):
				return nil
			}
			info, err := entry.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if !yield(backup.File{Name: name, Size: info.Size(), Modified: info.ModTime()}, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(backup.File{}, err)
		}
	}
}

// Delete is that of backup.Repository.
func (r *Repository) Delete(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := r.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.sync(path.Dir(name))
}

// reader ends with its context.
type reader struct {
	ctx context.Context //nolint:containedctx // of the one read that it is for
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
