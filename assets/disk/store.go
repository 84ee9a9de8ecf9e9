package disk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"signet/assets"
)

const (
	blobsFolder  = "blobs"
	stagedFolder = "staged"
	// rememberedChecks bounds the memory for what was checked, about 100 bytes
	// each; a blob that was forgotten is checked again.
	rememberedChecks = 1 << 16
)

// What an upload of this process is called begins with ours; what was modified
// before started is older than this process.
var (
	started = time.Now()
	ours    = rand.Text()
)

// Store is an [assets.Store] in a directory. Open makes one.
type Store struct {
	root    *os.Root
	counter atomic.Uint64
	// checked remembers which files were found to hold what their name says.
	checked  *lru.Cache[assets.Ref, identity]
	checking singleflight.Group
	// create opens the file of an upload; nil when read-only. Tests make it fail.
	create func(name string) (file, error)
}

// file is what an upload needs of an os.File.
type file interface {
	Write(p []byte) (int, error)
	ReadAt(p []byte, off int64) (int, error)
	Sync() error
	Close() error
}

// identity tells whether a file is still the one that was checked.
type identity struct {
	size     int64
	modified time.Time
	inode    uint64
}

var _ assets.Store = (*Store)(nil)

// ErrReadOnly: the store was opened by OpenReadOnly.
var ErrReadOnly = errors.New("blobs: opened for reading only")

// Open opens the store in dir, which it makes if it is missing, for this user
// only. It sweeps what an earlier process that crashed left half uploaded. The
// caller closes the store.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blobs: %w", told(err))
	}
	s, err := OpenReadOnly(dir)
	if err != nil {
		return nil, err
	}
	s.create = func(name string) (file, error) {
		return s.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if err := errors.Join(s.makeFolders(), s.sweep()); err != nil {
		return nil, fmt.Errorf("blobs: %w", errors.Join(told(err), s.root.Close()))
	}
	return s, nil
}

// OpenReadOnly opens the store in dir for looking, also beside the process that
// owns it: nothing in it is made or swept. Stage fails with ErrReadOnly. A
// directory in which no store has been opened yet holds no blobs.
func OpenReadOnly(dir string) (*Store, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	checked, err := lru.New[assets.Ref, identity](rememberedChecks)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &Store{root: root, checked: checked}, nil
}

// Close lets go of the directory. Blobs that are open stay readable.
func (s *Store) Close() error { return s.root.Close() }

// makeFolders makes all 256 shards at once, so that publishing never has to
// sync more than one folder.
func (s *Store) makeFolders() error {
	if err := s.root.MkdirAll(stagedFolder, 0o700); err != nil {
		return err
	}
	if err := s.root.MkdirAll(blobsFolder, 0o700); err != nil {
		return err
	}
	entries, err := fs.ReadDir(s.root.FS(), blobsFolder)
	if err != nil {
		return err
	}
	if len(entries) == 256 {
		return nil
	}
	for i := range 256 {
		if err := s.root.Mkdir(path.Join(blobsFolder, fmt.Sprintf("%02x", i)), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return errors.Join(s.sync(blobsFolder), s.sync("."))
}

// sweep removes uploads that an earlier process did not finish. One that is
// younger than this process may be in the making, whoever makes it.
func (s *Store) sweep() error {
	entries, err := fs.ReadDir(s.root.FS(), stagedFolder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if strings.HasPrefix(entry.Name(), ours) || !info.ModTime().Before(started) {
			continue
		}
		if err := s.root.Remove(path.Join(stagedFolder, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// sync makes the names in a folder durable.
func (s *Store) sync(folder string) error {
	f, err := s.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// place returns where a blob lies. A ref that was not parsed does not get to
// name a file.
func place(ref assets.Ref) (string, error) {
	if _, err := assets.ParseRef(string(ref)); err != nil {
		return "", err
	}
	return path.Join(blobsFolder, string(ref[:2]), string(ref)), nil
}

// told turns errors of the system into those that a caller is told. What the disk or
// the system refuses now, it may not refuse later; a blob that can't be read for it is
// not said to be damaged.
func told(err error) error {
	switch {
	case err == nil, assets.AsError(err) != nil:
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return assets.ErrNoSpace.From(err)
	case errors.Is(err, fs.ErrNotExist):
		return assets.ErrNotFound.From(err)
	case errors.As(err, new(syscall.Errno)):
		return assets.ErrUnavailable.From(err)
	}
	return err
}

// toldOfWriting is told where it is no blob that is missing, but a folder of the store.
func toldOfWriting(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return assets.ErrUnavailable.From(err)
	}
	return told(err)
}

// Stat is [assets.Store].Stat.
func (s *Store) Stat(ctx context.Context, ref assets.Ref) (assets.Stat, error) {
	if err := ctx.Err(); err != nil {
		return assets.Stat{}, err
	}
	name, err := place(ref)
	if err != nil {
		return assets.Stat{}, err
	}
	info, err := s.root.Stat(name)
	if err != nil {
		return assets.Stat{}, told(err)
	}
	return assets.Stat{Ref: ref, Size: info.Size()}, nil
}
